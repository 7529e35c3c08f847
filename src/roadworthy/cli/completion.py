"""``roadworthy completion``."""

from enum import StrEnum
from typing import Annotated, Literal

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.application import application
from roadworthy.cli.commands import PROGRAM
from roadworthy.cli.options import Output


class Shell(StrEnum):
    """The shells for which there is a script."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


NAMES: dict[Shell, Literal["bash", "zsh", "fish"]] = {
    Shell.BASH: "bash",
    Shell.ZSH: "zsh",
    Shell.FISH: "fish",
}


def completion(
    shell: Annotated[Shell, Parameter(name="SHELL", help="The shell that is to complete command lines.")],
    /,
    *,
    output: Output = None,
) -> int:
    """Print the script."""
    script = application().generate_completion(prog_name=PROGRAM, shell=NAMES[shell])
    wiring.write(script.encode(), output)
    return 0
