"""Packets for a policy: those around every bound of every rule, and many more, to hold an enforcer against.

Half of each packet is taken from a rule, half changed, so that most are near misses or near hits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import chain
from random import Random
from typing import Final

from roadworthy.network.packet import Address, Packet
from roadworthy.network.policy import Ports, Rule
from roadworthy.network.surroundings import Surroundings

ICMP_OF: Final = {4: 1, 6: 58}
PORTED: Final = frozenset({6, 17})
HITS: Final = 0.65
_PLAIN: Final = (6, 17, 6, 17, 1, 47)
_HIGHEST: Final = 65_535
_FOREIGN: Final[tuple[Address, ...]] = (
    IPv4Address("198.51.100.77"),
    IPv4Address("203.0.113.200"),
    IPv6Address("2001:db8:ff::77"),
    IPv6Address("2001:db8:fe::1"),
)


def packets_for(
    rules: Sequence[Rule],
    surroundings: Surroundings,
    told: Mapping[str, Sequence[Address]],
    count: int,
    random: Random,
) -> list[Packet]:
    """First packets of conversations, no two of the same.

    Args:
        rules: The rules that they try.
        surroundings: Who is who.
        told: The addresses of each DNS name.
        count: How many; those around the bounds come first.
        random: Where chance comes from.
    """
    found: dict[object, Packet] = {}
    usable = [each for each in rules if each.ethertype is None]
    hits = [(each, where) for each in usable if each.accept for where in _fitting(each, surroundings, told)]
    more = (
        _within(*random.choice(hits), random)
        if hits and random.random() < HITS
        else _varied(random.choice(usable), surroundings, told, random)
        for _ in iter(int, 1)
    )
    for packet in chain.from_iterable((_bounds(usable, surroundings, told, random), more)):
        if packet.peer is not None and _is_routed(packet.peer):
            found.setdefault(_conversation(packet), packet)
        if len(found) == count:
            break
    return list(found.values())


def _is_routed(address: Address) -> bool:
    """Whether a router passes on what is for an address."""
    return not (
        address.is_multicast
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_reserved
    ) and int(address) >> (address.max_prefixlen - 8) not in {0, 127, 255}


def _conversation(packet: Packet) -> object:
    """What tells conversations apart, whoever opens them."""
    ends = packet.peer, packet.protocol, packet.device_port, packet.peer_port
    if packet.icmp_type is None:
        return ends
    return *ends, packet.icmp_type, packet.icmp_code


def _bounds(
    rules: Iterable[Rule], surroundings: Surroundings, told: Mapping[str, Sequence[Address]], random: Random
) -> Iterator[Packet]:
    for rule in rules:
        for address in _addresses(rule, surroundings, told):
            basis = _within(rule, address, random)
            yield basis
            if basis.protocol in PORTED:
                yield from (replace(basis, device_port=port) for port in _edges(rule.device_ports or ()))
                yield from (replace(basis, peer_port=port) for port in _edges(rule.peer_ports or ()))
            if rule.icmp_type is not None:
                for kind in (rule.icmp_type - 1, rule.icmp_type + 1):
                    yield replace(basis, icmp_type=kind & 255, device_port=random.randrange(9), peer_port=0)


def _edges(ranges: Iterable[Ports]) -> Iterator[int]:
    for each in ranges:
        for port in (each.first - 1, each.first, each.last, each.last + 1):
            if 0 < port <= _HIGHEST:
                yield port


def _addresses(
    rule: Rule, surroundings: Surroundings, told: Mapping[str, Sequence[Address]]
) -> Iterator[Address]:
    """Both sides of each bound of whom a rule is about."""
    yield from _FOREIGN
    for peer in rule.peers:
        yield from told.get(peer.value, ())
        for network in surroundings.networks(peer) or ():
            first, last = int(network.network_address), int(network.broadcast_address)
            kind = type(network.network_address)
            for number in (first - 1, first, last, last + 1):
                if 0 < number < 1 << network.max_prefixlen:
                    yield kind(number)


def _fitting(
    rule: Rule, surroundings: Surroundings, told: Mapping[str, Sequence[Address]]
) -> Iterator[Address]:
    """Addresses that all conditions of a rule hold for."""
    for address in _addresses(rule, surroundings, told):
        names = frozenset(name for name, some in told.items() if address in some)
        packet = Packet(sender=rule.sender, opener=rule.sender, peer=address, names=names)
        if all(surroundings.holds(each, packet) for each in rule.peers):
            yield address


def _within(rule: Rule, address: Address, random: Random) -> Packet:
    """A packet that a rule is about, but for the address."""
    protocol = rule.protocol
    if protocol is None:
        protocol = ICMP_OF[address.version] if rule.icmp_type is not None else random.choice((6, 17))
    packet = Packet(sender=rule.sender, opener=rule.sender, peer=address, protocol=protocol)
    if protocol in PORTED:
        return replace(
            packet,
            device_port=_port(rule.device_ports, random),
            peer_port=_port(rule.peer_ports, random),
        )
    if protocol in ICMP_OF.values():
        kind = rule.icmp_type if rule.icmp_type is not None else random.choice((8, 13, 17, 128))
        code = rule.icmp_code if rule.icmp_code is not None else random.choice((0, 0, 1))
        return replace(packet, icmp_type=kind, icmp_code=code)
    return packet


def _port(ranges: tuple[Ports, ...] | None, random: Random) -> int:
    if not ranges:
        return random.randint(1, _HIGHEST)
    each = random.choice(ranges)
    return random.randint(max(1, each.first), each.last)


def _varied(
    rule: Rule, surroundings: Surroundings, told: Mapping[str, Sequence[Address]], random: Random
) -> Packet:
    address = random.choice((*_addresses(rule, surroundings, told), *_inside(rule, surroundings, random)))
    packet = _within(rule, address, random)
    change = random.randrange(6)
    if change == 0:
        other = random.choice(_PLAIN)
        packet = _within(replace(rule, protocol=other, icmp_type=None), address, random)
    elif change == 1 and packet.protocol in PORTED:
        packet = replace(packet, device_port=random.randint(1, _HIGHEST))
    elif change == 2 and packet.protocol in PORTED:  # noqa: PLR2004 -- one way of six
        packet = replace(packet, peer_port=random.randint(1, _HIGHEST))
    elif change == 3:  # noqa: PLR2004 -- as above
        packet = replace(packet, sender=packet.sender.other, opener=packet.opener.other)
    return packet


def _inside(rule: Rule, surroundings: Surroundings, random: Random) -> Iterator[Address]:
    for peer in rule.peers:
        for network in surroundings.networks(peer) or ():
            span = min(network.num_addresses, 1 << 24)
            yield ip_address(int(network.network_address) + random.randrange(span))
