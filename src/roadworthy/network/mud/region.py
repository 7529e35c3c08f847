"""Regions: sets of conversations, exactly, so that one policy can be taken away from another.

A region is a union of boxes. A box has a range for each field that rules look at, and conditions on the other
end that hold (``yes``) or do not (``no``). Conditions that only a network can decide, such as a DNS name or
"my controller", are taken as independent of each other and of addresses: what is in a region may happen in
some network, and what is in none cannot happen anywhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from itertools import combinations, product
from typing import Final, NamedTuple

from roadworthy.model.errors import PolicyError
from roadworthy.network.defaults import ICMP, ICMPV6, TCP, UDP
from roadworthy.network.packet import Packet
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.surroundings import Surroundings

Spans = tuple[tuple[int, int], ...]
"""Numbers as spans, both ends within, in order, none touching the next."""
FRAME: Final = 0
"""In place of a family: what is not IP."""
FAMILIES: Final = (4, 6)
ICMP_OF: Final = {4: ICMP, 6: ICMPV6}
PORTS: Final[Spans] = ((0, 65535),)
BYTE: Final[Spans] = ((0, 255),)
ADDRESSES: Final[dict[int, Spans]] = {4: ((0, 2**32 - 1),), 6: ((0, 2**128 - 1),)}
MOST_STEPS: Final = 2_000_000
MOST_SUBSETS: Final = 6
SIMPLER: Final = "Compare them rule by rule; `roadworthy profile show` lists the rules of each."


class Field(NamedTuple):
    """Which conversations a box is about.

    Args:
        opener: Who opens them.
        family: 4, 6 or `FRAME`.
        protocol: 6, 17, that of ICMP, or 0 for any other one.
    """

    opener: Side
    family: int
    protocol: int


@dataclass(frozen=True, slots=True)
class Box:
    """Some conversations of one field.

    Args:
        field: Which.
        spans: For TCP and UDP: ports of the device and of the other end; for ICMP: type and code; for other
            protocols: their numbers; for frames: their types. Then, for IP, the addresses of the other end.
        yes: Conditions on the other end that hold.
        no: Conditions that do not.
        rules: Names of the rules that it comes from.
        but: Boxes that were taken away and not cut out: each asks for a condition that this box does not, so
            that, whatever they are, something of this box is left.
    """

    field: Field
    spans: tuple[Spans, ...]
    yes: frozenset[Peer] = frozenset()
    no: frozenset[Peer] = frozenset()
    rules: tuple[str, ...] = ()
    but: tuple["Box", ...] = ()

    def meets(self, other: "Box") -> bool:
        """Whether something may be in both."""
        return (
            self.field == other.field
            and not self.yes & other.no
            and not self.no & other.yes
            and all(_both(mine, theirs) for mine, theirs in zip(self.spans, other.spans, strict=True))
        )

    def less(self, other: "Box") -> list["Box"]:
        """What is left of it without another one, as boxes that share nothing."""
        if self.field != other.field or self.yes & other.no or self.no & other.yes:
            return [self]
        common = [_both(mine, theirs) for mine, theirs in zip(self.spans, other.spans, strict=True)]
        if not all(common):
            return [self]
        left: list[Box] = []
        rest = self
        for at, inner in enumerate(common):
            if outer := _without(rest.spans[at], inner):
                left.append(replace(rest, spans=(*rest.spans[:at], outer, *rest.spans[at + 1 :])))
            rest = replace(rest, spans=(*rest.spans[:at], inner, *rest.spans[at + 1 :]))
        for peer in sorted(other.yes - self.yes):
            left.append(replace(rest, no=rest.no | {peer}))
            rest = replace(rest, yes=rest.yes | {peer})
        for peer in sorted(other.no - self.no):
            left.append(replace(rest, yes=rest.yes | {peer}))
            rest = replace(rest, no=rest.no | {peer})
        return left

    def contains(self, packet: Packet, surroundings: Surroundings) -> bool:
        """Whether the conversation of a packet is in it."""
        return (
            self.field == _field_of(packet)
            and all(
                any(first <= value <= last for first, last in spans)
                for value, spans in zip(_values(packet), self.spans, strict=True)
            )
            and all(surroundings.holds(each, packet) for each in self.yes)
            and not any(surroundings.holds(each, packet) for each in self.no)
            and not any(each.contains(packet, surroundings) for each in self.but)
        )


def allowed(policy: Policy) -> tuple[Box, ...]:
    """What a policy lets pass: what its rules accept, less what earlier rules of the same sender do not.

    Raises:
        PolicyError: Its rules are too entangled.
    """
    found: list[Box] = []
    barred: list[Box] = []
    steps = _Steps()
    for rule in policy.rules:
        boxes = list(_boxes(rule))
        if not rule.accept:
            barred += boxes
        elif not rule.unheld:
            found += steps.less(boxes, barred)
    return tuple(found)


def without(some: Iterable[Box], others: Sequence[Box]) -> tuple[Box, ...]:
    """What is left of some boxes without others.

    Raises:
        PolicyError: They are too entangled.
    """
    same = {(each.field, each.spans, each.yes, each.no) for each in others}
    changed = [each for each in some if (each.field, each.spans, each.yes, each.no) not in same]
    known, steps = _Known(others), _Steps()
    return tuple(left for each in changed for left in known.taken_from(each, steps))


def within(some: Spans, others: Spans) -> bool:
    """Whether all numbers of some spans are in others."""
    return not _without(some, others)


class _Steps:
    """Counts what it costs to take boxes away from boxes."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def spend(self, many: int) -> None:
        self._left -= many
        if self._left < 0:
            raise PolicyError("the rules are too many, and too entangled, to compare", hint=SIMPLER)

    def less(self, some: Iterable[Box], others: Sequence[Box]) -> list[Box]:
        """All of the others cut out."""
        left = list(some)
        for other in others:
            self.spend(len(left) * (1 + len(left[0].no)) if left else 0)
            left = [piece for each in left for piece in each.less(other)]
        return left


class _Known:
    """Boxes to take away, found by the conditions that they ask for."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        fields: dict[Field, list[Box]] = {}
        self._plain: dict[tuple[Field, frozenset[Peer]], list[Box]] = {}
        self._odd: dict[Field, list[Box]] = {}
        for each in boxes:
            fields.setdefault(each.field, []).append(each)
            if each.no:
                self._odd.setdefault(each.field, []).append(each)
            else:
                self._plain.setdefault((each.field, each.yes), []).append(each)
        self._all = {key: tuple(each) for key, each in fields.items()}

    def taken_from(self, box: Box, steps: _Steps) -> Iterator[Box]:
        """What is left of a box. What asks for no more than the box is cut out, the rest is named."""
        pieces = [box]
        while pieces:
            piece = pieces.pop()
            cutting = next((each for each in self._cutting(piece, steps) if piece.meets(each)), None)
            if cutting is None:
                yield replace(piece, but=self._all.get(piece.field, ()))
            else:
                pieces += reversed(piece.less(cutting))

    def _cutting(self, piece: Box, steps: _Steps) -> Iterator[Box]:
        """The boxes that may leave nothing of a piece, alone or together."""
        for some in self._within(piece):
            for each in some:
                steps.spend(1)
                yield each
        for each in self._odd.get(piece.field, ()):
            steps.spend(1)
            if each.no - piece.no or not each.yes - piece.yes:
                yield each

    def _within(self, piece: Box) -> Iterator[list[Box]]:
        """Those that ask for some of the conditions of a piece, and for no others."""
        peers = sorted(piece.yes)
        if len(peers) > MOST_SUBSETS:
            of_field = ((yes, some) for (field, yes), some in self._plain.items() if field == piece.field)
            yield from (some for yes, some in of_field if yes <= piece.yes)
            return
        for count in range(len(peers) + 1):
            for chosen in combinations(peers, count):
                yield self._plain.get((piece.field, frozenset(chosen)), [])


def _boxes(rule: Rule) -> Iterator[Box]:
    """The boxes of one rule, its verdict aside."""
    if rule.initiated not in {None, rule.sender}:
        return
    if rule.ethertype is not None:
        if not rule.peers:
            yield Box(
                Field(rule.sender, FRAME, 0), (((rule.ethertype, rule.ethertype),),), rules=(rule.name,)
            )
        return
    yes = frozenset(each for each in rule.peers if each.kind is not PeerKind.ADDRESS)
    for family, protocol in product(FAMILIES, (TCP, UDP, -1, 0)):
        if rule.family not in {None, family}:
            continue
        where = _addresses(rule.peers, family)
        known = ICMP_OF[family] if protocol < 0 else protocol
        spans = _spans(rule, family, known)
        if where and spans and all(spans):
            yield Box(Field(rule.sender, family, known), (*spans, where), yes, rules=(rule.name,))


def _spans(rule: Rule, family: int, protocol: int) -> tuple[Spans, ...] | None:
    """What a rule asks of the fields of a protocol; None where it is about another one."""
    with_ports = rule.device_ports is not None or rule.peer_ports is not None
    with_icmp = rule.icmp_type is not None or rule.icmp_code is not None
    if protocol == 0:
        named = {TCP, UDP, ICMP_OF[family]}
        asked = BYTE if rule.protocol is None else ((rule.protocol, rule.protocol),)
        rest = _without(asked, _joined((each, each) for each in named))
        return None if with_ports or with_icmp else (rest,)
    if rule.protocol not in {None, protocol}:
        return None
    if protocol in {TCP, UDP}:
        return None if with_icmp else (_ports(rule.device_ports), _ports(rule.peer_ports))
    return None if with_ports else (_exactly(rule.icmp_type), _exactly(rule.icmp_code))


def _ports(ports: tuple[Ports, ...] | None) -> Spans:
    return PORTS if ports is None else _both(_joined((each.first, each.last) for each in ports), PORTS)


def _exactly(value: int | None) -> Spans:
    return BYTE if value is None else ((value, value),)


def _addresses(peers: Iterable[Peer], family: int) -> Spans:
    """The addresses that all conditions on them leave; none where one is of the other family."""
    left: Spans = ADDRESSES[family]
    for peer in peers:
        if peer.kind is PeerKind.ADDRESS:
            network = ip_network(peer.value)
            if network.version != family:
                return ()
            first = int(network.network_address)
            left = _both(left, ((first, first + network.num_addresses - 1),))
    return left


def _field_of(packet: Packet) -> Field:
    if packet.peer is None:
        return Field(packet.opener, FRAME, 0)
    family = packet.peer.version
    known = packet.protocol in {TCP, UDP, ICMP_OF[family]}
    return Field(packet.opener, family, packet.protocol if known and packet.protocol else 0)


def _values(packet: Packet) -> tuple[int, ...]:
    """The fields of a packet in the order of `Box.spans`; -1 where it has none."""
    if packet.peer is None:
        return (_or_none(packet.ethertype),)
    where = int(packet.peer)
    if packet.protocol in {TCP, UDP}:
        return _or_none(packet.device_port), _or_none(packet.peer_port), where
    if packet.protocol == ICMP_OF[packet.peer.version]:
        return _or_none(packet.icmp_type), _or_none(packet.icmp_code), where
    return _or_none(packet.protocol), where


def _or_none(value: int | None) -> int:
    return -1 if value is None else value


def _joined(spans: Iterable[tuple[int, int]]) -> Spans:
    made: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if made and first <= made[-1][1] + 1:
            made[-1] = made[-1][0], max(last, made[-1][1])
        elif first <= last:
            made.append((first, last))
    return tuple(made)


def _both(some: Spans, others: Spans) -> Spans:
    pairs = product(some, others)
    spans = ((max(one[0], other[0]), min(one[1], other[1])) for one, other in pairs)
    return tuple(sorted(each for each in spans if each[0] <= each[1]))


def _without(some: Spans, others: Spans) -> Spans:
    left = list(some)
    for first, last in others:
        cut: list[tuple[int, int]] = []
        for low, high in left:
            if last < low or high < first:
                cut.append((low, high))
                continue
            if low < first:
                cut.append((low, first - 1))
            if last < high:
                cut.append((last + 1, high))
        left = cut
    return tuple(left)
