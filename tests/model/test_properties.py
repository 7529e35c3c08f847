"""The property tables that ship: their form, and that ids which others rely on stay."""

import re
from pathlib import Path

import pytest

from roadworthy.model.outcome import Role
from roadworthy.model.property import Property
from roadworthy.model.property_table import parse_properties

TABLES = sorted((Path(__file__).resolve().parents[2] / "src/roadworthy/model/properties").glob("*.toml"))
PROPERTIES = [each for table in TABLES for each in parse_properties(table.stem, table.read_text())]
FAMILIES = {
    "auth", "updates", "keys", "communication", "surface", "privilege", "hardening", "kernel", "provenance",
    "footprint", "resilience", "patchability", "control", "data", "support", "disclosure", "network",
}  # fmt: skip
SWITCHES = {"control.power-switch", "control.internet-switch", "control.change-switch"}


def test_every_part_of_the_subject_has_its_family() -> None:
    assert {table.stem for table in TABLES} == FAMILIES


def test_the_three_switches_are_asked_for() -> None:
    assert {each.id for each in PROPERTIES} >= SWITCHES


@pytest.mark.parametrize("asked", PROPERTIES, ids=lambda each: each.id)
def test_a_property_reads_well(asked: Property) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", asked.id)
    assert asked.question.endswith("?")
    assert asked.question.count("?") == 1
    assert asked.why.endswith(".")
    assert asked.remedy.endswith(".")
    assert len(asked.responsible) == len(set(asked.responsible))
    assert asked.responsible[0] is not Role.OWNER_CONSUMER


def test_no_question_is_asked_twice() -> None:
    assert len({each.question for each in PROPERTIES}) == len(PROPERTIES)
