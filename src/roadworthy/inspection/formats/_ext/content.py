"""Content of files: runs of blocks, from extents or from block maps (Linux documentation, ext4 § 4.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields, read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._ext.inode import ENCRYPTED, EXTENTS, INLINE, RawInode
from roadworthy.inspection.formats._ext.superblock import Superblock
from roadworthy.inspection.formats._walk import MAX_FILE, MAX_HOLES
from roadworthy.inspection.source import Source

HEADER: Final = Fields("4HI", ByteOrder.LITTLE)
EXTENT: Final = Fields("I2HI", ByteOrder.LITTLE)
INDEX: Final = Fields("2I2H", ByteOrder.LITTLE)
EXTENT_MAGIC: Final = 0xF30A
MAX_LEVELS: Final = 5
IN_INODE: Final = -1  # in place of a block's number
MAX_NODES: Final = 4096  # blocks of extents of one file
UNWRITTEN: Final = 32768  # in an extent's length: allocated, reads as zeros
DIRECT: Final = 12
NUMBER_SIZE: Final = 4


@dataclass(frozen=True, slots=True)
class Run:
    """Blocks in a row.

    Args:
        logical: Number of the first one in the file.
        physical: Number of the first one in the file system; 0 where it reads as zeros.
        count: How many.
    """

    logical: int
    physical: int
    count: int


class Content:
    """The blocks of one file system.

    Args:
        source: Its bytes.
        superblock: Its superblock.
    """

    def __init__(self, source: Source, superblock: Superblock) -> None:
        self._source = source
        self._superblock = superblock
        self._block_size = superblock.block_size

    def place(self, inode: RawInode) -> int:
        """Where in the image a file's content begins, or the list of where it is."""
        if inode.flags & INLINE:
            return 0
        if not inode.flags & EXTENTS:
            return int.from_bytes(inode.block[:NUMBER_SIZE], "little") * self._block_size
        _magic, entries, _most, depth, _generation = HEADER.unpack(inode.block)
        if not entries:
            return 0
        _logical, low_index, _high_index, _unused = INDEX.unpack(inode.block, HEADER.size)
        low_extent = EXTENT.unpack(inode.block, HEADER.size)[3]
        return int(low_index if depth else low_extent) * self._block_size

    def read(self, inode: RawInode) -> bytes:
        """The whole content of an inode: of a file, a directory, or a link that is too long for the inode.

        Raises:
            Damaged: It cannot be read, is encrypted, or claims to be longer than it can be.
            EndOfData: A block lies in a part of the image that is missing.
        """
        if inode.flags & ENCRYPTED:
            raise Damaged("it is encrypted")
        if inode.size > MAX_FILE:
            raise Damaged(f"it claims {inode.size} bytes; {MAX_FILE} are read at most")
        if inode.flags & INLINE:
            return _padded(inode.block + inode.more, inode.size)
        return _padded(b"".join(self._pieces(inode)), inode.size)

    def _pieces(self, inode: RawInode) -> Iterator[bytes]:
        """The runs of a file and the holes between them."""
        blocks = -(-inode.size // self._block_size)
        at = holes = 0
        for run in self._runs(inode, blocks):
            gap = run.logical - at
            holes += gap + (0 if run.physical else run.count)
            self._check(run, at, holes)
            yield bytes(gap * self._block_size)
            yield self._run(run)
            at = run.logical + run.count

    def _check(self, run: Run, at: int, holes: int) -> None:
        if run.logical < at:
            raise Damaged(f"block {run.logical} of the file is said to lie in two places")
        if holes * self._block_size > MAX_HOLES:
            raise Damaged(f"the file has more than {MAX_HOLES} bytes of holes")
        if run.physical + run.count > self._superblock.blocks:
            raise Damaged(f"block {run.physical} does not lie inside the file system")

    def _run(self, run: Run) -> bytes:
        length = run.count * self._block_size
        if not run.physical:
            return bytes(length)
        return read_exactly(self._source, run.physical * self._block_size, length)

    def _runs(self, inode: RawInode, blocks: int) -> Iterator[Run]:
        """The runs in the order of the file, none beyond its end."""
        mapped = self._extents(inode) if inode.flags & EXTENTS else _joined(self._mapped(inode, blocks))
        for run in mapped:
            if run.logical < blocks:
                yield Run(run.logical, run.physical, min(run.count, blocks - run.logical))

    def _extents(self, inode: RawInode) -> Iterator[Run]:
        todo: list[tuple[int, int]] = [(IN_INODE, -1)]
        nodes = 0
        while todo:
            number, level = todo.pop()
            node = inode.block if number == IN_INODE else self._block(number)
            nodes += 1
            if nodes > MAX_NODES:
                raise Damaged(f"its extents fill more than {MAX_NODES} blocks")
            magic, entries, _most, depth, _generation = HEADER.unpack(node)
            if magic != EXTENT_MAGIC or depth > MAX_LEVELS or level not in (-1, depth):
                raise Damaged("its tree of extents is broken")
            places = range(HEADER.size, HEADER.size + entries * EXTENT.size, EXTENT.size)
            if depth:
                todo += [(_below(node, at), depth - 1) for at in reversed(places)]
            else:
                yield from (_extent(node, at) for at in places)

    def _block(self, number: int) -> bytes:
        if number >= self._superblock.blocks:
            raise Damaged(f"block {number} does not lie inside the file system")
        return read_exactly(self._source, number * self._block_size, self._block_size)

    def _mapped(self, inode: RawInode, blocks: int) -> Iterator[tuple[int, int]]:
        """Each block of a file with its number in the file system; holes are passed over."""
        numbers = _numbers(inode.block)
        yield from ((at, number) for at, number in enumerate(numbers[: min(blocks, DIRECT)]) if number)
        at = DIRECT
        for level, number in enumerate(numbers[DIRECT:]):
            yield from self._indirect(number, level, at, blocks)
            at += (self._block_size // NUMBER_SIZE) ** (level + 1)

    def _indirect(self, number: int, level: int, at: int, blocks: int) -> Iterator[tuple[int, int]]:
        if not number or at >= blocks:
            return
        step = (self._block_size // NUMBER_SIZE) ** level
        for below in _numbers(self._block(number)):
            if at >= blocks:
                return
            if level:
                yield from self._indirect(below, level - 1, at, blocks)
            elif below:
                yield at, below
            at += step


def _padded(data: bytes, size: int) -> bytes:
    """Content of the length that the inode says: what nothing stands for reads as zeros."""
    if size - len(data) > MAX_HOLES:
        raise Damaged(f"the file has more than {MAX_HOLES} bytes of holes")
    return data[:size].ljust(size, b"\0")


def _below(node: bytes, at: int) -> int:
    """Number of the block that an entry of an inner node names."""
    _logical, low, high, _unused = INDEX.unpack(node, at)
    return int(low | high << 32)


def _extent(node: bytes, at: int) -> Run:
    logical, length, high, low = EXTENT.unpack(node, at)
    if length > UNWRITTEN:
        return Run(logical, 0, length - UNWRITTEN)
    return Run(logical, low | high << 32, length)


def _numbers(raw: bytes) -> tuple[int, ...]:
    return Fields(f"{len(raw) // NUMBER_SIZE}I", ByteOrder.LITTLE).unpack(raw)


def _joined(pairs: Iterator[tuple[int, int]]) -> Iterator[Run]:
    """Neighbours as one run."""
    run = Run(0, 0, 0)
    for logical, physical in pairs:
        follows = logical == run.logical + run.count and physical == run.physical + run.count
        if run.count and follows:
            run = Run(run.logical, run.physical, run.count + 1)
            continue
        if run.count:
            yield run
        run = Run(logical, physical, 1)
    if run.count:
        yield run
