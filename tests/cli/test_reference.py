"""The reference says what the code says, and drift is named by its place."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools/reference.py"


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/reference.py, writing into a folder of the test's own."""
    spec = importlib.util.spec_from_file_location("reference_tool", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "reference_tool", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "FOLDER", tmp_path / "reference")
    return module


def test_what_was_just_written_does_not_drift(tool: ModuleType, tmp_path: Path) -> None:
    assert tool.main([]) == 0
    assert tool.main(["--check"]) == 0
    names = {path.name for path in (tmp_path / "reference").iterdir()}
    assert {"cli.md", "checks.md", "properties.md", "formats.md", "envelope.schema.json"} <= names
    commands = (tmp_path / "reference/cli.md").read_text("utf-8")
    assert "Usage: roadworthy evidence verify [OPTIONS] FILE --key KEY" in commands


def test_drift_is_named_by_file_and_line(
    tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tool.main([])
    page = tmp_path / "reference/properties.md"
    page.write_text(page.read_text("utf-8").replace("# Properties", "# Qualities", 1), "utf-8")
    (tmp_path / "reference/stray.md").write_text("x")
    (tmp_path / "reference/cli.md").unlink()
    assert tool.main(["--check"]) == 1
    shown = capsys.readouterr().err
    assert "docs/reference/properties.md:3: it says '# Qualities', the code says '# Properties'" in shown
    assert "docs/reference/stray.md: nothing makes this page" in shown
    assert "docs/reference/cli.md:1: it says '(end)'" in shown
