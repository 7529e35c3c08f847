"""The maker's own verdicts beside ours: those of a real product, and slips of makers."""

import os
from datetime import date
from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.codecs.ixit import SelfAssessment, outcome_of, read
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Outcome
from roadworthy.regulation.assessment import Chapter, Known, Verdict, assess
from roadworthy.regulation.framework import Framework
from roadworthy.regulation.product import Product
from roadworthy.regulation.self_assessment import differences, drift, findings, implied, statements

REPOSITORY = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 27)


@pytest.fixture(scope="module")
def framework() -> Framework:
    return discover().frameworks["en303645"].object


@pytest.fixture(scope="module")
def ruuvi() -> SelfAssessment:
    given = os.environ.get("ROADWORTHY_SAMPLES")
    samples = (Path(given) if given else REPOSITORY.parent / "shared/samples/firmware").parent
    folder = samples / "lifetime/conformity/ruuvi-gateway-en303645/303645"
    if not folder.is_dir():
        pytest.skip(f"NO SELF-ASSESSMENT in {folder}: set ROADWORTHY_SAMPLES to the folder beside lifetime/")
    return read({each.name: each.read_bytes() for each in folder.iterdir()})


def chapter_of(said: SelfAssessment, framework: Framework) -> Chapter:
    features, conditions = implied(said, framework)
    flags = {"consumer": True, "connected": True}
    product = Product(maker="m", model="p", flags=flags, features=features, conditions=conditions)
    known = Known(product=product, answers={}, statements=statements(said, framework.id), properties={})
    return assess([framework], known, TODAY).chapters[0]


def test_all_81_files_of_ruuvi_are_understood(ruuvi: SelfAssessment) -> None:
    assert (len(ruuvi.groups), len(ruuvi.tables), ruuvi.left) == (52, 29, ())
    counted = {each: number for each, number in ruuvi.counted().items() if number}
    assert counted == {Outcome.PASS: 50, Outcome.FAIL: 1, Outcome.NOT_APPLICABLE: 1}
    assert [each.provision for each in ruuvi.groups if each.verdict is Outcome.FAIL] == ["5.3-13"]
    assert [each.provision for each in ruuvi.groups if each.derived] == ["5.3-2"]
    assert [each.number for each in ruuvi.tables] == list(range(1, 30))
    assert sum(len(each.entries) for each in ruuvi.tables) > 150
    assert all(each.entries for each in ruuvi.tables)


def test_entries_keep_what_they_say_with_the_line(ruuvi: SelfAssessment) -> None:
    entry = ruuvi.tables[0].entries[1]
    assert (entry.id, entry.line) == ("AuthMech-Hotspot-Provisioning", 9)
    details = {each.name: each for each in entry.details}
    assert details["Brute Force Prevention"].text.startswith("N/A (As no authentication factors")
    assert details["Default Status"].line == 19
    confirmed = {each.name: each.text for each in ruuvi.tables[3].entries[0].details}
    assert confirmed["Confirmation of Secure Development"].startswith("Yes")


def test_each_difference_of_ruuvi_has_its_reason(ruuvi: SelfAssessment, framework: Framework) -> None:
    found = {each.provision: each for each in differences(ruuvi, chapter_of(ruuvi, framework))}
    assert found.keys() == {"5.3-15A", "5.3-15B"}  # for what cannot be updated, and it can
    for each in found.values():
        assert (each.theirs, each.ours) == (Outcome.PASS, Verdict.NOT_APPLICABLE)
        assert "condition.3 does not hold" in each.because


def test_the_missing_support_period_stays_a_gap(ruuvi: SelfAssessment, framework: Framework) -> None:
    ours = {each.requirement: each for each in chapter_of(ruuvi, framework).requirements}
    assert ours["5.3-13"].verdict is Verdict.GAP
    assert any("5_3-13.md:85" in each for each in ours["5.3-13"].because)
    told = [each for each in findings(ruuvi, framework) if each.outcome is Outcome.FAIL]
    assert [each.property for each in told] == ["support.end-date-published"]
    assert told[0].evidence[0].place == "Self_Assessment_Test_Group_5_3-13.md:85"


def test_the_maker_counts_conditions_in_another_way(ruuvi: SelfAssessment, framework: Framework) -> None:
    found = {provision: (theirs, ours) for provision, theirs, ours in drift(ruuvi, framework)}
    assert found["5.3-11"] == ("R C(17)", "R C(12)")
    assert found["5.6-4B"] == ("R F(q)", "R F(r)") or found["5.6-4B"][0] == "M F(q)"


GROUP = b"""# Test group 6-8: Anonymisation

Provision 6-8 \xe2\x80\x94 Status: **R F (z)**.

**Group Verdict**: **PASS (N/A)**
"""


def test_a_pass_that_is_not_applied_is_no_pass(framework: Framework) -> None:
    other = GROUP.replace(b"6-8", b"6-6").replace(b" (N/A)", b"").replace(b"**R F", b"**M F")
    files = {
        "Self_Assessment_Test_Group_6-8.md": GROUP,
        "Self_Assessment_Test_Group_6-6.md": other,
    }
    said = read(files)
    chapter = chapter_of(said, framework)
    (found,) = differences(said, chapter)
    assert (found.provision, found.theirs, found.ours) == ("6-8", Outcome.PASS, Verdict.GAP)
    assert "no reason is written down (5.0-1)" in found.because
    reasons = next(each for each in chapter.requirements if each.requirement == "5.0-1")
    assert reasons.verdict is Verdict.GAP


def test_words_of_makers() -> None:
    assert outcome_of("**N/A (Condition 3 Not Satisfied)**") is Outcome.NOT_APPLICABLE
    assert outcome_of("Inconclusive") is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"readme.md": b""}, "no self-assessment"),
        ({"ixit_30-More.md": b""}, "TS 103 701 has no table 30-More"),
        ({"ixit_1-UserInfo.md": b""}, "TS 103 701 has no table 1-UserInfo"),
        ({"ixit_1-AuthMech.md": b"a\n\xff"}, "ixit_1-AuthMech.md:2: this is no UTF-8"),
        ({"ixit_1-AuthMech.md": b"", "a/ixit_1-AuthMech.md": b""}, "there twice"),
    ],
)
def test_other_files_are_refused_with_their_name(files: dict[str, bytes], told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(files)
