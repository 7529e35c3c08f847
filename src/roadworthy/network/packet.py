"""Packet: what the matcher decides about, seen from the device."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from roadworthy.network.policy import Side

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet between a device and another end.

    Args:
        sender: Who sends it.
        opener: Who sent the first packet of the conversation that it belongs to.
        peer: Address of the other end; None for a frame that is not IP.
        protocol: IP protocol number; None likewise.
        device_port: Port at the device; None where the protocol has none.
        peer_port: Port at the other end, likewise.
        icmp_type: ICMP or ICMPv6 type.
        icmp_code: ICMP or ICMPv6 code.
        ethertype: Of a frame that is not IP.
        names: DNS names by which the device knows the other end, in lower case, if it is known.
    """

    sender: Side
    opener: Side
    peer: Address | None
    protocol: int | None = None
    device_port: int | None = None
    peer_port: int | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None
    ethertype: int | None = None
    names: frozenset[str] = frozenset()
