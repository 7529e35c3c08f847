"""`--sbom` on the command line: parsed in the confined worker, told in every form of report."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """An unpacked root file system with one package."""
    for folder in ("etc", "bin", "usr/lib/opkg"):
        (tmp_path / "root" / folder).mkdir(parents=True)
    status = "Package: busybox\nVersion: 1.36.1-r1\nStatus: install user installed\n"
    (tmp_path / "root/usr/lib/opkg/status").write_text(status)
    return tmp_path / "root"


def test_what_the_bill_says_is_held_against_the_image(run: Run, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "true.manifest").write_text("busybox all 1.36.1\n")
    (tmp_path / "linked.manifest").symlink_to("true.manifest")  # as Yocto calls the newest
    words = ("inspect", str(tree), "--no-keep", "--only", "provenance.*", "--sbom", "linked.manifest")
    done = run(*words, "--format", "json")
    held = json.loads(done.stdout)["body"]["reconciliation"]
    assert [each["name"] for each in held["bills"]] == ["linked.manifest"]
    assert [each["standing"] for each in held["claims"]] == ["confirmed"]
    assert "The bill of materials against the image" in run(*words, "--format", "markdown").stdout


def test_our_own_list_comes_back_without_a_disagreement(run: Run, tree: Path) -> None:
    run("inspect", str(tree), "--no-keep", "-o", "own.cdx.json")
    done = run(
        "inspect",
        str(tree),
        "--no-keep",
        "--only",
        "provenance.*",
        "--sbom",
        "own.cdx.json",
        "--format",
        "json",
    )
    outcomes = {each["check"]: each["outcome"] for each in json.loads(done.stdout)["findings"]}
    assert (done.returncode, set(outcomes.values())) == (0, {"pass"})


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (None, "bill.json does not exist"),
        ('{"bomFormat": "CycloneDX",\n', "bill.json: line 1: this is no JSON: Input data was truncated"),
        ("{}", "bill.json: line 1: this JSON is no bill of materials that is known"),
    ],
)
def test_a_bill_that_cannot_be_used_is_told_with_the_way_out(
    run: Run, tree: Path, tmp_path: Path, content: str | None, what: str
) -> None:
    if content is not None:
        (tmp_path / "bill.json").write_text(content)
    done = run("inspect", str(tree), "--no-keep", "--sbom", "bill.json", "--format", "json")
    assert done.returncode == 2
    assert what in done.stderr
    assert "hint: " in done.stderr
    assert done.stdout == ""


def test_bills_and_images_must_come_in_pairs(run: Run, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "a.manifest").write_text("busybox all 1.36.1\n")
    shutil.copytree(tree, tmp_path / "other")
    done = run("inspect", str(tree), "other", "--no-keep", "--sbom", "a.manifest")
    assert done.returncode == 2
    assert "2 images and 1 bills of materials" in done.stderr


def test_an_output_never_replaces_a_bill(run: Run, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "a.manifest").write_text("busybox all 1.36.1\n")
    done = run(
        "inspect", str(tree), "--no-keep", "--sbom", "a.manifest", "--format", "json", "-o", "a.manifest"
    )
    assert done.returncode == 2
    assert "would replace" in done.stderr
