"""Moments as people write them."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.cli.moment import FORM, moment
from roadworthy.model.errors import InputError


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:30:00Z", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
        ("2026-01-31T12:30:00+02:00", datetime(2026, 1, 31, 10, 30, tzinfo=UTC)),
        ("2026-01-31 12:30:00.5z", datetime(2026, 1, 31, 12, 30, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_a_date_is_its_start_and_a_time_has_its_zone(text: str, meant: datetime) -> None:
    assert moment(text) == meant
    assert moment(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2026-02-30",
        "2026-01-31T12:00",
        "2026-01-31 12:00",
        "20260131",
        "2026-W05-6",
        "2026-01-31T12:00:00",
        "\uff12\uff10\uff12\uff16-01-31",
        "31.1.2026",
        "0001-01-01T00:00+14:00",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        moment(text)
    assert "2026-01-31" in caught.value.hint


@given(st.text(max_size=30) | st.from_regex(FORM, fullmatch=True))
def test_no_text_breaks_it(text: str) -> None:
    with suppress(InputError):
        assert moment(text).tzinfo is UTC
