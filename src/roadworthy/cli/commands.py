"""The commands as data: from this one table come the root help page, the parser and the reference.

Nothing heavy may be imported here: `roadworthy --help` needs this file and no other library.
"""

from typing import Final, NamedTuple

PROGRAM: Final = "roadworthy"


class Command(NamedTuple):
    """One command.

    Args:
        name: Its words, e.g. ``evidence list``.
        summary: What it does, in one line.
        target: ``module:function`` that runs it; imported when it is called.
        examples: Command lines that work as they stand, each with what it does.
    """

    name: str
    summary: str
    target: str
    examples: tuple[tuple[str, str], ...]


COMMANDS: Final = (
    Command(
        "inspect",
        "Inspect a firmware image: what is in it, what is wrong, and who must act.",
        "roadworthy.cli.inspect:inspect",
        (
            ("roadworthy inspect camera.bin", "on the terminal"),
            ("roadworthy inspect camera.bin -o report.html", "as a page to send to somebody"),
            ("roadworthy inspect camera.bin --threshold high", "in CI: exit code 1 from severity high on"),
            ("roadworthy inspect camera.bin --as-of 2026-01-01 -o report.json", "again, byte for byte"),
        ),
    ),
    Command(
        "explain",
        "Explain a check, property, format or signature; without an id, list them all.",
        "roadworthy.cli.explain:explain",
        (
            ("roadworthy explain", "everything that is installed, a line each"),
            ("roadworthy explain auth.no-default-password", "one page"),
            ("roadworthy explain signature:busybox", "where several kinds share the id"),
        ),
    ),
)
GROUPS: Final[dict[str, str]] = {"evidence": "Work with the evidence that is filed in the workspace."}
EXIT_CODES: Final = (
    (0, "done, and nothing at or above the threshold"),
    (1, "done, and something at or above the threshold; or a signature does not hold"),
    (2, "the command line or a file given on it cannot be used"),
    (3, "could not finish"),
)
EXAMPLES: Final = (
    ("roadworthy inspect camera.bin", "report on the terminal"),
    ("roadworthy inspect camera.bin -o report.html", "report as one HTML page"),
    ("roadworthy explain auth.no-default-password", "what a question means, and how it is answered"),
)
