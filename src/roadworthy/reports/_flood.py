"""What the device could do in a flood, as one table."""

from collections.abc import Iterator, Sequence
from typing import Final

from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Block, Heading, Table, Text

MAX_NAMES: Final = 30
TITLES: Final = {
    "uplink": "Ways to the network",
    "sender": "Programs that send what they are told",
    "script": "Interpreters that run a newcomer's program",
    "reflector": "Services that answer more than they are asked",
    "network code": "Network code",
}


def flood_chapter(means: Sequence[Row]) -> Iterator[Block]:
    """The chapter; nothing where nothing was seen."""
    if not means:
        return
    yield Heading("What it could do in a flood")
    yield Text(
        "What would serve those who turn the device against others. None of it is a fault by itself; the "
        "fewer, the better."
    )
    yield Table(("what", "seen in the image"), tuple(_rows(means)))


def _rows(means: Sequence[Row]) -> Iterator[tuple[str, str]]:
    for kind, title in TITLES.items():
        names = [_named(row) for row in means if row.text("kind") == kind]
        if names:
            more = f", and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
            yield title, ", ".join(dict.fromkeys(names[:MAX_NAMES])) + more


def _named(row: Row) -> str:
    detail = row.text("detail")
    return f"{row.text('what')}: {detail}" if detail else row.text("what")
