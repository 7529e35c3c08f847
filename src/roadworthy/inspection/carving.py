"""Carving: where a known structure could begin, by its magic bytes, in the order of the offsets."""

from collections.abc import Mapping
from dataclasses import dataclass

from roadworthy.inspection.format import Format, Magic
from roadworthy.inspection.source import Source

NOT_SOUGHT, NONE_LEFT = -2, -1


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
        self._hits: dict[tuple[str, Magic], int] = {
            (format_id, magic): NOT_SOUGHT
            for format_id, each in sorted(formats.items())
            for magic in each.magics
            if magic.value
        }

    def next(self, start: int) -> Candidate | None:
        """The first candidate at or after an offset. Offsets asked for must not fall."""
        for key, hit in self._hits.items():
            if hit != NONE_LEFT and hit < start:
                self._hits[key] = self._seek(key[1], start)
        offset = min((hit for hit in self._hits.values() if hit != NONE_LEFT), default=NONE_LEFT)
        if offset == NONE_LEFT:
            return None
        ids = {format_id for (format_id, _), hit in self._hits.items() if hit == offset}
        return Candidate(offset, tuple(sorted(ids)))

    def _seek(self, magic: Magic, start: int) -> int:
        found = self._source.find(magic.value, start + magic.offset)
        return NONE_LEFT if found < 0 else found - magic.offset
