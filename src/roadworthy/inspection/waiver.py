"""Waivers: failures that somebody accepts, with a reason, until a day. Shown and counted, never silent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from roadworthy.inspection.identity import inner_path
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """What somebody accepts.

    Args:
        accepts: Id of a property or of a check.
        paths: Patterns of shells (``/etc/*.pem``); a failure is meant if each of its places is one of them.
            All failures are meant if there is none.
        reason: Why.
        author: Who says so.
        expires: The last day (UTC) on which it holds.
        place: Where it is written: ``waivers.toml:12``.
    """

    accepts: str
    paths: tuple[str, ...]
    reason: str
    author: str
    expires: date
    place: str

    def covers(self, finding: Finding) -> bool:
        """Whether it means this failure."""
        if finding.outcome is not Outcome.FAIL or self.accepts not in (finding.property, finding.check):
            return False
        places = [inner_path(each) for each in finding.evidence]
        return not self.paths or (
            bool(places) and all(any(fnmatchcase(place, path) for path in self.paths) for place in places)
        )

    def expired(self, now: datetime) -> bool:
        """Whether its last day is over."""
        return now.astimezone(UTC).date() > self.expires


class WaiverState(StrEnum):
    """What became of a waiver. `EXPIRED` and `UNUSED` accept nothing."""

    IN_FORCE = "in force"
    EXPIRED = "expired"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A waiver as it was applied to one inspection.

    Args:
        accepts: Id of a property or of a check.
        paths: Patterns of paths; any path if there is none.
        reason: Why. Untrusted text.
        author: Who says so. Untrusted text.
        expires: The last day on which it holds, ``2027-01-31``.
        place: Where it is written. Untrusted text.
        state: What became of it.
        findings: The failures that it means, by their positions in the envelope's findings, from 0.
    """

    accepts: str
    paths: tuple[str, ...]
    reason: str
    author: str
    expires: str
    place: str
    state: WaiverState
    findings: tuple[int, ...]


def apply(waivers: Iterable[Waiver], findings: Sequence[Finding], now: datetime) -> tuple[Waived, ...]:
    """All waivers with what they mean at a moment."""
    return tuple(_applied(waiver, findings, now) for waiver in waivers)


def accepted(waived: Iterable[Waived], findings: Sequence[Finding]) -> dict[Finding, Waived]:
    """The failures that a waiver in force accepts. Positions that do not exist are passed over."""
    return {
        findings[position]: each
        for each in waived
        if each.state is WaiverState.IN_FORCE
        for position in each.findings
        if 0 <= position < len(findings)
    }


def _applied(waiver: Waiver, findings: Sequence[Finding], now: datetime) -> Waived:
    meant = tuple(position for position, each in enumerate(findings) if waiver.covers(each))
    state = WaiverState.IN_FORCE if meant else WaiverState.UNUSED
    return Waived(
        accepts=waiver.accepts,
        paths=waiver.paths,
        reason=waiver.reason,
        author=waiver.author,
        expires=waiver.expires.isoformat(),
        place=waiver.place,
        state=WaiverState.EXPIRED if waiver.expired(now) else state,
        findings=meant,
    )
