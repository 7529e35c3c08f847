"""A volume of cramfs: directories as runs of inodes with their names, and files as packed pages."""

import zlib
from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import Fields, read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._cramfs.superblock import (
    INODE_SIZE,
    ROOT_AT,
    RawInode,
    Superblock,
    parse_inode,
)
from roadworthy.inspection.formats._walk import MAX_HOLES, Inode
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import Source

PAGE: Final = 4096
POINTER: Final = 4
RAW, DIRECT = 1 << 31, 1 << 30
MAX_TARGET: Final = 4096
KINDS: Final = {
    0x1: NodeKind.FIFO,
    0x2: NodeKind.CHARACTER,
    0x4: NodeKind.DIRECTORY,
    0x6: NodeKind.BLOCK,
    0x8: NodeKind.FILE,
    0xA: NodeKind.SYMLINK,
    0xC: NodeKind.SOCKET,
}


class CramVolume:
    """Meets `Volume`. A reference is the offset of an inode.

    Args:
        source: The bytes.
        superblock: The superblock.
    """

    root = ROOT_AT

    def __init__(self, source: Source, superblock: Superblock) -> None:
        self._source = source
        self._superblock = superblock
        self._length = Fields("H", superblock.order)

    def inode(self, reference: int) -> Inode:
        """See `Volume.inode`."""
        raw = self._raw(reference)
        kind = KINDS.get(raw.mode >> 12)
        if kind is None:
            raise Damaged("it is of no known type")
        special = kind in (NodeKind.CHARACTER, NodeKind.BLOCK)
        if kind is NodeKind.SYMLINK and raw.size > MAX_TARGET:
            raise Damaged(f"a link of {raw.size} bytes is none")
        return Inode(
            kind=kind,
            mode=raw.mode & 0o7777,
            uid=raw.uid,
            gid=raw.gid,
            size=raw.size if kind in (NodeKind.FILE, NodeKind.DIRECTORY) else 0,
            target=self.content(reference) if kind is NodeKind.SYMLINK else b"",
            device=(raw.size >> 8 & 0xFF, raw.size & 0xFF) if special else None,
            number=reference,
            order=raw.offset,
        )

    def names(self, reference: int) -> Iterator[tuple[bytes, int]]:
        """See `Volume.names`."""
        directory = self._raw(reference)
        at, end = directory.offset, directory.offset + directory.size
        while at < end:
            entry = self._raw(at)
            if not entry.name_length:
                raise Damaged(f"the entry at {at:#x} has no name")
            yield read_exactly(self._source, at + INODE_SIZE, entry.name_length).rstrip(b"\0"), at
            at += INODE_SIZE + entry.name_length

    def content(self, reference: int) -> bytes:
        """See `Volume.content`."""
        raw = self._raw(reference)
        pages = -(-raw.size // PAGE)
        pointers = read_exactly(self._source, raw.offset, pages * POINTER)
        numbers = Fields(f"{pages}I", self._superblock.order).unpack(pointers)
        start, holes, pieces = raw.offset + len(pointers), 0, []
        for index, pointer in enumerate(numbers):
            expected = min(PAGE, raw.size - index * PAGE)
            packed, start = self._block(start, pointer)
            holes += 0 if packed else expected
            if holes > MAX_HOLES:
                raise Damaged(f"the file has more than {MAX_HOLES} bytes of holes")
            pieces.append(_page(packed, expected, stored=self._is_stored(pointer)))
        return b"".join(pieces)

    def _raw(self, at: int) -> RawInode:
        return parse_inode(read_exactly(self._source, at, INODE_SIZE), self._superblock.order)

    def _is_stored(self, pointer: int) -> bool:
        return self._superblock.long_pointers and bool(pointer & RAW)

    def _block(self, start: int, pointer: int) -> tuple[bytes, int]:
        """A block as it is stored, and where the next one begins unless its own pointer says so."""
        end = pointer & ~(RAW | DIRECT) if self._superblock.long_pointers else pointer
        if self._superblock.long_pointers and pointer & DIRECT:
            start = end << 2
            length = PAGE
            if not pointer & RAW:
                length = self._length.read(self._source, start)[0]
                start += self._length.size
            end = start + length
        if not start <= end <= start + 2 * PAGE:
            raise Damaged(f"a block from {start:#x} to {end:#x} cannot be")
        return read_exactly(self._source, start, end - start), end


def _page(packed: bytes, expected: int, *, stored: bool) -> bytes:
    """The bytes of one page. One that has no block is a hole."""
    if not packed:
        return bytes(expected)
    data = packed[:expected] if stored else _unpacked(packed, expected)
    if len(data) < expected:
        raise Damaged(f"a block holds {len(data)} bytes instead of {expected}")
    return data


def _unpacked(packed: bytes, expected: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, expected)
    except zlib.error as error:
        raise Damaged(f"a block cannot be unpacked: {error}") from error
