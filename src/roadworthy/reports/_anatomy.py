"""What an image is made of, as a map: which bytes are what, and how many of them were understood."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from roadworthy.reports._rows import Row
from roadworthy.reports._text import bytes_for_people
from roadworthy.reports.blocks import Bar, Block, Figure, Heading, Table, Text

MAX_REGIONS: Final = 400
NOT_RECOGNISED: Final = "not recognised"
PACKED: Final = 7.9  # bits per byte; compressed and encrypted data lie above, machine code near 6
MONOTONE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of the image that are one thing: the innermost region that covers them."""

    start: int
    end: int
    label: str
    format: str


def anatomy(size: int, regions: Sequence[Row]) -> Iterator[Block]:
    """The chapter about what the image is made of."""
    yield Heading("What the image is made of")
    if not regions:
        yield Text("Nothing in it was recognised.")
        return
    stretches = stretches_of(size, regions[:MAX_REGIONS])
    known = sum(each.end - each.start for each in stretches if each.format)
    share = f"{100 * known / size:.0f} %" if size else "none"
    yield Text(
        f"{share} of its {bytes_for_people(size)} lie in formats that were recognised"
        f"{'.' if known == size else '; nobody has looked into the rest.'}"
    )
    bars = tuple(Bar(each.label, each.end - each.start, each.format) for each in stretches)
    yield Figure("Map of the image", "bytes", bars)
    yield _table(regions)


def stretches_of(size: int, regions: Sequence[Row]) -> list[Stretch]:
    """The whole image from its first to its last byte, cut where the innermost region changes."""
    placed = sorted(
        ((_span(each, size), each) for each in regions if each.number("offset") is not None),
        key=lambda pair: len(pair[1].texts("path")),
    )
    edges = sorted({0, size, *(edge for span, _ in placed for edge in span)})
    stretches: list[Stretch] = []
    for start, end in pairwise(edges):
        inner = next((each for span, each in reversed(placed) if span[0] <= start < span[1]), Row())
        found = Stretch(start, end, _label(inner), inner.text("format"))
        last = stretches[-1] if stretches else None
        if last and (last.label, last.format) == (found.label, found.format):
            stretches[-1] = Stretch(last.start, end, last.label, last.format)
        else:
            stretches.append(found)
    return stretches


def _span(region: Row, size: int) -> tuple[int, int]:
    start = min(max(region.whole("offset"), 0), size)
    return start, min(start + max(region.whole("size"), 0), size)


def _label(region: Row) -> str:
    return (region.texts("path") or (NOT_RECOGNISED,))[-1] if region.text("format") else NOT_RECOGNISED


def _table(regions: Sequence[Row]) -> Table:
    rows = tuple(
        (
            _offset(each),
            bytes_for_people(each.whole("size")),
            " » ".join(each.texts("path")[1:] or each.texts("path")),
            each.text("format") or NOT_RECOGNISED,
            _notes(each),
        )
        for each in regions[:MAX_REGIONS]
    )
    more = len(regions) - len(rows)
    caption = f"The first {len(rows)} parts; the JSON report has {more} more." if more else ""
    return Table(("offset", "size", "part", "format", "details"), rows, caption)


def _offset(region: Row) -> str:
    return "inside" if region.number("offset") is None else f"{region.whole('offset'):#x}"


def _notes(region: Row) -> str:
    notes = [f"{name} {value}" for name, value in region.row("facts").pairs]
    if region.whole("files"):
        notes.append(f"{region.whole('files')} files and folders")
    entropy = region.number("entropy")
    if entropy is not None:
        notes.append(f"{entropy:.2f} bits per byte{_meaning(entropy)}")
    return ", ".join(notes)


def _meaning(entropy: float) -> str:
    if entropy >= PACKED:
        return " (compressed or encrypted)"
    return " (mostly one value: padding)" if entropy <= MONOTONE else ""
