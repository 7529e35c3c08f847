r"""Markdown: for documentation and for pull requests.

What it is: CommonMark with the tables of GitHub. Whatever in a text could be markup is escaped, and
characters that cannot be seen are spelled out (`\x1b`). Addresses and `@names` are taken apart, so that a
name inside an image calls nobody and links nowhere.

How it can be wrong: dialects differ; what another one takes for markup may stand unescaped.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome
from roadworthy.reports._text import bytes_for_people, share_for_people, spans, visible, visible_lines
from roadworthy.reports.blocks import (
    Bar,
    Block,
    Canvas,
    Code,
    Document,
    Facts,
    Figure,
    Heading,
    Item,
    Rendering,
    Table,
    Text,
    Treemap,
)

MARKUP: Final = re.compile(r"[\\`*\[\]<>|~$]|&(?=#?\w)|(?<![^\W_])_|_(?![^\W_])")
NUMBER: Final = re.compile(r"\d{1,9}[.)]")
APART: Final = re.compile(
    r"(?<=@)(?=\w)|(?<=#)(?=\d)|(?<=\w)(?=://)|(?<=www)(?=\.)|(?<=mailto)(?=:)|(?<=xmpp)(?=:)", re.IGNORECASE
)
FENCE: Final = re.compile(r"`+")
WORDS: Final = {
    Outcome.PASS: "yes",
    Outcome.FAIL: "no",
    Outcome.UNKNOWN: "unknown",
    Outcome.ERROR: "failed",
    Outcome.NOT_APPLICABLE: "does not arise",
}


def render(document: Document, canvas: Canvas) -> bytes:  # noqa: ARG001 -- all renderings have one shape
    """The document as Markdown, a blank line between blocks."""
    return "\n\n".join(part for block in document.blocks for part in _draw(block)).encode() + b"\n"


def _plain(text: str) -> str:
    """Text that no reader of Markdown takes for markup, wherever in a line it stands."""
    return APART.sub("<!-- -->", MARKUP.sub(r"\\\g<0>", visible(text)))


def _line(text: str) -> str:
    """The same at the start of a line, where more is markup: lists, headings, indented code."""
    plain = _plain(text)
    if plain.startswith((" ", "-", "+", "#")):
        return f"&#{ord(plain[0])};{plain[1:]}"
    number = NUMBER.match(plain)
    return f"{number.group()[:-1]}\\{plain[number.end() - 1 :]}" if number else plain


def _prose(text: str) -> str:
    """A paragraph; what stands in backquotes is code."""
    first, *rest = spans(text) if text else [(False, "")]
    return "".join((_code(first[1]) if first[0] else _line(first[1]), *(_span(*part) for part in rest)))


def _span(code: bool, text: str) -> str:  # noqa: FBT001 -- the parts of a span as they come
    return _code(text) if code else _plain(text)


def _code(text: str) -> str:
    """A code span, with a fence that the text does not contain (CommonMark 0.31 §6.1)."""
    shown = visible(text)
    fence = "`" * (max(map(len, FENCE.findall(shown)), default=0) + 1)
    blank = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return f"{fence}{blank}{shown}{blank}{fence}"


def _block(text: str) -> str:
    lines = visible_lines(text)
    longest = max((len(run) for line in lines for run in FENCE.findall(line)), default=0)
    fence = "`" * max(longest + 1, 3)
    return "\n".join((fence, *lines, fence))


def _draw(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * min(max(block.level, 1), 6)} {_plain(block.text)}"
        case Text(text):
            yield _prose(text)
        case Facts(items):
            yield "\n".join(f"- **{_plain(name)}**: {_plain(value)}" for name, value in items)
        case Table() | Treemap():
            yield from _table(block if isinstance(block, Table) else block.table)
        case Code(text):
            yield _block(text)
        case Figure():
            yield f"{_prose(block.caption)}:"
            yield "\n".join(f"- {_plain(bar.label)}: {_amount(bar, block)}" for bar in block.bars)
        case Item():
            yield from _item(block)


def _table(table: Table) -> Iterator[str]:
    rows = [table.columns, ("---",) * len(table.columns)]
    lines = [f"| {' | '.join(map(_plain, rows[0]))} |", f"| {' | '.join(rows[1])} |"]
    yield "\n".join((*lines, *(f"| {' | '.join(map(_plain, row))} |" for row in table.rows)))
    if table.caption:
        yield _prose(table.caption)


def _amount(bar: Bar, figure: Figure) -> str:
    if figure.unit != "bytes":
        return f"{bar.amount:g}"
    total = sum(each.amount for each in figure.bars)
    return f"{bytes_for_people(bar.amount)}, {share_for_people(bar.amount, total)}"


def _item(item: Item) -> Iterator[str]:
    word = item.severity.value if item.outcome is Outcome.FAIL else WORDS[item.outcome]
    yield f"### {_prose(item.title)}"
    tag = f" · {_code(item.id)}" if item.id else ""
    yield f"**{word.upper()}**{tag}"
    if item.text:
        yield _prose(item.text)
    deeds = (("What to do", item.remedy), ("Who must act", item.acts))
    lines = [f"- **{name}**: {_prose(text)}" for name, text in deeds if text]
    lines += _places(item.evidence)
    if lines:
        yield "\n".join(lines)
    for point in item.further:
        yield "\n".join((_prose(point.text), *(["", *_places(point.evidence)] if point.evidence else [])))


def _places(evidence: Sequence[Evidence]) -> list[str]:
    return [f"- {_code(each.place)}{f': {_code(each.excerpt)}' if each.excerpt else ''}" for each in evidence]


RENDERING: Final = Rendering(
    title="Markdown", media_type="text/markdown; charset=utf-8", suffix=".md", render=render
)
