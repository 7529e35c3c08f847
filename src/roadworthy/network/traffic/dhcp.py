"""DHCPv4 messages (RFC 2131, RFC 2132): the fields and options, joined and unfolded. Nothing here raises."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import Final, NamedTuple

from roadworthy.network.traffic.datagrams import mac_text

CLIENT, SERVER = 68, 67
REQUEST, REPLY = 1, 2
COOKIE: Final = b"\x63\x82\x53\x63"
OPTIONS_AT: Final = 240
SNAME, FILE = slice(44, 108), slice(108, 236)
PAD, HOSTNAME, OVERLOAD, VENDOR_CLASS, END = 0, 12, 52, 60, 255
ETHERNET: Final = 1
MAC_LENGTH: Final = 6


class Message(NamedTuple):
    """One message.

    Args:
        operation: `REQUEST` or `REPLY`.
        mac: Of the client, as it says (chaddr).
        relayed: Whether a relay passed it on (giaddr).
        yours: The address given to the client (yiaddr).
        options: By number, each whole.
    """

    operation: int
    mac: str
    relayed: bool
    yours: IPv4Address
    options: Mapping[int, bytes]


def read_dhcp(data: bytes) -> Message | None:
    """The message in a datagram; None where it is none, or not of Ethernet.

    Options that stand in pieces are joined in their order (RFC 3396), those in the fields ``file`` and
    ``sname`` after the others (RFC 2132 §9.3).
    """
    if len(data) < OPTIONS_AT or data[236:OPTIONS_AT] != COOKIE or tuple(data[1:3]) != (ETHERNET, MAC_LENGTH):
        return None
    found: dict[int, bytes] = {}
    _gather(found, data[OPTIONS_AT:])
    overload = found.get(OVERLOAD, b"\0")[0] if found.get(OVERLOAD) else 0
    if overload & 1:
        _gather(found, data[FILE])
    if overload & 2:
        _gather(found, data[SNAME])
    return Message(
        operation=data[0],
        mac=mac_text(data[28 : 28 + MAC_LENGTH]),
        relayed=data[24:28] != b"\0" * 4,
        yours=IPv4Address(data[16:20]),
        options=found,
    )


def text(value: bytes) -> str:
    """A text that came over the wire, fit to be shown: printable ASCII only, without the zeros at its end."""
    return "".join(chr(each) if 0x20 <= each < 0x7F else "?" for each in value.rstrip(b"\0"))  # noqa: PLR2004 -- ASCII


def _gather(found: dict[int, bytes], data: bytes) -> None:
    for number, value in _options(data):
        found[number] = found.get(number, b"") + value


def _options(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data) and data[at] != END:
        if data[at] == PAD:
            at += 1
            continue
        if at + 1 >= len(data) or at + 2 + data[at + 1] > len(data):
            return
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
