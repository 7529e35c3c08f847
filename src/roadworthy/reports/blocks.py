"""Blocks: what a document is made of, whatever it will be shown on.

All text in blocks is plain and untrusted; escaping is the rendering's duty, and only its.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; level 1 is the document's own."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. Text in backquotes is code."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, in order."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column titles; every row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Text to be shown as it is, e.g. a command or an example file."""

    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of a `Figure`.

    Args:
        label: What it is.
        amount: Its share of the whole, in the figure's unit; not negative.
        kind: What it has in common with others: equal kinds are drawn alike. An outcome (``pass``, …)
            is drawn as that outcome, and the empty kind as "nobody knows".
    """

    label: str
    amount: float
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """Stretches of one whole side by side, in order: a map of an image, a share of answers.

    Args:
        caption: What the whole is.
        unit: Of what the amounts are; ``bytes`` are shown as sizes.
        bars: The stretches.
    """

    caption: str
    unit: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Treemap:
    """Shares of one whole as areas, for a rendering that can draw them; others show the table.

    Args:
        caption: What the whole is.
        unit: Of what the amounts are; ``bytes`` are shown as sizes.
        tiles: The shares; equal kinds lie together and are drawn alike.
        table: The same as a table: the text alternative.
    """

    caption: str
    unit: str
    tiles: tuple[Bar, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class Point:
    """One more thing that was said to the same question, with where it shows."""

    text: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One answered question: the finding block.

    Args:
        id: Id of the property.
        title: The question, or the message that answers it. Text in backquotes is code, here and below.
        outcome: The answer.
        severity: How bad a failure is.
        text: Why, in a sentence.
        remedy: What to do; empty where nothing is to be done.
        acts: Who, in words.
        evidence: Where it shows.
        further: What else was said to the same question.
    """

    id: str
    title: str
    outcome: Outcome
    severity: Severity = Severity.INFO
    text: str = ""
    remedy: str = ""
    acts: str = ""
    evidence: tuple[Evidence, ...] = ()
    further: tuple[Point, ...] = ()


Block = Heading | Text | Facts | Table | Code | Figure | Treemap | Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Blocks in order, and the same content as plain JSON data.

    Args:
        title: For the window or the page.
        blocks: The content, for people.
        data: The content, for machines: JSON values only.
    """

    title: str
    blocks: tuple[Block, ...]
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """What a rendering may know of the place where its bytes will be shown.

    Args:
        columns: Width in characters.
        colour: Whether colours are wanted.
    """

    columns: int = 100
    colour: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """One output format. Its id is its file's name: ``render/html.py`` is ``--format html``.

    Args:
        title: For people.
        media_type: IANA media type of the bytes.
        suffix: File name suffix, with dot.
        render: Makes the bytes; equal documents on equal canvases give equal bytes.
    """

    title: str
    media_type: str
    suffix: str
    render: Callable[[Document, Canvas], bytes]


DEFAULT_CANVAS: Final = Canvas()
