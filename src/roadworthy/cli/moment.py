"""Moments on the command line."""

import re
from datetime import UTC, datetime
from typing import Final

from roadworthy.model.errors import InputError

FORM: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?P<time>[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d))?", re.ASCII
)  # RFC 3339 §5.6
HINT: Final = "Write 2026-01-31, or 2026-01-31T12:00:00Z."


def moment(text: str) -> datetime:
    """A moment from a date (the start of that day, UTC) or an RFC 3339 time with its offset.

    Raises:
        InputError: It is neither. A time without an offset names no moment.
    """
    written = FORM.fullmatch(text)
    if written is None:
        raise InputError(f"{text!r} is no date, and no time with its offset", hint=HINT)
    try:
        parsed = datetime.fromisoformat(text.upper())
        return parsed.astimezone(UTC) if written["time"] else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{text!r} is in no calendar", hint=HINT) from error
