"""Names in packets: DNS answers (RFC 1035), the server in a TLS greeting (RFC 6066), the host of a request.

Damaged input gives what could be read before the damage, or nothing; nothing here raises.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from roadworthy.network.flow import NameSource, PeerName

MAX_RECORDS: Final = 256
MAX_POINTERS: Final = 128
NAME_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


def answers(message: bytes) -> Iterator[tuple[str, bytes]]:
    """Names that were asked for, each with every address of the answer, packed; nothing for a question."""
    with suppress(struct.error, IndexError, ValueError):
        asked, given = struct.unpack_from(">HH", message, 4)
        names, at = [], 12
        for _ in range(min(asked, MAX_RECORDS)):
            name, at = _name(message, at)
            names.append(name)
            at += 4
        for _ in range(min(given, MAX_RECORDS) if message[2] & 0x80 else 0):
            _, at = _name(message, at)
            kind, length = struct.unpack_from(">H6xH", message, at)
            value = message[at + 10 : at + 10 + length]
            at += 10 + length
            if (kind, length) in {(1, 4), (28, 16)}:
                yield from ((name, value) for name in names if is_name(name))


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
        at += 2 + struct.unpack_from(">H", data, at)[0]
        at += 1 + data[at]
        end = at + 2 + struct.unpack_from(">H", data, at)[0]
        at += 2
        while at + 4 <= min(end, len(data)):
            kind, length = struct.unpack_from(">HH", data, at)
            if kind == 0:
                size = struct.unpack_from(">H", data, at + 7)[0]
                return _found(data[at + 9 : at + 9 + size].decode("latin-1").lower(), NameSource.SNI)
            at += 4 + length
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
