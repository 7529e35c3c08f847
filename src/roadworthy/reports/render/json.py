r"""JSON: the same content for machines, two blanks of indent.

What it is: UTF-8 (RFC 8259), a line feed at the end, keys in the order in which the document gives them.
Everything that cannot be seen is written as `\uXXXX`, so that it is safe on a terminal too.

How it can be wrong: numbers beyond 2^53 lose digits in readers that know only floating point.
"""

import json
import re
from typing import Final

from roadworthy.reports.blocks import Canvas, Document, Rendering

OUTSIDE_ASCII: Final = re.compile(r"[^\n\x20-\x7e]")


def render(document: Document, canvas: Canvas) -> bytes:  # noqa: ARG001 -- all renderings have one shape
    """The document's data as JSON text. Raises `ValueError` where it is no JSON value."""
    text = json.dumps(document.data, indent=2, ensure_ascii=False, allow_nan=False)
    return OUTSIDE_ASCII.sub(_seen, text).encode() + b"\n"


def _seen(match: re.Match[str]) -> str:
    """A character of a string as it is, or by its numbers; outside of strings JSON is ASCII."""
    char = match.group()
    return char if char.isprintable() else json.dumps(char)[1:-1].replace("\x7f", r"\u007f")


RENDERING: Final = Rendering(title="JSON", media_type="application/json", suffix=".json", render=render)
