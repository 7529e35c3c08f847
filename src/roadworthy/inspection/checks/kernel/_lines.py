"""Until when the lines of the Linux kernel get mends.

Facts from kernel.org (releases page, and the day of the last release of each line), as of the day below.
Dates of lines that had not ended on that day are plans, and have been moved before, always to later. The
plans for 5.10 to 6.18 were held against a report of the stable maintainer's announcement (fossforce.com,
March 2026), that for 5.4 against a copy of the page itself (2025); the ends before 2025 are from memory.
"""

from datetime import UTC, date, datetime
from typing import Final

AS_OF: Final = date(2026, 3, 1)
SOURCE: Final = "kernel.org/category/releases.html"
LONG_TERM: Final[dict[tuple[int, ...], date]] = {
    (6, 18): date(2028, 12, 31),
    (6, 12): date(2028, 12, 31),
    (6, 6): date(2027, 12, 31),
    (6, 1): date(2027, 12, 31),
    (5, 15): date(2026, 12, 31),
    (5, 10): date(2026, 12, 31),
    (5, 4): date(2025, 12, 31),
    (4, 19): date(2024, 12, 5),
    (4, 14): date(2024, 1, 10),
    (4, 9): date(2023, 1, 7),
    (4, 4): date(2022, 2, 3),
    (4, 1): date(2018, 5, 29),
    (3, 18): date(2017, 2, 8),
    (3, 16): date(2020, 6, 11),
    (3, 14): date(2016, 9, 11),
    (3, 12): date(2017, 5, 31),
    (3, 10): date(2017, 11, 4),
    (3, 4): date(2016, 10, 31),
    (3, 2): date(2018, 5, 31),
    (3, 0): date(2013, 10, 22),
    (2, 6, 35): date(2011, 8, 1),
    (2, 6, 34): date(2014, 2, 10),
    (2, 6, 33): date(2011, 11, 7),
    (2, 6, 32): date(2016, 3, 12),
    (2, 6, 27): date(2012, 3, 17),
}
"""The last day of each long-term line."""
NEWEST: Final = max(LONG_TERM)


def line_of(version: str) -> tuple[int, ...] | None:
    """The line of a version: ``4.9.243`` is of 4.9, ``2.6.32.71`` of 2.6.32; None where it does not tell."""
    parts = version.replace("-", ".").split(".")
    length = 3 if version.startswith("2.") else 2
    if len(parts) < length or not all(part.isdecimal() for part in parts[:length]):
        return None
    return tuple(int(part) for part in parts[:length])


def ends(line: tuple[int, ...]) -> date | None:
    """The last day of a line; None for lines that came after the table was made.

    A line that is not a long-term one gets mends for some weeks until the next line is out, so one that is
    older than the newest long-term line had ended before.
    """
    if line > NEWEST:
        return None
    return LONG_TERM.get(line, date.min)


def day(moment: datetime) -> date:
    """The day of a moment, UTC."""
    return moment.astimezone(UTC).date()
