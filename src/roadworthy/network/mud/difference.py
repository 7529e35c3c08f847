"""Difference by meaning: what one policy allows and another does not; order and names do not matter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, summarize_address_range
from typing import Final
from urllib.parse import urlsplit

from roadworthy.network.defaults import TCP, UDP
from roadworthy.network.mud.region import (
    ADDRESSES,
    BYTE,
    FRAME,
    PORTS,
    Box,
    Spans,
    allowed,
    within,
    without,
)
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule
from roadworthy.network.profile.wording import describe

MOST_SHOWN: Final = 4
BOTH: Final = frozenset({4, 6})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that one policy allows and the other does not.

    Args:
        words: It in one sentence.
        rules: Names of the rules that allow it.
    """

    words: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changed from an old policy to a new one, by meaning; nothing where both are empty.

    Args:
        newly: What the new one allows and the old one did not.
        no_longer: What the old one allowed and the new one does not.
    """

    newly: tuple[Change, ...]
    no_longer: tuple[Change, ...]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.newly or self.no_longer)


def difference(old: Policy, new: Policy) -> Difference:
    """What changed.

    Exact: every conversation that one of the two allows and the other does not is in it, and no other.

    Raises:
        PolicyError: The rules are too many, and too entangled.
    """
    before, after = allowed(canonical(old)), allowed(canonical(new))
    return Difference(newly=_told(without(after, before)), no_longer=_told(without(before, after)))


def canonical(policy: Policy) -> Policy:
    """The policy with one way to say each condition: one's own manufacturer is the same manufacturer."""
    own = (urlsplit(policy.mud_url).netloc or "").lower()
    if not own:
        return policy
    mine = Peer(PeerKind.MANUFACTURER, own)
    same = Peer(PeerKind.SAME_MANUFACTURER)
    return replace(
        policy,
        rules=tuple(
            replace(rule, peers=tuple(same if each == mine else each for each in rule.peers))
            for rule in policy.rules
        ),
    )


def _told(boxes: Sequence[Box]) -> tuple[Change, ...]:
    """In words, each sentence once, in the order of the rules; the family where it is not both."""
    rules: dict[str, dict[str, None]] = {}
    families: dict[str, set[int]] = {}
    for box in boxes:
        words = _words(box)
        rules.setdefault(words, {}).update(dict.fromkeys(box.rules))
        families.setdefault(words, set()).add(box.field.family)
    return tuple(
        Change(words=_with_family(words, families[words]), rules=tuple(names))
        for words, names in rules.items()
    )


def _with_family(words: str, families: set[int]) -> str:
    if FRAME in families or families == BOTH or "over IPv" in words:
        return words
    return f"{words.removesuffix('.')}, over IPv{min(families)}."


def _words(box: Box) -> str:
    protocol, family = box.field.protocol, box.field.family
    if family == FRAME:
        ((first, _),) = box.spans[0][:1]
        return describe(Rule(name="", sender=box.field.opener, ethertype=first))
    *spans, where = box.spans
    rule = Rule(name="", sender=box.field.opener, peers=(*_where(where, family), *sorted(box.yes)))
    notes: list[str] = []
    if protocol in {TCP, UDP}:
        mine, theirs = (_ports(each) for each in spans)
        rule = replace(rule, protocol=protocol, device_ports=mine, peer_ports=theirs)
    elif protocol:
        rule = replace(rule, protocol=protocol, icmp_type=_single(spans[0]), icmp_code=_single(spans[1]))
        notes += _icmp(spans)
    elif (one := _single(spans[0])) is not None:
        rule = replace(rule, protocol=one)
    else:
        notes.append("protocols other than TCP, UDP and ICMP" + _numbers(spans[0]))
    if not rule.peers and (others := _others(box)):
        shown = sorted(each.value or each.kind.value for each in others)
        more = f" and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
        notes.append(f"other than {', '.join(shown[:MOST_SHOWN])}{more}")
    said = describe(rule)
    return f"{said.removesuffix('.')} ({'; '.join(notes)})." if notes else said


def _others(box: Box) -> frozenset[Peer]:
    """Who is not meant, though a box names nobody: those with whom all of it was allowed."""
    whole = (
        each.yes
        for each in box.but
        if len(each.yes) == 1 and not each.no and all(map(within, box.spans, each.spans))
    )
    return box.no.union(*whole)


def _icmp(spans: Sequence[Spans]) -> Iterator[str]:
    for name, span in zip(("types", "codes"), spans, strict=True):
        if span != BYTE and (name == "codes" or _single(span) is None):
            yield f"{name}{_numbers(span)}"


def _numbers(spans: Spans) -> str:
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in spans]
    return f" {', '.join(shown)}"


def _single(spans: Spans) -> int | None:
    return spans[0][0] if len(spans) == 1 and spans[0][0] == spans[0][1] else None


def _ports(spans: Spans) -> tuple[Ports, ...] | None:
    return None if spans == PORTS else tuple(Ports(first, last) for first, last in spans)


def _where(spans: Spans, family: int) -> tuple[Peer, ...]:
    """The addresses as one condition, for words only."""
    if spans == ADDRESSES[family]:
        return ()
    networks = [str(each) for first, last in spans for each in _networks(first, last, family)]
    more = f" or {len(networks) - MOST_SHOWN} more" if len(networks) > MOST_SHOWN else ""
    return (Peer(PeerKind.ADDRESS, " or ".join(networks[:MOST_SHOWN]) + more),)


def _networks(first: int, last: int, family: int) -> Iterator[object]:
    if family == 4:  # noqa: PLR2004 -- IPv4
        yield from summarize_address_range(IPv4Address(first), IPv4Address(last))
    else:
        yield from summarize_address_range(IPv6Address(first), IPv6Address(last))
