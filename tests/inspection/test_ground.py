"""What kind of thing an image is, and what a check's silence then means."""

from datetime import UTC, datetime
from typing import Final

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.check import Inspection, Verdict
from roadworthy.inspection.ground import NEEDS_TEST, NOT_ARISING, is_bare, placed
from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory
from roadworthy.model.outcome import Outcome
from roadworthy.testing.memory import memory_root

LINUX: Final = Component(
    name="linux",
    version="6.1",
    purl="pkg:generic/linux@6.1",
    cpes=(),
    identified_by="test",
    confidence=1.0,
    evidence=(),
)
SILENT: Final = Verdict(Outcome.UNKNOWN, "No file could be looked at.")


def inspection(
    *, programs: tuple[str, ...] = ("esp-image@0x0",), components: tuple[Component, ...] = ()
) -> Inspection:
    return Inspection(
        now=datetime(2026, 1, 1, tzinfo=UTC),
        inventory=Inventory(components=components),
        roots=(memory_root({"/www/index.html": "x"}),),
        kept=(),
        programs=programs,
    )


def test_data_beside_a_program_is_no_operating_system() -> None:
    assert is_bare(inspection())
    assert not is_bare(inspection(programs=()))
    assert not is_bare(inspection(components=(LINUX,)))


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.PASS])
def test_what_does_not_arise(outcome: Outcome) -> None:
    told = placed(Verdict(outcome, "x"), "kernel.supported", inspection())
    assert told.outcome is Outcome.NOT_APPLICABLE
    assert "kernel" in told.message


def test_what_only_a_test_can_tell_stays_open() -> None:
    told = placed(SILENT, "auth.no-default-password", inspection())
    assert told.outcome is Outcome.UNKNOWN
    assert "test" in told.message


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(Outcome.FAIL, "x"),
        Verdict(Outcome.ERROR, "x"),
        Verdict(Outcome.UNKNOWN, "x", (Evidence(path=("a",)),)),
        Verdict(Outcome.PASS, "x", (Evidence(path=("a",)),)),
    ],
)
def test_what_was_seen_is_left_alone(verdict: Verdict) -> None:
    assert placed(verdict, "kernel.supported", inspection()) is verdict


@pytest.mark.parametrize("asked", ["kernel.supported", "auth.no-default-password"])
def test_other_images_are_left_alone(asked: str) -> None:
    assert placed(SILENT, asked, inspection(programs=())) is SILENT
    assert placed(SILENT, asked, inspection(components=(LINUX,))) is SILENT


def test_a_pass_is_no_reason_to_doubt_where_the_question_arises() -> None:
    good = Verdict(Outcome.PASS, "x")
    assert placed(good, "auth.no-default-password", inspection()) is good


def test_the_tables_name_properties_once() -> None:
    known = {each.id for each in discover().properties.values()}
    assert known >= set(NOT_ARISING) | NEEDS_TEST
    assert not set(NOT_ARISING) & NEEDS_TEST
