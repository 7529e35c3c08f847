"""EROFS as a volume: inodes, names and content."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields, read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._erofs.clusters import Piece, pieces
from roadworthy.inspection.formats._erofs.inode import CHUNKS, COMPACT, FULL, INLINE, Disk, read_inode
from roadworthy.inspection.formats._erofs.superblock import Superblock
from roadworthy.inspection.formats._erofs.unpack import unpack
from roadworthy.inspection.formats._walk import MAX_FILE, MAX_HOLES, Inode
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import Source

ENTRY: Final = Fields("QHBx", ByteOrder.LITTLE)  # inode, offset of the name, kind
CHUNK_BITS, CHUNK_INDEXES = 0x1F, 0x20
INDEX: Final = Fields("2xHI", ByteOrder.LITTLE)
BLOCK_MAP: Final = Fields("I", ByteOrder.LITTLE)
HOLE: Final = 0xFFFFFFFF
MAX_TARGET: Final = 65536
MAX_PACKED: Final = 2 * 1024**3  # the ends of all files together
SPARE: Final = 16  # blocks that pieces may claim beyond the size of the file, for they are rounded up


class ErofsVolume:
    """Meets `_walk.Volume`."""

    def __init__(self, source: Source, superblock: Superblock) -> None:
        self._source, self._superblock = source, superblock
        self._packed: tuple[Piece, ...] | None = None
        self._last: tuple[Piece, bytes] | None = None

    @property
    def root(self) -> int:
        """Number of the root directory's inode."""
        return self._superblock.root

    def inode(self, reference: int) -> Inode:
        """See `_walk.Volume`."""
        disk = self._disk(reference)
        if disk.meaning.kind is not NodeKind.SYMLINK:
            return disk.meaning
        if disk.size > MAX_TARGET:
            raise Damaged(f"its target claims {disk.size} bytes")
        meaning = disk.meaning
        return Inode(
            kind=meaning.kind,
            mode=meaning.mode,
            uid=meaning.uid,
            gid=meaning.gid,
            mtime=meaning.mtime,
            target=self._content(disk),
            number=meaning.number,
        )

    def names(self, reference: int) -> Iterator[tuple[bytes, int]]:
        """See `_walk.Volume`: each block of names by itself."""
        data = self._content(self._disk(reference))
        step = 1 << self._superblock.directory_bits
        for at in range(0, len(data), step):
            yield from _names(data[at : at + step])

    def content(self, reference: int) -> bytes:
        """See `_walk.Volume`."""
        return self._content(self._disk(reference))

    def _disk(self, number: int) -> Disk:
        return read_inode(self._source, self._superblock, number)

    def _content(self, disk: Disk) -> bytes:
        if disk.size > MAX_FILE:
            raise Damaged(f"it claims {disk.size} bytes; {MAX_FILE} are read at most")
        if disk.layout in (FULL, COMPACT):
            return self._joined(tuple(pieces(self._source, self._superblock, disk)), disk.size)
        if disk.layout == CHUNKS:
            return self._chunks(disk)
        return self._plain(disk)

    def _plain(self, disk: Disk) -> bytes:
        """Blocks one behind the other; the last one behind the inode where it lies inline."""
        tail = 0
        if disk.layout == INLINE and disk.size:
            tail = disk.size % self._superblock.block or self._superblock.block
        whole = disk.size - tail
        data = read_exactly(self._source, disk.number << self._superblock.block_bits, whole) if whole else b""
        return data + read_exactly(self._source, disk.end, tail) if tail else data

    def _chunks(self, disk: Disk) -> bytes:
        """Chunks of equal size, anywhere, or nowhere."""
        form = disk.number & 0xFFFF
        size = 1 << self._superblock.block_bits + (form & CHUNK_BITS)
        fields = INDEX if form & CHUNK_INDEXES else BLOCK_MAP
        many = -(-disk.size // size)
        at = -(-disk.end // fields.size) * fields.size
        table = read_exactly(self._source, at, many * fields.size)
        parts: list[bytes] = []
        holes = 0
        for number in range(many):
            *device, block = fields.unpack(table, number * fields.size)
            length = min(size, disk.size - number * size)
            if block == HOLE:
                holes += length
                if holes > MAX_HOLES:
                    raise Damaged(f"it has more than {MAX_HOLES} bytes for which nothing stands")
                parts.append(bytes(length))
                continue
            if any(device):
                raise Damaged("a part of it lies on another device, which is not here")
            parts.append(read_exactly(self._source, block << self._superblock.block_bits, length))
        return b"".join(parts)

    def _joined(self, whole: tuple[Piece, ...], size: int, *, inner: bool = False) -> bytes:
        """The content that pieces make."""
        claimed = sum(piece.length for piece in whole if not piece.packed)
        if claimed > size + (len(whole) + SPARE) * self._superblock.block:
            raise Damaged(f"its pieces claim {claimed} compressed bytes for {size}")
        return b"".join(self._piece(piece, inner=inner) for piece in whole)

    def _piece(self, piece: Piece, *, inner: bool) -> bytes:
        size = piece.end - piece.start
        if piece.packed:
            if inner:
                raise Damaged("the end of the packed inode lies in itself")
            return self._fragment(piece.at, size)
        data = self._source.read(piece.at, piece.length)
        if not data:
            raise Damaged(f"a piece lies outside, at {piece.at:#x}")
        if piece.method >= 0:
            return unpack(piece.method, data, size, padded=self._superblock.padded)
        block = self._superblock.block
        right = data[piece.turned : piece.turned + min(block - piece.turned, size)]
        stored = right + data[: size - len(right)]
        if len(stored) != size:
            raise Damaged(f"a stored piece has {len(stored)} bytes and should have {size}")
        return stored

    def _fragment(self, at: int, size: int) -> bytes:
        """A stretch of the packed inode: only the pieces in which it lies are unpacked."""
        if self._superblock.packed is None:
            raise Damaged("it lies in a packed inode, and there is none")
        disk = self._disk(self._superblock.packed)
        if at + size > disk.size:
            raise Damaged("it lies outside the packed inode")
        if disk.layout not in (FULL, COMPACT):
            return self._content(disk)[at : at + size]
        if self._packed is None:
            self._packed = tuple(pieces(self._source, self._superblock, disk, MAX_PACKED))
        first = bisect_right(self._packed, at, key=lambda piece: piece.start) - 1
        behind = bisect_left(self._packed, at + size, key=lambda piece: piece.start)
        mine = self._packed[first:behind]
        if not mine:
            return b""
        start = mine[0].start
        if len(mine) > 1:
            return self._joined(mine, mine[-1].end - start, inner=True)[at - start : at - start + size]
        if (
            self._last is None or self._last[0] != mine[0]
        ):  # many files end in one piece, one behind the other
            self._last = mine[0], self._joined(mine, mine[0].end - start, inner=True)
        return self._last[1][at - start : at - start + size]


def _names(block: bytes) -> Iterator[tuple[bytes, int]]:
    """The names of one block: entries first, then the names; the last one may end with a zero."""
    (_, first, _) = ENTRY.unpack(block, 0)
    if first % ENTRY.size or not 0 < first <= len(block):
        raise Damaged(f"a block of names begins at {first}")
    rows = [ENTRY.unpack(block, at) for at in range(0, first, ENTRY.size)]
    ends = [at for _, at, _ in rows] + [len(block)]
    for (number, *_), (start, end) in zip(rows, pairwise(ends), strict=True):
        if not first <= start < end <= len(block):
            raise Damaged(f"a name goes from {start} to {end}")
        yield block[start:end].partition(b"\0")[0], number
