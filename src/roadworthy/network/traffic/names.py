"""Names in packets: DNS, mDNS and DHCP, the server in a TLS greeting (RFC 6066), the host of a request.

Damaged input gives what could be read before the damage, or nothing; nothing here raises.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from roadworthy.network.flow import NameSource, PeerName

MAX_RECORDS: Final = 256
MAX_POINTERS: Final = 128
ADDRESSES: Final = frozenset({(1, 4), (28, 16)})
"""Type and length of records that hold one: A and AAAA."""
DHCP_COOKIE: Final = b"\x63\x82\x53\x63"
HOST_NAME, ASKED_ADDRESS, OPTIONS_END = 12, 50, 255  # RFC 2132
NAME_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


def answers(message: bytes) -> Iterator[tuple[str, bytes]]:
    """Names that were asked for (RFC 1035), each with every address of the answer; nothing for a question.

    Addresses are packed, here and below.
    """
    with suppress(struct.error, IndexError, ValueError):
        names, at = _asked(message)
        names = [each for each in names if is_name(each)]
        for _, value in _addresses(message, at, 1):
            yield from ((name, value) for name in names)


def announced(message: bytes) -> Iterator[tuple[str, bytes]]:
    """Names under ``.local`` that an answer of mDNS gives to addresses (RFC 6762 §6)."""
    with suppress(struct.error, IndexError, ValueError):
        _, at = _asked(message)
        for name, value in _addresses(message, at, 3):
            if name.endswith(".local") and is_name(name):
                yield name, value


def _asked(message: bytes) -> tuple[list[str], int]:
    """The names of the questions, and where they end."""
    names, at = [], 12
    for _ in range(min(message[4] << 8 | message[5], MAX_RECORDS)):
        name, at = _name(message, at)
        names.append(name)
        at += 4
    return names, at


def _addresses(message: bytes, at: int, sections: int) -> Iterator[tuple[str, bytes]]:
    """Owner and address of the records of an answer, of so many sections."""
    counts = struct.unpack_from(">3H", message, 6)[:sections]
    for _ in range(min(sum(counts), MAX_RECORDS) if message[2] & 0x80 else 0):
        owner, at = _name(message, at)
        kind, length = struct.unpack_from(">H6xH", message, at)
        value = message[at + 10 : at + 10 + length]
        at += 10 + length
        if (kind, length) in ADDRESSES and len(value) == length:
            yield owner, value


def leased(message: bytes) -> Iterator[tuple[str, bytes]]:
    """The name that a client of DHCPv4 gives itself (RFC 2132 §3.14), with the address it has or wants."""
    with suppress(IndexError):
        options = _options(message)
        address = options.get(ASKED_ADDRESS, b"") if message[0] == 1 else message[16:20]
        if not any(address):
            address = message[12:16]
        name = options.get(HOST_NAME, b"").rstrip(b"\0").decode("latin-1").lower()
        if len(address) == 4 and any(address) and is_host(name):  # noqa: PLR2004 -- IPv4
            yield name, address


def _options(message: bytes) -> dict[int, bytes]:
    """The options of a DHCP message; the first of each."""
    found: dict[int, bytes] = {}
    if message[236:240] != DHCP_COOKIE:
        return found
    at = 240
    while at + 1 < len(message) and message[at] != OPTIONS_END:
        if message[at] == 0:
            at += 1
            continue
        length = message[at + 1]
        found.setdefault(message[at], message[at + 2 : at + 2 + length])
        at += 2 + length
    return found


def is_host(name: str) -> bool:
    """Whether a text is the name of a host, with or without a domain."""
    return bool(name) and is_name(f"{name}.local")


def is_name(name: str) -> bool:
    """Whether a text is a host name that may go into a rule. What came over the wire may be anything."""
    return 0 < len(name) <= 253 and "." in name and NAME_CHARACTERS.issuperset(name)  # noqa: PLR2004 -- RFC 1035 §2.3.4


def _name(message: bytes, at: int) -> tuple[str, int]:
    labels: list[str] = []
    after = None
    for _ in range(MAX_POINTERS):
        length = message[at]
        if length >= 0xC0:  # noqa: PLR2004 -- RFC 1035 §4.1.4: a pointer
            after = after or at + 2
            at = ((length & 0x3F) << 8) | message[at + 1]
        elif length == 0:
            return ".".join(labels), after or at + 1
        else:
            labels.append(message[at + 1 : at + 1 + length].decode("latin-1").lower())
            at += 1 + length
    raise ValueError("a name without an end")


def greeted(data: bytes) -> PeerName | None:
    """The server's name in a ClientHello (RFC 6066 §3)."""
    with suppress(struct.error, IndexError):
        if data[5] != 1:
            return None
        at = 43 + 1 + data[43]
        at += 2 + (data[at] << 8 | data[at + 1])
        at += 1 + data[at]
        end = min(at + 2 + (data[at] << 8 | data[at + 1]), len(data)) - 4
        at += 2
        while at <= end:
            if data[at] == 0 and data[at + 1] == 0:  # server_name
                size = data[at + 7] << 8 | data[at + 8]
                return _found(data[at + 9 : at + 9 + size].decode("latin-1").lower(), NameSource.SNI)
            at += 4 + (data[at + 2] << 8 | data[at + 3])
    return None


def hosted(data: bytes) -> PeerName | None:
    """The host that an HTTP request is for (RFC 9110 §7.2)."""
    for line in data.split(b"\r\n")[1:40]:
        field_name, _, value = line.partition(b":")
        if field_name.lower() == b"host":
            host = value.strip().decode("latin-1").lower().partition(":")[0]
            return _found(host, NameSource.HTTP_HOST)
    return None


def _found(name: str, source: NameSource) -> PeerName | None:
    return PeerName(name, source) if is_name(name) else None
