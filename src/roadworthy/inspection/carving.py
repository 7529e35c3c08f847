"""Carving: where a known structure could begin, by its magic bytes, in the order of the offsets."""

from collections.abc import Mapping
from dataclasses import dataclass

from roadworthy.inspection.format import Format, Magic
from roadworthy.inspection.source import Source

STRETCH = 256 * 1024
"""How far ahead of the first candidate is searched: what a format then claims need not be searched at all."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where something could begin.

    Args:
        offset: Its first byte.
        formats: Ids of the formats whose magic fits, sorted.
    """

    offset: int
    formats: tuple[str, ...]


class Carver:
    """Seeks candidates in one source; each byte is searched once per magic.

    Args:
        source: The bytes.
        formats: The formats by id.
    """

    def __init__(self, source: Source, formats: Mapping[str, Format]) -> None:
        self._source = source
        self._seekers = [
            _Seeker(format_id, magic)
            for format_id, each in sorted(formats.items())
            for magic in each.magics
            if magic.value
        ]

    def next(self, start: int) -> Candidate | None:
        """The first candidate at or after an offset. Offsets asked for must not fall."""
        for begin in range(start, self._source.size, STRETCH):
            hits = [
                (offset, seeker.format_id)
                for seeker in self._seekers
                if (offset := seeker.seek(self._source, start, begin + STRETCH)) is not None
            ]
            if hits:
                first = min(hits)[0]
                ids = {format_id for offset, format_id in hits if offset == first}
                return Candidate(first, tuple(sorted(ids)))
        return None


@dataclass(slots=True)
class _Seeker:
    """One magic: where it was met, and how far it was sought."""

    format_id: str
    magic: Magic
    hit: int = -1
    sought: int = 0

    def seek(self, source: Source, start: int, end: int) -> int | None:
        """The first structure that begins from `start` to before `end`."""
        if self.hit < start:
            begin = max(start, self.sought)
            if begin < end:
                value, offset = self.magic.value, self.magic.offset
                found = source.find(value, begin + offset, end - 1 + offset + len(value))
                self.hit = found - offset if found >= 0 else -1
                self.sought = end if found < 0 else self.hit + 1
        return self.hit if start <= self.hit < end else None
