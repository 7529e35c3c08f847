"""Inspecting and comparing from the command line: forms, many images, exit codes."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    """A folder with two images that nobody can read, and one that is empty."""
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.bin").write_bytes(bytes(range(256)) * 16)
    (folder / "b.bin").write_bytes(bytes(range(255, -1, -1)) * 16)
    (folder / "empty.bin").touch()
    return folder


def test_many_images_have_a_file_each_and_an_index(run: Run, noise: Path, tmp_path: Path) -> None:
    done = run("inspect", str(noise), "--no-keep", "-o", "reports/", "--jobs", "2", "--only", "auth.*")
    index = json.loads(done.stdout)
    assert (done.returncode, index["type"], index["exit_code"]) == (3, "roadworthy.index/v1", 3)
    assert [Path(each["image"]).name for each in index["images"]] == ["a.bin", "b.bin", "empty.bin"]
    assert "empty.bin is empty" in index["images"][2]["error"]
    written = sorted(each.name for each in (tmp_path / "reports").iterdir())
    assert written == ["a.bin.json", "b.bin.json"]
    assert json.loads((tmp_path / "reports/a.bin.json").read_text())["body"]["image"]["name"] == "a.bin"


def test_without_an_output_there_is_only_the_index(run: Run, noise: Path, tmp_path: Path) -> None:
    files = [str(noise / name) for name in ("a.bin", "b.bin")]
    done = run("inspect", *files, "--no-keep", "--only", "auth.*")
    assert [each["written"] for each in json.loads(done.stdout)["images"]] == ["", ""]
    assert {each.name for each in tmp_path.iterdir()} <= {"images", "data"}


FORMS = (
    (("--format", "sarif"), '{\n  "$schema": "https://docs.oasis-open.org/sarif'),
    (("--format", "cyclonedx"), '{\n  "$schema": "http://cyclonedx.org/schema/bom-1.6'),
    (("--format", "junit"), "<?xml version="),
    (("-o", "x.sarif"), '{\n  "$schema": "https://docs.oasis-open.org/sarif'),
    (("-o", "x.cdx.json"), '{\n  "$schema": "http://cyclonedx.org'),
    (("-o", "x.json"), '{\n  "type": "roadworthy.envelope/v1"'),
    (("-o", "x.xml"), "<?xml version="),
)


def test_the_format_or_the_suffix_chooses_the_form(run: Run, noise: Path, tmp_path: Path) -> None:
    done = run("inspect", str(noise / "a.bin"), "--only", "auth.*", "--format", "junit")
    assert done.returncode == 3
    assert ET.fromstring(done.stdout).tag == "testsuites"  # noqa: S314 -- our own
    (filed,) = json.loads(run("evidence", "list").stdout)["evidence"]
    for words, start in FORMS:
        shown = run("evidence", "show", filed["digest"], *words).stdout
        assert (shown or (tmp_path / words[1]).read_text("utf-8")).startswith(start), words


def test_reports_are_compared(run: Run, noise: Path) -> None:
    for name in ("a", "b"):
        run("inspect", str(noise / f"{name}.bin"), "--no-keep", "--only", "auth.*", "-o", f"{name}.json")
    done = run("compare", "a.json", "b.json", "--format", "markdown")
    assert done.returncode == 3  # neither could be read
    assert done.stdout.startswith("# a.bin → b.bin")
    assert json.loads(run("compare", "a.json", "a.json").stdout)["changes"] == []


def test_what_did_not_get_worse_passes_against_a_baseline(run: Run, samples: Path) -> None:
    image = str(samples / "tplink_wr841n_v9_150104.bin")
    assert run("inspect", image, "--no-keep", "-o", "old.json").returncode == 1
    assert run("inspect", image, "--no-keep", "--baseline", "old.json").returncode == 0


@pytest.mark.parametrize("name", ["same", "symbolic", "hard", "waivers", "baseline", "key"])
def test_an_output_never_replaces_what_is_read(run: Run, noise: Path, name: str) -> None:
    image, other = noise / "a.bin", noise / "b.bin"
    (noise / "symbolic").symlink_to(image)
    (noise / "hard").hardlink_to(image)
    words = {"waivers": "--waivers", "baseline": "--baseline", "key": "--sign"}
    more = (words[name], str(other)) if name in words else ()
    output = {"same": image, "symbolic": noise / "symbolic", "hard": noise / "hard"}.get(name, other)
    before = image.read_bytes(), other.read_bytes()
    done = run("inspect", str(image), *more, "--no-keep", "--format", "json", "-o", str(output))
    assert done.returncode == 2
    assert "would replace" in done.stderr
    assert "hint: Give --output another path" in done.stderr
    assert (image.read_bytes(), other.read_bytes()) == before


def test_reports_on_many_images_replace_none_of_them(run: Run, noise: Path) -> None:
    (noise / "a.bin.json").write_bytes(b"an image, too")
    done = run("inspect", str(noise), "--no-keep", "-o", str(noise))
    assert done.returncode == 2
    assert "a.bin.json would replace" in done.stderr
    assert (noise / "a.bin.json").read_bytes() == b"an image, too"
    assert not (noise / "b.bin.json").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "a.bin", "b.bin", "--format", "json"),
        ("compare", "b.bin", "a.bin", "--format", "json"),
        ("image", "ls", "a.bin", "--format", "json"),
        ("image", "cat", "a.bin", "/etc/passwd"),
        ("evidence", "sign", "b.bin", "--key", "a.bin"),
        ("evidence", "verify", "a.bin", "--key", "b.bin", "--format", "json"),
        ("evidence", "verify", "b.bin", "--key", "a.bin", "--format", "json"),
        ("evidence", "keygen", "a.bin", "--format", "json"),
    ],
)
def test_no_command_replaces_what_it_reads(
    run: Run, noise: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(noise)
    before = Path("a.bin").read_bytes()
    done = run(*words, "-o", "./a.bin")
    assert (done.returncode, "would replace a.bin" in done.stderr) == (2, True), done.stderr
    assert Path("a.bin").read_bytes() == before


def test_a_workspace_that_cannot_be_used_costs_nobody_the_report(
    run: Run, noise: Path, tmp_path: Path
) -> None:
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged/workspace.sqlite").write_bytes(b"no database")
    words = ("--only", "auth.*", "--workspace", str(tmp_path / "damaged"), "-o", "report.json")
    assert run("inspect", str(noise / "a.bin"), *words).returncode == 3
    (problem,) = (
        each
        for each in json.loads((tmp_path / "report.json").read_text())["problems"]
        if each["stage"] == "workspace"
    )
    assert "--no-keep" in problem["hint"]
    assert "--workspace" in problem["hint"]
