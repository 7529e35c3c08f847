"""Checks put to an inspection: verdicts become findings."""

from collections.abc import Iterator, Mapping

from roadworthy.inspection.check import Check, Inspection, Verdict
from roadworthy.inspection.ground import placed
from roadworthy.inspection.report import Report, Step
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.problem import Problem
from roadworthy.model.property import Property

REPORT_BUG = "Report it to whoever wrote the check; until then read this property as unanswered."


def judge(
    inspection: Inspection, checks: Mapping[str, Check], properties: Mapping[str, Property]
) -> Iterator[Step]:
    """Run every check. One that breaks, or says nothing, becomes an error and a `Problem`; the rest goes on.

    Args:
        inspection: What the checks look at.
        checks: The checks by id.
        properties: The properties by id; a check whose property is not among them is a `Problem`.

    Yields:
        One step per check, in the order of their ids.
    """
    for done, (check_id, check) in enumerate(sorted(checks.items()), 1):
        yield Step(
            stage="checks",
            done=done,
            total=len(checks),
            gained=_run(check_id, check, inspection, properties.get(check.shows)),
        )


def _run(check_id: str, check: Check, inspection: Inspection, asked: Property | None) -> Report:
    if asked is None:
        return _broken(check_id, check, f"it shows {check.shows!r}, and no such property is installed")
    try:
        verdicts = tuple(check.run(inspection))
    except Exception as error:  # noqa: BLE001 -- whatever an extension raises is a record, never the end of the run
        return _broken(check_id, check, f"{type(error).__name__}: {error}")
    if not verdicts:
        return _broken(check_id, check, "it gave no verdict")
    return Report(
        findings=tuple(
            _finding(check_id, check, placed(verdict, asked.id, inspection), asked, inspection)
            for verdict in verdicts
        )
    )


def _broken(check_id: str, check: Check, what: str) -> Report:
    return Report(
        findings=(
            Finding(
                property=check.shows,
                check=check_id,
                outcome=Outcome.ERROR,
                message=f"The check {check_id} could not do its work: {what}.",
            ),
        ),
        problems=(Problem(stage="checks", where=check_id, what=what, hint=REPORT_BUG),),
    )


def _finding(
    check_id: str, check: Check, verdict: Verdict, asked: Property, inspection: Inspection
) -> Finding:
    if verdict.outcome is Outcome.FAIL:
        return Finding(
            property=check.shows,
            check=check_id,
            outcome=Outcome.FAIL,
            message=verdict.message,
            severity=verdict.severity or check.severity,
            remedy=asked.remedy,
            acts=asked.responsible,
            evidence=verdict.evidence,
        )
    outcome, message = verdict.outcome, verdict.message
    if outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE) and inspection.gaps:
        outcome = Outcome.UNKNOWN
        message = f"{message} But {_parts(len(inspection.gaps))} of the image could not be read."
    return Finding(
        property=check.shows,
        check=check_id,
        outcome=outcome,
        message=message,
        severity=Severity.INFO,
        evidence=verdict.evidence,
    )


def _parts(count: int) -> str:
    return "one part" if count == 1 else f"{count} parts"
