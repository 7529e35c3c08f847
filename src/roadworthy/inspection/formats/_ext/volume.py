"""A volume of ext2, ext3 or ext4: its directories, read from end to end (ext4 § 4.3)."""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._ext.content import Content
from roadworthy.inspection.formats._ext.inode import ENCRYPTED, EXTENTS, INLINE, InodeTable, RawInode
from roadworthy.inspection.formats._ext.superblock import Incompatible, Superblock
from roadworthy.inspection.formats._walk import Inode
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import Source

ROOT: Final = 2
ENTRY: Final = Fields("IHH", ByteOrder.LITTLE)
PARENT: Final = 4  # a directory inside its inode begins with its parent's number instead of "." and ".."
FAST_LINK: Final = 60
MAX_TARGET: Final = 65536  # bytes; Linux refuses more than 4095
WHOLE: Final = (0, 65535)  # lengths that mean "to the end" in blocks of 64 KiB


class ExtVolume:
    """Meets `Volume`. A reference is the number of an inode.

    Args:
        source: The bytes.
        superblock: The superblock.
    """

    root = ROOT

    def __init__(self, source: Source, superblock: Superblock) -> None:
        self._superblock = superblock
        self._inodes = InodeTable(source, superblock)
        self._content = Content(source, superblock)

    def inode(self, reference: int) -> Inode:
        """See `Volume.inode`."""
        raw = self._inodes.read(reference)
        return Inode(
            kind=raw.kind,
            mode=raw.mode,
            uid=raw.uid,
            gid=raw.gid,
            mtime=raw.mtime,
            size=raw.size,
            target=self._target(raw) if raw.kind is NodeKind.SYMLINK else b"",
            device=raw.device,
            number=raw.number,
            order=self._content.place(raw) if raw.kind is NodeKind.FILE else 0,
        )

    def names(self, reference: int) -> Iterator[tuple[bytes, int]]:
        """See `Volume.names`. Trees of hashes hide in entries that name nothing, so that all are met."""
        raw = self._inodes.read(reference)
        if raw.flags & ENCRYPTED:
            raise Damaged("its names are encrypted")
        for block in self._listing(raw):
            yield from self._entries(block)

    def content(self, reference: int) -> bytes:
        """See `Volume.content`."""
        return self._content.read(self._inodes.read(reference))

    def _target(self, raw: RawInode) -> bytes:
        if raw.size > MAX_TARGET:
            raise Damaged(f"a link of {raw.size} bytes is none")
        if raw.size < FAST_LINK and not raw.flags & (EXTENTS | INLINE | ENCRYPTED):
            return raw.block[: raw.size]
        return self._content.read(raw)

    def _listing(self, raw: RawInode) -> Iterator[bytes]:
        if raw.flags & INLINE:
            yield raw.block[PARENT:]
            yield raw.more
            return
        data, step = self._content.read(raw), self._superblock.block_size
        for at in range(0, len(data), step):
            yield data[at : at + step]

    def _entries(self, block: bytes) -> Iterator[tuple[bytes, int]]:
        typed = bool(self._superblock.features & Incompatible.FILETYPE)
        at = 0
        while at + ENTRY.size <= len(block):
            number, length, named = ENTRY.unpack(block, at)
            length = len(block) - at if length in WHOLE and len(block) > WHOLE[1] else length
            name_length = named & 0xFF if typed else named
            if length < ENTRY.size + name_length or at + length > len(block):
                raise Damaged(f"an entry of {length} bytes does not fit its block")
            if number:
                yield block[at + ENTRY.size : at + ENTRY.size + name_length], number
            at += length
