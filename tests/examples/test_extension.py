"""A third party's package, installed for real into a folder of its own, and used from there."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
KINDS = {
    "property": "data.no-silent-telemetry",
    "check": "data.telemetry-off",
    "cataloger": "acme-agent-config",
    "signature": "acme-agent",
    "format": "acme-box",
    "report": "brief",
    "rendering": "lines",
    "switch-driver": "acme-pin",
}


def run(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "roadworthy", *arguments]
    return subprocess.run(  # noqa: S603 -- our own program
        command, check=False, capture_output=True, text=True, env=environment, timeout=60
    )


def install(source: Path, folder: Path) -> dict[str, str]:
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(folder), str(source)], check=True)  # noqa: S603 -- our own example
    return {**os.environ, "PYTHONPATH": str(folder), "XDG_DATA_HOME": str(folder / "data"), "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    source = tmp_path_factory.mktemp("source") / "extension"
    shutil.copytree(REPOSITORY / "examples/extension", source)
    return install(source, tmp_path_factory.mktemp("site"))


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A box of Acme's around a file system with the agent and its configuration."""
    mksquashfs = shutil.which("mksquashfs")
    if mksquashfs is None:
        pytest.skip("NO mksquashfs: install squashfs-tools")
    root = tmp_path / "root"
    (root / "etc/acme").mkdir(parents=True)
    (root / "usr/bin").mkdir(parents=True)
    (root / "etc/acme/agent.conf").write_text("host=t.example\ntelemetry=on\n")
    (root / "usr/bin/agent").write_bytes(b"\x7fELF\x01\x01\x01" + bytes(64) + b"\0acme-agent 1.2\0")
    inner = tmp_path / "inner.squashfs"
    command = [mksquashfs, str(root), str(inner), "-quiet", "-no-progress", "-all-root"]
    subprocess.run(command, check=True)  # noqa: S603 -- a fixed command on our own files
    box = tmp_path / "acme.bin"
    payload = inner.read_bytes()
    box.write_bytes(b"ACMEBOX1" + len(payload).to_bytes(4, "big") + payload)
    return box


@pytest.mark.parametrize(("kind", "name"), KINDS.items())
def test_each_kind_is_found_and_explained(acme: dict[str, str], kind: str, name: str) -> None:
    done = run(acme, "explain", f"{kind}:{name}", "--format", "markdown")
    assert done.returncode == 0, done.stderr
    assert name in done.stdout
    assert "acme-roadworthy 0.1.0" in done.stdout


def test_its_driver_switches(acme: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("1", "ascii")
    network = tmp_path / "network.toml"
    network.write_text(
        '[devices.camera]\nmac = "02:11:22:33:44:55"\npower = {driver = "acme-pin", file = "pin"}\n', "utf-8"
    )
    me, safe = str(tmp_path / "me"), str(tmp_path / "safe")
    for each in (me, safe):
        assert run(acme, "evidence", "keygen", each).returncode == 0
    at = ("--key", me, "--network", str(network))
    assert run(acme, "owner", "enrol", "camera", "--recovery", f"{safe}.pub", *at).returncode == 0
    done = run(acme, "switch", "camera", "power", "off", *at)
    assert done.returncode == 0, done.stderr
    assert "the pin says '0'" in done.stdout
    assert (tmp_path / "pin").read_text("ascii") == "0"


def test_without_the_package_its_extensions_are_unknown() -> None:
    done = run({**os.environ, "PYTHONPATH": ""}, "explain", "data.telemetry-off")
    assert done.returncode == 2
    assert "data.telemetry-off" in done.stderr


def test_all_of_them_take_part_in_an_inspection(acme: dict[str, str], image: Path) -> None:
    done = run(acme, "inspect", str(image), "--format", "json")
    assert done.returncode == 1, done.stderr
    envelope = json.loads(done.stdout)
    failed = [each["check"] for each in envelope["findings"] if each["outcome"] == "fail"]
    assert failed == ["data.telemetry-off"]
    assert any(region["format"] == "acme-box" for region in envelope["body"]["regions"])
    components = {each["name"]: each["version"] for each in envelope["body"]["inventory"]["components"]}
    assert components == {"acme-agent": "1.2"}


def test_its_report_and_its_rendering_can_be_chosen(acme: dict[str, str], image: Path) -> None:
    done = run(acme, "inspect", str(image), "--report", "brief", "--format", "lines")
    assert done.returncode == 1, done.stderr
    assert "1 fail" in done.stdout


def test_a_broken_package_is_a_problem_and_nothing_more(tmp_path: Path, image: Path) -> None:
    source = tmp_path / "extension"
    shutil.copytree(REPOSITORY / "examples/extension", source)
    (source / "acme_roadworthy/box.py").write_text('raise RuntimeError("no licence")\n')
    project = (source / "pyproject.toml").read_text()
    stolen = '"surface.telnet-at-boot" = "acme_roadworthy.telemetry_off:CHECK"\n'
    marker = '[project.entry-points."roadworthy.checks.v1"]\n'
    (source / "pyproject.toml").write_text(project.replace(marker, marker + stolen))
    environment = install(source, tmp_path / "site")
    done = run(environment, "inspect", str(image), "--format", "json")
    assert done.returncode == 1, done.stderr
    problems = {each["where"]: each["what"] for each in json.loads(done.stdout)["problems"]}
    assert "no licence" in problems["acme-box"]
    assert "has already" in problems["surface.telnet-at-boot"]
