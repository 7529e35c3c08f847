"""The command line: arguments in, a use case, a document out. No logic.

Data goes to stdout and talk to stderr. The root help page needs none of the libraries that the commands need:
what is imported here is imported by ``roadworthy --help``.
"""

import os
import sys
from collections.abc import Sequence
from typing import Final

from roadworthy.cli import pages
from roadworthy.cli.commands import PROGRAM

INTERRUPTED: Final = 130  # 128 + SIGINT, as shells count
STDOUT_UNUSABLE: Final = 2
PIPE_CLOSED: Final = 141  # 128 + SIGPIPE
HELP: Final[tuple[list[str], ...]] = ([], ["-h"], ["--help"])
VERSION: Final[tuple[list[str], ...]] = (["--version"],)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line.

    Args:
        argv: The words after the program's name; those of the process if None.

    Returns:
        The exit code, see `commands.EXIT_CODES`.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return PIPE_CLOSED
    except OSError as error:  # what fails here is stdout: a full disk, for one
        _forget_stdout()
        sys.stderr.write(f"{PROGRAM}: stdout cannot be written: {error.strerror}\n")
        sys.stderr.write("hint: Send it to a place that has space left.\n")
        return STDOUT_UNUSABLE
    return code


def _run(words: list[str]) -> int:
    if words in HELP:
        sys.stdout.write(pages.root())
        return 0
    if words in VERSION:
        sys.stdout.write(pages.version())
        return 0
    from roadworthy.cli.running import run  # noqa: PLC0415 -- loads the parser, which the help page does without

    return run(words)


def _forget_stdout() -> None:
    """Whoever read it has gone: let the interpreter's last flush go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
