"""Lines fit their width and lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.reports._layout import Style, line_width, prose, shares, wrapped
from roadworthy.reports._text import visible

TEXT = st.text(st.characters(exclude_categories=()), max_size=80)


@given(TEXT, st.integers(2, 40))
def test_no_line_is_wider_than_asked(text: str, columns: int) -> None:
    lines = wrapped(prose(text), columns)
    assert max(map(line_width, lines)) <= columns


@given(TEXT, st.integers(2, 40))
def test_wrapping_loses_nothing_but_blanks(text: str, columns: int) -> None:
    lines = wrapped(prose(text.replace("`", "'")), columns)
    shown = "".join(span.text for line in lines for span in line)
    assert shown.replace(" ", "") == visible(text.replace("`", "'")).replace(" ", "")


def test_code_keeps_its_style() -> None:
    assert [(span.text, span.style) for span in prose("run `ls` now")] == [
        ("run ", Style.PLAIN),
        ("ls", Style.CYAN),
        (" now", Style.PLAIN),
    ]


@given(st.lists(st.floats(0, 1e12), max_size=30), st.integers(0, 100))
def test_all_cells_are_dealt_out(amounts: list[float], cells: int) -> None:
    dealt = shares(amounts, cells)
    assert len(dealt) == len(amounts)
    assert sum(dealt) == (cells if sum(amounts) else 0)
    assert min(dealt, default=0) >= 0


@pytest.mark.parametrize(
    ("amounts", "cells", "dealt"),
    [([1, 1], 10, [5, 5]), ([1, 999], 10, [1, 9]), ([0, 5], 4, [0, 4]), ([1, 1, 1], 2, [1, 1, 0])],
)
def test_whoever_has_anything_is_seen(amounts: list[float], cells: int, dealt: list[int]) -> None:
    assert shares(amounts, cells) == dealt
