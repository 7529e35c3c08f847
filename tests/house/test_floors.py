"""The contracts in pyproject.toml bite: each kind of violation, planted in a copy, is named."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    files: Mapping[str, str]
    named: str
    contract: str


VIOLATIONS = {
    "a package on no floor": Violation(
        files={"helpers/__init__.py": '"""Stray."""\n'},
        named="roadworthy.helpers",
        contract="Imports run downwards only",
    ),
    "a module on no floor": Violation(
        files={"misc.py": '"""Stray."""\n'},
        named="roadworthy.misc",
        contract="Imports run downwards only",
    ),
    "one wing imports another": Violation(
        files={"regulation/planted.py": "import roadworthy.inspection.check\n"},
        named="roadworthy.regulation.planted -> roadworthy.inspection.check",
        contract="Imports run downwards only",
    ),
    "the model imports a wing": Violation(
        files={"model/planted.py": "from roadworthy.inspection import check\n"},
        named="roadworthy.model.planted -> roadworthy.inspection.check",
        contract="Imports run downwards only",
    ),
    "a use case imports an adapter": Violation(
        files={"usecases/planted.py": "import roadworthy.adapters\n"},
        named="roadworthy.usecases.planted -> roadworthy.adapters",
        contract="Imports run downwards only",
    ),
    "something imports the test kit": Violation(
        files={"inspection/planted.py": "import roadworthy.testing.memory\n"},
        named="roadworthy.inspection.planted -> roadworthy.testing.memory",
        contract="Imports run downwards only",
    ),
    "a wing starts programs": Violation(
        files={"inspection/planted.py": "import subprocess\n"},
        named="roadworthy.inspection.planted -> subprocess",
        contract="The pure floors do not touch the world",
    ),
    "a wing touches the world through a codec": Violation(
        files={
            "codecs/planted.py": "import socket\n",
            "inspection/planted.py": "import roadworthy.codecs.planted\n",
        },
        named="roadworthy.codecs.planted -> socket",
        contract="The pure floors do not touch the world",
    ),
    "a use case reads the clock": Violation(
        files={"usecases/planted.py": "import time\n"},
        named="roadworthy.usecases.planted -> time",
        contract="The pure floors do not touch the world",
    ),
    "a wing opens files under another name": Violation(
        files={"inspection/planted.py": "import posix\n"},
        named="roadworthy.inspection.planted -> posix",
        contract="The pure floors do not touch the world",
    ),
    "a wing opens files by another module": Violation(
        files={"inspection/planted.py": "import gzip\n"},
        named="roadworthy.inspection.planted -> gzip",
        contract="The pure floors do not touch the world",
    ),
    "the catalogue reaches for built-ins": Violation(
        files={"catalogue.py": "import builtins\n"},
        named="roadworthy.catalogue -> builtins",
        contract="The pure floors do not touch the world",
    ),
    "the model needs a library": Violation(
        files={"model/planted.py": "import msgspec\n"},
        named="roadworthy.model.planted -> msgspec",
        contract="The model needs nothing but the standard library",
    ),
    "a wing decodes by itself": Violation(
        files={"inspection/planted.py": "import msgspec\n"},
        named="roadworthy.inspection.planted -> msgspec",
        contract="msgspec stays where bytes enter or leave",
    ),
    "the frame knows an extension": Violation(
        files={"inspection/survey.py": "import roadworthy.inspection.formats.squashfs\n"},
        named="roadworthy.inspection.survey -> roadworthy.inspection.formats.squashfs",
        contract="Inside the inspection wing, the frame does not know the extensions",
    ),
    "a cycle": Violation(
        files={
            "inspection/chicken.py": "import roadworthy.inspection.egg\n",
            "inspection/egg.py": "import roadworthy.inspection.chicken\n",
        },
        named=".egg",
        contract="No import cycles",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts over the copy in `folder`."""
    program = (
        "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    )
    return subprocess.run(  # noqa: S603 -- our own contracts
        [sys.executable, "-c", program, "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_its_contracts(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize("violation", VIOLATIONS.values(), ids=list(VIOLATIONS))
def test_a_planted_violation_is_named(copy: Path, violation: Violation) -> None:
    for name, text in violation.files.items():
        path = copy / "src/roadworthy" / name
        path.parent.mkdir(exist_ok=True)
        before = path.read_text("utf-8") if path.exists() else ""
        path.write_text(before + text, "utf-8")
    done = lint(copy)
    assert done.returncode == 1, done.stdout
    assert f"{violation.contract} BROKEN" in done.stdout
    assert violation.named in done.stdout
