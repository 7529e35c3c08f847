"""The parser, built from the table of commands, and the help pages that need it."""

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

from cyclopts import App

from roadworthy.cli import pages
from roadworthy.cli.commands import COMMANDS, GROUPS, PROGRAM, Command

if TYPE_CHECKING:
    from cyclopts.argument import Argument

HELP_ROW: Final = ("--help, -h", "Show this page.")


@cache
def application() -> App:
    """The parser. Commands are imported when they are called; help and version are not its business."""
    app = App(
        name=PROGRAM,
        help=pages.SENTENCE,
        help_flags=[],
        version_flags=[],
        help_format="plaintext",
        result_action="return_value",
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
    )
    groups = {name: App(name=name, help=summary, help_flags=[]) for name, summary in GROUPS.items()}
    for group in groups.values():
        app.command(group)
    for command in COMMANDS:
        group_name, _, name = command.name.rpartition(" ")
        place = groups[group_name] if group_name else app
        place.command(command.target, name=name, help=command.summary, help_flags=[])
    return app


def help_page(command: Command) -> str:
    """What ``--help`` prints for a command."""
    app = application()
    for word in command.name.split():
        app = app[word]
    arguments = [each for each in app.assemble_argument_collection() if each.show]
    given = [each for each in arguments if not each.name.startswith("-")]
    options = [each for each in arguments if each.name.startswith("-")]
    usage = [each.name if each.required else f"[{each.name}]" for each in given]
    usage += [f"{each.name} {_placeholder(each)}" for each in options if each.required]
    return pages.page(
        command,
        " ".join(("[OPTIONS]", *usage)),
        [(each.name, _meaning(each)) for each in given],
        [*((_label(each), _meaning(each)) for each in options), HELP_ROW],
    )


def _label(option: "Argument") -> str:
    names = ", ".join(option.names)
    return names if option.hint is bool else f"{names} {_placeholder(option)}"


def _placeholder(option: "Argument") -> str:
    return option.parameter.metavar or option.name.removeprefix("--").upper()


def _meaning(argument: "Argument") -> str:
    choices = ", ".join(argument.get_choices() or ())
    known = f" One of: {choices}." if choices else ""
    return f"{argument.parameter.help or ''}{known}{_default(argument)}"


def _default(argument: "Argument") -> str:
    default = argument.field_info.default
    if default in (None, "", ()) or argument.required:
        return ""
    if isinstance(default, bool):
        return f" Default: {'yes' if default else 'no'}."
    return f" Default: {default.value if isinstance(default, Enum) else default}."
