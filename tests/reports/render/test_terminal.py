"""What reaches a terminal cannot move its cursor, fits its width, and reads well."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.reports._text import width
from roadworthy.reports.blocks import Canvas, Code, Document, Heading, Table
from roadworthy.reports.render.terminal import RENDERING

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SHOWN = Canvas(columns=80)


def lines(document: Document, canvas: Canvas = SHOWN) -> list[str]:
    return RENDERING.render(document, canvas).decode().splitlines()


@given(st.data(), st.builds(Canvas, columns=st.integers(1, 140), colour=st.booleans()))
def test_no_text_can_control_a_terminal(
    documents: st.SearchStrategy[Document], data: st.DataObject, canvas: Canvas
) -> None:
    shown = RENDERING.render(data.draw(documents), canvas).decode()
    without = COLOUR.sub("", shown) if canvas.colour else shown
    assert all(line.isprintable() for line in without.split("\n"))


@given(st.data(), st.integers(40, 140))
def test_no_line_is_wider_than_the_terminal_but_code_that_one_copies(
    documents: st.SearchStrategy[Document], data: st.DataObject, columns: int
) -> None:
    document = data.draw(documents)
    blocks = tuple(block for block in document.blocks if not isinstance(block, Code))
    drawn = lines(replace(document, blocks=blocks), Canvas(columns=columns))
    assert [line for line in drawn if width(line) > columns] == []


@given(st.data())
def test_colours_are_all_that_colour_adds(
    documents: st.SearchStrategy[Document], data: st.DataObject
) -> None:
    document = data.draw(documents)
    plain = lines(document)
    coloured = [COLOUR.sub("", line).rstrip() for line in lines(document, Canvas(columns=80, colour=True))]
    assert coloured == plain


def test_the_report_reads_from_the_verdict_down(report: Document) -> None:
    shown = "\n".join(lines(report))
    wanted = [
        "camera.bin\n━━━",
        "2 of 5 questions answered no; the worst is critical.",
        "What is wrong ───",
        "✗  CRITICAL  Everybody gets in.",
        "  do    Mend auth.worst.",
        "  who   the maker, then the importer",
        "  where squashfs@0x200 » /etc/shadow:1\n        │ root:$1$***:\\x1b[2J",
        "  id    auth.worst",
        "✗  LOW  A small thing about root.",
        "What nobody could tell (1)",
        "keys.open  It could not be read.",
        "What was found good (1)",
        "keys.good  All 3 are fine.",
        "What could not be done",
        "! failed  The file is cut off",
        "What the image is made of",
        "busybox  1.19.2   signature:busybox",
    ]
    places = [shown.find(each) for each in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_equal_documents_give_equal_bytes(report: Document) -> None:
    assert RENDERING.render(report, SHOWN) == RENDERING.render(report, SHOWN)


@pytest.mark.parametrize(("columns", "beside"), [(120, ["two"]), (60, ["two"]), (40, [])])
def test_a_table_that_cannot_fit_is_stacked(columns: int, beside: list[str]) -> None:
    titles = ("one", "two", "three", "four", "five")
    rows = (tuple(f"{title} is a long cell of this table" for title in titles),)
    drawn = lines(Document(title="", blocks=(Table(titles, rows),)), Canvas(columns=columns))
    assert drawn[0].split()[0] == "one"
    assert [word for word in drawn[0].split() if word == "two"] == beside


def test_chapters_stand_apart(report: Document) -> None:
    drawn = lines(report)
    for number, line in enumerate(drawn):
        if line.startswith("What is wrong"):
            assert (drawn[number - 1], drawn[number + 1]) == ("", "")
    assert lines(Document(title="", blocks=(Heading("a", 1),))) == ["a", "━" * 80]
