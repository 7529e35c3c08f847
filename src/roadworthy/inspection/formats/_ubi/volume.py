"""A volume of UBI: logical erase blocks, wherever they lie, read as one stretch."""

from collections.abc import Mapping as Table
from dataclasses import dataclass

from roadworthy.inspection.source import Source

ERASED = b"\xff"


@dataclass(frozen=True, slots=True)
class Volume:
    """A `Source` over logical erase blocks. A block that is not mapped reads as erased.

    Args:
        inner: The image.
        places: Where the content of each logical block begins in it.
        block: Bytes of a logical block.
        size: Bytes of the whole.
    """

    inner: Source
    places: Table[int, int]
    block: int
    size: int

    def read(self, offset: int, length: int) -> bytes:
        """See `Source.read`."""
        end, pieces = min(offset + length, self.size), []
        while offset < end:
            number, inside = divmod(offset, self.block)
            wanted = min(self.block - inside, end - offset)
            pieces.append(self._piece(number, inside, wanted))
            offset += wanted
        return b"".join(pieces)

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        """See `Source.find`. Blocks are searched in place; what crosses their borders is read."""
        end = self.size if end is None else min(end, self.size)
        while start + len(needle) <= end:
            number, inside = divmod(start, self.block)
            border = min((number + 1) * self.block, end)
            found = self._find_inside(needle, number, inside, border - number * self.block)
            if found >= 0:
                return number * self.block + found
            crossing = max(start, border - len(needle) + 1)
            at = self.read(crossing, min(border + len(needle) - 1, end) - crossing).find(needle)
            if at >= 0:
                return crossing + at
            start = border
        return -1

    def _find_inside(self, needle: bytes, number: int, start: int, end: int) -> int:
        place = self.places.get(number)
        if place is None:
            return start if not needle.strip(ERASED) and start + len(needle) <= end else -1
        found = self.inner.find(needle, place + start, place + end)
        return found - place if found >= 0 else -1

    def _piece(self, number: int, inside: int, length: int) -> bytes:
        place = self.places.get(number)
        if place is None:
            return ERASED * length
        return self.inner.read(place + inside, length).ljust(length, ERASED)
