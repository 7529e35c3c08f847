"""unblob as a separate program: what is given to it, what comes back, and how it is held."""

import os
import shutil
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from roadworthy.adapters import unblob
from roadworthy.adapters.analyst import LocalAnalyst
from roadworthy.adapters.sandbox import Limits
from roadworthy.inspection.report import Region, Report, total
from roadworthy.model.errors import InputError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ACTS = """#!/bin/sh
[ "$1" = --version ] && { echo 9.9; exit 0; }
out=$2
for part in "$@"; do :; done
name=$(basename "$part")
"""
UNPACKS = (
    ACTS
    + """
root="$out/${name}_extract/100-5000.strange_extract"
mkdir -p "$root/etc" "$root/bin" && echo 'root::0:0::/:/bin/sh' > "$root/etc/passwd"
head -c 100 "$part" > "$out/${name}_extract/0-100.unknown"
env > "$root/etc/environment"
"""
)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "image.bin"
    path.write_bytes(os.urandom(20_000))
    return path


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """An unblob that does as told; its word for word behaviour is that of version 26."""
    place = folder / "tools"
    place.mkdir()
    (place / "unblob").write_text(text)
    (place / "unblob").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")


def inspected(image: Path) -> Report:
    steps = LocalAnalyst(Limits()).analyse(str(image), "image.bin", NOW, ["auth.empty-password"], unblob=True)
    return total(step.gained for step in steps)


def test_what_it_unpacks_takes_part(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "Geheim123")
    program(tmp_path, monkeypatch, UNPACKS)
    report = inspected(image)
    (account,) = report.inventory.credentials
    assert account.evidence[0].path == ("image.bin", "unknown@0x0", "/etc/passwd")
    (failure,) = [each for each in report.findings if each.outcome == "fail"]
    assert failure.check == "auth.empty-password"
    assert [(each.format, each.offset, each.size) for each in report.regions] == [
        ("", 0, 100),
        ("unblob", 100, 4900),
    ]
    assert report.regions[1].facts == {"unpacked by": "unblob 9.9", "kind": "strange"}
    (problem,) = report.problems
    assert "lost owners" in problem.what


def test_a_failure_of_it_is_a_problem(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, ACTS + "exit 7\n")
    report = inspected(image)
    assert "unblob ended with code 7" in [each.what for each in report.problems]
    assert report.regions[0].format == ""


def test_it_is_ended_when_it_takes_too_long_or_writes_too_much(
    image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = Region(path=("unknown@0x0",), offset=0, size=20_000, format="")
    program(tmp_path, monkeypatch, ACTS + 'head -c 100000 /dev/zero > "$out/fill"; sleep 100\n')
    monkeypatch.setattr(unblob, "MAX_OUTPUT", 50_000)
    monkeypatch.setattr(unblob, "POLL", 0.05)
    (tmp_path / "a").mkdir()
    (told,) = unblob.unpack(image, [region], tmp_path / "a")
    assert "wrote more than 50000 bytes" in told.problems[0].what
    monkeypatch.setattr(unblob, "MAX_OUTPUT", 2**40)
    monkeypatch.setattr(unblob, "WALL", 0.2)
    (tmp_path / "b").mkdir()
    first, second = unblob.unpack(image, [region, region], tmp_path / "b")
    assert "was ended after" in first.problems[0].what
    assert "was not started" in second.problems[0].what


def test_without_it_the_way_out_is_told(image: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="not installed") as raised:
        inspected(image)
    assert "pip install unblob" in raised.value.hint


def test_only_what_is_dark_is_given_to_it() -> None:
    def region(size: int, format_id: str = "", offset: int | None = 0, **facts: str) -> Region:
        return Region(path=("x",), offset=offset, size=size, format=format_id, facts=facts)

    regions = [
        region(9000),
        region(10_000),
        region(10_000, "squashfs"),
        region(10_000, padding="0xff"),
        region(10_000, offset=None),
        region(100),
    ]
    assert [each.size for each in unblob.dark(regions, 0)] == [10_000, 9000]
    assert unblob.dark([], 77)[0].size == 77


def test_modes_that_it_lost_are_not_judged(
    image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, monkeypatch, UNPACKS + 'chmod 4777 "$root/etc/passwd"\n')
    checks = ["privilege.setuid-program", "privilege.world-writable"]
    steps = LocalAnalyst(Limits()).analyse(str(image), "image.bin", NOW, checks, unblob=True)
    outcomes = {each.check: each.outcome for each in total(step.gained for step in steps).findings}
    assert outcomes == dict.fromkeys(checks, "unknown")


def test_the_real_program(tmp_path: Path) -> None:
    if shutil.which("unblob") is None or shutil.which("7z") is None:
        pytest.skip("NO UNBLOB or no 7z: only a stand-in of it is tried")
    root = tmp_path / "root"
    for name in ("etc", "bin"):
        (root / name).mkdir(parents=True)
    (root / "etc/passwd").write_text("root::0:0::/:/bin/sh\n")
    (root / "bin/sh").write_bytes(b"\x7fELF" + bytes(100))
    pack = ["7z", "a", "-bd", str(tmp_path / "a.7z"), "."]
    subprocess.run(pack, cwd=root, check=True, capture_output=True)  # noqa: S603 -- our own options
    image = tmp_path / "image.bin"
    image.write_bytes(os.urandom(9000) + (tmp_path / "a.7z").read_bytes() + os.urandom(5000))
    report = inspected(image)
    assert [each.user for each in report.inventory.credentials] == ["root"]
    assert [each.facts["kind"] for each in report.regions if each.format == "unblob"] == ["sevenzip"]


def test_the_tools_it_needs_do_not_see_our_environment(
    image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "Geheim123")
    program(tmp_path, monkeypatch, UNPACKS)
    region = Region(path=("unknown@0x0",), offset=0, size=20_000, format="")
    (told,) = unblob.unpack(image, [region], tmp_path)
    (folder,) = told.folders
    assert "Geheim123" not in (folder / "etc/environment").read_text()
    assert stat.S_ISDIR(folder.stat().st_mode)
