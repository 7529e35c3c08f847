"""Directories of SquashFS: runs of names whose inodes lie in the same metadata block."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._squashfs.bits import BitFields
from roadworthy.inspection.formats._squashfs.inode import OFFSET_BITS, Inode
from roadworthy.inspection.formats._squashfs.metadata import Metadata, Record
from roadworthy.inspection.formats._squashfs.superblock import Superblock

MAX_RUN = 256  # names after one header
MAX_NAME = 256  # bytes
NOT_NAMES = (b".", b"..")


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one version lists.

    Args:
        header: What stands before a run: how many names less one, the block of their inodes, …
        entry: What stands before a name: the offset of its inode first.
        length: Which field of the entry is the length of the name less one.
        slack: Bytes that the listing may be shorter than its directory says.
    """

    header: Callable[[ByteOrder], Record]
    entry: Callable[[ByteOrder], Record]
    length: int
    slack: int = 0


def _bits(*widths: int) -> Callable[[ByteOrder], Record]:
    return lambda order: BitFields(widths, order)


def _whole(pattern: str) -> Callable[[ByteOrder], Record]:
    return lambda order: Fields(pattern, order)


_LAYOUTS: Final[Mapping[int, _Layout]] = {
    2: _Layout(header=_bits(8, 24), entry=_bits(13, 3, 8), length=2, slack=3),
    3: _Layout(header=_bits(8, 32, 32), entry=_bits(13, 3, 8, 16), length=2),
    4: _Layout(header=_whole("3I"), entry=_whole("HhHH"), length=3),
}


class DirectoryTable:
    """The listings of one file system.

    Args:
        metadata: Its metadata blocks.
        superblock: Its superblock.
    """

    def __init__(self, metadata: Metadata, superblock: Superblock) -> None:
        layout = _LAYOUTS[superblock.version[0]]
        self._metadata = metadata
        self._start = superblock.directory_table
        self._end = superblock.bytes_used - superblock.directory_table
        self._header = layout.header(superblock.order)
        self._entry = layout.entry(superblock.order)
        self._length = layout.length
        self._slack = layout.slack

    def names(self, directory: Inode) -> Iterator[tuple[bytes, int]]:
        """Each name with the reference of its inode, as stored. The index of long listings is not needed.

        Raises:
            Damaged: The listing is broken; what came before holds.
        """
        left = directory.size
        if left <= self._slack:
            return
        if directory.start >= self._end:
            raise Damaged("its listing lies outside the table of directories")
        cursor = self._metadata.cursor(self._start, directory.start, directory.offset)
        while left > self._slack:
            count, block = cursor.unpack(self._header)[:2]
            left -= self._header.size
            if count >= MAX_RUN:
                raise Damaged(f"a run of {count + 1} names is longer than {MAX_RUN}")
            for _ in range(count + 1):
                entry = cursor.unpack(self._entry)
                name = _checked(cursor.take(min(entry[self._length], MAX_NAME) + 1))
                left -= self._entry.size + len(name)
                if left < 0:
                    raise Damaged("its listing is longer than the directory says")
                yield name, block << OFFSET_BITS | entry[0]


def _checked(name: bytes) -> bytes:
    if len(name) > MAX_NAME or name in NOT_NAMES or b"/" in name or b"\0" in name:
        raise Damaged(f"{name[:MAX_NAME]!r} cannot be a name")
    return name
