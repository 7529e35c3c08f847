"""Candidates: all rules that could be said about what was seen, from the narrowest to the widest.

RFC 8520 can name hosts by exact DNS names, addresses, prefixes, local-networks and classes; it cannot say
"any host of this domain". So what is generalised is said otherwise: a number in a host's name is counted on
(``relay03`` after ``relay01`` and ``relay02``), addresses become a prefix, many hosts become any host on one
port, many ports become a range. Each candidate knows which sightings it covers; whether it is worth its price
is for `selection` to say.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_network
from typing import Final

from roadworthy.network.defaults import DNS_CLASS, DNS_PORT, NTP_CLASS, NTP_PORT, TCP
from roadworthy.network.flow import NameSource
from roadworthy.network.packet import Address
from roadworthy.network.policy import Peer, PeerKind, Ports, Rule, Side
from roadworthy.network.profile.pricing import price
from roadworthy.network.profile.sighting import Place, Sighting

RANGES: Final = (Ports(49152, 65535), Ports(32768, 65535), Ports(1024, 65535))
"""IANA's dynamic ports (RFC 6335 §6), Linux's own, and all that are not for the system."""
PREFIXES: Final = {4: (24, 16), 6: (64, 48)}
NUMBER: Final = re.compile(r"\d+")
MAX_COUNTED: Final = 32  # names made by counting on
CONSTANT: Final = 3  # episodes with the same port: no chance
VARIED: Final = 5  # different ports: enough to know where they are taken from
UNASKED: Final = 1.5  # times as dear: a name seen in a greeting only may never be asked for at the resolver
NUMBERED_DIGITS: Final = 3  # a longer number names a unit, not one of a row


class Width(StrEnum):
    """How far a candidate goes beyond what was seen."""

    EXACT = "as seen"
    COUNTED = "hosts whose names differ by a number"
    PREFIX = "neighbouring addresses"
    RANGE = "ports that change each time"
    ANYBODY = "any host on this port"
    ANYTHING = "any host on changing ports"


NEEDED: Final = {
    Width.EXACT: 1,
    Width.COUNTED: 2,
    Width.PREFIX: 2,
    Width.RANGE: 3,
    Width.ANYBODY: 2,
    Width.ANYTHING: 3,
}
"""How many different ones must have been seen before a candidate is thought of."""
BURDEN: Final = 40.0
"""How many more for a rule that opens all to any host; in proportion to its price."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Rules that go together, and what they cover.

    Args:
        width: How far it goes.
        rules: Without names and evidence; one, or one for each host of a row.
        covers: Numbers of the sightings.
        variants: What of each of these was generalised over, e.g. its address.
        cost: What strangers gain, of all the rules.
        needed: How many variants must be seen before it is thought of.
    """

    width: Width
    rules: tuple[Rule, ...]
    covers: tuple[int, ...]
    variants: tuple[object, ...]
    cost: float
    needed: int


_ORDER: Final = {each: number for number, each in enumerate(Width)}
_Draft = tuple[Width, tuple[Rule, ...], object]


def candidates(sightings: Sequence[Sighting]) -> tuple[Candidate, ...]:
    """All candidates, cheapest first, in a stable order."""
    found: defaultdict[tuple[Width, tuple[Rule, ...]], dict[int, object]] = defaultdict(dict)
    row = _rows(sightings)
    asked = _asked(sightings)
    for number, each in enumerate(sightings):
        for width, rules, variant in (*_drafts(each), *row(each)):
            found[width, rules][number] = variant
    made = (
        _candidate(width, rules, members, asked)
        for (width, rules), members in found.items()
        if len(set(members.values())) >= NEEDED[width]
    )
    fit = (each for each in made if len(set(each.variants)) >= each.needed)
    return tuple(sorted(fit, key=lambda each: (each.cost, _ORDER[each.width], repr(each.rules))))


def _candidate(
    width: Width, rules: tuple[Rule, ...], members: dict[int, object], asked: frozenset[str]
) -> Candidate:
    cost = sum(price(each) * (1.0 if _was_asked(each, asked) else UNASKED) for each in rules)
    wide = width in {Width.ANYBODY, Width.ANYTHING}
    return Candidate(
        width=width,
        rules=rules,
        covers=tuple(members),
        variants=tuple(members.values()),
        cost=cost,
        needed=NEEDED[width] + (round(cost * BURDEN) if wide else 0),
    )


def _asked(sightings: Iterable[Sighting]) -> frozenset[str]:
    """The names that the device was seen to ask the resolver for."""
    told = {flow.names for each in sightings if each.kind.names for flow in each.seen}
    return frozenset(each.name for names in told for each in names if each.source is NameSource.DNS)


def _was_asked(rule: Rule, asked: frozenset[str]) -> bool:
    return all(each.kind is not PeerKind.NAME or each.value in asked for each in rule.peers)


def _drafts(sighting: Sighting) -> Iterator[_Draft]:
    """What can be said about one sighting alone."""
    narrow = _narrowed(_base(sighting), sighting)
    base = _widened(_base(sighting))
    for peers in _peers(sighting):
        if peers[0].kind is PeerKind.CONTROLLER:
            yield Width.EXACT, (replace(base, peers=peers, family=None),), 0
            continue
        if narrow is not None:
            yield Width.EXACT, (replace(narrow, peers=peers),), 0
        yield Width.EXACT, (replace(base, peers=peers),), 0
        for ranged in _ranged(base):
            yield Width.RANGE, (replace(ranged, peers=peers),), _port(sighting)
    if sighting.place is Place.ELSEWHERE:
        yield from _wider(sighting, base)


@lru_cache(maxsize=4096)
def _prefixes(address: Address) -> tuple[Peer, ...]:
    """The networks that an address lies in."""
    networks = (ip_network((address, length), strict=False) for length in PREFIXES[address.version])
    return tuple(Peer(PeerKind.ADDRESS, str(each)) for each in networks)


def _wider(sighting: Sighting, base: Rule) -> Iterator[_Draft]:
    """What can be said about it with other hosts elsewhere."""
    if not sighting.kind.names:
        for peer in _prefixes(sighting.address):
            yield Width.PREFIX, (replace(base, peers=(peer,)),), sighting.address
    if not any(each.answered for each in sighting.seen):
        return  # to knock at many doors that nobody opens is to scan, not to work
    who = sighting.kind.names or sighting.address
    yield Width.ANYBODY, (base,), who
    for ranged in _ranged(base):
        yield Width.ANYTHING, (ranged,), (who, _port(sighting))


def _base(sighting: Sighting) -> Rule:
    """The rule for any other end: direction, protocol and service."""
    kind = sighting.kind
    return Rule(
        name="",
        sender=kind.opener,
        family=None if kind.names and sighting.place is Place.ELSEWHERE else sighting.address.version,
        protocol=kind.protocol if kind.protocol >= 0 else None,
        device_ports=_single(kind.device_port),
        peer_ports=_single(kind.peer_port),
        icmp_type=kind.icmp_type if kind.icmp_type >= 0 else None,
        icmp_code=None,
        initiated=kind.opener if kind.protocol == TCP else None,
    )


def _widened(base: Rule) -> Rule:
    """The same with the service's port alone."""
    if base.device_ports is None or base.peer_ports is None:
        return base
    if base.sender is Side.DEVICE:
        return replace(base, device_ports=None)
    return replace(base, peer_ports=None)


def _narrowed(base: Rule, sighting: Sighting) -> Rule | None:
    """The same with the port of the other side too, where that never changes.

    To a group, where everybody speaks to the same address and port, a range from which it is taken says who
    speaks: the systems of devices take theirs from different ones.
    """
    if base.device_ports is not None and base.peer_ports is not None:
        return base
    free = _free(sighting)
    if free is None:
        return None
    return replace(base, device_ports=free) if base.device_ports is None else replace(base, peer_ports=free)


def _free(sighting: Sighting) -> tuple[Ports, ...] | None:
    low, _, different = sighting.free
    if low < 0:
        return None
    if different == 1:
        return (Ports(low, low),) if len(sighting.flows) >= CONSTANT else None
    if sighting.place is not Place.GROUP or different < VARIED:
        return None
    return next(((each,) for each in RANGES[:2] if each.first <= low), None)


def _single(port: int) -> tuple[Ports, ...] | None:
    return None if port < 0 else (Ports(port, port),)


def _port(sighting: Sighting) -> int:
    return max(sighting.kind.device_port, sighting.kind.peer_port)


def _ranged(base: Rule) -> Iterator[Rule]:
    """The rule with a range in the place of its port."""
    for ports in (base.device_ports, base.peer_ports):
        if ports is None:
            continue
        for each in RANGES:
            if ports[0].first in each:
                if ports is base.device_ports:
                    yield replace(base, device_ports=(each,))
                else:
                    yield replace(base, peer_ports=(each,))


def _peers(sighting: Sighting) -> tuple[tuple[Peer, ...], ...]:
    """How the other end can be named exactly: by class, by name, by address."""
    if sighting.place is Place.MY_CONTROLLER:
        return ((Peer(PeerKind.MY_CONTROLLER),),)
    if sighting.place is Place.LOCAL:
        role = _role(sighting)
        return ((Peer(PeerKind.CONTROLLER, role),),) if role else ((Peer(PeerKind.LOCAL),),)
    if sighting.kind.names and sighting.place is Place.ELSEWHERE:
        return tuple((Peer(PeerKind.NAME, each),) for each in sighting.kind.names)
    return ((Peer(PeerKind.ADDRESS, str(ip_network(sighting.address))),),)


def _role(sighting: Sighting) -> str:
    """The class of servers that a local host serves here (RFC 8520 §6.2); empty for none."""
    if sighting.kind.opener is not Side.DEVICE:
        return ""
    return {DNS_PORT: DNS_CLASS, NTP_PORT: NTP_CLASS}.get(sighting.kind.peer_port, "")


def _rows(sightings: Iterable[Sighting]) -> Callable[[Sighting], Iterator[_Draft]]:
    """Says for a sighting which row of numbered hosts it belongs to."""
    numbers: defaultdict[tuple[Rule, str, int], set[int]] = defaultdict(set)
    for each in sightings:
        for pattern, width, number in _numbered(each):
            numbers[_widened(_base(each)), pattern, width].add(number)

    def row(sighting: Sighting) -> Iterator[_Draft]:
        base = _widened(_base(sighting))
        for pattern, width, number in _numbered(sighting):
            names = _row(pattern, width, numbers[base, pattern, width])
            if names:
                rules = tuple(replace(base, peers=(Peer(PeerKind.NAME, each),)) for each in names)
                yield Width.COUNTED, rules, number

    return row


def _numbered(sighting: Sighting) -> Iterator[tuple[str, int, int]]:
    """Each name with a number in it: the name around it, the number's width, and the number."""
    if sighting.place is not Place.ELSEWHERE:
        return
    for name in sighting.kind.names:
        host, dot, domain = name.partition(".")
        found = NUMBER.search(host[::-1])
        if not dot or not domain or found is None or len(found.group()) > NUMBERED_DIGITS:
            continue
        start, end = len(host) - found.end(), len(host) - found.start()
        digits = host[start:end]
        width = len(digits) if digits.startswith("0") else 0
        yield f"{host[:start]}%{host[end:]}.{domain}", width, int(digits)


def _row(pattern: str, width: int, numbers: set[int]) -> tuple[str, ...]:
    """The names of a row, as far as it likely goes: the highest number m of k gives m + m/k - 1."""
    if len(numbers) < NEEDED[Width.COUNTED]:
        return ()
    top = max(numbers)
    last = top + round(top / len(numbers)) - 1
    first = min(1, *numbers)
    if last - first >= MAX_COUNTED:
        first, last = min(numbers), top
    if last - first >= MAX_COUNTED:
        return ()
    head, tail = pattern.split("%", 1)
    return tuple(f"{head}{each:0{width}d}{tail}" for each in range(first, max(last, top) + 1))
