"""The comparison on paper: worse first, doubts said, data complete."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from roadworthy.model.errors import InputError
from roadworthy.model.inventory import Inventory
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.reports.blocks import Document, Heading, Item, Table, Text
from roadworthy.reports.comparison import REPORT
from roadworthy.reports.report import Dossier

Build = Callable[..., Dossier]


def test_what_got_worse_comes_first_then_the_rest(build_dossier: Build, dossier: Dossier) -> None:
    findings = dossier.envelopes[0].findings
    quiet = tuple(replace(each, outcome=Outcome.PASS, severity=Severity.INFO) for each in findings)
    old = build_dossier(name="old.bin", findings=quiet, inventory=Inventory()).envelopes[0]
    document = REPORT.build(replace(dossier, baseline=old))
    titles = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert titles[:2] == ["old.bin → camera.bin", "What got worse (6)"]
    assert [block.title for block in document.blocks if isinstance(block, Item)] == [
        "Everybody gets in.",
        "And again.",
        "A small thing about `root`.",
    ]
    assert document.blocks[1] == Text(
        "6 got worse, at most of severity critical; nothing got better; 7 changed otherwise."
    )
    assert ("telnetd", "added", "", "at boot unknown, ports tcp/23, started by init-script") in rows(document)


def test_the_data_has_every_change(build_dossier: Build, dossier: Dossier) -> None:
    old = build_dossier(name="old.bin", inventory=Inventory()).envelopes[0]
    data = REPORT.build(replace(dossier, baseline=old)).data
    assert data["type"] == "roadworthy.comparison/v1"
    assert data["counts"] == {"worse": 3, "better": 0, "neither": 7}
    assert data["same_rules"] is True
    changes = data["changes"]
    assert isinstance(changes, list)
    assert len(changes) == 10
    assert isinstance(data["old"], dict)
    assert data["old"]["name"] == "old.bin"


def test_it_says_when_nothing_has_changed(dossier: Dossier) -> None:
    document = REPORT.build(replace(dossier, baseline=dossier.envelopes[0]))
    assert document.blocks[1] == Text("Nothing that was looked at has changed.")


def test_it_says_what_makes_the_two_hard_to_compare(dossier: Dossier) -> None:
    envelope = dossier.envelopes[0]
    old = replace(envelope, producer=replace(envelope.producer, digests={"checks": f"sha256:{'ef' * 32}"}))
    said = repr(REPORT.build(replace(dossier, baseline=old)).blocks)
    assert "not made with the same version and rules" in said
    assert "Parts of the old image could not be read" in said


def test_a_failure_that_went_is_good_news(build_dossier: Build, dossier: Dossier) -> None:
    old = dossier.envelopes[0]
    quiet = tuple(replace(each, outcome=Outcome.PASS, severity=Severity.INFO) for each in old.findings)
    seeing = replace(build_dossier(findings=quiet).envelopes[0], problems=())
    document = REPORT.build(replace(dossier, envelopes=(seeing,), baseline=old))
    item = next(block for block in document.blocks if isinstance(block, Item))
    assert (item.outcome, item.text) == (Outcome.PASS, "Gone; its severity was critical.")


def test_without_a_baseline_it_says_how_to_give_one(dossier: Dossier) -> None:
    with pytest.raises(InputError, match="nothing to compare with") as caught:
        REPORT.build(dossier)
    assert "roadworthy compare" in caught.value.hint


def test_evidence_of_another_kind_is_refused(dossier: Dossier) -> None:
    other = replace(dossier.envelopes[0], body_type="roadworthy.other/v1")
    with pytest.raises(InputError, match="no inspection of an image"):
        REPORT.build(replace(dossier, baseline=other))


def rows(document: Document) -> list[tuple[str, ...]]:
    return [row for block in document.blocks if isinstance(block, Table) for row in block.rows]
