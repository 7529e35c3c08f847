"""Text stays text for an independent reader of CommonMark."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from roadworthy.reports._text import visible
from roadworthy.reports.blocks import Canvas, Code, Document, Facts, Heading, Table, Text
from roadworthy.reports.render.markdown import RENDERING

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {
    *("heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td"),
    *("fence", "inline", "text", "code_inline", "strong", "html_inline", "softbreak", "text_special"),
}
COMMENT = "<!-- -->"


def read(document: Document) -> list[Token]:
    return READER.parse(RENDERING.render(document, Canvas()).decode())


def flat(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *(token.children or ()))]


def content(token: Token) -> str:
    return "".join(each.content for each in token.children or () if each.type != "html_inline")


def inlines(document: Document) -> list[str]:
    return [content(token) for token in read(document) if token.type == "inline"]


@given(st.data())
def test_no_text_becomes_markup(documents: st.SearchStrategy[Document], data: st.DataObject) -> None:
    tokens = flat(read(data.draw(documents)))
    kinds = {re.sub("_(open|close)$", "", token.type) for token in tokens}
    assert kinds <= OURS
    assert {token.content for token in tokens if token.type == "html_inline"} <= {COMMENT}


@given(st.data())
def test_text_reads_back_as_what_can_be_seen_of_it(
    texts: st.SearchStrategy[str], data: st.DataObject
) -> None:
    one, two, three, four = (data.draw(texts) for _ in range(4))
    blocks = (Heading(one), Text(two.replace("`", "'")), Table(("title",), ((three,),)), Code(four))
    document = Document(title="", blocks=blocks)
    tokens = read(document)
    assert "".join(token.content for token in tokens if token.type == "fence").removesuffix(
        "\n"
    ) == "\n".join(visible(line.expandtabs(4)) for line in four.removesuffix("\n").split("\n"))
    shown = [content(token).strip() for token in tokens if token.type == "inline"]
    wanted = [visible(each).strip() for each in (one, two.replace("`", "'"), "title", three)]
    assert [each for each in shown if each] == [each for each in wanted if each]


@pytest.mark.parametrize("text", ["@everyone", "see https://example.com", "www.example.com", "fixes #12"])
def test_nobody_is_called_and_nothing_is_linked(text: str) -> None:
    shown = RENDERING.render(Document(title="", blocks=(Text(text),)), Canvas()).decode()
    assert not re.search(r"@\w|\w://|www\.|#\d", shown)


def test_code_is_fenced_by_more_than_it_contains() -> None:
    document = Document(title="", blocks=(Text("say `a` now"), Code("```\nx\n````")))
    assert [each.content for each in flat(read(document)) if each.type == "code_inline"] == ["a"]
    assert [token.content for token in read(document) if token.type == "fence"] == ["```\nx\n````\n"]


def test_facts_and_tables_have_their_shape() -> None:
    document = Document(title="", blocks=(Facts((("a", "1"),)), Table(("x", "y"), (("p|q", "r"),), "below")))
    shown = RENDERING.render(document, Canvas()).decode()
    assert shown == "- **a**: 1\n\n| x | y |\n| --- | --- |\n| p\\|q | r |\n\nbelow\n"


def test_the_report_is_complete(report: Document) -> None:
    shown = inlines(report)
    assert shown[0] == "camera.bin"
    assert "What to do: Mend auth.worst." in [each.strip() for each in shown]
    assert "squashfs@0x200 » /etc/shadow:1: root:$1$***:\\x1b[2J" in shown
