"""Pricing: how much of what strangers do a rule would let through, before any stranger was seen.

A rule that names one host costs next to nothing; one that opens the web to any host costs nearly all that
enforcement is for. Learning weighs what a rule gains against this price, so it needs only the order of
magnitude. The numbers are rough shares of the conversations that household devices open, known from what
protocols are in use; none is fitted to a capture.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, ip_network
from math import prod
from typing import Final

from roadworthy.network.defaults import ICMP, ICMPV6, TCP, UDP
from roadworthy.network.policy import Peer, PeerKind, Ports, Rule, Side

NAMED: Final = 0.0005  # one host, by name: its provider may serve others there
HOST: Final = 0.0003  # one address
LOCAL_SHARE: Final = 0.3  # of what is opened to a service is opened to the local network
WEB: Final = {443: 0.3, 80: 0.15}
POPULAR_TCP: Final = frozenset({22, 23, 25, 53, 853, 1883, 5222, 5223, 5228, 8080, 8443, 8883})
POPULAR_UDP: Final = frozenset({67, 68, 137, 138, 443, 3478, 5355})
COMMON_UDP: Final = {1900: 0.06, 5353: 0.06, 53: 0.05, 123: 0.05}
ECHO: Final = frozenset({8, 128})
IPV4_SCALE: Final = {24: 0.004, 16: 0.03}
IPV6_SCALE: Final = {64: 0.004, 48: 0.01}
INBOUND: Final = 0.15  # of an open door: answers come through it too, and strangers must find it first
ONE_PORT: Final = 0.3
FROM: Final = {49152: 0.4, 32768: 0.7}  # ranges that ephemeral ports are taken from


def price(rule: Rule) -> float:
    """The share of the conversations of strangers that a rule would let through, 0 to 1."""
    service = _service(rule)
    if rule.sender is Side.PEER:
        service *= INBOUND
    return service * _hold(rule) * prod(map(_reach, rule.peers)) + _floor(rule)


def _hold(rule: Rule) -> float:
    """How much the port of the side that is no service holds back."""
    ports = rule.device_ports if rule.sender is Side.DEVICE else rule.peer_ports
    if ports is None or None in {rule.device_ports, rule.peer_ports}:
        return 1.0
    return max(FROM.get(each.first, 1.0) if each.last > each.first else ONE_PORT for each in ports)


def together(rules: Iterable[Rule]) -> float:
    """The share that some rules let through together, as if each stood for itself."""
    return 1.0 - prod(1.0 - min(price(each), 1.0) for each in rules)


def _floor(rule: Rule) -> float:
    """What one more rule costs at the least: somebody has to read it, and hosts change hands."""
    named = any(each.kind is PeerKind.NAME for each in rule.peers)
    return NAMED if named else HOST


def _reach(peer: Peer) -> float:
    """Which share of all other ends a condition holds for."""
    if peer.kind is PeerKind.ADDRESS:
        network = ip_network(peer.value)
        if network.network_address.is_multicast or network.network_address == IPv4Address(0xFFFFFFFF):
            return 1.0  # the service says it all
        scale = IPV4_SCALE if network.version == 4 else IPV6_SCALE  # noqa: PLR2004 -- a family
        return scale.get(network.prefixlen, HOST)
    if peer.kind is PeerKind.NAME:
        return NAMED
    return LOCAL_SHARE


def _service(rule: Rule) -> float:
    """How much of what is opened goes to a service, wherever that is."""
    if rule.protocol in {ICMP, ICMPV6}:
        return 0.03 if rule.icmp_type is None or rule.icmp_type in ECHO else 0.005
    ports = rule.peer_ports if rule.sender is Side.DEVICE else rule.device_ports
    if ports is None:
        ports = rule.device_ports if rule.sender is Side.DEVICE else rule.peer_ports
    if rule.protocol == TCP:
        return _tcp(ports)
    if rule.protocol == UDP:
        return _udp(ports)
    return 0.005 if rule.protocol is not None else 1.0


def _tcp(ports: tuple[Ports, ...] | None) -> float:
    if ports is None:
        return 0.7
    if any(each.first != each.last for each in ports):
        return 0.1
    single = {each.first for each in ports}
    return sum(WEB.get(each, 0.02 if each in POPULAR_TCP else 0.004) for each in single)


def _udp(ports: tuple[Ports, ...] | None) -> float:
    if ports is None:
        return 0.3
    if any(each.first != each.last for each in ports):
        return 0.05
    single = {each.first for each in ports}
    return sum(COMMON_UDP.get(each, 0.01 if each in POPULAR_UDP else 0.003) for each in single)
