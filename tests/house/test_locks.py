"""The locks: fresh, hashed, without addresses, one inside the other, and under licences that we may use."""

import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker

REPOSITORY = Path(__file__).resolve().parents[2]
LOCKS = sorted((REPOSITORY / "requirements").glob("*.txt"))
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: *; *([^\\\n]+?))? *\\?$", re.MULTILINE)
COPYLEFT = re.compile(r"GPL|General Public", re.IGNORECASE)
# Licences of what Roadworthy runs with, as package metadata writes them (SPDX, or the older words).
PERMISSIVE = {
    "0BSD", "Apache-2.0", "Apache 2.0", "Apache Software License", "BSD", "BSD License", "BSD-2-Clause",
    "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT License", "MIT-0", "PSF-2.0", "Zlib",
}  # fmt: skip

# What a licence file says where the metadata says nothing.
STATED = {"pysnmp": "BSD-2-Clause"}


def locked(name: str) -> dict[str, str]:
    """Name → version; where a lock has several, the one for this Python."""
    entries = REQUIREMENT.findall((REPOSITORY / f"requirements/{name}.txt").read_text("utf-8"))
    return {
        name: version
        for name, version, marker in sorted(
            entries, key=lambda entry: Marker(entry[2]).evaluate() if entry[2] else True
        )
    }


def licences(distribution: str) -> set[str]:
    """What its metadata says: the SPDX expression, or else classifiers, or else the old field.

    Of a choice (``A OR B``) we take the permissive side, where there is one.
    """
    if distribution in STATED:
        return {STATED[distribution]}
    about = metadata.metadata(distribution).json
    if expression := about.get("license_expression"):
        sides = [set(re.split(r" (?:AND|WITH) ", side.strip("()"))) for side in str(expression).split(" OR ")]
        return min(sides, key=lambda side: not side <= PERMISSIVE)
    classifiers = [each for each in about.get("classifier", ()) if each.startswith("License ::")]
    return {each.rpartition(" :: ")[2] for each in classifiers} or {
        str(about.get("license", "")).partition("\n")[0]
    }


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text("utf-8")
    entries = REQUIREMENT.findall(text)
    assert entries
    assert len(re.findall(r"^\S+==.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+$", text, re.MULTILINE)) == len(
        entries
    )
    foreign = [line for line in text.splitlines() if not re.match(r"#|    --hash=|[A-Za-z0-9._-]+==", line)]
    assert foreign == []
    assert "://" not in text
    assert " @ " not in text


def test_what_is_used_is_developed_with() -> None:
    assert locked("use").items() <= locked("dev").items()


def test_what_is_locked_is_installed() -> None:
    for name, version in locked("use").items():
        assert metadata.version(name) == version


def test_dependencies_are_permissive() -> None:
    assert {name: found for name in locked("use") if not (found := licences(name)) <= PERMISSIVE} == {}


def test_tools_are_not_under_strong_copyleft() -> None:
    installed = {each.name.lower().replace("_", "-") for each in metadata.distributions()}
    here = [name for name in locked("dev") if name in installed]  # the lock is for all systems
    assert len(here) > len(locked("use"))
    assert [name for name in here if any(COPYLEFT.search(each) for each in licences(name))] == []


def test_a_stale_lock_is_noticed(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "requirements", "tools"):
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    command = [sys.executable, str(tmp_path / "tools/lock.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0  # noqa: S603 -- our own tool
    project = tmp_path / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace('"cyclopts>=5.4"', '"cyclopts>=5.5"'), "utf-8")
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 -- as above
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "requirements/dev.txt does not answer pyproject.toml: run ./dev lock",
        "requirements/use.txt does not answer pyproject.toml: run ./dev lock",
    ]
