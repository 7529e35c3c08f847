"""Many failures of one kind, told without drowning the reader."""

from collections.abc import Iterable, Iterator
from typing import Final

from roadworthy.inspection.check import Verdict
from roadworthy.model.outcome import Outcome, Severity

MAX_FINDINGS: Final = 20
"""Failures told one by one; the rest is told in one sentence."""


def bounded(failures: Iterable[Verdict], what: str) -> Iterator[Verdict]:
    """The failures, the worst first; beyond `MAX_FINDINGS` in one, with the evidence of the first of them."""
    ordered = sorted(failures, key=lambda each: -(each.severity or Severity.INFO).weight)
    yield from ordered[:MAX_FINDINGS]
    rest = ordered[MAX_FINDINGS:]
    if rest:
        evidence = tuple(place for each in rest for place in each.evidence)[:MAX_FINDINGS]
        yield Verdict(Outcome.FAIL, f"{len(rest)} more {what}.", evidence, rest[0].severity)
