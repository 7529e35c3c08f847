"""Logged: what the kernel tells of packets that it stopped or let pass in learning (nfnetlink_log)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from roadworthy.network.packet import Address, Packet
from roadworthy.network.policy import Side

_NETLINK: Final = struct.Struct("=IHHII")
_GENERIC: Final = 4
_PACKET: Final = 4 << 8  # NFNL_SUBSYS_ULOG, NFULNL_MSG_PACKET
_ATTRIBUTE: Final = struct.Struct("=HH")
_KIND: Final = 0x3FFF
_MARK, _PAYLOAD, _PREFIX = 2, 9, 10
_V4_HEAD, _V6_HEAD, _PORTS = 20, 40, 4
_PORTED: Final = frozenset({6, 17, 33, 132, 136})
_ICMP: Final = frozenset({1, 58})


@dataclass(frozen=True, slots=True)
class Logged:
    """One packet that the kernel tells of.

    Args:
        number: Number of the device in its network.
        word: What happened to it: ``new`` (passed in learning), ``denied``, or ``cut`` (switched off).
        packet: The packet, seen from the device.
        own: The address of the device.
    """

    number: int
    word: str
    packet: Packet
    own: Address


def read_logged(data: bytes) -> Iterator[Logged]:
    """The packets in one datagram of the netlink socket; those that cannot be read are passed over."""
    at = 0
    while at + _NETLINK.size <= len(data):
        length, kind, *_ = _NETLINK.unpack_from(data, at)
        if length < _NETLINK.size:
            return
        if kind == _PACKET:
            found = _logged(dict(_attributes(data[at + _NETLINK.size + _GENERIC : at + length])))
            if found is not None:
                yield found
        at += (length + 3) & ~3


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size:
            return
        yield kind & _KIND, data[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3


def _logged(attributes: dict[int, bytes]) -> Logged | None:
    words = attributes.get(_PREFIX, b"").rstrip(b"\0").decode(errors="replace").split()
    mark = attributes.get(_MARK, b"")
    if len(words) != 3 or words[0] != "rw" or len(mark) != 4:  # noqa: PLR2004 -- as `ruleset` writes them
        return None
    side = Side.DEVICE if words[2] == "out" else Side.PEER
    read = read_packet(attributes.get(_PAYLOAD, b""), side)
    return Logged(int.from_bytes(mark, "big"), words[1], *read) if read else None


def read_packet(data: bytes, sender: Side) -> tuple[Packet, Address] | None:
    """A packet as it begins on the wire, seen from the device, and the device's address; None if it is none.

    Args:
        data: From the IP header on; what is above may be cut off after the first bytes.
        sender: Who sends it.
    """
    version = data[0] >> 4 if data else 0
    ends: tuple[Address, Address]
    if version == 4 and len(data) >= _V4_HEAD:  # noqa: PLR2004 -- of IP
        ends = IPv4Address(data[12:16]), IPv4Address(data[16:20])
        protocol, above = data[9], data[(data[0] & 15) * 4 :]
    elif version == 6 and len(data) >= _V6_HEAD:  # noqa: PLR2004 -- of IP
        ends = IPv6Address(data[8:24]), IPv6Address(data[24:40])
        protocol, above = data[6], data[_V6_HEAD:]
    else:
        return None
    out = sender is Side.DEVICE
    own, peer = ends if out else ends[::-1]
    ports: tuple[int | None, int | None] = (None, None)
    if protocol in _PORTED and len(above) >= _PORTS:
        ports = struct.unpack_from(">HH", above)
    mine, theirs = ports if out else ports[::-1]
    icmp = protocol in _ICMP and len(above) > 1
    packet = Packet(
        sender=sender,
        opener=sender,
        peer=peer,
        protocol=protocol,
        device_port=mine,
        peer_port=theirs,
        icmp_type=above[0] if icmp else None,
        icmp_code=above[1] if icmp else None,
    )
    return packet, own
