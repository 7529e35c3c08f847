"""Datagrams in Ethernet frames: what a reader of DHCP needs to find its message (RFC 768, 791, 8200)."""

import struct
from contextlib import suppress
from typing import Final, NamedTuple

TAGS: Final = frozenset({0x8100, 0x88A8})
MAX_TAGS: Final = 4
IPV4: Final = 0x0800
IPV6: Final = 0x86DD
UDP: Final = 17
EXTENSIONS: Final = frozenset({0, 43, 60})
"""Headers of IPv6 that may stand before the payload; a fragment (44) is not put together here."""
MAX_EXTENSIONS: Final = 8


class Ethernet(NamedTuple):
    """A frame: who sends it (MAC), of which type it is, and what it holds, tags passed over."""

    source: str
    ethertype: int
    payload: bytes


class Datagram(NamedTuple):
    """What UDP carries: the ports and the payload."""

    source_port: int
    target_port: int
    payload: bytes


def ethernet(frame: bytes) -> Ethernet | None:
    """The frame, its VLAN tags passed over (IEEE 802.1Q); None where it is cut short."""
    at = 12
    for _ in range(MAX_TAGS):
        if len(frame) < at + 2:
            return None
        kind = int.from_bytes(frame[at : at + 2], "big")
        at += 2
        if kind not in TAGS:
            return Ethernet(mac_text(frame[6:12]), kind, frame[at:])
        at += 2
    return None


def datagram(packet: Ethernet) -> Datagram | None:
    """The datagram in a frame; None where there is none, or only a part of one."""
    with suppress(struct.error, IndexError):
        if packet.ethertype == IPV4:
            return _of_ipv4(packet.payload)
        if packet.ethertype == IPV6:
            return _of_ipv6(packet.payload)
    return None


def mac_text(data: bytes) -> str:
    """A MAC address as it is written here: lower case, with colons."""
    return data.hex(":")


def _of_ipv4(packet: bytes) -> Datagram | None:
    head, length, pieces = packet[0], *struct.unpack_from(">H2xH", packet, 2)
    if head >> 4 != 4 or packet[9] != UDP or pieces & 0x3FFF:  # noqa: PLR2004 -- version 4
        return None
    return _udp(packet[(head & 15) * 4 : length])


def _of_ipv6(packet: bytes) -> Datagram | None:
    length, following = struct.unpack_from(">HB", packet, 4)
    if packet[0] >> 4 != 6:  # noqa: PLR2004 -- version 6
        return None
    rest = packet[40 : 40 + length]
    for _ in range(MAX_EXTENSIONS):
        if following not in EXTENSIONS:
            break
        following, rest = rest[0], rest[(rest[1] + 1) * 8 :]
    return _udp(rest) if following == UDP else None


def _udp(data: bytes) -> Datagram | None:
    source, target, length = struct.unpack_from(">HHH", data)
    return Datagram(source, target, data[8:length]) if 8 <= length <= len(data) else None  # noqa: PLR2004 -- its head
