"""CONTRIBUTING's ten minutes, done: its files are put where it says, and its commands are run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
CHECK = "src/roadworthy/inspection/checks/surface/crash_dumps.py"
PROPERTIES = "src/roadworthy/model/properties/surface.toml"


def block(language: str) -> str:
    """The first block of code in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for name in ("src", "tests", "pyproject.toml"):
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(
                source, folder / name, ignore=shutil.ignore_patterns("__pycache__", Path(__file__).name)
            )
        else:
            shutil.copy(source, folder / name)
    assert CHECK in PAGE
    assert PROPERTIES in PAGE
    (folder / CHECK).write_text(block("python"), "utf-8")
    with (folder / PROPERTIES).open("a", encoding="utf-8") as table:
        table.write("\n" + block("toml"))
    return folder


def run(copy: Path, module: str, *words: str) -> str:
    done = subprocess.run(  # noqa: S603 -- what the page says
        [sys.executable, "-m", module, *words],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_examples_and_its_form_pass(copy: Path) -> None:
    command = re.search(r"^ +\./dev test (tests/inspection/checks tests/house -k \w+)$", PAGE, re.MULTILINE)
    assert command
    out = run(copy, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *command[1].split())
    passed = re.search(r"(\d+) passed", out)
    assert passed, out
    assert int(passed[1]) >= len(("two examples", "a page", "a known property", "a property's page"))


def test_it_is_written_as_the_house_wants_it(copy: Path) -> None:
    run(copy, "ruff", "check", CHECK)
    run(copy, "ruff", "format", "--check", CHECK)
    run(copy, "mypy", CHECK)
