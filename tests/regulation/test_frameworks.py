"""The data of frameworks: whole, sourced, in our own words, and about questions that exist."""

import re
from collections import Counter

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.model.errors import InputError
from roadworthy.regulation.framework import Framework, Strength
from roadworthy.regulation.framework_file import parse_framework
from roadworthy.regulation.product import CONDITIONS, FEATURES, FLAGS, MARKETS, ROLES, SIZES
from roadworthy.regulation.template import CONDITION, FEATURE

INSTALLED = discover()
FRAMEWORKS = {name: each.object for name, each in INSTALLED.frameworks.items()}
GROUPS = {
    "role": ROLES,
    "size": SIZES,
    "market": MARKETS,
    "feature": FEATURES,
    "condition": CONDITIONS,
    "class": ("default", "important-1", "important-2", "critical"),
}
SMALLEST = """
title = "A"
jurisdiction = "eu"
binding = true
version = "1"
source = "here"
licence = "free"
as_of = 2026-01-01
about = "What it is for."

[[requirement]]
id = "1"
text = "Do it."
source = "here 1"
sureness = "verified"
"""


@pytest.mark.parametrize("own", FRAMEWORKS.values(), ids=FRAMEWORKS)
def test_every_name_in_a_formula_means_something(own: Framework) -> None:
    for each in own.requirements:
        assert set(each.needs.names()) <= INSTALLED.properties.keys(), each.id
    formulas = [
        own.applies,
        *(route.open for route in own.routes),
        *(route.available for route in own.routes),
    ]
    formulas += [
        formula for each in own.requirements for formula in (each.applies, each.feature, each.deemed)
    ]
    formulas += [each.when for tier in own.tiers for each in tier.exemptions]
    for name in (name for formula in formulas for name in formula.names()):
        group, dot, rest = name.partition(".")
        if group == "state":
            assert rest in own.state
        elif group != "holds":
            assert (rest in GROUPS[group]) if dot else name in FLAGS, name


@pytest.mark.parametrize("own", FRAMEWORKS.values(), ids=FRAMEWORKS)
def test_every_row_says_where_it_is_written_and_what_it_asks(own: Framework) -> None:
    for each in own.requirements:
        assert each.source, each.id
        assert len(each.text) > 12, each.id
        assert each.text.endswith("."), each.id
    assert "compliant" not in re.sub(r"deemed compliant", "", repr(own)).lower() or own.id == "psti"
    named = {one for tier in own.tiers for each in tier.exemptions for one in each.requirements}
    assert named <= {each.id for each in own.requirements}


def test_the_cra_is_whole() -> None:
    own = FRAMEWORKS["cra"]
    ids = {each.id for each in own.requirements}
    assert {f"AnnexI.I.2.{letter}" for letter in "abcdefghijklm"} <= ids
    assert {f"AnnexI.II.{number}" for number in range(1, 9)} <= ids
    assert len(own.categories) == 26
    assert Counter(each.product_class for each in own.categories) == {
        "important-1": 19,
        "important-2": 4,
        "critical": 3,
    }
    assert len(own.clocks) == 7
    assert {each.id for each in own.routes} == {"A", "B+C", "H", "scheme"}
    assert len([each for each in own.requirements if not each.id.startswith(("Art.14", "Art.18"))]) >= 44


def test_the_standard_has_its_78_provisions() -> None:
    counts = Counter(each.strength for each in FRAMEWORKS["en303645"].requirements)
    assert counts == {Strength.MANDATORY: 36, Strength.RECOMMENDED: 42}


def test_what_the_baseline_asks_can_be_answered() -> None:
    assert all(each.needs.text for each in FRAMEWORKS["baseline"].requirements)


def test_features_and_conditions_are_explained() -> None:
    assert tuple(FEATURE) == FEATURES
    assert tuple(CONDITION) == CONDITIONS


def test_the_smallest_framework() -> None:
    own = parse_framework("a", SMALLEST)
    assert (own.id, own.requirements[0].strength, own.requirements[0].needs.text) == (
        "a",
        Strength.MANDATORY,
        "",
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[[requirement]]", "[[requirment]]"), "a.toml:11: 'requirment' is not known here"),
        (('sureness = "verified"', 'sureness = "sure"'), "a.toml:15: 'sure' is not a valid"),
        (('id = "1"', "id = 1"), "a.toml:12: 'id' has to be"),
        (
            ('text = "Do it."', 'text = "Do it."\nneeds = "a and"'),
            "a.toml:14: needs: the formula ends too early",
        ),
        (('text = "Do it."', 'text = "Do it."\ntier = "M9"'), "a.toml:11: there is no tier 'M9'"),
        (('about = "What it is for."', ""), "'about' is missing"),
        (("as_of = 2026-01-01", 'as_of = "2026-01-01"'), "a.toml:8: 'as_of' has to be a date"),
        (('title = "A"', 'title = "A'), "is no TOML"),
    ],
)
def test_a_fault_is_named_with_its_line(change: tuple[str, str], told: str) -> None:
    with pytest.raises(InputError) as error:
        parse_framework("a", SMALLEST.replace(*change))
    assert told in str(error.value)


def test_a_requirement_stands_there_once() -> None:
    block = SMALLEST[SMALLEST.index("[[requirement]]") :]
    with pytest.raises(InputError, match="stands there twice"):
        parse_framework("a", SMALLEST + block)
