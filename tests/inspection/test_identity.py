"""What stays the same from build to build."""

from dataclasses import replace

from roadworthy.inspection.identity import fingerprint, inner_path, without_numbers
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome

WHERE = Evidence(path=("a.bin", "squashfs@0x120200", "/etc/shadow"), line=3)
FINDING = Finding(
    property="a.p", check="a.c", outcome=Outcome.FAIL, message="busybox 1.19.2 is old.", evidence=(WHERE,)
)


def test_the_path_is_that_of_the_innermost_artefact_without_its_offset() -> None:
    assert inner_path(WHERE) == "/etc/shadow"
    assert inner_path(Evidence(path=("a.bin", "kernel@0x200"))) == "kernel"
    assert inner_path(Evidence(path=())) == ""


def test_numbers_do_not_count() -> None:
    assert without_numbers("openssl 1.0.2k, 17 files.") == "openssl #k, # files."


def test_a_fingerprint_survives_a_rebuild() -> None:
    moved = replace(WHERE, path=("b.bin", "squashfs@0x99", "/etc/shadow"), line=4)
    rebuilt = replace(FINDING, message="busybox 1.20 is old.", evidence=(moved,))
    assert fingerprint(rebuilt) == fingerprint(FINDING)
    assert len(fingerprint(FINDING)) == 64


def test_other_findings_have_other_fingerprints() -> None:
    others = (
        replace(FINDING, property="a.q"),
        replace(FINDING, check="a.d"),
        replace(FINDING, message="dropbear is old."),
        replace(FINDING, evidence=(replace(WHERE, path=("a.bin", "/etc/passwd")),)),
        replace(FINDING, evidence=()),
    )
    assert len({fingerprint(each) for each in (FINDING, *others)}) == 6
