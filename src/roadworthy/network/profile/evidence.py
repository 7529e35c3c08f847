"""Evidence: what a learned rule rests on, in words and places."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from roadworthy.model.evidence import Evidence
from roadworthy.network.flow import Flow
from roadworthy.network.matcher import matches
from roadworthy.network.policy import PeerKind, Rule
from roadworthy.network.profile.candidate import Width
from roadworthy.network.profile.selection import Pick
from roadworthy.network.profile.sighting import Sighting
from roadworthy.network.profile.wording import counted, day
from roadworthy.network.surroundings import Surroundings

PLACES: Final = 3  # captures that are named
EXAMPLES: Final = 3
DAY: Final = 86400.0  # seconds


def evidence_of(
    rule: Rule, pick: Pick, sightings: Sequence[Sighting], captures: Sequence[str]
) -> tuple[Evidence, ...]:
    """How often, when and where what a rule lets through was seen, and how it was named.

    Args:
        rule: The rule.
        pick: What it was taken with.
        sightings: All kinds of conversation.
        captures: Names of the captures by number.
    """
    found = [flow for number in pick.candidate.covers for flow in sightings[number].seen]
    if pick.candidate.width is Width.COUNTED:
        alone = [each for each in found if matches(rule, each.opening, Surroundings())]
        if not alone:
            row = ", ".join(sorted({each.value for rule in pick.candidate.rules for each in rule.peers})[:2])
            return (Evidence(path=("captures",), excerpt=f"not seen; others of its row were ({row}, …)"),)
        found = alone
    places = Counter(each.capture for each in found)
    said = _words(rule, pick, found, len(places))
    named = [captures[each] if each < len(captures) else f"capture {each}" for each in sorted(places)]
    return tuple(
        Evidence(path=(place,), excerpt=said if number == 0 else "")
        for number, place in enumerate(named[:PLACES])
    )


def _words(rule: Rule, pick: Pick, found: Sequence[Flow], captures: int) -> str:
    days = sorted({day(each * DAY) for each in {flow.first // DAY for flow in found}} - {""})
    when = f" on {counted(len(days), 'day')} ({days[0]} to {days[-1]})" if len(days) > 1 else ""
    if len(days) == 1:
        when = f" on {days[0]}"
    parts = [f"{counted(len(found), 'conversation')} in {counted(captures, 'capture')}{when}"]
    width = pick.candidate.width
    if width not in {Width.EXACT, Width.COUNTED}:
        variants = len(set(pick.candidate.variants))
        parts.append(f"widened to {width} after {variants} different ones")
    parts += _named(rule, found)
    return "; ".join(parts)


def _named(rule: Rule, found: Iterable[Flow]) -> list[str]:
    """How the names that a rule uses were learned, and which addresses they had."""
    wanted = {each.value for each in rule.peers if each.kind is PeerKind.NAME}
    flows = list(found)
    told = {each for names in {flow.names for flow in flows} for each in names}
    sources = sorted({each.source for each in told if each.name in wanted})
    parts = [f"named by {', '.join(sources)}"] if sources else []
    addresses = sorted(map(str, {each.peer for each in flows}))
    shown = ", ".join(addresses[:EXAMPLES])
    more = len(addresses) - EXAMPLES
    return [*parts, f"at {shown}{f' and {more} more' if more > 0 else ''}"]
