"""Waivers as they are written; a mistake is named with its line."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.model.errors import InputError
from roadworthy.usecases.waivers import parse_waivers

KNOWN = {"auth.no-default-password", "auth.default-password"}
GOOD = """# what we live with
[[waiver]]
accepts = "auth.no-default-password"
path = ["/etc/passwd", "/etc/shadow"]
reason = "Ticket 4711."
author = "Jo"
expires = 2027-01-31

[[waiver]]
accepts = "auth.default-password"
reason = "None left."
author = "Jo"
expires = 2027-02-01
"""


def test_what_is_written_is_read() -> None:
    first, second = parse_waivers("w.toml", GOOD.encode(), KNOWN)
    assert (first.accepts, first.paths) == ("auth.no-default-password", ("/etc/passwd", "/etc/shadow"))
    assert (first.reason, first.author, first.expires) == ("Ticket 4711.", "Jo", date(2027, 1, 31))
    assert (first.place, second.place, second.paths) == ("w.toml:2", "w.toml:9", ())


def test_an_empty_file_accepts_nothing() -> None:
    assert parse_waivers("w.toml", b"# nothing yet\n", KNOWN) == ()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"auth.default-password"', '"auth.default-pasword"', "w.toml:10: there is no property or check"),
        ('reason = "None left."', 'reason = " "', 'w.toml:11: a waiver needs reason = "…"'),
        ('reason = "None left."\n', "", 'w.toml:9: a waiver needs reason = "…"'),
        ("2027-02-01", '"2027-02-01"', "w.toml:13: a waiver needs expires = 2027-01-31, a date"),
        ("2027-02-01", "2027-02-01T00:00:00Z", "w.toml:13: a waiver needs expires = 2027-01-31, a date"),
        ("expires = 2027-02-01", "until = 2027-02-01", "w.toml:13: a waiver has no 'until'"),
        ('["/etc/passwd", "/etc/shadow"]', "[]", "w.toml:4: path names no pattern"),
        ('["/etc/passwd", "/etc/shadow"]', "7", "w.toml:4: path is a pattern"),
        ("# what we live with", "[waivers]", "w.toml:1: only tables"),
        ("# what we live with", "x = ", "line 1"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_waivers("w.toml", GOOD.replace(old, new).encode(), KNOWN)
    assert what in str(caught.value)
    assert caught.value.hint


def test_a_file_that_is_no_text_is_named_with_its_line() -> None:
    with pytest.raises(InputError, match=r"w\.toml:2: this is no UTF-8"):
        parse_waivers("w.toml", b"# a\n\xff", KNOWN)


def test_a_near_name_is_offered() -> None:
    with pytest.raises(InputError) as caught:
        parse_waivers("w.toml", GOOD.replace("auth.default-password", "auth.default-pass").encode(), KNOWN)
    assert "Did you mean auth.default-password" in caught.value.hint


@given(st.text())
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        assert parse_waivers("w.toml", text.encode("utf-8", "surrogatepass"), KNOWN) == ()
