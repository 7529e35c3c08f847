"""What takes the room in an image: files by purpose, and by the component they belong to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from roadworthy.reports._rows import Row
from roadworthy.reports._text import bytes_for_people, share_for_people
from roadworthy.reports.blocks import Bar, Block, Figure, Heading, Table, Text, Treemap

MAX_ROWS: Final = 25
MAX_TILES: Final = 60
MAX_BLOBS: Final = 12
CODE: Final = ("programs", "libraries")
NOBODY: Final = "no component recognised"
UNOWNED: Final = "not recognised"


def footprint_chapter(shares: Sequence[Row], blobs: Sequence[Row] = ()) -> Iterator[Block]:
    """The chapter about what takes the room; nothing where there are no files."""
    sizes: Counter[str] = Counter()
    for each in shares:
        sizes[each.text("purpose")] += max(each.whole("size"), 0)
    total = sum(sizes.values())
    if not total:
        return
    yield Heading("What takes the room")
    code = sum(sizes[purpose] for purpose in CODE)
    dark = sum(
        max(each.whole("size"), 0)
        for each in shares
        if each.text("purpose") in CODE and not each.text("owner")
    )
    yield Text(
        f"The files take {bytes_for_people(total)}, unpacked. Of {bytes_for_people(code)} of programs and "
        f"libraries, no component that was recognised explains {share_for_people(dark, code)}."
    )
    yield Figure(
        "Files by purpose", "bytes", tuple(Bar(name, size, name) for name, size in sizes.most_common())
    )
    rows = tuple(
        (
            each.text("owner") or NOBODY,
            each.text("purpose"),
            bytes_for_people(each.whole("size")),
            share_for_people(each.whole("size"), total),
            each.text("files"),
        )
        for each in shares[:MAX_ROWS]
    )
    more = len(shares) - len(rows)
    caption = f"The largest {len(rows)}; the JSON report has {more} more." if more > 0 else ""
    table = Table(("component", "purpose", "size", "share", "files"), rows, caption)
    yield Treemap("Files by purpose and component", "bytes", tuple(_tiles(shares, sizes)), table)
    yield from _blobs(blobs)


def _blobs(blobs: Sequence[Row]) -> Iterator[Block]:
    """The largest files of code that nobody explains."""
    if not blobs:
        return
    yield Heading("Code that no component explains", 3)
    rows = tuple(
        (
            each.texts("path")[-1] if each.texts("path") else "",
            each.text("purpose"),
            bytes_for_people(each.whole("size")),
        )
        for each in blobs[:MAX_BLOBS]
    )
    more = len(blobs) - len(rows)
    caption = f"The largest {len(rows)}; the JSON report has {more} more." if more > 0 else ""
    yield Table(("file", "purpose", "size"), rows, caption)


def _tiles(shares: Sequence[Row], sizes: Counter[str]) -> Iterator[Bar]:
    """The largest shares by themselves, the others of each purpose together, in the order of the purposes."""
    largest = sorted(shares, key=lambda each: -each.whole("size"))
    for purpose, _ in sizes.most_common():
        own = [each for each in largest[:MAX_TILES] if each.text("purpose") == purpose]
        yield from (
            Bar(each.text("owner") or UNOWNED, each.whole("size"), purpose)
            for each in own
            if each.whole("size") > 0
        )
        rest = [each.whole("size") for each in largest[MAX_TILES:] if each.text("purpose") == purpose]
        if sum(rest) > 0:
            yield Bar(f"{len(rest)} smaller", sum(rest), purpose)
