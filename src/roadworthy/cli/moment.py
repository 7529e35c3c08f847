"""Moments on the command line."""

from datetime import UTC, datetime
from typing import Final

from roadworthy.model.errors import InputError

HINT: Final = "Write 2026-01-31, or 2026-01-31T12:00:00Z."


def moment(text: str) -> datetime:
    """A moment from a date (the start of that day, UTC) or an RFC 3339 time with its offset.

    Raises:
        InputError: It is neither; or a time without an offset, which names no moment.
    """
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no date and no time", hint=HINT) from error
    if "T" not in text.upper() and " " not in text and parsed.tzinfo is None:
        return parsed.replace(tzinfo=UTC)
    if parsed.tzinfo is None:
        raise InputError(f"{text!r} has no time zone, so it names no moment", hint=HINT)
    try:
        return parsed.astimezone(UTC)
    except OverflowError as error:
        raise InputError(f"{text!r} lies outside of the calendar", hint=HINT) from error
