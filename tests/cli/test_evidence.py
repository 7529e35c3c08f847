"""Evidence by the command line: filed, found again, signed, verified, and refused when it was changed."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def filed(run: Run, tmp_path: Path) -> str:
    """The digest of an inspection that is in the workspace: of a file without a file system in it."""
    (tmp_path / "zeros.bin").write_bytes(bytes(70_000))
    assert run("inspect", "zeros.bin", "--as-of", "2026-11-21").returncode == 3
    (entry,) = json.loads(run("evidence", "list").stdout)["evidence"]
    return str(entry["digest"])


@pytest.fixture
def signed(run: Run, filed: str) -> None:
    """``signed.json``, by the key ``lab``."""
    run("evidence", "keygen", "lab")
    run("evidence", "show", filed, "-o", "bare.json")
    assert run("evidence", "sign", "bare.json", "--key", "lab", "-o", "signed.json").returncode == 0


def test_an_empty_workspace_says_what_to_do(run: Run) -> None:
    done = run("evidence", "list", "--format", "terminal")
    assert done.returncode == 0
    assert "roadworthy inspect IMAGE" in done.stdout


def test_what_is_filed_is_listed_with_its_subject(run: Run, filed: str) -> None:
    assert run("evidence", "list", "--format", "terminal").stdout.split("\n")[4].startswith(filed[7:19])
    subject = json.loads(run("evidence", "list").stdout)["evidence"][0]["subject"]
    assert len(json.loads(run("evidence", "list", "--subject", subject).stdout)["evidence"]) == 1
    assert json.loads(run("evidence", "list", "--subject", "release:none").stdout)["evidence"] == []


def test_it_is_shown_by_the_beginning_of_its_digest(run: Run, filed: str) -> None:
    envelope = json.loads(run("evidence", "show", filed[7:15]).stdout)
    assert (envelope["type"], envelope["as_of"]) == ("roadworthy.envelope/v1", "2026-11-21T00:00:00Z")
    shown = run("evidence", "show", filed, "--format", "terminal").stdout
    assert f"filed as  {filed[7:]}" in shown
    assert "What could not be done (1)" in shown


def test_the_report_can_be_made_anew(run: Run, filed: str, tmp_path: Path) -> None:
    run("inspect", "zeros.bin", "--as-of", "2026-11-21", "-o", "first.html")
    assert run("evidence", "show", filed, "--report", "inspection", "-o", "again.html").returncode == 0
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "first.html").read_bytes()


def test_an_unknown_digest_is_a_slip_of_the_user(run: Run, filed: str) -> None:
    done = run("evidence", "show", "0000" if not filed.startswith("sha256:0000") else "1111")
    assert done.returncode == 2
    assert "no digest begins with" in done.stderr


@pytest.mark.usefixtures("signed")
def test_a_signature_holds(run: Run, tmp_path: Path) -> None:
    done = run("evidence", "verify", "signed.json", "--key", "lab.pub")
    assert done.returncode == 0
    (keyid,) = json.loads(done.stdout)["keyids"]
    envelope = json.loads((tmp_path / "signed.json").read_text("utf-8"))
    assert [each["keyid"] for each in envelope["signatures"]] == [keyid]


@pytest.mark.usefixtures("signed")
def test_an_envelope_may_come_through_a_pipe(process: Run, tmp_path: Path) -> None:
    with (tmp_path / "signed.json").open() as envelope:
        assert process("evidence", "verify", "-", "--key", "lab.pub", stdin=envelope).returncode == 0


@pytest.mark.usefixtures("signed")
def test_changed_evidence_does_not_hold(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "signed.json"
    path.write_text(path.read_text("utf-8").replace("2026-11-21", "2026-11-22"), "utf-8")
    done = run("evidence", "verify", "signed.json", "--key", "lab.pub")
    assert (done.returncode, done.stdout) == (1, "")
    assert "does not hold" in done.stderr


@pytest.mark.usefixtures("signed")
def test_another_s_key_proves_nothing(run: Run) -> None:
    run("evidence", "keygen", "other")
    assert run("evidence", "verify", "signed.json", "--key", "other.pub").returncode == 1
    assert run("evidence", "verify", "signed.json", "--key", "other.pub", "--key", "lab.pub").returncode == 0


def test_a_key_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    made = json.loads(run("evidence", "keygen", "lab").stdout)
    assert made["keyid"].startswith("sha256:")
    before = (tmp_path / "lab").read_bytes()
    done = run("evidence", "keygen", "lab")
    assert (done.returncode, (tmp_path / "lab").read_bytes()) == (2, before)
    assert "is there already" in done.stderr


def test_the_schema_describes_what_is_written(run: Run, filed: str) -> None:
    schema = json.loads(run("evidence", "schema").stdout)
    envelope = json.loads(run("evidence", "show", filed).stdout)
    jsonschema.validate(envelope, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**envelope, "basis": "guessed"}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**envelope, "body": {**envelope["body"], "regions": 3}}, schema)


def test_inspect_can_sign_at_once(run: Run, tmp_path: Path) -> None:
    run("evidence", "keygen", "lab")
    (tmp_path / "zeros.bin").write_bytes(bytes(70_000))
    run("inspect", "zeros.bin", "--sign", "lab", "--no-keep", "-o", "out.json")
    assert run("evidence", "verify", "out.json", "--key", "lab.pub").returncode == 0
