"""Where the compressed pieces of a file lie: EROFS' index of logical clusters, full or compact.

The index has an entry for each logical cluster of the file. A head says that a piece begins in it, and
where its compressed bytes lie; what is no head belongs to the piece before. The compact form packs several
entries into few bytes and gives one block address for all of them (Linux, fs/erofs/zmap.c).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields, read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._erofs.inode import COMPACT, Disk
from roadworthy.inspection.formats._erofs.superblock import Superblock
from roadworthy.inspection.formats._walk import MAX_FILE
from roadworthy.inspection.source import Source

HEADER: Final = Fields("2xHHBB", ByteOrder.LITTLE)  # bytes of the inline piece, advice, algorithms, bits
FRAGMENT_AT: Final = Fields("I", ByteOrder.LITTLE)
WHOLE_FRAGMENT: Final = Fields("Q", ByteOrder.LITTLE)
ENTRY: Final = Fields("HHI", ByteOrder.LITTLE)
PACKED_2, BIG_1, BIG_2, INLINE_PIECE, INTERLACED, FRAGMENT = 0x1, 0x2, 0x4, 0x8, 0x10, 0x20
STORED, HEAD_1, NO_HEAD, HEAD_2 = range(4)
COUNT: Final = 1 << 11  # marks an entry that counts the blocks of its piece
MAX_PIECE: Final = 1 << 20  # compressed bytes of a piece: Z_EROFS_PCLUSTER_MAX_SIZE
IN_PACKED: Final = 1 << 63
SMALL_PACK, SMALL_ENTRIES, LARGE_PACK, LARGE_ENTRIES = 8, 2, 32, 16
SMALL_BITS, LARGE_BITS = 14, 12  # clusters whose offsets still fit into an entry


@dataclass(frozen=True, slots=True)
class Cluster:
    """One entry of the index.

    Args:
        kind: `STORED`, `HEAD_1`, `HEAD_2` or `NO_HEAD`.
        offset: Where the piece begins in the cluster, for a head.
        block: Where its compressed bytes lie, for a head.
        count: How many blocks the piece before has, if this entry says so; else 0.
    """

    kind: int
    offset: int = 0
    block: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file and the bytes that it is made from.

    Args:
        start: First byte in the file.
        end: First byte behind it in the file.
        at: Where its bytes lie in the file system, or in the packed inode.
        length: How many there are.
        method: Number of the algorithm; -1 where they are stored.
        turned: How far stored bytes are turned within their block.
        packed: Whether they lie in the packed inode, as they are.
    """

    start: int
    end: int
    at: int
    length: int
    method: int = -1
    turned: int = 0
    packed: bool = False


def pieces(source: Source, superblock: Superblock, disk: Disk, limit: int = MAX_FILE) -> Iterator[Piece]:
    """The pieces of a compressed file, in order.

    Args:
        source: The file system.
        superblock: Its superblock.
        disk: The file's inode.
        limit: The most bytes that the file may have.

    Raises:
        Damaged: The index contradicts itself.
        EndOfData: It lies outside.
    """
    if disk.size > limit:
        raise Damaged(f"the file claims {disk.size} bytes; {limit} are read at most")
    at = (disk.end + 7) // 8 * 8
    (whole,) = WHOLE_FRAGMENT.read(source, at)
    if whole & IN_PACKED:
        yield Piece(0, disk.size, whole ^ IN_PACKED, disk.size, packed=True)
        return
    index = _Index(source, superblock, disk, at)
    yield from index.pieces()


class _Index:
    """The index of one file."""

    def __init__(self, source: Source, superblock: Superblock, disk: Disk, at: int) -> None:
        self._source, self._superblock, self._size = source, superblock, disk.size
        inline, self._advice, methods, bits = HEADER.read(source, at)
        self._fragment_at = int(FRAGMENT_AT.read(source, at)[0])
        self._inline = inline if self._advice & INLINE_PIECE else 0
        self._methods = (methods & 15, methods >> 4)
        self._bits = superblock.block_bits + (bits & 7)
        self._many = -(-disk.size // (1 << self._bits))
        self._compact = disk.layout == COMPACT
        self._at = at + 8 if self._compact else at + 16

    def pieces(self) -> Iterator[Piece]:
        """The pieces of the file."""
        clusters, after = self._read()
        heads, starts = list[int](), list[int]()
        for number, cluster in enumerate(clusters):
            start = (number << self._bits) + cluster.offset
            if cluster.kind != NO_HEAD and start < self._size:  # one that begins at the end only marks it
                heads.append(number)
                starts.append(start)
        if self._size and (not starts or starts[0] != 0):
            raise Damaged("no piece begins at the start of the file")
        for order, (number, start) in enumerate(zip(heads, starts, strict=True)):
            end = starts[order + 1] if order + 1 < len(starts) else self._size
            if not start < end:
                raise Damaged(f"a piece would go from {start} to {end}")
            yield self._piece(clusters, number, start, end, after if order + 1 == len(heads) else 0)

    def _piece(self, clusters: list[Cluster], number: int, start: int, end: int, after: int) -> Piece:
        """One piece. `after` is where the index ends, for the last one."""
        head = clusters[number]
        if after and self._advice & FRAGMENT:
            high = 0 if self._compact else head.block << 32  # which the compact index has no room for
            return Piece(start, end, self._fragment_at | high, end - start, packed=True)
        at, length = head.block << self._superblock.block_bits, self._length(clusters, number)
        if after and self._inline:
            at, length = after, self._inline
        if head.kind == STORED:
            turned = start % self._superblock.block if self._advice & INTERLACED else 0
            return Piece(start, end, at, length, turned=turned)
        return Piece(start, end, at, length, method=self._methods[head.kind == HEAD_2])

    def _length(self, clusters: list[Cluster], number: int) -> int:
        """Compressed bytes of a piece: a block, unless the entry behind the head counts more."""
        big = {HEAD_1: BIG_1, HEAD_2: BIG_2}.get(clusters[number].kind, 0) & self._advice
        blocks = clusters[number + 1].count if big and number + 1 < len(clusters) else 0
        length = max(blocks, 1) << self._superblock.block_bits
        if length > MAX_PIECE:
            raise Damaged(f"a piece claims {length} compressed bytes, more than {MAX_PIECE}")
        return length

    def _read(self) -> tuple[list[Cluster], int]:
        """All entries, and where they end."""
        return self._read_compact() if self._compact else self._read_full()

    def _read_full(self) -> tuple[list[Cluster], int]:
        data = read_exactly(self._source, self._at, self._many * ENTRY.size)
        clusters: list[Cluster] = []
        for number in range(self._many):
            advice, offset, block = ENTRY.unpack(data, number * ENTRY.size)
            kind = advice & 3
            if kind == NO_HEAD:
                back = block & 0xFFFF
                clusters.append(Cluster(kind, count=back & ~COUNT if back & COUNT else 0))
            else:
                clusters.append(Cluster(kind, offset, block))
        return clusters, self._at + len(data)

    def _read_compact(self) -> tuple[list[Cluster], int]:
        """Entries of four bytes up to a boundary of 32, then of two where that is advised, then of four."""
        first = min((32 - self._at % 32) // 4 & 7, self._many)
        dense = (self._many - first) // LARGE_ENTRIES * LARGE_ENTRIES if self._advice & PACKED_2 else 0
        if self._bits > (LARGE_BITS if dense else SMALL_BITS):
            raise Damaged(f"clusters of {1 << self._bits} bytes have no compact index")
        at, clusters = self._at, list[Cluster]()
        for many, pack, entries in (
            (first, SMALL_PACK, SMALL_ENTRIES),
            (dense, LARGE_PACK, LARGE_ENTRIES),
            (self._many - first - dense, SMALL_PACK, SMALL_ENTRIES),
        ):
            for _ in range(0, many, entries):
                data = read_exactly(self._source, at, pack)
                clusters += self._unpacked(data, entries)
                at += pack
        del clusters[self._many :]
        return clusters, at

    def _unpacked(self, data: bytes, entries: int) -> Iterator[Cluster]:
        """The entries of one pack; its last four bytes are the address from which they count."""
        low = max(self._bits, LARGE_BITS)
        width = (len(data) - 4) * 8 // entries
        bits = int.from_bytes(data[:-4], "little")
        rows = [bits >> width * number & (1 << width) - 1 for number in range(entries)]
        told = [(row >> low & 3, row & (1 << low) - 1) for row in rows]
        big = bool(self._advice & BIG_1)
        block = int.from_bytes(data[-4:], "little") + (0 if big else 1)
        for number, (kind, value) in enumerate(told):
            count = value & ~COUNT if kind == NO_HEAD and value & COUNT else 0
            if kind == NO_HEAD:
                block += count if big else 0
                yield Cluster(kind, count=count)
                continue
            yield Cluster(kind, value, block)
            counted = number + 1 < entries and told[number + 1][0] == NO_HEAD and told[number + 1][1] & COUNT
            more = number + 1 < entries or not big
            block += 0 if big and counted else 1 if more else 0
