"""A folder with a self-assessment counts as the maker's word, and stands beside our verdicts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from roadworthy.adapters import documents
from roadworthy.adapters.extensions import discover
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Basis, Outcome
from roadworthy.reports.assessment import REPORT
from roadworthy.reports.blocks import Heading, Table
from roadworthy.usecases.assess import Assessed, AssessOptions, Outside, assess_product

NOW = datetime(2026, 11, 27, tzinfo=UTC)
DECLARED = """
[product]
maker = "m"
model = "p"
[company]
role = "manufacturer"
[market]
sold_in = ["eu"]
[is]
connected = true
consumer = true
"""
GROUP = "# Test group {0}: T\n\nProvision {0} — Status: **{1}**.\n\n**Group Verdict**: **{2}**\n"
GROUPS = {
    "5.3-13": ("M", "FAIL (not published)"),
    "5.2-1": ("M", "PASS"),
    "6-6": ("M F (z)", "PASS"),
    "6-8": ("R F (z)", "PASS (N/A)"),
}


def nothing(*_: object) -> Any:  # noqa: ANN401 -- stands for what must not be asked
    raise AssertionError


def papers(folder: Path, groups: Mapping[str, tuple[str, str]]) -> Path:
    folder.mkdir(exist_ok=True)
    for provision, (status, verdict) in groups.items():
        name = f"Self_Assessment_Test_Group_{provision.replace('.', '_')}.md"
        (folder / name).write_text(GROUP.format(provision, status, verdict), "utf-8")
    (folder / "ixit_1-AuthMech.md").write_text("# IXIT\n\n## **ID**: AuthMech-A\n\nNone.\n", "utf-8")
    return folder


def assessed(folder: Path, declared: str = DECLARED) -> Assessed:
    outside = Outside(
        read=lambda _, limit: declared.encode(),  # noqa: ARG005
        starts_with=documents.starts_with,
        inspect=nothing,
        clock=nothing,
        file=nothing,
        tool_digest=lambda: "sha256:0",
        papers=lambda path: documents.papers(path, limit=10_000),
    )
    options = AssessOptions(
        declaration="d.toml", evidence=(str(folder),), under=("en303645",), as_of=NOW, keep=False
    )
    return assess_product(options, outside=outside, catalogue=discover())


def test_his_verdicts_are_declared_and_differ_with_a_reason(tmp_path: Path) -> None:
    done = assessed(papers(tmp_path / "papers", GROUPS))
    verdicts = {each.requirement: each for each in done.assessment.chapters[0].requirements}
    assert (str(verdicts["5.3-13"].verdict), str(verdicts["5.2-1"].verdict)) == ("gap", "met")
    assert verdicts["5.2-1"].basis is Basis.DECLARED
    answer = next(each for each in done.dossier.answers if each.property == "support.end-date-published")
    assert (answer.outcome, answer.basis) == (Outcome.FAIL, Basis.DECLARED)
    document = REPORT.build(done.dossier)
    assert any(
        isinstance(each, Heading) and each.text == "The maker's own verdicts" for each in document.blocks
    )
    (row,) = [
        row for each in document.blocks if isinstance(each, Table) for row in each.rows if row[0] == "6-8"
    ][:1]
    assert row[1:3] == ("PASS (N/A)", "gap")
    assert "no reason is written down" in row[3]


def test_what_the_declaration_says_counts_before_it(tmp_path: Path) -> None:
    said = f'{DECLARED}[requirements]\n"en303645:5.2-1" = {{ met = false, because = "not yet" }}\n'
    done = assessed(papers(tmp_path / "papers", {"5.2-1": ("M", "PASS")}), said)
    verdicts = {each.requirement: str(each.verdict) for each in done.assessment.chapters[0].requirements}
    assert verdicts["5.2-1"] != "met"


def test_a_folder_of_other_papers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("# Nothing\n", "utf-8")
    with pytest.raises(InputError, match="no self-assessment"):
        assessed(tmp_path)
