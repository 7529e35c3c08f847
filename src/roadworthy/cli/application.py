"""From words to a command: the parser, built from the table of commands, and what becomes of errors."""

import sys
import traceback
from typing import Final

from cyclopts import App, CycloptsError

from roadworthy.cli import pages
from roadworthy.cli.commands import COMMANDS, GROUPS, PROGRAM
from roadworthy.cli.surroundings import wants_traceback
from roadworthy.model.errors import InputError, PolicyError, RoadworthyError
from roadworthy.reports._text import visible

USAGE: Final = 2
UNFINISHED: Final = 3


def application() -> App:
    """The parser. Commands are imported when they are called."""
    app = App(
        name=PROGRAM,
        help=pages.SENTENCE,
        version_flags=[],
        help_format="plaintext",
        help_formatter="plain",
        result_action="return_value",
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
    )
    groups = {name: App(name=name, help=summary) for name, summary in GROUPS.items()}
    for group in groups.values():
        app.command(group)
    for command in COMMANDS:
        group_name, _, name = command.name.rpartition(" ")
        epilogue = "\n".join(("Examples:", *pages.examples(command.examples)))
        place = groups[group_name] if group_name else app
        place.command(command.target, name=name, help=command.summary, help_epilogue=epilogue)
    return app


def run(words: list[str]) -> int:
    """Run one command line; errors become an exit code and words on stderr."""
    try:
        return int(application()(words) or 0)
    except CycloptsError as error:
        command = " ".join((PROGRAM, *(error.command_chain or ())))
        return _failed(str(error), f"`{command} --help` shows how it is used.", USAGE)
    except RoadworthyError as error:
        return _failed(
            str(error), error.hint, USAGE if isinstance(error, InputError | PolicyError) else UNFINISHED
        )
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 -- Python's own exit code 1 would mean "findings"
        if wants_traceback():
            traceback.print_exc()
        what = f"this is a fault in Roadworthy itself: {type(error).__name__}: {error}"
        return _failed(
            what, "Run it again with ROADWORTHY_TRACEBACK=1 and report what it prints.", UNFINISHED
        )


def _failed(what: str, hint: str, code: int) -> int:
    for label, text in ((PROGRAM, what), ("hint", hint)):
        sys.stderr.write(f"{label}: {visible(text)}\n")
    return code
