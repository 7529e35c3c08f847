"""Inodes of SquashFS 4: what a name stands for. One row of `_SHAPES` per type, basic and extended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from roadworthy.codecs.binary import ByteOrder, Fields
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._squashfs.metadata import Cursor, Metadata
from roadworthy.inspection.formats._squashfs.superblock import Superblock
from roadworthy.inspection.rootfs import NodeKind

NO_FRAGMENT = 0xFFFFFFFF
MAX_TARGET = 65535  # bytes of a symbolic link's target; Linux refuses more than 4095
OFFSET_BITS = 16  # an inode reference: offset of the block << 16 | offset inside it
LISTING_EXTRA = 3  # a directory's size counts "." and ".." although neither is stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Inode:
    """One inode, whatever its type.

    Args:
        kind: What it is.
        mode: Permission bits.
        owner: Index of the owner in the table of ids.
        group: Index of the group there.
        mtime: Seconds since 1970.
        number: Its number.
        size: Bytes of content of a file; bytes of the listing of a directory.
        start: Where a file's blocks begin in the image, or a directory's listing in its table.
        offset: Where the listing begins in its block, or a file's end in its fragment block.
        fragment: Index of the fragment block that holds the end of the file; None where there is none.
        device: Major and minor number.
        target: Target of a symbolic link.
        tail: What follows in the table: a file's list of block lengths.
    """

    kind: NodeKind
    mode: int
    owner: int
    group: int
    mtime: int
    number: int
    size: int = 0
    start: int = 0
    offset: int = 0
    fragment: int | None = None
    device: tuple[int, int] | None = None
    target: bytes = b""
    tail: Cursor | None = None


Rest = dict[str, Any]


def _directory(values: tuple[Any, ...], _: Cursor) -> Rest:
    start, _links, size, offset, _parent = values
    return {"start": start, "size": max(0, size - LISTING_EXTRA), "offset": offset}


def _long_directory(values: tuple[Any, ...], _: Cursor) -> Rest:
    _links, size, start, _parent, _index, offset, _xattr = values
    return {"start": start, "size": max(0, size - LISTING_EXTRA), "offset": offset}


def _file(values: tuple[Any, ...], tail: Cursor) -> Rest:
    start, fragment, offset, size = values
    return _stored(start, size, fragment, offset) | {"tail": tail}


def _long_file(values: tuple[Any, ...], tail: Cursor) -> Rest:
    start, size, _sparse, _links, fragment, offset, _xattr = values
    return _stored(start, size, fragment, offset) | {"tail": tail}


def _stored(start: int, size: int, fragment: int, offset: int) -> Rest:
    return {
        "start": start,
        "size": size,
        "offset": offset,
        "fragment": None if fragment == NO_FRAGMENT else fragment,
    }


def _symlink(values: tuple[Any, ...], tail: Cursor) -> Rest:
    _links, size = values
    if size > MAX_TARGET:
        raise Damaged(f"a symbolic link claims a target of {size} bytes")
    return {"target": tail.take(size)}


def _device(values: tuple[Any, ...], _: Cursor) -> Rest:
    number = values[1]  # new_encode_dev() of Linux: minor[31:20] major[19:8] minor[7:0]
    return {"device": ((number >> 8) & 0xFFF, (number & 0xFF) | ((number >> 12) & 0xFFF00))}


def _nothing(_values: tuple[Any, ...], _: Cursor) -> Rest:
    return {}


@dataclass(frozen=True, slots=True)
class _Shape:
    kind: NodeKind
    pattern: str
    rest: Callable[[tuple[Any, ...], Cursor], Rest]


_HEADER = "4H2I"
_SHAPES: Final[Mapping[int, _Shape]] = {
    1: _Shape(NodeKind.DIRECTORY, "2I2HI", _directory),
    2: _Shape(NodeKind.FILE, "4I", _file),
    3: _Shape(NodeKind.SYMLINK, "2I", _symlink),
    4: _Shape(NodeKind.BLOCK, "2I", _device),
    5: _Shape(NodeKind.CHARACTER, "2I", _device),
    6: _Shape(NodeKind.FIFO, "I", _nothing),
    7: _Shape(NodeKind.SOCKET, "I", _nothing),
    8: _Shape(NodeKind.DIRECTORY, "4I2HI", _long_directory),
    9: _Shape(NodeKind.FILE, "3Q4I", _long_file),
    10: _Shape(NodeKind.SYMLINK, "2I", _symlink),
    11: _Shape(NodeKind.BLOCK, "3I", _device),
    12: _Shape(NodeKind.CHARACTER, "3I", _device),
    13: _Shape(NodeKind.FIFO, "2I", _nothing),
    14: _Shape(NodeKind.SOCKET, "2I", _nothing),
}


class InodeTable:
    """The inodes of one file system, read by reference.

    Args:
        metadata: Its metadata blocks.
        superblock: Its superblock.
    """

    def __init__(self, metadata: Metadata, superblock: Superblock) -> None:
        self._metadata = metadata
        self._start = superblock.inode_table
        self._length = superblock.directory_table - superblock.inode_table
        self._header = Fields(_HEADER, superblock.order)
        self._shapes = _compiled(superblock.order)

    def read(self, reference: int) -> Inode:
        """The inode that a reference names.

        Raises:
            Damaged: There is none, or it is broken.
        """
        block, offset = reference >> OFFSET_BITS, reference & ((1 << OFFSET_BITS) - 1)
        if block >= self._length:
            raise Damaged(f"the inode reference {reference:#x} lies outside the table")
        cursor = self._metadata.cursor(self._start, block, offset)
        number_of_type, mode, owner, group, mtime, number = cursor.unpack(self._header)
        if number_of_type not in self._shapes:
            raise Damaged(f"an inode has the type {number_of_type}, and there is no such")
        shape, fields = self._shapes[number_of_type]
        return Inode(
            kind=shape.kind,
            mode=mode & 0o7777,
            owner=owner,
            group=group,
            mtime=mtime,
            number=number,
            **shape.rest(cursor.unpack(fields), cursor),
        )


def _compiled(order: ByteOrder) -> Mapping[int, tuple[_Shape, Fields]]:
    return {number: (shape, Fields(shape.pattern, order)) for number, shape in _SHAPES.items()}
