"""Open matches with advisories as things to compare."""

from collections.abc import Iterator, Mapping
from typing import Final

from roadworthy.model.advisory import Match, Matching
from roadworthy.model.outcome import Severity

_RATINGS: Final = ((7.0, Severity.HIGH), (4.0, Severity.MEDIUM))


def open_flaws(matching: Matching) -> Mapping[str, Match]:
    """The open matches, by ``CVE-… in NAME``: the same in every release, whatever its version."""
    return {f"{each.advisory} in {each.name}": each for each in matching.matches if each.status.open}


def weight(match: Match) -> Severity:
    """How bad it is that a match came: of the kernel a version alone says little."""
    if match.exploited:
        return Severity.CRITICAL
    if match.name == "linux":
        return Severity.LOW
    return next((rated for least, rated in _RATINGS if (match.score or 0.0) >= least), Severity.LOW)


def told(match: Match) -> str:
    """What is told of it: the version that is in the range, and whether attackers use it."""
    used = ", attackers use it" if match.exploited else ""
    return f"{match.name} {match.version}{used}"


def why_gone(matching: Matching) -> Mapping[str, str]:
    """Why matches that were settled are no longer open, by the same names."""
    return dict(_settled(matching))


def _settled(matching: Matching) -> Iterator[tuple[str, str]]:
    for each in matching.matches:
        if not each.status.open:
            yield f"{each.advisory} in {each.name}", each.because
