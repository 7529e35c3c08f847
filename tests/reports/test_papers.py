"""Papers that are made of an assessment: drafts, results for assessors, attestations, a label."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from referencing import Registry, Resource

from roadworthy.adapters import documents
from roadworthy.adapters.extensions import discover
from roadworthy.model.errors import InputError
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.reports.blocks import Document, Table
from roadworthy.reports.declaration_of_conformity import REPORT as CONFORMITY
from roadworthy.reports.export.attestations import EXPORT as ATTESTATIONS
from roadworthy.reports.export.label import EXPORT as LABEL
from roadworthy.reports.export.oscal import EXPORT as OSCAL
from roadworthy.reports.export.oscal import token
from roadworthy.reports.report import Dossier
from roadworthy.reports.technical_file import REPORT as TECHNICAL_FILE
from roadworthy.usecases.assess import AssessOptions, Outside, assess_product

REPOSITORY = Path(__file__).resolve().parents[2]
CAMERA = REPOSITORY / "examples/camera/camera.toml"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
URL = "https://camera.example/report"


def nothing(*_: object) -> Any:  # noqa: ANN401 -- stands for what must not be asked
    raise AssertionError


def dossier(
    changed: Mapping[str, str] | None = None, *, under: tuple[str, ...] = ("cra", "en303645")
) -> Dossier:
    data = CAMERA.read_text()
    for key, value in (changed or {}).items():
        data = data.replace(key, value)
    data = re.sub(r'report_at = ".*"', f'report_at = "{URL}"', data)
    outside = Outside(
        read=lambda path, limit: (
            data.encode() if path == "camera.toml" else documents.read(path, limit=limit)
        ),
        starts_with=documents.starts_with,
        inspect=nothing,
        clock=nothing,
        file=nothing,
        tool_digest=lambda: "sha256:0",
    )
    options = AssessOptions(declaration="camera.toml", under=under, as_of=NOW, keep=False)
    return assess_product(options, outside=outside, catalogue=discover()).dossier


@pytest.fixture(scope="module")
def camera() -> Dossier:
    return dossier()


def rows(document: Document) -> dict[str, tuple[str, str]]:
    return {
        row[0]: (row[1], row[2])
        for block in document.blocks
        if isinstance(block, Table)
        for row in block.rows
    }


def test_the_technical_file_has_all_points_and_leaves_gaps_open(camera: Dossier) -> None:
    document = TECHNICAL_FILE.build(camera)
    found = rows(document)
    assert {each["title"][0] for each in document.data["sections"]} == set("12345678")  # type: ignore[attr-defined]
    assert found["1(a) intended purpose"][0] == "OPEN"
    assert found["4 end of support"] == ("given", "2031-12-31")
    assert found["2(b) disclosure policy"][0] == "given"
    assert found["2(b) AnnexI.II.2"][0] == "MISSING"
    assert len([each for each in found if each.startswith("AnnexI.I.")]) == 14
    lacking = sum(state in ("OPEN", "MISSING") for state, _ in found.values())
    assert document.data["lacking"] == lacking > 10


def test_the_draft_of_the_declaration_states_nothing(camera: Dossier) -> None:
    document = CONFORMITY.build(camera)
    found = rows(document)
    assert len(found) == 8
    assert document.data["signed"] is False
    for point in ("3 sole responsibility", "5 conformity", "8 signature"):
        assert found[point][0] == "OPEN"
    assert "class important-1" in found["7 procedure, notified body, certificate"][1]
    text = json.dumps(document.data).lower()
    assert "is compliant" not in text
    assert "conforms to" not in text


@pytest.mark.parametrize("report", [TECHNICAL_FILE, CONFORMITY])
def test_papers_of_the_cra_need_an_assessment_under_it(report: Any) -> None:  # noqa: ANN401 -- either
    with pytest.raises(InputError, match="does not say anything of cra"):
        report.build(dossier(under=("psti",)))
    with pytest.raises(InputError, match="no assessment"):
        report.build(replace(dossier(), envelopes=()))


def registry() -> Registry[Any]:
    folder = resources.files("cyclonedx").joinpath("schema/_res")
    parts = [
        json.loads(each.read_text())
        for name in ("spdx.SNAPSHOT", "jsf-0.82.SNAPSHOT")
        if (each := folder.joinpath(f"{name}.schema.json")).is_file()
    ]
    made: Registry[Any] = Registry()
    return made.with_resources((each["$id"], Resource.from_contents(each)) for each in parts)


def test_attestations_are_valid_and_refer_to_what_is_there(camera: Dossier) -> None:
    folder = resources.files("cyclonedx").joinpath("schema/_res")
    schema = json.loads(folder.joinpath("bom-1.6.SNAPSHOT.schema.json").read_text())
    bom = json.loads(ATTESTATIONS.write(camera))
    validator = jsonschema.Draft7Validator(schema, registry=registry())
    assert [each.message[:300] for each in validator.iter_errors(bom)] == []
    refs = list(named(bom, "bom-ref"))
    assert len(refs) == len(set(refs))
    declared = bom["declarations"]
    assert len(declared["attestations"]) == 2
    for claim in declared["claims"]:
        assert {*claim.get("evidence", ()), *claim.get("counterEvidence", ()), claim["target"]} <= set(refs)
    scores = {each["requirement"]: each for one in declared["attestations"] for each in one["map"]}
    assert scores["cra:AnnexI.II.2"]["conformance"]["score"] == 0
    assert scores["cra:AnnexI.II.2"]["counterClaims"]
    assert scores["cra:AnnexI.II.5"]["conformance"]["score"] == 1
    assert "conformance" not in scores["cra:AnnexI.II.3"]  # nobody has said anything of it


def named(value: object, key: str) -> Iterator[str]:
    """Every value under a key, wherever it is nested."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == key:
                yield str(inner)
            else:
                yield from named(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner, key)


def test_oscal_results_hold_together(camera: Dossier) -> None:
    results = json.loads(OSCAL.write(camera))["assessment-results"]
    assert results.keys() == {"uuid", "metadata", "import-ap", "results"}
    assert results["metadata"]["oscal-version"] == "1.1.2"
    own = list(named(results, "uuid"))
    assert len(own) == len(set(own))
    pattern = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}"
    assert all(re.fullmatch(pattern, each) for each in own)
    assert {*named(results, "observation-uuid"), *named(results, "risk-uuid")} <= set(own)
    tokens = [*named(results, "control-id"), *named(results, "target-id")]
    assert all(re.fullmatch(r"[^\W\d][\w.-]*", each) for each in tokens)
    assert set(named(results, "state")) == {"satisfied", "not-satisfied"}
    by_id = {each["title"]: each for one in results["results"] for each in one["findings"]}
    assert by_id["cra:AnnexI.II.2"]["target"]["status"]["state"] == "not-satisfied"
    assert by_id["cra:AnnexI.II.2"]["related-risks"]
    assert by_id["cra:AnnexI.II.3"]["props"][0]["value"] == "unknown"
    assert by_id["cra:AnnexI.II.5"]["target"]["status"]["state"] == "satisfied"


def test_oscal_has_the_members_of_the_official_example(camera: Dossier, samples: Path) -> None:
    path = samples.parent / "lifetime/oscal/examples/ar/json/ifa_assessment-results-example.json"
    if not path.is_file():
        pytest.skip(f"NO OSCAL EXAMPLES in {path.parent}")
    theirs = members(json.loads(path.read_bytes()))
    allowed = {"exclude-controls", "relevant-evidence", "props", "ns", "remarks", "description"}
    ours = members(json.loads(OSCAL.write(camera)))
    assert ours - theirs <= allowed


def members(value: object) -> set[str]:
    if isinstance(value, Mapping):
        return set(value) | {each for inner in value.values() for each in members(inner)}
    return {each for inner in value for each in members(inner)} if isinstance(value, list) else set()


def test_tokens_of_clauses() -> None:
    assert [token(each) for each in ("5.1-1", "AnnexI.I.2.c", "a b")] == ["p5.1-1", "AnnexI.I.2.c", "a_b"]


def test_equal_evidence_gives_equal_papers(camera: Dossier) -> None:
    for export in (OSCAL, ATTESTATIONS, LABEL):
        assert export.write(camera) == export.write(dossier())


def test_the_label_tells_the_end_of_support_and_leads_to_the_report(camera: Dossier) -> None:
    words = texts(LABEL.write(camera))
    assert "Security updates until" in words
    assert "31 December 2031" in words
    assert "No certificate, and no mark of conformity." in words
    assert decoded(LABEL.write(camera)) == URL


def test_the_label_tells_that_support_is_over_or_not_said() -> None:
    over = dossier({"until = 2031-12-31": "until = 2026-06-30"})
    assert "Security updates ended on" in texts(LABEL.write(over))
    unsaid = dossier({"until = 2031-12-31": ""})
    assert "not said" in texts(LABEL.write(unsaid))


def test_a_name_from_a_declaration_cannot_break_the_label() -> None:
    strange = dossier({'maker = "Example Cameras"': 'maker = "A<script>&\\u202e"'})
    assert b"<script>" not in LABEL.write(strange)
    assert ET.fromstring(LABEL.write(strange)).tag.endswith("svg")  # noqa: S314 -- our own bytes


def test_an_observed_failure_shows_on_the_label(camera: Dossier) -> None:
    failed = Finding(
        property="auth.no-default-password",
        check="x",
        outcome=Outcome.FAIL,
        severity=Severity.HIGH,
        message="m",
    )
    answers = tuple(
        replace(each, outcome=Outcome.FAIL, findings=(failed,)) if each.property == failed.property else each
        for each in camera.answers
    )
    words = texts(LABEL.write(replace(camera, answers=answers)))
    assert words[words.index("No password that others know") + 1] == "no"


def texts(svg: bytes) -> list[str]:
    root = ET.fromstring(svg)  # noqa: S314 -- our own bytes
    return [each.text or "" for each in root.iter() if each.tag.endswith("}text")]


def decoded(svg: bytes) -> str:
    """The text of the QR code in a label, read by ISO/IEC 18004 without a library; versions 2 and 3 at M."""
    squares = re.findall(rb"M([\d.]+) ([\d.]+)h([\d.]+)v", svg)
    unit = float(squares[0][2])
    left, top = (min(float(each[axis]) for each in squares) for axis in (0, 1))
    dark = {(round((float(x) - left) / unit), round((float(y) - top) / unit)) for x, y, _ in squares}
    size = max(x for x, _ in dark) + 1
    version = (size - 17) // 4
    assert version in (2, 3)
    places = [(8, y) for y in (0, 1, 2, 3, 4, 5, 7, 8)] + [(x, 8) for x in (7, 5, 4, 3, 2, 1, 0)]
    bits = [place in dark for place in reversed(places)]
    word = sum(bit << (14 - number) for number, bit in enumerate(bits)) ^ 0b101010000010010
    assert word >> 13 == 0b00  # level M
    mask = word >> 10 & 7
    stream = "".join("01"[(place in dark) ^ masked(mask, *place)] for place in data_places(size, version))
    assert stream[:4] == "0100"  # byte mode
    length = int(stream[4:12], 2)
    data = bytes(int(stream[12 + 8 * at : 20 + 8 * at], 2) for at in range(length))
    return data.decode()


def masked(mask: int, x: int, y: int) -> bool:
    product = x * y
    return [
        (x + y) % 2 == 0,
        y % 2 == 0,
        x % 3 == 0,
        (x + y) % 3 == 0,
        (y // 2 + x // 3) % 2 == 0,
        product % 2 + product % 3 == 0,
        (product % 2 + product % 3) % 2 == 0,
        ((x + y) % 2 + product % 3) % 2 == 0,
    ][mask]


def data_places(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Where data lies, in its order: two columns at a time, from the right, up and down in turn."""
    centre = 4 * version + 10
    upward = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for y in range(size - 1, -1, -1) if upward else range(size):
            for x in (right, right - 1):
                finder = (x < 9 and y < 9) or (x < 9 and y >= size - 8) or (x >= size - 8 and y < 9)
                aligned = abs(x - centre) <= 2 and abs(y - centre) <= 2
                if not finder and not aligned and 6 not in (x, y):
                    yield x, y
        upward = not upward
