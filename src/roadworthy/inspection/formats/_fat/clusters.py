"""Chains of clusters: which stretch of the volume follows which (ECMA-107 § 8)."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from roadworthy.codecs.binary import read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._fat.boot_sector import BootSector
from roadworthy.inspection.source import Source

FIRST: Final = 2
PAGE: Final = 3 * 4096  # a multiple of 3, so that no pair of 12-bit entries is torn
PAGES: Final = 64
LAST: Final = {12: 0xFF8, 16: 0xFFF8, 32: 0x0FFFFFF8}
MASK: Final = 0x0FFFFFFF


class Clusters:
    """The table of one volume, and the bytes of its clusters.

    Args:
        source: Its bytes.
        boot: Its boot sector.
    """

    def __init__(self, source: Source, boot: BootSector) -> None:
        self._source = source
        self._boot = boot
        self._page = lru_cache(PAGES)(self._read_page)

    def place(self, cluster: int) -> int:
        """Where a cluster begins in the volume."""
        return self._boot.data + (cluster - FIRST) * self._boot.cluster_size

    def chain(self, first: int, most: int) -> Iterator[int]:
        """The clusters that follow each other, the first one included, `most` of them at most.

        Raises:
            Damaged: The chain leaves the volume, or comes back to where it was.
        """
        met: set[int] = set()
        cluster = first
        while len(met) < most:
            if not FIRST <= cluster < self._boot.clusters + FIRST:
                raise Damaged(f"its chain of clusters leads to {cluster:#x}, which is none")
            if cluster in met:
                raise Damaged("its chain of clusters is a loop")
            met.add(cluster)
            yield cluster
            cluster = self._next(cluster)
            if cluster >= LAST[self._boot.bits]:
                return

    def read(self, chain: Iterator[int]) -> Iterator[bytes]:
        """The bytes of some clusters; neighbours are read together.

        Raises:
            EndOfData: They lie in a part of the image that is missing.
        """
        start = count = 0
        for cluster in chain:
            if count and cluster == start + count:
                count += 1
                continue
            yield self._run(start, count)
            start, count = cluster, 1
        yield self._run(start, count)

    def _run(self, start: int, count: int) -> bytes:
        return (
            read_exactly(self._source, self.place(start), count * self._boot.cluster_size) if count else b""
        )

    def _next(self, cluster: int) -> int:
        if self._boot.bits == 12:  # noqa: PLR2004 -- three bytes hold two entries
            pair = self._entry(cluster // 2 * 3, 3)
            return pair >> 12 if cluster % 2 else pair & 0xFFF
        width = self._boot.bits // 8
        return self._entry(cluster * width, width) & MASK

    def _entry(self, at: int, width: int) -> int:
        page, offset = divmod(at, PAGE)
        return int.from_bytes(self._page(page)[offset : offset + width], "little")

    def _read_page(self, page: int) -> bytes:
        at = page * PAGE
        return read_exactly(self._source, self._boot.table + at, min(PAGE, self._boot.table_size - at))
