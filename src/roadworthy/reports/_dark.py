"""What was not understood: stretches of the image that no format explains, with their share of it."""

from collections.abc import Iterator, Sequence
from typing import Final

from roadworthy.reports._anatomy import MAX_REGIONS, PACKED, PADDING, stretches_of
from roadworthy.reports._rows import Row
from roadworthy.reports._text import bytes_for_people, share_for_people
from roadworthy.reports.blocks import Block, Heading, Table, Text

MAX_ROWS: Final = 12


def dark_chapter(size: int, regions: Sequence[Row]) -> Iterator[Block]:
    """The chapter about what was not understood; nothing where all was."""
    shown = regions[:MAX_REGIONS]
    holders = {row.texts("path")[:-1] for row in shown}
    dark = [row for row in shown if _dark(row) and row.texts("path") not in holders]
    if not dark:
        return
    dark.sort(key=lambda row: (-row.whole("size"), row.texts("path")))
    amount = sum(each.end - each.start for each in stretches_of(size, shown) if not each.kind)
    packed = sum(max(row.whole("size"), 0) for row in dark if _placed(row) and _packed(row))
    yield Heading("What was not understood")
    yield Text(_extent(amount, packed, size))
    more = len(dark) - MAX_ROWS
    caption = f"The largest {MAX_ROWS}; the JSON report has {more} more." if more > 0 else ""
    yield Table(
        ("part", "offset", "size", "of the image", "looks like"),
        tuple(_row(row, size) for row in dark[:MAX_ROWS]),
        caption,
    )


def _extent(amount: int, packed: int, size: int) -> str:
    """How much it is, in a sentence, and what follows from it."""
    looks = f"; {bytes_for_people(packed)} of them look compressed or encrypted" if packed else ""
    share = (
        f"{bytes_for_people(amount)}, {share_for_people(amount, size)} of the image, lie in no known format"
    )
    return (
        f"{share}{looks}. "
        if amount
        else "The image itself was understood; parts unpacked from it were not. "
    ) + "Whatever is in there was not looked at, so no answer speaks of it."


def _dark(row: Row) -> bool:
    return not row.text("format") and not row.row("facts").text(PADDING)


def _placed(row: Row) -> bool:
    return row.number("offset") is not None


def _packed(row: Row) -> bool:
    entropy = row.number("entropy")
    return entropy is not None and entropy >= PACKED


def _row(row: Row, size: int) -> tuple[str, ...]:
    entropy = row.number("entropy")
    looks = "compressed or encrypted" if _packed(row) else "code or data, not compressed"
    return (
        row.row("facts").text("part") or " » ".join(row.texts("path")[-2:]),
        f"{row.whole('offset'):#x}" if _placed(row) else "unpacked",
        bytes_for_people(row.whole("size")),
        share_for_people(row.whole("size"), size) if _placed(row) else "",
        "" if entropy is None else f"{looks} ({entropy:.2f} bits per byte)",
    )
