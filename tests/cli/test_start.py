"""The first pages come at once: nothing heavy is loaded for them."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from roadworthy import __version__
from roadworthy.cli import main
from roadworthy.cli.commands import COMMANDS, ENVIRONMENT, EXIT_CODES, GROUPS, Command

HEAVY = {
    "cyclopts",
    "rich",
    "sqlalchemy",
    "cryptography",
    "msgspec",
    "passlib",
    "dataclasses",
    "asyncio",
    "json",
}
LISTING = "import sys; from roadworthy.cli import main; main({words!r}); print(' '.join(sorted(sys.modules)))"


def loaded(environment: Mapping[str, str], words: list[str]) -> set[str]:
    command = [sys.executable, "-P", "-c", LISTING.format(words=words)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=30)  # noqa: S603 -- our own program
    return set(done.stdout.splitlines()[-1].split(" "))


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["--version"]])
def test_the_root_page_and_the_version_load_nothing_heavy(
    environment: Mapping[str, str], words: list[str]
) -> None:
    names = loaded(environment, words)
    assert "roadworthy.cli" in names
    assert names & HEAVY == set()


def test_an_explanation_opens_no_store(environment: Mapping[str, str]) -> None:
    assert (
        loaded(environment, ["explain", "squashfs", "--format", "json"]) & {"sqlalchemy", "asyncio"} == set()
    )


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_the_root_page_names_every_command_and_exit_code(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    shown = capsys.readouterr().out
    flat = " ".join(shown.split())
    for command in COMMANDS:
        assert f"{command.name} {command.summary}" in flat
    for code, meaning in EXIT_CODES:
        assert f"  {code}  {meaning}" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.isascii()


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"roadworthy {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_a_page_with_its_options_and_examples(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    name, summary, _, examples = command
    assert main([*name.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Usage: roadworthy {name} ")
    assert " ".join(summary.split()) in " ".join(shown.split())
    for line, deed in examples:
        assert f"  # {deed}\n  {line}\n" in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_shows_its_commands(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name]) == main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    for command in COMMANDS:
        if command.name.startswith(f"{name} "):
            assert shown.count(command.summary) == 2


def test_help_after_a_double_dash_is_no_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--", "--help"]) == 2
    assert "there is no extension '--help'" in capsys.readouterr().err


def test_the_environment_is_documented() -> None:
    assert {"NO_COLOR", "FORCE_COLOR"} <= {name for name, _ in ENVIRONMENT}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="THIS SYSTEM HAS NO /dev/full")
@pytest.mark.parametrize("words", [["--help"], ["--version"], ["inspect", "--help"], ["explain"]])
def test_a_full_disk_behind_stdout_is_no_fault_of_ours(
    environment: Mapping[str, str], words: list[str]
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-P", "-m", "roadworthy", *words],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            timeout=30,
        )
    first, second = done.stderr.splitlines()
    assert (done.returncode, second[:6]) == (2, "hint: ")
    assert first == "roadworthy: stdout cannot be written: No space left on device"


def test_help_shows_no_default_that_is_none(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    shown = run("inspect", "--help").stdout
    assert "Default: medium." in shown
    assert "Default: ." not in shown
    assert "Default: ()" not in shown
