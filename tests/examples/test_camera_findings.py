"""What the inspection says about the example camera: the faults of 1.0, and nothing against 1.1."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.engine import Toolbox, inspect_image
from roadworthy.inspection.report import Report, total
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.source import BytesSource
from roadworthy.model.outcome import Outcome

BAD = (Outcome.FAIL, Outcome.ERROR)
LIST = Path(__file__).resolve().parents[1] / "inspection/known_false_positives.tsv"
FAULTS = {  # of faults.toml; that OpenSSL is old depends on what the machine's mirror still has
    "auth.console-shell",
    "auth.default-password",
    "auth.empty-password",
    "auth.second-superuser",
    "auth.shared-password",
    "auth.ssh-root-password",
    "auth.weak-hash",
    "communication.web-without-tls",
    "keys.expired-certificate",
    "keys.private-key",
    "privilege.web-as-root",
    "surface.telnet-at-boot",
    "updates.clear-update-url",
    "updates.unsigned-update",
}
TRUE = {  # Debian's static BusyBox is built so; the recipe has no other
    ("hardening.fixed-address", "/bin/busybox is always loaded at the same address."),
}
OF_THE_MIRROR = "patchability.ended-component"  # the suite of the machine may be of an ended line


@pytest.fixture(scope="module")
def reports(camera: Path) -> dict[str, Report]:
    installed = discover()
    toolbox = Toolbox(
        formats={each.id: each.object for each in installed.formats.values()},
        catalogers={each.id: each.object for each in installed.catalogers.values()},
        checks={each.id: each.object for each in installed.checks.values()},
        properties={each.id: each.object for each in installed.properties.values()},
    )
    signatures = SignatureSet([each.object for each in installed.signatures.values()])
    context = Context(now=datetime(2026, 11, 21, tzinfo=UTC), signatures=signatures)
    reports = {}
    for release in ("1.0", "1.1"):
        data = BytesSource((camera / f"camera-{release}.bin").read_bytes())
        steps = inspect_image(f"camera-{release}.bin", data, toolbox, context)
        reports[release] = total(step.gained for step in steps)
    return reports


def failures(report: Report) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    for finding in report.findings:
        if finding.outcome in BAD:
            told.setdefault(finding.check, set()).add(finding.message)
    return told


def test_the_faults_of_the_first_release_are_found(reports: dict[str, Report]) -> None:
    assert failures(reports["1.0"]).keys() >= FAULTS


def test_nothing_speaks_against_the_second_but_what_is_known(reports: dict[str, Report]) -> None:
    rows = [line.split("\t") for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    known = {(row[0], row[2]) for row in rows if row[1] == "camera-1.1"}
    told = {(check, each) for check, messages in failures(reports["1.1"]).items() for each in messages}
    assert {row for row in told - TRUE if row[0] != OF_THE_MIRROR} == known


def test_the_second_release_passes_where_the_first_failed(reports: dict[str, Report]) -> None:
    passed = {each.check for each in reports["1.1"].findings if each.outcome is Outcome.PASS}
    assert passed >= {
        "auth.console-shell",
        "auth.second-superuser",
        "communication.web-without-tls",
        "privilege.web-as-root",
        "updates.unsigned-update",
    }
