"""Help pages, written from the table of commands. Root and group pages need no library at all."""

import textwrap
from collections.abc import Iterable
from typing import Final

from roadworthy import __version__
from roadworthy.cli.commands import COMMANDS, EXAMPLES, EXIT_CODES, GROUPS, PROGRAM, Command

SENTENCE: Final = "The roadworthiness test for connected things."
WIDTH: Final = 80
WIDEST_NAME: Final = 24
OUTPUT: Final = "Text on a terminal, JSON when piped; --format, or the suffix of --output, chooses otherwise."
MORE: Final = "says more about one command."


def version() -> str:
    """What ``--version`` prints."""
    return f"{PROGRAM} {__version__}\n"


def root() -> str:
    """What ``--help`` prints."""
    return _page(
        [SENTENCE],
        [f"Usage: {PROGRAM} COMMAND [OPTIONS]"],
        ["Commands:", *columns((command.name, command.summary) for command in COMMANDS)],
        ["Examples:", *_examples(EXAMPLES)],
        ["Exit codes:", *columns((str(code), meaning) for code, meaning in EXIT_CODES)],
        textwrap.wrap(f"{OUTPUT} `{PROGRAM} COMMAND --help` {MORE}", WIDTH),
    )


def group(name: str) -> str:
    """What ``GROUP --help`` prints."""
    own = [command for command in COMMANDS if command.name.startswith(f"{name} ")]
    return _page(
        [f"Usage: {PROGRAM} {name} COMMAND [OPTIONS]"],
        [GROUPS[name]],
        ["Commands:", *columns((command.name.removeprefix(f"{name} "), command.summary) for command in own)],
        ["Examples:", *_examples(example for command in own for example in command.examples[:1])],
        [f"`{PROGRAM} {name} COMMAND --help` {MORE}"],
    )


def page(
    command: Command, usage: str, arguments: Iterable[tuple[str, str]], options: Iterable[tuple[str, str]]
) -> str:
    """What ``COMMAND --help`` prints.

    Args:
        command: The command.
        usage: Its arguments in one line.
        arguments: Positional arguments with their help.
        options: Options with their help.
    """
    given = columns(arguments)
    return _page(
        [f"Usage: {PROGRAM} {command.name} {usage}".rstrip()],
        textwrap.wrap(command.summary, WIDTH),
        ["Arguments:", *given] if given else [],
        ["Options:", *columns(options)],
        ["Examples:", *_examples(command.examples)],
    )


def columns(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Names with what they mean beside them; below them where a name is long."""
    listed = list(rows)
    width = min(max((len(name) for name, _ in listed), default=0), WIDEST_NAME) + 4
    lines = []
    for name, text in listed:
        first, *rest = textwrap.wrap(text, WIDTH - width) or [""]
        if len(name) > WIDEST_NAME:
            lines += [f"  {name}", f"{'':{width}}{first}"]
        else:
            lines.append(f"  {name:{width - 2}}{first}".rstrip())
        lines += [f"{'':{width}}{line}" for line in rest]
    return lines


def _examples(lines: Iterable[tuple[str, str]]) -> list[str]:
    """Command lines, each under what it does."""
    return [line for command, deed in lines for line in (f"  # {deed}", f"  {command}")]


def _page(*parts: list[str]) -> str:
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"
