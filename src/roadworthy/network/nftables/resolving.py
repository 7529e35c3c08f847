"""Resolving: a rule with its peers turned into addresses, and which of two ways it goes into the kernel.

Most rules say "this host, this port". Those become elements of sets that all devices share, so that a packet
costs the same however many devices there are. The others become a line in a chain of their device.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from itertools import product
from typing import Final

from roadworthy.network.defaults import TCP, UDP
from roadworthy.network.network_file import Device
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.surroundings import Networks, Surroundings

_MOST_ELEMENTS: Final = 64
_LOCAL: Final = (Peer(PeerKind.LOCAL),)
_SAME_FOR_ALL: Final = frozenset({PeerKind.ADDRESS, PeerKind.NAME, PeerKind.LOCAL, PeerKind.CONTROLLER})


@dataclass(frozen=True, slots=True)
class Resolved:
    """One rule as this network sees it.

    Args:
        rule: The rule.
        networks: Where the other end must lie; None for anywhere.
        names: DNS names under all of which the device must have been told the other end.
    """

    rule: Rule
    networks: Networks | None
    names: tuple[str, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """What it means, its name and evidence aside: equal keys, equal lines in the kernel."""
        rule = self.rule
        ports = rule.device_ports, rule.peer_ports
        kinds = rule.family, rule.protocol, rule.icmp_type, rule.icmp_code
        return rule.sender, rule.accept, kinds, ports, self.networks, self.names


@dataclass(frozen=True, slots=True)
class Resolution:
    """The rules of one device.

    Args:
        quick: Those that become elements.
        general: Those that become lines, in order.
        left_out: Those that this target cannot hold, each with the reason.
    """

    quick: tuple[Resolved, ...]
    general: tuple[Resolved, ...]
    left_out: tuple[tuple[Rule, str], ...]


def is_same_for_all(policy: Policy) -> bool:
    """Whether its rules mean the same to every device of a network: none speaks of the device's relations."""
    return all(peer.kind in _SAME_FOR_ALL for rule in policy.rules for peer in rule.peers)


def resolve(device: Device) -> Resolution:
    """Sort the rules of a device by the way they go."""
    quick: list[Resolved] = []
    general: list[Resolved] = []
    left_out: list[tuple[Rule, str]] = []
    ordered: set[Side] = set()  # senders for whom a rule that refuses has come: from there on, order counts
    for rule in device.policy.rules:
        reason = why_not(rule)
        if reason:
            left_out.append((rule, reason))
            continue
        resolved = resolved_rule(rule, device.surroundings)
        if not rule.accept:
            ordered.add(rule.sender)
        if resolved.networks == ():
            continue  # nobody is who it speaks of
        way = quick if rule.sender not in ordered and is_quick(resolved) else general
        way.append(resolved)
    return Resolution(tuple(quick), tuple(general), tuple(left_out))


def why_not(rule: Rule) -> str:
    """Why a rule has no place in the kernel; empty if it has one."""
    if rule.ethertype is not None:
        return "it is about frames that are not IP, which a router does not pass on"
    if rule.unheld and rule.accept:
        return f"it also demands {', '.join(rule.unheld)}, which nobody here can hold"
    if rule.initiated not in {None, rule.sender}:
        return "it is about answers, which pass with the conversation that they belong to"
    return ""


def resolved_rule(rule: Rule, surroundings: Surroundings) -> Resolved:
    """One rule with its peers turned into networks and names."""
    networks: Networks | None = None
    for peer in rule.peers:
        found = surroundings.networks(peer)
        if found is not None:
            networks = found if networks is None else intersection(networks, found)
    names = tuple(sorted({each.value for each in rule.peers if each.kind is PeerKind.NAME}))
    if networks is not None and rule.family:
        networks = tuple(each for each in networks if each.version == rule.family)
    if networks is not None and len(networks) > 1:
        networks = tuple(dict.fromkeys(networks))
    return Resolved(rule, networks, names)


def intersection(some: Networks, others: Networks) -> Networks:
    """What lies in both: networks lie one in another, or apart."""
    return tuple(both for one, other in product(some, others) for both in _common(one, other))


def _common(one: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> Networks:
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network):
        return (one,) if one.subnet_of(other) else (other,) if other.subnet_of(one) else ()
    if isinstance(one, IPv6Network) and isinstance(other, IPv6Network):
        return (one,) if one.subnet_of(other) else (other,) if other.subnet_of(one) else ()
    return ()


def service(rule: Rule) -> tuple[tuple[Ports, ...] | None, tuple[Ports, ...] | None]:
    """The ports of a rule as its packets carry them: at the opener, at the one who is called."""
    if rule.sender is Side.DEVICE:
        return rule.device_ports, rule.peer_ports
    return rule.peer_ports, rule.device_ports


def is_local(resolved: Resolved) -> bool:
    """Whether the other end is any host of the local networks."""
    return resolved.rule.peers == _LOCAL


def is_quick(resolved: Resolved) -> bool:
    """Whether a rule can become elements."""
    rule = resolved.rule
    caller, called = service(rule)
    if caller is not None or rule.icmp_type is not None or rule.icmp_code is not None:
        return False
    if rule.protocol is None:
        return called is None and (resolved.names != () or _hosts(resolved.networks))
    if rule.protocol not in {TCP, UDP} or called is None:
        return False
    wide = sum(each.last - each.first + 1 for each in called)
    where = resolved.networks is None or is_local(resolved) or resolved.names or _hosts(resolved.networks)
    return bool(where) and wide * max(1, len(resolved.networks or ())) <= _MOST_ELEMENTS


def _hosts(networks: Networks | None) -> bool:
    return networks is not None and all(each.prefixlen == each.max_prefixlen for each in networks)


def ports_of(ranges: Iterable[Ports]) -> tuple[int, ...]:
    """Each single port."""
    return tuple(sorted({port for each in ranges for port in range(each.first, each.last + 1)}))
