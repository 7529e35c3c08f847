"""Files and functions stay of a size that one can read. The numbers stand in CONTRIBUTING.md."""

import ast
import statistics
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
FILES = sorted(
    path
    for folder in ("src", "tools", "examples", "bench")
    for path in (REPOSITORY / folder).rglob("*.py")
    if not {"__pycache__", "out"} & set(path.parts)
)
TESTS = sorted((REPOSITORY / "tests").rglob("*.py"))
HARD_FILE, P95_FILE, MEDIAN_FILE = 600, 400, 150
HARD_FUNCTION, P95_FUNCTION, MEDIAN_FUNCTION = 80, 40, 10


def length(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions(path: Path) -> list[tuple[int, str]]:
    """Length in lines, decorators and docstring excluded, and place of each function."""
    return [
        (node.end_lineno - body(node) + 1, f"{path.relative_to(REPOSITORY)}:{node.lineno} {node.name}")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]


def body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or first.lineno) + 1 if docstring and len(node.body) > 1 else node.lineno


def p95(values: Sequence[int]) -> int:
    return sorted(values)[int(len(values) * 0.95)]


def test_no_file_is_too_long() -> None:
    assert [f"{path}: {length(path)}" for path in [*FILES, *TESTS] if length(path) > HARD_FILE] == []


def test_most_files_are_short() -> None:
    lengths = [length(path) for path in FILES]
    assert statistics.median(lengths) <= MEDIAN_FILE
    assert p95(lengths) <= P95_FILE


def test_no_function_is_too_long() -> None:
    found = [each for path in [*FILES, *TESTS] for each in functions(path)]
    assert [place for lines, place in found if lines > HARD_FUNCTION] == []


def test_most_functions_are_short() -> None:
    lengths = [lines for path in FILES for lines, _ in functions(path)]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION
    assert p95(lengths) <= P95_FUNCTION
