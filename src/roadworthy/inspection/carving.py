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
        while start < self._source.size:
            end = start - start % STRETCH + STRETCH
            for seeker in self._seekers:
                if seeker.hit < start and seeker.sought < end:
                    seeker.seek(self._source, start, end)
            first = min((each.hit for each in self._seekers if start <= each.hit < end), default=None)
            if first is not None:
                ids = {each.format_id for each in self._seekers if each.hit == first}
                return Candidate(first, tuple(sorted(ids)))
            start = end
        return None


@dataclass(slots=True)
class _Seeker:
    """One magic: where it was met, and how far it was sought."""

    format_id: str
    magic: Magic
    hit: int = -1
    sought: int = 0

    def seek(self, source: Source, start: int, end: int) -> None:
        """Search for the first structure that begins from `start` to before `end`."""
        begin = max(start, self.sought)
        value, offset = self.magic.value, self.magic.offset
        found = source.find(value, begin + offset, end - 1 + offset + len(value))
        self.hit = -1 if found < 0 else found - offset
        self.sought = end if found < 0 else self.hit + 1
