"""The example runner tells the worst outcome, and does not hide what broke."""

from collections.abc import Iterable

import pytest

from roadworthy.inspection.cataloger import Cataloger, Context, Fact, File
from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.model.outcome import Basis, Outcome, Role, Severity
from roadworthy.model.property import Property
from roadworthy.testing.examples import run_example

PROPERTIES = {
    "auth.no-test": Property(
        id="auth.no-test",
        question="?",
        why="because",
        remedy="mend it",
        responsible=(Role.MAKER,),
        answerable=(Basis.OBSERVED,),
    )
}
EXAMPLE = Example(files={"/etc/a": "1", "/etc/b": "-> a"}, outcome=Outcome.FAIL)


def look(inspection: Inspection) -> Iterable[Verdict]:
    yield Verdict(Outcome.PASS, f"{len(inspection.roots[0].nodes)} nodes at {inspection.now:%Y}")
    yield Verdict(Outcome.FAIL, "bad")
    yield Verdict(Outcome.UNKNOWN, "perhaps")


CHECK = Check(shows="auth.no-test", severity=Severity.LOW, run=look, examples=(EXAMPLE,))


def test_the_worst_comes_first_and_the_files_are_there() -> None:
    findings = run_example("auth.look", CHECK, EXAMPLE, catalogers={}, properties=PROPERTIES)
    assert [finding.outcome for finding in findings] == [Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS]
    assert findings[-1].message == "4 nodes at 2026"
    assert {finding.check for finding in findings} == {"auth.look"}


def breaks(file: File, context: Context) -> Iterable[Fact]:
    raise ValueError(f"{file.node.path} at {context.now}")


def test_a_broken_cataloger_fails_the_example() -> None:
    cataloger = Cataloger(title="x", wants=lambda node: bool(node.path), scan=breaks)
    with pytest.raises(AssertionError, match="ValueError: /etc/a"):
        run_example("auth.look", CHECK, EXAMPLE, catalogers={"x": cataloger}, properties=PROPERTIES)


def test_an_unknown_property_fails_the_example() -> None:
    with pytest.raises(AssertionError, match="no such property"):
        run_example("auth.look", CHECK, EXAMPLE, catalogers={}, properties={})
