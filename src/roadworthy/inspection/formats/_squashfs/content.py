"""Content of files in a SquashFS: whole blocks, holes, and ends of files that share a fragment block."""

from functools import lru_cache

from roadworthy.codecs.binary import EndOfData, Fields, read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._squashfs.inode import Inode
from roadworthy.inspection.formats._squashfs.metadata import WIDE, Metadata, unpack
from roadworthy.inspection.formats._squashfs.superblock import Superblock
from roadworthy.inspection.source import Source

MAX_FILE = 256 * 1024 * 1024
MAX_HOLES = 64 * 1024 * 1024  # bytes of one file that no block stands for
CACHED_FRAGMENTS = 8  # blocks of at most 1 MiB
RAW = 1 << 24  # in the length of a block: it is not packed


class Content:
    """The blocks and fragments of one file system.

    Args:
        source: Its bytes.
        metadata: Its metadata blocks.
        superblock: Its superblock.
    """

    def __init__(self, source: Source, metadata: Metadata, superblock: Superblock) -> None:
        self._source = source
        self._metadata = metadata
        self._superblock = superblock
        self._fragment_entry = Fields("2I" if superblock.version[0] < WIDE else "Q2I", superblock.order)
        self._length = Fields("I", superblock.order)
        self._fragment = lru_cache(CACHED_FRAGMENTS)(self._read_fragment)

    def place(self, inode: Inode) -> int:
        """Where in the image a file's content begins: its first block, or the fragment block it lies in."""
        if inode.fragment is None or inode.size >= self._superblock.block_size:
            return inode.start
        return self._fragment_place(inode.fragment)[0]

    def read(self, inode: Inode) -> bytes:
        """The whole content of a file.

        Raises:
            Damaged: It cannot be read, or claims to be longer than it can be.
        """
        if inode.size > MAX_FILE:
            raise Damaged(f"the file claims {inode.size} bytes; {MAX_FILE} are read at most")
        pieces, holes, left, at = [], 0, inode.size, inode.start
        for length in self._lengths(inode):
            expected = min(left, self._superblock.block_size)
            holes += 0 if length else expected
            if holes > MAX_HOLES:
                raise Damaged(f"the file has more than {MAX_HOLES} bytes of holes")
            pieces.append(self._block(at, length, expected) if length else bytes(expected))
            left -= expected
            at += length & ~RAW
        if left:
            pieces.append(self._end(inode, left))
        return b"".join(pieces)

    def _lengths(self, inode: Inode) -> list[int]:
        blocks, rest = divmod(inode.size, self._superblock.block_size)
        if rest and inode.fragment is None:
            blocks += 1
        if inode.tail is None or not blocks:
            return []
        packed = inode.tail.take(blocks * self._length.size)
        return [self._length.unpack(packed, at)[0] for at in range(0, len(packed), self._length.size)]

    def _end(self, inode: Inode, length: int) -> bytes:
        if inode.fragment is None:
            raise Damaged("the file has no block for its end")
        end = self._fragment(inode.fragment)[inode.offset : inode.offset + length]
        if len(end) < length:
            raise Damaged(f"its end reaches past fragment {inode.fragment}")
        return end

    def _read_fragment(self, index: int) -> bytes:
        return self._unpacked(*self._fragment_place(index), self._superblock.block_size)

    def _fragment_place(self, index: int) -> tuple[int, int]:
        if index >= self._superblock.fragments:
            raise Damaged(f"its end is in fragment {index} of {self._superblock.fragments}")
        at, length = self._metadata.entry(self._superblock.fragment_table, index, self._fragment_entry)[:2]
        return at, length

    def _block(self, at: int, length: int, expected: int) -> bytes:
        data = self._unpacked(at, length, expected)
        if len(data) != expected:
            raise Damaged(f"the block at {at:#x} holds {len(data)} bytes instead of {expected}")
        return data

    def _unpacked(self, at: int, length: int, limit: int) -> bytes:
        stored = length & ~RAW
        if stored > self._superblock.block_size or at + stored > self._superblock.bytes_used:
            raise Damaged(f"a block of {stored} bytes at {at:#x} does not lie inside the file system")
        try:
            data = read_exactly(self._source, at, stored)
        except EndOfData as error:
            raise Damaged(f"a block is cut off: {error}") from error
        return data if length & RAW else unpack(self._metadata.compressor, data, limit)
