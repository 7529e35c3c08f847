"""Text stays text, the page needs nothing from anywhere, and it is built as HTML wants it."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from roadworthy.model.outcome import Outcome
from roadworthy.reports._style import STYLE
from roadworthy.reports._text import visible
from roadworthy.reports.blocks import Bar, Canvas, Code, Document, Facts, Heading, Item, Table, Treemap
from roadworthy.reports.render.html import PALETTE, RENDERING

OURS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "nav", "section", "article"),
    *("h1", "h2", "h3", "h4", "p", "a", "ul", "li", "dl", "dt", "dd", "div", "span", "code", "pre"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "svg", "rect"),
    *("details", "summary", "text"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "role", "tabindex", "scope"),
    *("aria-label", "aria-labelledby", "aria-hidden", "viewbox", "preserveaspectratio"),
    *("x", "y", "width", "height"),
}
VOID = {"meta"}


class Page(HTMLParser):
    """The elements, the attributes and the text of a page; fails on an element that is not closed."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: dict[str, list[str]] = {}
        self.comments: list[str] = []
        self.feed(data.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def page(document: Document) -> Page:
    return Page(RENDERING.render(document, Canvas()))


@given(st.data())
def test_no_text_becomes_markup(documents: st.SearchStrategy[Document], data: st.DataObject) -> None:
    parsed = page(data.draw(documents))
    assert set(parsed.tags) <= OURS
    assert {name for name, _ in parsed.attributes} <= ATTRIBUTES
    assert parsed.comments == []
    assert all(value.startswith("#chapter-") for name, value in parsed.attributes if name == "href")


@given(st.data())
def test_text_parses_back_to_what_can_be_seen_of_it(
    texts: st.SearchStrategy[str], data: st.DataObject
) -> None:
    one, two, three, four, five = (data.draw(texts) for _ in range(5))
    parsed = page(
        Document(
            title=one,
            blocks=(Heading(two, 2), Facts(((three, four),)), Table((three,), ((four,),), five), Code(five)),
        )
    )
    assert parsed.texts["title"][0] == visible(one)
    assert parsed.texts["h2"] == [visible(two)]
    assert (parsed.texts["dt"], parsed.texts["dd"]) == ([visible(three)], [visible(four)])
    assert (parsed.texts["th"], parsed.texts["td"]) == ([visible(three)], [visible(four)])
    code = "\n".join(visible(line.expandtabs(4)) for line in five.removesuffix("\n").split("\n"))
    assert parsed.texts["pre"] == [code]


@given(st.data())
def test_no_invisible_character_is_in_the_page(
    documents: st.SearchStrategy[Document], data: st.DataObject
) -> None:
    shown = RENDERING.render(data.draw(documents), Canvas()).decode()
    assert all(line.isprintable() for line in shown.split("\n"))


def test_the_policy_allows_the_style_sheet_and_nothing_else(report: Document) -> None:
    parsed = page(report)
    policy = next(value for name, value in parsed.attributes if name == "content" and "default-src" in value)
    digest = base64.b64encode(hashlib.sha256(parsed.texts["style"][0].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert parsed.texts["style"] == [STYLE]


def test_nothing_is_loaded_from_anywhere(report: Document) -> None:
    assert not re.search(
        r"url\(|@import|https?:|src=|<script|<link", RENDERING.render(report, Canvas()).decode()
    )


def test_the_page_can_be_found_one_s_way_in(report: Document) -> None:
    parsed = page(report)
    attributes = dict(parsed.attributes)
    assert attributes["lang"] == "en"
    assert parsed.texts["h1"] == ["camera.bin"]
    assert parsed.tags.count("h2") == len(re.findall("#chapter-", repr(parsed.attributes)))
    assert parsed.tags.count("th") == sum(
        1 for name, value in parsed.attributes if (name, value) == ("scope", "col")
    )
    levels = [int(tag[1]) for tag in parsed.tags if re.fullmatch("h[1-6]", tag)]
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_a_failure_is_a_card_in_the_colour_of_its_severity(report: Document) -> None:
    parsed = page(report)
    classes = [value for name, value in parsed.attributes if name == "class"]
    cards = ["critical", "low", "error"]
    assert [each for each in classes if each in {*cards, "high", "medium"}] == cards
    assert "root:$1$***:\\x1b[2J" in parsed.texts["pre"]


def test_equal_documents_give_equal_bytes(report: Document) -> None:
    assert RENDERING.render(report, Canvas()) == RENDERING.render(report, Canvas(columns=40, colour=True))


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    """WCAG 2.2: relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    """WCAG 2.2: contrast ratio."""
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_text_has_the_contrast_that_eyes_need() -> None:
    light, dark = (colours(block) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2])
    for theme in (light, dark):
        pairs = [(ink, ground) for ink in ("ink", "soft") for ground in ("page", "card", "code")]
        pairs += [("link", "page")]
        assert [pair for pair in pairs if contrast(theme[pair[0]], theme[pair[1]]) < 4.5] == []
        badges = ("critical", "high", "medium", "low", "info", "pass", "unknown", "error")
        assert [name for name in badges if contrast("#fff", theme[name]) < 4.5] == []


def mixed(over: str, under: str, share: float) -> str:
    pairs = ((int(over[at : at + 2], 16), int(under[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(share * one + (1 - share) * two):02x}" for one, two in pairs)


def test_names_can_be_read_on_the_tiles_of_a_treemap() -> None:
    tint = re.search(r"svg\.treemap rect \{ fill-opacity: (\.\d+);", STYLE)
    assert tint
    for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]:
        theme = colours(block)
        fills = [*(f"k{number}" for number in range(PALETTE)), "none", "pass", "fail", "unknown", "error"]
        grounds = {name: mixed(theme[name], theme["card"], float(tint[1])) for name in fills}
        assert [name for name, ground in grounds.items() if contrast(theme["ink"], ground) < 4.5] == []


def test_every_colour_of_the_palette_is_in_the_style_sheet() -> None:
    assert all(f".k{number} {{ fill: var(--k{number}); }}" in STYLE for number in range(PALETTE))


def tiles(*bars: Bar) -> Page:
    columns = ("component", "size")
    rows = tuple((bar.label, f"{bar.amount:g}") for bar in bars)
    return page(Document(title="", blocks=(Treemap("Files", "bytes", bars, Table(columns, rows)),)))


def test_a_treemap_says_in_words_and_in_a_table_what_it_draws() -> None:
    parsed = tiles(
        Bar("linux</svg><b>", 3072, "modules"), Bar("tiny", 1, "modules"), Bar("none", 0, "modules")
    )
    assert parsed.texts["title"][1:] == [
        "linux</svg><b>, modules: 3.0 KiB, 100 %",
        "tiny, modules: 1 bytes, <1 %",
    ]
    assert parsed.texts["text"] == ["linux</svg><b>"]
    assert ("aria-label", "Files. The table below says the same.") in parsed.attributes
    assert parsed.texts["td"] == ["linux</svg><b>", "3072", "tiny", "1", "none", "0"]
    assert parsed.texts["summary"] == ["The same as a table"]


def test_a_name_that_fits_only_a_wide_screen_is_hidden_on_a_narrow_one() -> None:
    parsed = tiles(Bar("a", 60, "x"), Bar("a name of some length", 40, "y"))
    assert parsed.texts["text"] == ["a", "a name of some length"]
    assert [value for name, value in parsed.attributes if (name, value) == ("class", "wide")] == [("wide")]


def test_an_item_without_an_id_has_no_empty_tag() -> None:
    parsed = page(Document(title="", blocks=(Item(id="", title="t", outcome=Outcome.ERROR),)))
    assert "code" not in parsed.tags
