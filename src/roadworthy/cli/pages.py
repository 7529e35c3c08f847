"""Help: the root page, written from the table of commands without any library."""

from collections.abc import Iterable
from typing import Final

from roadworthy import __version__
from roadworthy.cli.commands import COMMANDS, EXAMPLES, EXIT_CODES, PROGRAM

SENTENCE: Final = "The roadworthiness test for connected things."
OUTPUT: Final = (
    "Text on a terminal, JSON when piped; --format, or the suffix of --output, chooses otherwise.",
    f"`{PROGRAM} COMMAND --help` says more about one command.",
)


def version() -> str:
    """What ``--version`` prints."""
    return f"{PROGRAM} {__version__}\n"


def root() -> str:
    """What ``--help`` prints."""
    return "\n".join(
        (
            f"{SENTENCE}",
            "",
            f"Usage: {PROGRAM} COMMAND [OPTIONS]",
            "",
            "Commands:",
            *_columns((command.name, command.summary) for command in COMMANDS),
            "",
            "Examples:",
            *examples(EXAMPLES),
            "",
            "Exit codes:",
            *_columns((str(code), meaning) for code, meaning in EXIT_CODES),
            "",
            *OUTPUT,
            "",
        )
    )


def examples(lines: Iterable[tuple[str, str]]) -> list[str]:
    """Command lines, each under what it does."""
    return [line for command, deed in lines for line in (f"  # {deed}", f"  {command}")]


def _columns(rows: Iterable[tuple[str, str]]) -> list[str]:
    listed = list(rows)
    width = max(len(name) for name, _ in listed) + 2
    return [f"  {name:{width}}{text}" for name, text in listed]
