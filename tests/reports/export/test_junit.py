"""One test case a question; nothing is a success for want of evidence."""

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from roadworthy.inspection.waiver import Waived, WaiverState
from roadworthy.model.outcome import Severity
from roadworthy.reports.export.junit import EXPORT
from roadworthy.reports.report import Dossier

Build = Callable[..., Dossier]


def suite(dossier: Dossier) -> ET.Element:
    root = ET.fromstring(EXPORT.write(dossier))  # noqa: S314 -- our own
    found = root.find("testsuite")
    assert found is not None
    return found


def outcome(case: ET.Element) -> tuple[str, str]:
    for name in ("failure", "error", "skipped"):
        told = case.find(name)
        if told is not None:
            return name, told.get("message", "")
    return "passed", ""


def test_every_question_is_a_case_and_only_a_pass_succeeds(dossier: Dossier) -> None:
    cases = {case.get("name"): outcome(case) for case in suite(dossier).findall("testcase")}
    assert cases == {
        "auth.low": ("failure", "A small thing about `root`."),
        "auth.worst": ("failure", "Everybody gets in."),
        "keys.good": ("passed", ""),
        "keys.moot": ("skipped", "does not arise: There are none."),
        "keys.open": ("skipped", "unknown: It could not be read."),
        "surface.unasked": ("skipped", "unknown: no evidence"),
    }


def test_the_counts_add_up(dossier: Dossier) -> None:
    found = suite(dossier)
    assert [found.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["6", "2", "0", "3"]


def test_a_failure_tells_where_it_shows_and_what_to_do(dossier: Dossier) -> None:
    told = suite(dossier).find("testcase[@name='auth.worst']/failure")
    assert told is not None
    assert told.get("type") == "critical"
    text = told.text or ""
    assert "where: camera.bin » squashfs@0x200 » /etc/shadow:1" in text
    assert "do: Mend `auth.worst`." in text
    assert "high: And again." in text


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ((1, 2), ("skipped", "accepted: Ticket 4711. (Jo, until 2027-01-31)")),
        ((1,), ("failure", "And again.")),
    ],
)
def test_what_is_accepted_is_skipped_with_its_reason(
    build_dossier: Build, findings: tuple[int, ...], expected: tuple[str, str]
) -> None:
    waived = Waived(
        accepts="auth.worst",
        paths=(),
        reason="Ticket 4711.",
        author="Jo",
        expires="2027-01-31",
        place="w.toml:1",
        state=WaiverState.IN_FORCE,
        findings=findings,
    )
    case = suite(build_dossier(waivers=(waived,))).find("testcase[@name='auth.worst']")
    assert case is not None
    assert outcome(case) == expected


def test_nothing_from_an_image_breaks_the_form(build_dossier: Build) -> None:
    dossier = build_dossier(name="]]><x a='\x00\x1b\ufffe\u202e&amp;.bin")
    assert r"\x00\x1b\ufffe\u202e" in suite(dossier).get("name", "")
    assert Severity.CRITICAL.value in EXPORT.write(dossier).decode()
