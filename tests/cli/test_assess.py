"""`roadworthy assess`, `declare` and `frameworks`, as their user has them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from roadworthy.cli import main
from roadworthy.codecs.envelope import encode
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome
from roadworthy.model.subject import Subject, SubjectKind

DECLARATION = """\
[product]
maker = "Example"
model = "EX-1"

[company]
size = "small"
turnover_million_eur = 8

[market]
sold_in = ["eu"]
categories = ["III.I.17"]

[is]
connected = true
consumer = true
commercial = true

[answers]
"auth.no-default-password" = "yes"
"data.erasable" = "yes"
"control.power-switch" = "yes"

[requirements]
"cra:Art.31" = true
"en303645:5.12-1" = { met = false, because = "Two questions are asked at set-up." }
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    files = {
        "etc/passwd": "root:x:0:0:root:/:/bin/sh\nguest::0:0::/:/bin/sh\n",
        "etc/shadow": "root:*:1::::::\n",
        "bin/sh": "#!\n",
        "usr/bin/x": "x",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    path = tmp_path / "camera.toml"
    path.write_text(DECLARATION, "utf-8")
    return path


def assess(*words: object, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> tuple[int, dict[str, Any]]:
    place = ("--workspace", str(tmp_path / "ws"), "--format", "json", "--as-of", "2026-11-27")
    code = main(["assess", *map(str, words), *place])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else {}


def verdicts(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{chapter['id']}:{each['requirement']}": each
        for chapter in told["body"]["frameworks"]
        for each in chapter["requirements"]
    }


def test_image_and_declaration_come_to_verdicts_with_reasons(
    declaration: Path, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = assess(
        declaration, tree, "--under", "baseline,cra,en303645", capsys=capsys, tmp_path=tmp_path
    )
    assert code == 1
    found = verdicts(told)
    broken = found["baseline:no-known-password"]
    assert broken["verdict"] == "gap"
    empty = next(each for each in broken["used"] if each["property"] == "auth.no-empty-password")
    assert empty["basis"] == "observed"
    assert any("/etc/passwd" in place for place in empty["places"])
    assert found["cra:AnnexI.I.2.m"]["verdict"] == "met"
    assert found["cra:AnnexI.I.2.m"]["basis"] == "declared"
    assert found["cra:Art.31"]["verdict"] == "met"
    assert found["cra:AnnexI.I.2.d"]["stake"]["most"] == 15_000_000
    assert found["cra:AnnexI.I.2.d"]["due"] == "2027-12-11"
    assert found["en303645:5.12-1"]["verdict"] == "set_aside"
    assert found["cra:Art.24.1"]["verdict"] == "not_applicable"
    chapter = next(each for each in told["body"]["frameworks"] if each["id"] == "cra")
    assert (chapter["product_class"], chapter["applies"]) == ("important-1", True)
    assert "compliant" not in json.dumps(told)


def test_a_report_serves_as_well_as_the_image(
    declaration: Path, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    place = ("--workspace", str(tmp_path / "ws"), "--as-of", "2026-11-27")
    main(["inspect", str(tree), "-o", str(report), *place])
    _, one = assess(declaration, tree, capsys=capsys, tmp_path=tmp_path)
    _, other = assess(declaration, report, capsys=capsys, tmp_path=tmp_path)
    assert one["body"] == other["body"]
    again = assess(declaration, report, capsys=capsys, tmp_path=tmp_path)[1]
    assert again == other


def test_an_observed_failure_stands_against_the_word_of_the_maker(
    declaration: Path, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declaration.write_text(
        DECLARATION.replace('"data.erasable" = "yes"', '"auth.no-empty-password" = "yes"'), "utf-8"
    )
    _, told = assess(declaration, tree, capsys=capsys, tmp_path=tmp_path)
    assert verdicts(told)["baseline:no-known-password"]["verdict"] == "gap"


def test_a_declaration_alone_leaves_open_what_an_image_would_show(
    declaration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = assess(declaration, capsys=capsys, tmp_path=tmp_path)
    assert code == 0
    assert verdicts(told)["baseline:hardened"]["verdict"] == "unknown"


def test_a_page_for_each_framework_and_one_that_leads_there(
    declaration: Path, tree: Path, tmp_path: Path
) -> None:
    pages = tmp_path / "pages"
    words = ["assess", str(declaration), str(tree), "--under", "cra,psti", "-o", f"{pages}/", "--no-keep"]
    assert main(words) == 1
    assert sorted(each.name for each in pages.iterdir()) == ["cra.html", "index.html", "psti.html"]
    page = (pages / "cra.html").read_text("utf-8")
    assert "guest logs in without a password" in page
    assert "EN 303 645" not in page
    assert "Module A" in page


def test_the_terminal_says_what_to_mend_first(
    declaration: Path, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "assess",
        str(declaration),
        str(tree),
        "--under",
        "cra,en303645",
        "--format",
        "terminal",
        "--no-keep",
    ]
    main(words)
    told = capsys.readouterr().out
    assert "What to mend, and who" in told
    assert "It breaks cra:AnnexI.I.2.d" in told
    assert "This is no legal" in told


def test_two_releases_at_once_are_refused(
    declaration: Path, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    (other / "etc").mkdir(parents=True)
    (other / "bin").mkdir()
    (other / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\n", "utf-8")
    assert main(["assess", str(declaration), str(tree), str(other), "--no-keep"]) == 2
    assert "different releases" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--under", "cra,en30364"), "Did you mean en303645?"),
        (("--under", "gdpr"), "there is no framework 'gdpr'"),
        (("--report", "comparison"), ""),
    ],
)
def test_what_cannot_be_is_told(
    words: tuple[str, ...], told: str, declaration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", str(declaration), *words, "--no-keep"]) == 2
    assert told in capsys.readouterr().err


def test_a_declaration_that_is_wrong_is_told_with_its_line(
    declaration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declaration.write_text(DECLARATION.replace("size =", "sise ="), "utf-8")
    assert main(["assess", str(declaration), "--no-keep"]) == 2
    assert "camera.toml:6: 'sise' is no key here" in capsys.readouterr().err


def test_declare_prints_a_template_that_assess_can_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["declare", "--under", "all"]) == 0
    path = tmp_path / "new.toml"
    path.write_text(
        capsys.readouterr().out.replace('maker = ""', 'maker = "A"').replace('model = ""', 'model = "B"'),
        "utf-8",
    )
    assert main(["assess", str(path), "--no-keep", "--format", "json"]) == 0


def test_the_frameworks_are_listed_with_what_applies_when(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["frameworks", "--format", "terminal"]) == 0
    told = capsys.readouterr().out
    assert "2027-12-11" in told
    assert "en303645" in told


def test_a_requirement_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "cra:AnnexI.I.2.c", "--format", "terminal"]) == 0
    assert "updates.automatic" in capsys.readouterr().out
    assert main(["explain", "cra:AnnexI.I.2.zz"]) == 2
    assert "cra:AnnexI.I.2" in capsys.readouterr().err


def unit_evidence(folder: Path, *, unit: str, model: str = "EX-1") -> Path:
    envelope = Envelope(
        subject=Subject(kind=SubjectKind.DEVICE, maker="Example", model=model, unit=unit),
        producer=Producer(tool="roadworthy switch", version="1", digests={}),
        as_of=datetime(2026, 11, 1, tzinfo=UTC),
        basis=Basis.TESTED,
        findings=(
            Finding(
                property="control.power-switch",
                check="network.power-switch",
                outcome=Outcome.FAIL,
                message="It went on drawing power.",
            ),
        ),
        problems=(),
        body_type="example/v1",
        body={},
    )
    path = folder / f"{unit}.json"
    path.write_bytes(encode(envelope))
    return path


def test_evidence_on_a_unit_makes_it_an_assessment_of_that_unit(
    declaration: Path, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = unit_evidence(tmp_path, unit="S1")
    _, told = assess(declaration, tree, own, capsys=capsys, tmp_path=tmp_path)
    assert told["subject"]["kind"] == "device"
    found = verdicts(told)
    (switches,) = (
        each
        for each in found.values()
        if any(one["property"] == "control.power-switch" for one in each["used"])
    )
    assert switches["verdict"] == "gap"  # though the maker says yes
    assert found["baseline:no-known-password"]["verdict"] == "gap"  # of the release that the unit runs


def test_evidence_on_two_units_or_on_another_model_is_refused(
    declaration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = [str(unit_evidence(tmp_path, unit=each)) for each in ("S1", "S2")]
    assert main(["assess", str(declaration), *two]) == 2
    assert "2 different units" in capsys.readouterr().err
    assert main(["assess", str(declaration), str(unit_evidence(tmp_path, unit="S3", model="EX-2"))]) == 2
    assert "a unit of Example EX-2" in capsys.readouterr().err
