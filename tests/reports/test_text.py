"""What reaches a reader can be seen, and is as wide as we think."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roadworthy.reports._text import bytes_for_people, cut, share_for_people, spans, visible, width

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@given(ANY_TEXT)
@example("\u202egpj.exe\u2069\u200b\x9b31m\ud800\U000e0041")
def test_nothing_invisible_is_left(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    shown.encode()


@given(ANY_TEXT)
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ASCII", "plain ASCII"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x7f\x85\x9b", r"\x7f\x85\x9b"),
        ("\u202ea\u2066b\u2069", r"\u202ea\u2066b\u2069"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("a\u00a0b\u2028", r"a\xa0b\u2028"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("\u3164\u2800", r"\u3164\u2800"),
        ("日本語 Grüße", "日本語 Grüße"),
        ("e\u0301", "e\u0301"),
        ("\u0301e", r"\u0301e"),
        ("\x1b\u0301", r"\x1b\u0301"),
        ("a" + "\u0300" * 5, "a" + "\u0300" * 3 + r"\u0300" * 2),
    ],
)
def test_each_kind_of_invisible_character_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY_TEXT.map(visible), st.integers(1, 40))
def test_a_cut_loses_nothing_and_fits(text: str, columns: int) -> None:
    head, tail = cut(text, columns)
    assert head + tail == text
    assert width(head) <= columns or len(head) == 1 or all(map(unicodedata.combining, head[1:]))


def test_wide_and_combining_characters_count_as_they_are_drawn() -> None:
    assert (width("abc"), width("日本"), width("e\u0301")) == (3, 4, 1)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("say `ls -l` now", [(False, "say "), (True, "ls -l"), (False, " now")]),
        ("`a`", [(True, "a")]),
        ("one ` alone", [(False, "one ` alone")]),
        ("`a` and ` b", [(True, "a"), (False, " and ` b")]),
        ("", []),
    ],
)
def test_code_stands_between_two_backquotes(text: str, parts: list[tuple[bool, str]]) -> None:
    assert list(spans(text)) == parts


def test_sizes_and_shares_read_well() -> None:
    sizes = [bytes_for_people(amount) for amount in (0, 1023, 1024, 8 * 1024**2, 3 * 1024**5)]
    assert sizes == ["0 bytes", "1023 bytes", "1.0 KiB", "8.0 MiB", "3072.0 TiB"]
    assert [share_for_people(part, 1000) for part in (0, 1, 500)] == ["0 %", "<1 %", "50 %"]
    assert share_for_people(0, 0) == "0 %"
