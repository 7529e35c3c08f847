"""The programs of an image, summed up: how many of them are hardened, and which are the least so."""

from collections.abc import Iterator, Sequence
from typing import Final

from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Block, Heading, Table

MAX_ROWS: Final = 15
MARKS: Final = ("pie", "nx", "relro", "canary", "fortify")
TITLES: Final = {"pie": "PIE", "nx": "no executable stack", "relro": "RELRO"}
GOOD: Final = {True: "yes", False: "no", None: ""}


def programs(rows: Sequence[Row]) -> Iterator[Block]:
    """The chapter's part about programs: a summary by kind, then those that lack most."""
    yield Heading(f"Programs ({len(rows)})", 3)
    kinds = dict.fromkeys(row.text("kind") for row in rows)
    columns = ("kind", "how many", "for", *(TITLES.get(mark, mark) for mark in MARKS), "stripped")
    yield Table(columns, tuple(_summary(kind, rows) for kind in kinds))
    bare = sorted((row for row in rows if _lacking(row)), key=lambda row: (-_lacking(row), row.text("path")))
    if bare:
        more = len(bare) - MAX_ROWS
        caption = "Those that lack most." + (f" The JSON report has {more} more." if more > 0 else "")
        columns = ("program", "kind", *(TITLES.get(mark, mark) for mark in MARKS))
        yield Table(columns, tuple(_program(row) for row in bare[:MAX_ROWS]), caption)


def _summary(kind: str, rows: Sequence[Row]) -> tuple[str, ...]:
    own = [row for row in rows if row.text("kind") == kind]
    machines = ", ".join(sorted({f"{row.text('machine')} {row.text('bits')}" for row in own}))
    return kind, str(len(own)), machines, *(_count(own, mark) for mark in (*MARKS, "stripped"))


def _count(rows: Sequence[Row], mark: str) -> str:
    """How many have it, of those where it can be told."""
    told = [answer for answer in (_good(row, mark) for row in rows) if answer is not None]
    return f"{sum(told)} of {len(told)}" if told else ""


def _good(row: Row, mark: str) -> bool | None:
    if mark == "relro":
        return row.text(mark) == "full" if row.text(mark) else None
    return row.flag(mark)


def _lacking(row: Row) -> int:
    return sum(_good(row, mark) is False for mark in MARKS)


def _program(row: Row) -> tuple[str, ...]:
    marks = (row.text(mark) if mark == "relro" else GOOD[row.flag(mark)] for mark in MARKS)
    return row.text("path"), row.text("kind"), *marks
