"""Directories of SquashFS 4: runs of names whose inodes lie in the same metadata block."""

from collections.abc import Iterator

from roadworthy.codecs.binary import Fields
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._squashfs.inode import OFFSET_BITS, Inode
from roadworthy.inspection.formats._squashfs.metadata import Metadata
from roadworthy.inspection.formats._squashfs.superblock import Superblock

MAX_RUN = 256  # names after one header
MAX_NAME = 256  # bytes
NOT_NAMES = (b".", b"..")


class DirectoryTable:
    """The listings of one file system.

    Args:
        metadata: Its metadata blocks.
        superblock: Its superblock.
    """

    def __init__(self, metadata: Metadata, superblock: Superblock) -> None:
        self._metadata = metadata
        self._start = superblock.directory_table
        self._length = superblock.bytes_used - superblock.directory_table
        self._header = Fields("3I", superblock.order)
        self._entry = Fields("HhHH", superblock.order)

    def names(self, directory: Inode) -> Iterator[tuple[bytes, int]]:
        """Each name with the reference of its inode, as stored. The index of long listings is not needed.

        Raises:
            Damaged: The listing is broken; what came before holds.
        """
        left = directory.size
        if left == 0:
            return
        if directory.start >= self._length:
            raise Damaged("its listing lies outside the table of directories")
        cursor = self._metadata.cursor(self._start, directory.start, directory.offset)
        while left > 0:
            count, block, _number = cursor.unpack(self._header)
            left -= self._header.size
            if count >= MAX_RUN:
                raise Damaged(f"a run of {count + 1} names is longer than {MAX_RUN}")
            for _ in range(count + 1):
                offset, _delta, _type, length = cursor.unpack(self._entry)
                name = _checked(cursor.take(min(length, MAX_NAME) + 1))
                left -= self._entry.size + len(name)
                if left < 0:
                    raise Damaged("its listing is longer than the directory says")
                yield name, block << OFFSET_BITS | offset


def _checked(name: bytes) -> bytes:
    if len(name) > MAX_NAME or name in NOT_NAMES or b"/" in name or b"\0" in name:
        raise Damaged(f"{name[:MAX_NAME]!r} cannot be a name")
    return name
