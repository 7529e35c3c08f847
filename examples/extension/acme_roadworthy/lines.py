"""Plain lines, one for each paragraph; for log files."""

from typing import Final

from roadworthy.reports.blocks import Canvas, Document, Rendering, Text


def render(document: Document, canvas: Canvas) -> bytes:  # noqa: ARG001 -- the signature of every rendering
    """Only the paragraphs, escaped as ASCII."""
    lines = [block.text for block in document.blocks if isinstance(block, Text)]
    return "".join(f"{line}\n" for line in lines).encode("ascii", "backslashreplace")


RENDERING: Final = Rendering(title="Plain lines", media_type="text/plain", suffix=".log", render=render)
