"""The clock: the only place where the time of day is asked for."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment in UTC, in whole seconds: what it is written into must be readable, not precise."""
    return datetime.now(UTC).replace(microsecond=0)
