r"""One HTML page: a single file that needs no network, no script and no other file.

What it is: HTML5, light and dark by the reader's setting, fit for paper. The page is built as a tree, so that
text cannot become markup, and a content security policy forbids everything but its own style sheet.
Characters that cannot be seen are spelled out (`\x1b`), as on a terminal.

How it can be wrong: the policy stands in a `meta` element; a server that sends one of its own can only make
it stricter.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome
from roadworthy.reports._style import STYLE
from roadworthy.reports._text import bytes_for_people, share_for_people, spans, visible, visible_lines
from roadworthy.reports._treemap import Box, laid_out
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

MAX_LEGEND: Final = 24
MIN_CHAPTERS: Final = 3
PALETTE: Final = 7
PERCENT: Final = 100
RATIO: Final = 2  # width to height of a treemap, about
LINE: Final = 5.5  # percent of a treemap's height that a name takes
LETTER: Final = 0.8  # percent of its width that a letter takes
LETTER_NARROW: Final = 2.0  # the same on a narrow screen
MARGIN: Final = 2  # letters
SHORT: Final = 14  # characters of a cell that is not worth breaking
WORD: Final = 28  # of a cell that is one word, such as the id of a requirement
WHOLE: Final = 1000  # width of the drawing space of a figure
WORDS: Final = {
    Outcome.PASS: "yes",
    Outcome.FAIL: "no",
    Outcome.UNKNOWN: "unknown",
    Outcome.ERROR: "failed",
    Outcome.NOT_APPLICABLE: "does not arise",
}
BRIEF: Final = (Outcome.PASS, Outcome.NOT_APPLICABLE)
STYLE_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; base-uri 'none'; form-action 'none'"
Child = ET.Element | str


def render(document: Document, canvas: Canvas) -> bytes:  # noqa: ARG001 -- all renderings have one shape
    """The document as one HTML page."""
    page = _element("html", _head(document.title), _element("body", _main(document.blocks)), lang="en")
    return b"<!DOCTYPE html>\n" + ET.tostring(page, encoding="unicode", method="html").encode() + b"\n"


def _element(tag: str, /, *children: Child, **attributes: str) -> ET.Element:
    """The only way in which text gets into the page. ``class_`` is the attribute ``class``."""
    names = {name.removesuffix("_").replace("_", "-"): visible(value) for name, value in attributes.items()}
    element = ET.Element(tag, names)
    for child in children:
        if not isinstance(child, str):
            element.append(child)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + visible(child)
        else:
            element.text = (element.text or "") + visible(child)
    return element


def _head(title: str) -> ET.Element:
    style = ET.Element("style")
    style.text = STYLE
    return _element(
        "head",
        _element("meta", charset="utf-8"),
        _element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        _element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        _element("meta", name="color-scheme", content="light dark"),
        _element("title", title),
        style,
    )


def _main(blocks: Sequence[Block]) -> ET.Element:
    """The blocks up to the first chapter as header, then each chapter as a section."""
    header = _element("header")
    main = _element("main", header)
    place = header
    chapters: list[ET.Element] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:  # noqa: PLR2004 -- a chapter
            name = f"chapter-{len(chapters) + 1}"
            chapters.append(_element("li", _element("a", block.text, href=f"#{name}")))
            place = _element("section", _element("h2", block.text, id=name), aria_labelledby=name)
            main.append(place)
        else:
            place.extend(_draw(block))
    if len(chapters) >= MIN_CHAPTERS:
        header.append(_element("nav", _element("ul", *chapters), aria_label="Chapters"))
    return main


def _draw(block: Block) -> Iterator[ET.Element]:
    match block:
        case Heading():
            yield _element(f"h{min(max(block.level, 1), 6)}", block.text)
        case Text(text):
            yield _prose("p", text)
        case Facts(items):
            yield _pairs([(name, _element("dd", value)) for name, value in items], "facts")
        case Table():
            yield _table(block)
        case Code(text):
            yield _code(text)
        case Figure() | Treemap():
            yield _figure(block) if isinstance(block, Figure) else _treemap(block)
        case Item():
            yield _item(block)


def _prose(tag: str, text: str) -> ET.Element:
    return _element(tag, *(_element("code", part) if code else part for code, part in spans(text)))


def _code(text: str) -> ET.Element:
    lines = visible_lines(text)
    code = _element("code")
    code.text = "\n".join(lines)
    return _element("pre", code)


def _pairs(items: Sequence[tuple[str, ET.Element]], kind: str) -> ET.Element:
    return _element(
        "dl", *(part for name, value in items for part in (_element("dt", name), value)), class_=kind
    )


def _table(table: Table) -> ET.Element:
    head = _element("tr", *(_element("th", title, scope="col") for title in table.columns))
    rows = (_element("tr", *map(_cell, row)) for row in table.rows)
    parts = [_element("thead", head), _element("tbody", *rows)]
    if table.caption:
        parts.insert(0, _element("caption", table.caption))
    label = table.caption or ", ".join(table.columns)
    return _element(
        "div", _element("table", *parts), class_="scroll", role="region", tabindex="0", aria_label=label
    )


def _cell(text: str) -> ET.Element:
    short = len(text) <= (SHORT if " " in text else WORD)
    return _element("td", text, class_="short") if short else _element("td", text)


def _figure(figure: Figure) -> ET.Element:
    classes = _classes(figure.bars)
    total = sum(bar.amount for bar in figure.bars)
    at, rects = 0.0, []
    for bar in figure.bars if total else ():
        share = bar.amount / total * WHOLE
        title = _element("title", f"{bar.label}: {_amount(bar, figure.unit, total)}")
        place = {"x": f"{at:.2f}", "y": "0", "width": f"{share:.2f}", "height": "10"}
        rects.append(_element("rect", title, class_=classes[bar.kind], **place))
        at += share
    bars = _element(
        "svg",
        *rects,
        class_="bars",
        viewBox=f"0 0 {WHOLE} 10",
        preserveAspectRatio="none",
        role="img",
        aria_label=figure.caption,
    )
    legend = [
        _element(
            "li",
            _swatch(classes[bar.kind]),
            f"{bar.label} ",
            _element("span", _amount(bar, figure.unit, total), class_="amount"),
        )
        for bar in figure.bars[:MAX_LEGEND]
    ]
    if len(figure.bars) > MAX_LEGEND:
        legend.append(_element("li", f"and {len(figure.bars) - MAX_LEGEND} more"))
    caption = _element("figcaption", figure.caption)
    return _element("figure", caption, bars, _element("ul", *legend, class_="legend"))


def _treemap(treemap: Treemap) -> ET.Element:
    classes = _classes(treemap.tiles)
    total = sum(tile.amount for tile in treemap.tiles)
    boxes = laid_out([(tile.kind, tile.amount) for tile in treemap.tiles], PERCENT * RATIO, PERCENT)
    tiles = (
        _tile(tile, box, classes[tile.kind], _amount(tile, treemap.unit, total))
        for tile, box in zip(treemap.tiles, boxes, strict=True)
        if box.width and box.height
    )
    drawing = _element(
        "svg",
        *tiles,
        class_="treemap",
        role="img",
        aria_label=f"{treemap.caption}. The table below says the same.",
    )
    table = _element("details", _element("summary", "The same as a table"), _table(treemap.table))
    return _element("figure", _element("figcaption", treemap.caption), drawing, table)


def _tile(tile: Bar, box: Box, kind: str, amount: str) -> ET.Element:
    """A tile, with its name where there is room; an inner `svg` cuts off what stands out all the same."""
    said = f"{tile.label}{f', {tile.kind}' if tile.kind else ''}: {amount}"
    width = box.width / RATIO
    parts = [_element("title", said), _element("rect", class_=kind, width="100%", height="100%")]
    letters = len(tile.label) + MARGIN
    if width >= letters * LETTER and box.height >= LINE:
        name = _element("text", tile.label, x="6", y="17")
        if width < letters * LETTER_NARROW:
            name.set("class", "wide")
        parts.append(name)
    place = {"x": box.x / RATIO, "y": box.y, "width": width, "height": box.height}
    return _element("svg", *parts, **{name: f"{value:.3f}%" for name, value in place.items()})


def _swatch(kind: str) -> ET.Element:
    rect = _element("rect", width="10", height="10", class_=kind)
    return _element("svg", rect, class_="swatch", viewBox="0 0 10 10", aria_hidden="true")


def _classes(bars: Sequence[Bar]) -> dict[str, str]:
    """The style class of each kind, outcomes in their own colours."""
    known = {outcome.value: f"o-{outcome.value}" for outcome in Outcome} | {"": "k-none"}
    others = dict.fromkeys(bar.kind for bar in bars if bar.kind not in known)
    return known | {kind: f"k{number % PALETTE}" for number, kind in enumerate(others)}


def _amount(bar: Bar, unit: str, total: float) -> str:
    if unit != "bytes":
        return f"{bar.amount:g}"
    return f"{bytes_for_people(bar.amount)}, {share_for_people(bar.amount, total)}"


def _item(item: Item) -> ET.Element:
    failed = item.outcome is Outcome.FAIL
    kind = item.severity.value if failed else item.outcome.value
    tags = [_element("span", item.severity.value if failed else WORDS[item.outcome], class_="badge")]
    if item.id:
        tags.append(_element("code", item.id))
    article = _element("article", _element("p", *tags, class_="tags"), _prose("h3", item.title))
    article.set("class", f"{kind} brief" if item.outcome in BRIEF else kind)
    if item.text:
        article.append(_prose("p", item.text))
    deeds = [pair for pair in (("What to do", item.remedy), ("Who must act", item.acts)) if pair[1]]
    if deeds:
        article.append(_pairs([(name, _prose("dd", text)) for name, text in deeds], "deeds"))
    article.extend(_places(item.evidence))
    for point in item.further:
        article.append(_prose("p", point.text))
        article[-1].set("class", "further")
        article.extend(_places(point.evidence))
    return article


def _places(evidence: Sequence[Evidence]) -> Iterator[ET.Element]:
    if evidence:
        yield _element("ul", *map(_place, evidence), class_="places")


def _place(evidence: Evidence) -> ET.Element:
    place = _element("li", _element("span", evidence.place, class_="place"))
    if evidence.excerpt:
        place.append(_element("pre", _element("code", evidence.excerpt)))
    return place


RENDERING: Final = Rendering(
    title="One HTML page", media_type="text/html; charset=utf-8", suffix=".html", render=render
)
