"""What import contracts cannot see: built-ins that touch the world, and what the model may import."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "src/roadworthy"
PURE = ("model", "codecs", "inspection", "reports", "usecases")
WORLDLY_BUILTINS = {"breakpoint", "eval", "exec", "input", "open", "print", "__import__"}
WORLDLY_METHODS = {
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
    "io": {"open", "FileIO", "open_code"},
}
# A contract can only name `urllib` and `pathlib` as a whole.
WORLDLY_MODULES = re.compile(
    r"urllib\.(?:request|error)(?:\..*)?|pathlib(?:\.(?!PurePath$|PurePosixPath$|PureWindowsPath$).*)?"
)


def modules(*floors: str) -> list[Path]:
    return sorted(path for floor in floors for path in (SOURCE / floor).rglob("*.py"))


def impurities(tree: ast.AST) -> Iterator[str]:
    """Line and text of every call or import that reaches outside."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in WORLDLY_BUILTINS:
                yield f"{node.lineno}: {name}()"
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)) if (
                name in WORLDLY_METHODS.get(owner, ())
            ):
                yield f"{node.lineno}: {owner}.{name}()"
            case ast.Import() | ast.ImportFrom():
                yield from (
                    f"{node.lineno}: {name}" for name in imported(node) if WORLDLY_MODULES.fullmatch(name)
                )
            case _:
                pass


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    else:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_search_finds_what_it_should() -> None:
    text = """
import urllib.request
from urllib.request import urlopen
import pathlib
from pathlib import Path, PurePath
from urllib import error
from datetime import datetime
print(open("x").read())
datetime.now()
format.open(source)
"""
    assert [line.split(": ")[1] for line in impurities(ast.parse(text))] == [
        "urllib.request",
        "urllib.request.urlopen",
        "pathlib",
        "pathlib.Path",
        "urllib.error",
        "print()",
        "datetime.now()",
        "open()",
    ]


@pytest.mark.parametrize("floor", PURE)
def test_pure_floors_do_not_touch_the_world(floor: str) -> None:
    paths = modules(floor)
    assert paths, f"no modules in {floor}"
    found = [
        f"{path.relative_to(REPOSITORY)}:{what}"
        for path in paths
        for what in impurities(ast.parse(path.read_text("utf-8")))
    ]
    assert not found


def test_the_model_imports_the_standard_library_and_itself_only() -> None:
    strange = [
        f"{path.relative_to(REPOSITORY)}:{node.lineno}: {name}"
        for path in modules("model")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imported(node)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("roadworthy.model")
    ]
    assert not strange


def test_the_contract_for_the_model_names_every_dependency() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    dependencies = {each.partition(">")[0].strip() for each in project["project"]["dependencies"]}
    modules_of = {"libpass": "passlib"}  # where the module is not called like its distribution
    contract = next(each for each in project["tool"]["importlinter"]["contracts"] if each["id"] == "model")
    assert {modules_of.get(name, name.replace("-", "_")) for name in dependencies} == set(
        contract["forbidden_modules"]
    )
