"""What an image is made of, as a map: which bytes are what, and how many of them were understood."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from roadworthy.model.outcome import Outcome
from roadworthy.reports._rows import Row
from roadworthy.reports._text import bytes_for_people, share_for_people
from roadworthy.reports.blocks import Bar, Block, Figure, Heading, Table, Text

MAX_REGIONS: Final = 400
NOT_RECOGNISED: Final = "not recognised"
PADDING: Final = "padding"
PACKED: Final = 7.9  # bits per byte; compressed and encrypted data lie above, machine code near 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of the image that are one thing: the innermost region that covers them.

    Args:
        start: First byte.
        end: The byte after the last.
        label: What to call it.
        kind: Its format, or `PADDING`; empty where nobody knows.
    """

    start: int
    end: int
    label: str
    kind: str


def anatomy(size: int, regions: Sequence[Row]) -> Iterator[Block]:
    """The chapter about what the image is made of."""
    yield Heading("What the image is made of")
    stretches = stretches_of(size, regions[:MAX_REGIONS])
    if stretches:
        yield Text(_extent(stretches, size))
        bars = tuple(Bar(each.label, each.end - each.start, _drawn(each)) for each in stretches)
        yield Figure("Map of the image", "bytes", bars)
    if regions:
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
        found = Stretch(start, end, _label(inner), _kind(inner))
        last = stretches[-1] if stretches else None
        if last and (last.label, last.kind) == (found.label, found.kind):
            stretches[-1] = replace(last, end=end)
        else:
            stretches.append(found)
    return stretches


def _drawn(stretch: Stretch) -> str:
    """Padding is drawn as a question that does not arise: there is nothing to look into."""
    return Outcome.NOT_APPLICABLE.value if stretch.kind == PADDING else stretch.kind


def _extent(stretches: Sequence[Stretch], size: int) -> str:
    """How much of it was understood, in a sentence."""
    padding = sum(each.end - each.start for each in stretches if each.kind == PADDING)
    dark = sum(each.end - each.start for each in stretches if not each.kind)
    known = share_for_people(size - padding - dark, size)
    parts = [f"{known} of its {bytes_for_people(size)} lie in formats that were recognised"]
    if padding:
        parts.append(f"{share_for_people(padding, size)} are padding")
    if dark:
        parts.append(f"into {share_for_people(dark, size)} nobody has looked")
    return f"{', '.join(parts)}."


def _span(region: Row, size: int) -> tuple[int, int]:
    start = min(max(region.whole("offset"), 0), size)
    return start, min(start + max(region.whole("size"), 0), size)


def _kind(region: Row) -> str:
    return region.text("format") or (PADDING if region.row("facts").text(PADDING) else "")


def _label(region: Row) -> str:
    own = region.row("facts").text("part") if not region.text("format") else ""
    return own or _kind(region) or NOT_RECOGNISED


def _table(regions: Sequence[Row]) -> Table:
    rows = tuple(
        (
            _offset(each),
            bytes_for_people(each.whole("size")),
            _nested(each.texts("path")),
            _kind(each) or NOT_RECOGNISED,
            _notes(each),
        )
        for each in regions[:MAX_REGIONS]
    )
    more = len(regions) - len(rows)
    caption = f"The first {len(rows)} parts; the JSON report has {more} more." if more else ""
    return Table(("offset", "size", "part", "format", "details"), rows, caption)


def _nested(path: Sequence[str]) -> str:
    return "· " * (len(path) - 1) + (path[-1] if path else "")


def _offset(region: Row) -> str:
    return "unpacked" if region.number("offset") is None else f"{region.whole('offset'):#x}"


def _notes(region: Row) -> str:
    notes = [f"{name} {value}" for name, value in region.row("facts").pairs]
    if region.whole("files"):
        notes.append(f"{region.whole('files')} files and folders")
    entropy = region.number("entropy")
    if entropy is not None and _kind(region) != PADDING:
        notes.append(
            f"{entropy:.2f} bits per byte{' (compressed or encrypted)' if entropy >= PACKED else ''}"
        )
    return ", ".join(notes)
