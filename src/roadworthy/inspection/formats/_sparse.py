"""A source of which long stretches are not stored: bytes are read where they lie, or made up when asked."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from roadworthy.inspection.source import Source

STRETCH = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """One stretch.

    Args:
        start: Its first byte.
        size: Its length in bytes; never 0.
        at: Where it is stored in the image; None if it is not.
        fill: Four bytes that it repeats then.
    """

    start: int
    size: int
    at: int | None
    fill: bytes


class SparseSource:
    """A `Source` over extents.

    Args:
        inner: The image that stores them.
        extents: They follow each other without gaps from 0 on.
        size: Bytes of all.
    """

    def __init__(self, inner: Source, extents: Sequence[Extent], size: int) -> None:
        self._inner = inner
        self._extents = extents
        self._starts = [each.start for each in extents]
        self._size = size
        self.holes = sum(each.size for each in extents if each.at is None)

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._size

    def read(self, offset: int, length: int) -> bytes:
        """See `Source.read`."""
        end, pieces = min(offset + length, self._size), []
        place = bisect_right(self._starts, offset) - 1
        while offset < end:
            extent = self._extents[place]
            wanted = min(extent.start + extent.size, end) - offset
            pieces.append(self._piece(extent, offset - extent.start, wanted))
            offset += wanted
            place += 1
        return b"".join(pieces)

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        """See `Source.find`. What repeats is not searched to its end."""
        end = self._size if end is None else min(end, self._size)
        while start + len(needle) <= end:
            extent = self._extents[bisect_right(self._starts, start) - 1]
            last = extent.start + extent.size - len(needle)  # where it could stand in this extent
            step = places = STRETCH
            if extent.at is None and last >= start:  # what repeats is there at once, or not at all
                step = last + 1 - start
                places = min(step, len(extent.fill))
            found = self.read(start, min(places + len(needle) - 1, end - start)).find(needle)
            if found >= 0:
                return start + found
            start += step
        return -1

    def _piece(self, extent: Extent, inside: int, length: int) -> bytes:
        if extent.at is not None:
            return self._inner.read(extent.at + inside, length)
        if not any(extent.fill):
            return bytes(length)
        phase = inside % len(extent.fill)
        return (extent.fill * ((phase + length) // len(extent.fill) + 1))[phase : phase + length]
