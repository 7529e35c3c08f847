"""Docstrings of extensions as blocks: their headings, paragraphs, lists and examples.

A heading stands alone, or on its paragraph's first line, or before it with a colon ("Why it matters: …").
"""

import re
from collections.abc import Iterator
from inspect import cleandoc
from typing import Final

from roadworthy.reports.blocks import Block, Code, Heading, Text

OPENING: Final = re.compile(
    r"(?P<heading>(?:What|Why|How|When|Where|Who|Sources?|Limits?)\b[^.:;?!,\n]{0,44})(?::\s+|:?\n)"
)
ALONE: Final = re.compile(r"[A-Z][^.:;?!,\n]{2,50}:?")


def summary(doc: str) -> str:
    """The first paragraph on one line, without its full stop."""
    return _joined(cleandoc(doc).partition("\n\n")[0]).removesuffix(".")


def details(doc: str, level: int) -> Iterator[Block]:
    """All that follows the first paragraph; its headings on the level given."""
    for paragraph in re.split(r"\n{2,}", cleandoc(doc).partition("\n\n")[2]):
        if paragraph.strip():
            yield from _blocks(paragraph, level)


def _blocks(paragraph: str, level: int) -> Iterator[Block]:
    lines = paragraph.split("\n")
    opening = OPENING.match(paragraph)
    if ALONE.fullmatch(paragraph):
        yield Heading(paragraph.removesuffix(":"), level)
    elif opening:
        yield Heading(opening["heading"], level)
        yield Text(_capital(_joined(paragraph[opening.end() :])))
    elif all(line.startswith("    ") for line in lines):
        yield Code(cleandoc(paragraph))
    elif lines[0].startswith(("- ", "* ")):
        yield from (Text(f"- {_joined(item)}") for item in re.split(r"(?m)^[-*] ", paragraph)[1:])
    else:
        yield Text(_joined(paragraph))


def _joined(text: str) -> str:
    """On one line; the double backquotes of reStructuredText as single ones."""
    return " ".join(text.split()).replace("``", "`")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
