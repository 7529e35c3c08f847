"""What the device starts by itself: first what listens, and where; then the rest, in short."""

from collections.abc import Iterator, Sequence
from typing import Final

from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Block, Heading, Table, Text

MAX_ROWS: Final = 50
MAX_NAMES: Final = 60
AT_BOOT: Final = {True: "yes", None: "decided at run time", False: "no"}  # the most exposed first
COLUMNS: Final = ("listens on", "program", "at boot", "as user", "started by", "where")


def services_chapter(services: Sequence[Row]) -> Iterator[Block]:
    """The chapter about services; nothing where none is known."""
    if not services:
        return
    yield Heading(f"Services and ports ({len(services)})")
    ranks = list(AT_BOOT)
    ordered = sorted(services, key=lambda row: (ranks.index(row.flag("enabled")), row.text("name")))
    listening = [row for row in ordered if row.texts("ports")]
    quiet = [row for row in ordered if not row.texts("ports")]
    if listening:
        more = len(listening) - MAX_ROWS
        caption = f"The first {MAX_ROWS}; the JSON report has {more} more." if more > 0 else ""
        yield Table(COLUMNS, tuple(map(_listener, listening[:MAX_ROWS])), caption)
    if quiet:
        known = "For these no port is known" if listening else "No port is known for any of them"
        yield Text(f"{known}, which does not mean that they open none.")
        yield Table(("at boot", "how many", "programs"), tuple(_quiet(quiet)))


def _listener(row: Row) -> tuple[str, ...]:
    places = [each.texts("path") for each in row.rows("evidence")[:1]]
    line = "".join(f":{each.text('line')}" for each in row.rows("evidence")[:1] if each.text("line"))
    return (
        ", ".join(row.texts("ports")),
        row.text("name"),
        AT_BOOT[row.flag("enabled")],
        row.text("user") or "not said",
        row.text("started_by"),
        "".join(path[-1] for path in places if path) + line,
    )


def _quiet(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    for flag, said in AT_BOOT.items():
        names = list(dict.fromkeys(row.text("name") for row in rows if row.flag("enabled") is flag))
        if names:
            more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
            yield said, str(len(names)), ", ".join(names[:MAX_NAMES]) + more
