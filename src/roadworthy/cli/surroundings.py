"""What the process stands in: a terminal or a pipe, its width, and what the user's environment asks for."""

import os
import shutil
import sys
from typing import Final, TextIO

from roadworthy.reports.blocks import DEFAULT_CANVAS, Canvas

WIDEST: Final = 120  # longer lines are hard to read
DUMB: Final = "dumb"


def canvas() -> Canvas:
    """What stdout is: a terminal of some width, or a pipe."""
    columns = DEFAULT_CANVAS.columns
    if is_terminal(sys.stdout):
        columns = min(shutil.get_terminal_size((columns, 0)).columns, WIDEST)
    return Canvas(columns=columns, colour=wants_colour(sys.stdout))


def wants_colour(stream: TextIO) -> bool:
    """Whether colours are wanted: by ``NO_COLOR``, else by ``FORCE_COLOR``, else on a capable terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != DUMB


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody looks at it."""
    try:
        return stream.isatty()
    except ValueError:  # it is closed
        return False


def wants_traceback() -> bool:
    """Whether a fault should show where in the code it happened."""
    return bool(os.environ.get("ROADWORTHY_TRACEBACK"))
