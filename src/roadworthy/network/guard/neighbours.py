"""Neighbours: which address a device uses, by what it tells its neighbours (RFC 826, RFC 4861, RFC 4862)."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from roadworthy.network.packet import Address

ARP: Final = b"\x08\x06"
IPV6: Final = b"\x86\xdd"
_HEADER: Final = 14
_ARP_KIND: Final = b"\x00\x01\x08\x00\x06\x04"
_ICMPV6: Final = 58
_SOLICITATION, _ADVERTISEMENT = 135, 136
_SHORTEST_ARP: Final = 42
_SHORTEST_ND: Final = 78
_LAST_HOP: Final = 255


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A MAC address, lower case with colons, and an address that it uses."""

    mac: str
    address: Address


def neighbour_of(frame: bytes) -> Neighbour | None:
    """Who says in a frame that an address is its own; None if nobody does.

    The sender of the frame must be who the message speaks of: nobody may speak for others.
    """
    kind = frame[12:_HEADER]
    found = _arp(frame) if kind == ARP else _discovery(frame) if kind == IPV6 else None
    return Neighbour(frame[6:12].hex(":"), found) if found is not None else None


def _arp(frame: bytes) -> Address | None:
    if len(frame) < _SHORTEST_ARP or frame[14:20] != _ARP_KIND or frame[22:28] != frame[6:12]:
        return None
    address = IPv4Address(frame[28:32])
    return None if address.is_unspecified else address


def _discovery(frame: bytes) -> Address | None:
    """The target of a solicitation for itself (duplicate detection) or an advertisement; else the source."""
    if len(frame) < _SHORTEST_ND or frame[20] != _ICMPV6 or frame[21] != _LAST_HOP:
        return None
    source, target = IPv6Address(frame[22:38]), IPv6Address(frame[62:78])
    if frame[54] == _ADVERTISEMENT or (frame[54] == _SOLICITATION and source.is_unspecified):
        return target
    return source if frame[54] == _SOLICITATION else None
