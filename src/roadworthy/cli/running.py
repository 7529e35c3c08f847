"""Running one command line: which page or command is meant, and what becomes of errors."""

import sys
import traceback
from typing import Final

from roadworthy.cli import pages
from roadworthy.cli.commands import COMMANDS, DEFAULTS, GROUPS, PROGRAM
from roadworthy.cli.surroundings import wants_traceback
from roadworthy.model.errors import InputError, PolicyError, RoadworthyError, VerificationError

USAGE: Final = 2
UNFINISHED: Final = 3
CODES: Final = {InputError: USAGE, PolicyError: USAGE, VerificationError: 1}
HELP_FLAGS: Final = frozenset({"-h", "--help"})


def run(words: list[str]) -> int:
    """Run one command line; errors become an exit code and words on stderr."""
    words = _spelled_out(words)
    if words[0] in GROUPS and set(words[1:]) <= HELP_FLAGS:
        sys.stdout.write(pages.group(words[0]))
        return 0
    if _asks_for_help(words):
        return _page(words)
    from cyclopts import CycloptsError  # noqa: PLC0415 -- the pages above do without

    from roadworthy.cli.application import application  # noqa: PLC0415 -- as above

    try:
        return int(application()(words) or 0)
    except CycloptsError as error:
        command = " ".join((PROGRAM, *(error.command_chain or ())))
        return _failed(str(error), f"`{command} --help` shows how it is used.", USAGE)
    except RoadworthyError as error:
        code = next((code for kind, code in CODES.items() if isinstance(error, kind)), UNFINISHED)
        return _failed(str(error), error.hint, code)
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 -- Python's own exit code for it, 1, would mean "findings"
        if wants_traceback():
            traceback.print_exc()
        what = f"this is a fault in Roadworthy itself: {type(error).__name__}: {error}"
        return _failed(
            what, "Run it again with ROADWORTHY_TRACEBACK=1 and report what it prints.", UNFINISHED
        )


def _spelled_out(words: list[str]) -> list[str]:
    """With the command of a group that is meant where none is named: ``vex camera.bin``."""
    meant = DEFAULTS.get(words[0])
    named = len(words) > 1 and any(f"{words[0]} {words[1]}" == command.name for command in COMMANDS)
    if meant is None or named or set(words[1:]) <= HELP_FLAGS:
        return words
    return [words[0], meant, *words[1:]]


def _asks_for_help(words: list[str]) -> bool:
    before = words[: words.index("--")] if "--" in words else words
    return not HELP_FLAGS.isdisjoint(before)


def _page(words: list[str]) -> int:
    """The page of the command that a command line names; the root page if it names none."""
    from roadworthy.cli.application import help_page  # noqa: PLC0415 -- loads the parser

    named = [command for command in COMMANDS if words[: len(command.name.split())] == command.name.split()]
    sys.stdout.write(help_page(named[0]) if named else pages.root())
    return 0


def _failed(what: str, hint: str, code: int) -> int:
    from roadworthy.reports._text import visible  # noqa: PLC0415 -- only needed to say what went wrong

    for label, text in ((PROGRAM, what), ("hint", hint)):
        sys.stderr.write(f"{label}: {visible(text)}\n")
    return code
