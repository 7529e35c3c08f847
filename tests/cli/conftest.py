"""The program as a user runs it, with a folder of its own for evidence."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

import pytest

from roadworthy.cli import main

Run = Callable[..., subprocess.CompletedProcess[str]]
SOURCES = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """An environment that asks for nothing."""
    ours = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "ROADWORTHY_WORKSPACE")
    plain = {name: value for name, value in os.environ.items() if name not in ours}
    paths = [str(SOURCES), os.environ.get("PYTHONPATH", "")]
    return {
        **plain,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }


@pytest.fixture
def process(environment: Mapping[str, str], tmp_path: Path) -> Run:
    """Runs a command line in a process of its own."""

    def roadworthy(*words: str, stdin: TextIO | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-P", "-m", "roadworthy", *words],
            check=False,
            stdin=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**environment, **more},
            cwd=tmp_path,
            timeout=60,
        )

    return roadworthy


@pytest.fixture
def run(
    environment: Mapping[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command line in this process: the same, and faster. What it writes goes into a pipe."""
    monkeypatch.chdir(tmp_path)
    for name in (*os.environ, *environment):
        if name in environment:
            monkeypatch.setenv(name, environment[name])
        else:
            monkeypatch.delenv(name)

    def roadworthy(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as local:
            for name, value in more.items():
                local.setenv(name, value)
            code = main(words)
        shown = capfd.readouterr()
        return subprocess.CompletedProcess(words, code, shown.out, shown.err)

    return roadworthy
