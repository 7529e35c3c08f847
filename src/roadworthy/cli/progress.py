"""Progress: one line on stderr that tells how far a long work is, while somebody looks."""

import sys
from types import TracebackType
from typing import Final, Self, TextIO

from roadworthy.cli.surroundings import is_terminal
from roadworthy.reports._text import visible

CLEAR: Final = "\r\x1b[K"  # ECMA-48: carriage return, erase to the end of the line


class TerminalProgress:
    """A `Progress` that keeps one line up to date, and takes it away at the end. Silent where nobody looks.

    Args:
        stream: Where to write; stderr by default.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = ""
        self._seen = is_terminal(self._stream)

    def step(self, stage: str, done: int, total: int) -> None:
        """See `Progress.step`."""
        share = f" {100 * done // total} %" if total else ""
        line = f"{visible(stage)}{share}"
        if self._seen and line != self._shown:
            self._stream.write(f"{CLEAR}{line}")
            self._stream.flush()
            self._shown = line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._stream.write(CLEAR)
            self._stream.flush()
