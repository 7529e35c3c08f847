"""Every extension keeps the form: id = place, a page with its headings, a known property, no siblings."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.catalogue import Extension, Kind
from roadworthy.inspection.check import Check
from roadworthy.model.outcome import Outcome

SOURCE = Path(__file__).resolve().parents[2] / "src/roadworthy"
FOLDERS = {
    Kind.FORMAT: "inspection/formats",
    Kind.CATALOGER: "inspection/inventory",
    Kind.CHECK: "inspection/checks",
    Kind.RENDERING: "reports/render",
    Kind.REPORT: "reports",
    Kind.EXPORT: "reports/export",
    Kind.ENFORCER: "network/enforcers",
    Kind.SWITCH_DRIVER: "adapters/power_drivers",
}
HEADINGS = {
    Kind.CHECK: ("What it looks at", "Why it matters", "How it can be wrong"),
    Kind.FORMAT: ("What it looks at", "Why it matters", "How it can be wrong"),
    Kind.CATALOGER: ("How it can be wrong",),
    Kind.SWITCH_DRIVER: ("How it can be wrong",),
}
EXTENSIONS = [each for each in discover().everything() if each.origin.startswith("roadworthy ")]


def label(extension: Extension[object]) -> str:
    return f"{extension.kind}:{extension.id}"


def public_modules(folder: str) -> Iterator[Path]:
    for path in sorted((SOURCE / folder).rglob("*.py")):
        if not any(part.startswith("_") for part in path.relative_to(SOURCE / folder).parts):
            yield path


def test_all_of_ours_can_be_loaded() -> None:
    assert [problem.what for problem in discover().problems] == []
    assert {each.kind for each in EXTENSIONS} == set(Kind)


@pytest.mark.parametrize("kind", [kind for kind in FOLDERS if kind is not Kind.REPORT])
def test_every_module_is_an_extension_called_by_its_place(kind: Kind) -> None:
    placed = {
        ".".join(path.relative_to(SOURCE / FOLDERS[kind]).with_suffix("").parts).replace("_", "-")
        for path in public_modules(FOLDERS[kind])
    }
    assert placed == {each.id for each in EXTENSIONS if each.kind is kind}


@pytest.mark.parametrize("extension", EXTENSIONS, ids=label)
def test_it_has_a_page(extension: Extension[object]) -> None:
    if extension.kind in (Kind.PROPERTY, Kind.SIGNATURE, Kind.FRAMEWORK):
        return  # data: the page is made of its fields
    first, _, rest = extension.doc.strip().partition("\n")
    assert first.endswith(".")
    places = [rest.find(f"\n{heading}\n") for heading in HEADINGS.get(extension.kind, ())]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("check", discover().checks.values(), ids=label)
def test_a_check_shows_a_known_property_and_has_examples_of_both(check: Extension[Check]) -> None:
    assert check.object.shows in discover().properties
    told = {example.outcome for example in check.object.examples}
    said = " ".join(check.doc.split())
    assert Outcome.PASS in told or (Outcome.UNKNOWN in told and "never passes" in said)
    assert Outcome.FAIL in told or (Outcome.UNKNOWN in told and "never fails" in said)


@pytest.mark.parametrize("folder", sorted(FOLDERS.values()))
def test_extensions_do_not_import_their_siblings(folder: str) -> None:
    package = "roadworthy." + folder.replace("/", ".")
    public = {
        ".".join((package, *path.relative_to(SOURCE / folder).with_suffix("").parts))
        for path in public_modules(folder)
    }
    seams = {f"{package}.{name}" for name in ("blocks", "report", "render", "export")}
    crossing = [
        f"{path.relative_to(SOURCE)}: {name}"
        for path in public_modules(folder)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in imported(node)
        if name in public - seams
    ]
    assert crossing == []


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
