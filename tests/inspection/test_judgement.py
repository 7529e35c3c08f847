"""Judgement: verdicts become findings; what breaks is an error; a gap in the image forbids a pass."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest

from roadworthy.inspection.check import Check, Inspection, Verdict
from roadworthy.inspection.judgement import judge
from roadworthy.inspection.report import Report, total
from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory
from roadworthy.model.outcome import Basis, Outcome, Role, Severity
from roadworthy.model.property import Property

ASKED = Property(
    id="auth.no-test",
    question="?",
    why="because",
    remedy="mend it",
    responsible=(Role.MAKER,),
    answerable=(Basis.OBSERVED,),
)
Run = Callable[[Inspection], Iterable[Verdict]]


def judged(*runs: Run, gaps: tuple[str, ...] = (), shows: str = ASKED.id) -> Report:
    inspection = Inspection(
        now=datetime(2026, 1, 1, tzinfo=UTC), inventory=Inventory(), roots=(), kept=(), gaps=gaps
    )
    checks = {
        f"auth.check-{number}": Check(shows=shows, severity=Severity.HIGH, run=run, examples=())
        for number, run in enumerate(runs)
    }
    return total(step.gained for step in judge(inspection, checks, {ASKED.id: ASKED}))


def says(*verdicts: Verdict) -> Run:
    return lambda _: verdicts


def test_a_failure_brings_remedy_and_who_acts() -> None:
    place = Evidence(path=("a",))
    (finding,) = judged(says(Verdict(Outcome.FAIL, "bad", (place,)))).findings
    assert (finding.property, finding.check) == (ASKED.id, "auth.check-0")
    assert (finding.severity, finding.remedy, finding.acts) == (Severity.HIGH, "mend it", (Role.MAKER,))
    assert finding.evidence == (place,)


def test_a_verdict_may_know_its_severity_better() -> None:
    (finding,) = judged(says(Verdict(Outcome.FAIL, "bad", severity=Severity.LOW))).findings
    assert finding.severity is Severity.LOW


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE])
def test_what_is_no_failure_asks_nothing_of_anybody(outcome: Outcome) -> None:
    (finding,) = judged(says(Verdict(outcome, "so"))).findings
    assert (finding.outcome, finding.severity, finding.remedy, finding.acts) == (
        outcome,
        Severity.INFO,
        "",
        (),
    )


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.NOT_APPLICABLE])
def test_nothing_is_called_good_or_absent_while_a_part_is_unread(outcome: Outcome) -> None:
    (finding,) = judged(says(Verdict(outcome, "Fine.")), gaps=("kernel: encrypted",)).findings
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == "Fine. But one part of the image could not be read."


def test_a_failure_stands_whatever_is_unread() -> None:
    (finding,) = judged(says(Verdict(Outcome.FAIL, "bad")), gaps=("a", "b")).findings
    assert finding.outcome is Outcome.FAIL


def breaks(_: Inspection) -> Iterable[Verdict]:
    yield Verdict(Outcome.PASS, "so far")
    raise ZeroDivisionError("by zero")


def test_a_check_that_breaks_is_an_error_and_the_rest_goes_on() -> None:
    report = judged(breaks, says(Verdict(Outcome.PASS, "fine")))
    assert [finding.outcome for finding in report.findings] == [Outcome.ERROR, Outcome.PASS]
    assert "ZeroDivisionError: by zero" in report.problems[0].what
    assert report.problems[0].where == "auth.check-0"


def test_a_check_that_says_nothing_is_an_error_and_not_a_pass() -> None:
    report = judged(says())
    assert [finding.outcome for finding in report.findings] == [Outcome.ERROR]


def test_a_check_of_an_unknown_property_is_an_error() -> None:
    report = judged(says(Verdict(Outcome.PASS, "fine")), shows="auth.no-such")
    assert [finding.outcome for finding in report.findings] == [Outcome.ERROR]
    assert "auth.no-such" in report.problems[0].what


def test_steps_come_in_the_order_of_ids() -> None:
    runs = [says(Verdict(Outcome.PASS, str(number))) for number in range(3)]
    assert [finding.message for finding in judged(*runs).findings] == ["0", "1", "2"]
