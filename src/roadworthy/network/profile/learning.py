"""Learning: flows of one device → a policy for its kind.

What it is: sort the flows into kinds (`sighting`), think of every rule that could be said about them
(`candidate`), price each by what it would let strangers do (`pricing`), try each on episodes left out, and
take those that are worth their price (`selection`). One knob, the strictness, is the bound on worth.

What can be wrong: a device that did something bad while it was watched has that in its profile; what it does
once a year is not in it; and a name may serve others tomorrow. So each rule has its confidence and its
evidence, and `Sufficiency` says whether the time was long enough.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import floor
from typing import Final

from roadworthy.model.errors import InputError
from roadworthy.network.defaults import DEFAULTS
from roadworthy.network.flow import Flow
from roadworthy.network.matcher import decide
from roadworthy.network.policy import PeerKind, Policy, Rule
from roadworthy.network.profile.candidate import candidates
from roadworthy.network.profile.evidence import evidence_of
from roadworthy.network.profile.learned import Learned, LeftOut, Why
from roadworthy.network.profile.redundancy import covers, spared
from roadworthy.network.profile.selection import Pick, select
from roadworthy.network.profile.sighting import Ground, Sighting, episodes, sightings
from roadworthy.network.profile.sufficiency import judge, scanned
from roadworthy.network.profile.trial import estimate
from roadworthy.network.profile.wording import describe, names
from roadworthy.network.surroundings import Surroundings

LOOSE, BALANCED, STRICT = 0.25, 0.5, 0.75
STEPS: Final = {"loose": LOOSE, "balanced": BALANCED, "strict": STRICT}
"""Names for places of the knob."""
DECADES: Final = 3.0  # of worth that the knob goes through; in its middle one point is worth one point
FOLDS: Final = 5
MAX_KINDS: Final = 20_000
MAX_LEFT_OUT: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnOptions:
    """How to learn.

    Args:
        strictness: 0 takes everything that was seen and generalises on little; 1 takes only what is worth
            most. See `STEPS`.
        ground: What the network that the captures come from is like.
        captures: Names of the captures by number, for the evidence.
        mud_url: The MUD URL that the policy is to have.
        folds: In how many parts to try the result on itself; 0 not at all.

    Raises:
        ValueError: The strictness lies outside of 0 to 1.
    """

    strictness: float = BALANCED
    ground: Ground = field(default_factory=Ground)
    captures: tuple[str, ...] = ()
    mud_url: str = ""
    folds: int = FOLDS

    def __post_init__(self) -> None:
        """Refuse a strictness that means nothing."""
        if not 0.0 <= self.strictness <= 1.0:
            raise ValueError("strictness is a number from 0 to 1")


def bound(strictness: float) -> float:
    """The worth that a rule must have: how many points of false block for one point of foreign permit.

    In the middle of the knob it is one for one.
    """
    return 0.0 if strictness <= 0 else 10 ** (DECADES * (strictness - BALANCED))


def strictness_of(worth: float) -> float:
    """The highest strictness at which a rule of that worth is taken."""
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if bound(middle) <= worth else (low, middle)
    return low


def learn(flows: Sequence[Flow], *, device: str, options: LearnOptions = LearnOptions()) -> Learned:
    """Learn what a device does.

    Args:
        flows: From any number of captures, in any order; those of other devices are left aside.
        device: Its MAC address.
        options: How.

    Raises:
        InputError: There is no flow of this device.
    """
    mine = [each for each in flows if each.device == device.lower()]
    if not mine:
        raise InputError(f"no traffic of {device} in these captures", hint=_seen(flows))
    spoken, unsaid = _divided(mine, options.ground)
    everything, rare = _bounded(sightings(spoken, episodes(mine, spoken), options.ground))
    scans = scanned(everything)
    knocks = {id(each) for found in scans.values() for each in found}
    counted = [each for each in everything if id(each) not in knocks]
    picks = select(counted, candidates(counted))
    taken = _worthy(picks, options)
    rules = _rules(taken, counted, options)

    def teach(rest: Sequence[Sighting]) -> tuple[Rule, ...]:
        again = _worthy(select(rest, candidates(rest)), options)
        return tuple(rule for pick in again for rule in pick.candidate.rules)

    return Learned(
        device=device.lower(),
        strictness=options.strictness,
        policy=Policy(rules=rules, mud_url=options.mud_url),
        left_out=(
            *unsaid,
            *_rare(rare),
            *_knocks(scans),
            *_unworthy(picks[len(taken) :], rules, counted, options),
        ),
        sufficiency=judge(mine, everything),
        estimate=estimate(counted, rules, teach, options.ground, options.folds),
        flows=len(mine),
    )


def _worthy(picks: Sequence[Pick], options: LearnOptions) -> list[Pick]:
    least = bound(options.strictness)
    return [each for each in picks if each.worth >= least]


def _seen(flows: Sequence[Flow]) -> str:
    known = Counter(each.device for each in flows)
    if not known:
        return "They hold no conversation of any device."
    return f"Seen were {', '.join(mac for mac, _ in known.most_common(5))}."


def _bounded(counted: tuple[Sighting, ...]) -> tuple[tuple[Sighting, ...], tuple[Sighting, ...]]:
    """The kinds that came most often, and those that are too many."""
    if len(counted) <= MAX_KINDS:
        return counted, ()
    often = sorted(counted, key=lambda each: (-len(each.flows), -sum(each.flows.values()), each.kind))
    kept = {each.kind for each in often[:MAX_KINDS]}
    return tuple(each for each in counted if each.kind in kept), tuple(often[MAX_KINDS:])


def _rules(picks: Sequence[Pick], counted: Sequence[Sighting], options: LearnOptions) -> tuple[Rule, ...]:
    """The rules of what was taken, named, with evidence, without what another one says."""
    total = len({episode for each in counted for episode in each.flows})
    found: dict[Rule, Pick] = {}
    for pick in picks:
        for rule in pick.candidate.rules:
            found.setdefault(rule, pick)
    ordered = sorted(spared([each for each in found if not _granted(each)]), key=_order)
    titles = names(ordered)
    return tuple(
        replace(
            rule,
            name=title,
            confidence=_confidence(found[rule], counted, total),
            evidence=evidence_of(rule, found[rule], counted, options.captures),
        )
        for title, rule in zip(titles, ordered, strict=True)
    )


def _granted(rule: Rule) -> bool:
    """Whether every device may do so without a rule.

    What is asked of a class of servers is said all the same: RFC 8520 §6.2 has words for it, and other
    enforcers grant nothing.
    """
    if any(each.kind is PeerKind.CONTROLLER for each in rule.peers):
        return False
    return any(covers(each, rule) for each in DEFAULTS)


def _order(rule: Rule) -> tuple[str, str, str]:
    return rule.sender.value, "/".join(f"{each.kind} {each.value}" for each in rule.peers), repr(rule)


def _confidence(pick: Pick, counted: Sequence[Sighting], total: int) -> float:
    """How likely it is needed again: in how many episodes it was, and whether the others foretold it."""
    seen = len({episode for number in pick.candidate.covers for episode in counted[number].flows})
    again = (seen + 0.5) / (total + 1)
    foretold = (pick.held + 0.5) / (pick.tried + 1)
    return round(again * (0.5 + 0.5 * foretold), 2)


def _divided(mine: Sequence[Flow], ground: Ground) -> tuple[list[Flow], list[LeftOut]]:
    """What there is to learn from; and frames that are not IP, with what is granted to all."""
    groups: defaultdict[tuple[str, Why], list[Flow]] = defaultdict(list)
    spoken, around = [], Surroundings(local=ground.local)
    for each in mine:
        rule = None
        if each.peer is None:
            words = "frames" if each.ethertype is None else f"frames of type {each.ethertype:#06x}"
            groups[words, Why.NOT_IP].append(each)
            continue
        if each.protocol in _GRANTED_PROTOCOLS:
            rule = decide(_GRANTED, each.opening, around)
        if rule is None:
            spoken.append(each)
        else:
            groups[describe(rule), Why.GRANTED].append(each)
    return spoken, [
        LeftOut(what=what, why=why, flows=len(found), captures=len({each.capture for each in found}))
        for (what, why), found in sorted(groups.items())
    ]


_GRANTED: Final = Policy(
    rules=tuple(
        each
        for each in DEFAULTS
        if each.ethertype is None and not any(peer.kind is PeerKind.CONTROLLER for peer in each.peers)
    )
)
_GRANTED_PROTOCOLS: Final = frozenset(each.protocol for each in _GRANTED.rules)


def _rare(rare: Sequence[Sighting]) -> list[LeftOut]:
    if not rare:
        return []
    flows = sum(sum(each.flows.values()) for each in rare)
    captures = len({flow.capture for each in rare for flow in each.seen})
    return [LeftOut(what=f"{len(rare):,} kinds", why=Why.TOO_MANY, flows=flows, captures=captures)]


def _knocks(scans: Mapping[int, Sequence[Sighting]]) -> list[LeftOut]:
    """A scan is no work of the device: no rule is made of it at any strictness."""
    return [
        LeftOut(
            what=f"{len({each.kind.peer for each in found}):,} hosts on port {port}",
            why=Why.SCAN,
            flows=sum(sum(each.flows.values()) for each in found),
            captures=len({flow.capture for each in found for flow in each.seen}),
        )
        for port, found in scans.items()
    ]


def _unworthy(
    picks: Sequence[Pick], rules: Sequence[Rule], counted: Sequence[Sighting], options: LearnOptions
) -> list[LeftOut]:
    """What was not worth its price, and at which strictness it would have been."""
    left = []
    for pick in picks[:MAX_LEFT_OUT]:
        seen = [flow for number in pick.candidate.covers for flow in counted[number].seen]
        first = pick.candidate.rules[0]
        if any(covers(each, first) for each in rules):
            continue
        left.append(
            LeftOut(
                what=describe(first),
                why=Why.NOT_WORTH_IT,
                flows=len(seen),
                captures=len({each.capture for each in seen}),
                worth=floor(1000 * min(strictness_of(pick.worth), options.strictness)) / 1000,
            )
        )
    return left
