"""Carving: where a known structure could begin, by its magic bytes, in the order of the offsets."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

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


class _Magics:
    """The magics of all formats, sought together in one pass (Aho and Corasick, CACM 18(6), 1975).

    Args:
        formats: The magics of each format by its id.
    """

    def __init__(self, formats: Iterable[tuple[str, tuple[Magic, ...]]]) -> None:
        meant: dict[bytes, list[tuple[str, int]]] = {}
        for format_id, magics in formats:
            for magic in magics:
                if magic.value:
                    meant.setdefault(magic.value, []).append((format_id, magic.offset))
        self._meant = tuple(meant.values())
        self._reach = max(
            (offset + len(value) - 1 for value, places in meant.items() for _, offset in places), default=0
        )
        self._automaton = BytesAhoCorasick(meant, implementation=Implementation.DFA)

    def find(self, source: Source, start: int, end: int) -> list[Candidate]:
        """All candidates from an offset to before another, rising."""
        found: dict[int, set[str]] = {}
        data = source.read(start, end - start + self._reach)
        for value, at, _ in self._automaton.find_matches_as_indexes(data, overlapping=True):
            for format_id, offset in self._meant[value]:
                if start <= start + at - offset < end:
                    found.setdefault(start + at - offset, set()).add(format_id)
        return [Candidate(offset, tuple(sorted(found[offset]))) for offset in sorted(found)]


class Carver:
    """Seeks candidates in one source; each byte is searched once.

    Args:
        source: The bytes.
        formats: The formats by id.
    """

    def __init__(self, source: Source, formats: Mapping[str, Format]) -> None:
        self._source = source
        self._magics = _built(tuple((format_id, each.magics) for format_id, each in formats.items()))
        self._ahead: list[Candidate] = []
        self._sought = 0

    def next(self, start: int) -> Candidate | None:
        """The first candidate at or after an offset. Offsets asked for must not fall."""
        while start < self._source.size:
            end = start - start % STRETCH + STRETCH
            if self._sought < end:
                self._ahead = self._magics.find(self._source, start, end)
                self._sought = end
            place = bisect_left(self._ahead, start, key=lambda each: each.offset)
            if place < len(self._ahead):
                return self._ahead[place]
            start = end
        return None


@lru_cache(maxsize=4)
def _built(formats: tuple[tuple[str, tuple[Magic, ...]], ...]) -> _Magics:
    """Built once for all the stretches of an image."""
    return _Magics(formats)
