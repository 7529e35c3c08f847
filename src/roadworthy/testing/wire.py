"""A gateway between two cables, for tests of what it lets through: each packet is told apart."""

import select
import socket
import struct
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from roadworthy.network.packet import Address, Packet
from roadworthy.network.policy import Side
from roadworthy.testing.namespaces import Host, Hosts, set_up
from roadworthy.testing.traffic import ICMP, ICMPV6, IPV4, IPV6, SYN, TCP, UDP, ethernet, ip

DEVICE: Final = "02:00:00:00:00:10"
GATEWAY, FAR, AWAY = "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"
OWN: Final[Mapping[int, Address]] = {4: IPv4Address("192.168.77.20"), 6: IPv6Address("fd77::20")}
"""The addresses of the device."""
AT_ONCE: Final = 50
PATIENCE: Final = 0.2


@dataclass
class Wire:
    """The gateway between the device's cable and all others'."""

    gateway: Host
    near: socket.socket
    far: socket.socket

    def load(self, text: str) -> None:
        """Put a ruleset into force, and forget all conversations."""
        self.gateway.run("nft", "-f", "-", given=text)
        self.gateway.run("conntrack", "-F")

    def decide(self, packets: Sequence[Packet]) -> list[bool]:
        """Send each as the first packet of a conversation; which came out at the other side."""
        passed = [False] * len(packets)
        for start in range(0, len(packets), AT_ONCE):
            for number in range(start, min(start + AT_ONCE, len(packets))):
                packet = packets[number]
                out = packet.sender is Side.DEVICE
                (self.near if out else self.far).send(frame(packet, number))
            self._gather(passed, 0)
        self._gather(passed, PATIENCE)
        return passed

    def _gather(self, passed: list[bool], patience: float) -> None:
        while ready := select.select([self.near, self.far], [], [], patience)[0]:
            for each in ready:
                data, sender = each.recvfrom(2048)
                if sender[2] != socket.PACKET_OUTGOING and data[-16:-8] == MARK:
                    passed[struct.unpack("!Q", data[-8:])[0]] = True


MARK: Final = b"rwpacket"


def frame(packet: Packet, number: int) -> bytes:
    """A packet as it lies on the cable; its number is in the payload."""
    if packet.peer is None:
        raise ValueError("a frame that is not IP")
    out = packet.sender is Side.DEVICE
    own = OWN[packet.peer.version]
    ends = (own, packet.peer) if out else (packet.peer, own)
    ported = (packet.device_port or 0, packet.peer_port or 0)
    sport, dport = ported if out else ported[::-1]
    payload = MARK + struct.pack("!Q", number)
    if packet.protocol == TCP:
        payload = struct.pack("!HHIIBBHHH", sport, dport, number, 0, 0x50, SYN, 1000, 0, 0) + payload
    elif packet.protocol == UDP:
        payload = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
    elif packet.protocol in {ICMP, ICMPV6}:
        payload = struct.pack("!BBHI", packet.icmp_type, packet.icmp_code, 0, number) + payload
    inside = ip(str(ends[0]), str(ends[1]), packet.protocol or 0, payload)
    macs = (DEVICE, GATEWAY) if out else (AWAY, FAR)
    return ethernet(*macs, IPV6 if isinstance(packet.peer, IPv6Address) else IPV4, inside)


def laid(stack: ExitStack) -> Wire:
    """Lay the cables. Everything that is not the device's lies behind the far one."""
    hosts = Hosts(stack)
    gateway, near, far = (hosts.host(each) for each in ("gateway", "near", "far"))
    hosts.wire((near, "eth0"), (gateway, "lan"))
    hosts.wire((far, "eth0"), (gateway, "wan"))
    set_up(near, "eth0", DEVICE, ())
    set_up(far, "eth0", AWAY, ())
    set_up(gateway, "lan", GATEWAY, ("172.31.0.1/32", "fd99::1/128"))
    set_up(gateway, "wan", FAR, ("172.31.1.1/24", "fd98::1/64"))
    gateway.sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
    gateway.sysctl("net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.lan.rp_filter=0")
    gateway.sysctl("net.ipv4.conf.wan.rp_filter=0", "net.netfilter.nf_conntrack_checksum=0")
    for family, next_hop in (("-4", "172.31.1.2"), ("-6", "fd98::2")):
        gateway.ip(f"neigh add {next_hop} lladdr {AWAY} nud permanent dev wan")
        gateway.ip(f"{family} route add default via {next_hop} dev wan")
    for each in OWN.values():
        gateway.ip(f"neigh add {each} lladdr {DEVICE} nud permanent dev lan")
        gateway.ip(f"{'-6 ' if isinstance(each, IPv6Address) else ''}route add {each} dev lan")
    return Wire(gateway, near.frames("eth0"), far.frames("eth0"))
