"""Redundancy: rules that another rule says already."""

from collections.abc import Sequence
from ipaddress import ip_network

from roadworthy.network.policy import Peer, PeerKind, Ports, Rule


def spared(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules without those that another one covers, in the same order; they must all accept.

    What they let through together is the same.
    """
    kept: list[Rule] = []
    for number, each in enumerate(rules):
        earlier = any(covers(other, each) for other in kept)
        later = any(covers(other, each) and not covers(each, other) for other in rules[number + 1 :])
        if not earlier and not later:
            kept.append(each)
    return tuple(kept)


def covers(wide: Rule, narrow: Rule) -> bool:
    """Whether a rule matches everything that another one matches."""
    same = ("family", "protocol", "icmp_type", "icmp_code", "initiated", "ethertype")
    return (
        wide.sender is narrow.sender
        and all(getattr(wide, each) in {None, getattr(narrow, each)} for each in same)
        and (wide.ethertype is None) == (narrow.ethertype is None)
        and _ports(wide.device_ports, narrow.device_ports)
        and _ports(wide.peer_ports, narrow.peer_ports)
        and all(any(_peer(outer, inner) for inner in narrow.peers) for outer in wide.peers)
    )


def _ports(wide: tuple[Ports, ...] | None, narrow: tuple[Ports, ...] | None) -> bool:
    if wide is None:
        return True
    if narrow is None:
        return False
    return all(any(w.first <= n.first and n.last <= w.last for w in wide) for n in narrow)


def _peer(wide: Peer, narrow: Peer) -> bool:
    if wide == narrow:
        return True
    if wide.kind is not PeerKind.ADDRESS or narrow.kind is not PeerKind.ADDRESS:
        return False
    outer, inner = ip_network(wide.value), ip_network(narrow.value)
    return outer.version == inner.version and _within(outer, inner)


def _within(outer: object, inner: object) -> bool:
    return inner.subnet_of(outer)  # type: ignore[attr-defined,no-any-return]
