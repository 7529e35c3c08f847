"""Inodes of SquashFS 2 and 3: bit fields, and no owner table of their own but two short lists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._squashfs.bits import BitFields
from roadworthy.inspection.formats._squashfs.inode import (
    LISTING_EXTRA,
    MAX_TARGET,
    NO_FRAGMENT,
    OFFSET_BITS,
    Inode,
)
from roadworthy.inspection.formats._squashfs.metadata import Cursor, Metadata
from roadworthy.inspection.formats._squashfs.superblock import Superblock
from roadworthy.inspection.rootfs import NodeKind

GROUP_IS_OWNER = 255  # SQUASHFS_GUIDS: the group has the owner's number

Rest = dict[str, Any]


def _directory_3(values: tuple[int, ...], _: Cursor) -> Rest:
    _links, size, offset, start = values[:4]  # the long form goes on with an index, which is not needed
    return {"start": start, "size": max(0, size - LISTING_EXTRA), "offset": offset}


def _directory_2(values: tuple[int, ...], _: Cursor) -> Rest:
    size, offset, mtime, start = values[:4]
    return {"start": start, "size": size, "offset": offset, "mtime": mtime}


def _file_3(values: tuple[int, ...], tail: Cursor) -> Rest:
    return _stored(*values, tail=tail)


def _long_file_3(values: tuple[int, ...], tail: Cursor) -> Rest:
    return _stored(*values[1:], tail=tail)


def _file_2(values: tuple[int, ...], tail: Cursor) -> Rest:
    return _stored(*values[1:], tail=tail) | {"mtime": values[0]}


def _stored(start: int, fragment: int, offset: int, size: int, *, tail: Cursor) -> Rest:
    return {
        "start": start,
        "size": size,
        "offset": offset,
        "fragment": None if fragment == NO_FRAGMENT else fragment,
        "tail": tail,
    }


def _symlink(values: tuple[int, ...], tail: Cursor) -> Rest:
    size = values[-1]
    if size > MAX_TARGET:
        raise Damaged(f"a symbolic link claims a target of {size} bytes")
    return {"target": tail.take(size)}


def _device(values: tuple[int, ...], _: Cursor) -> Rest:
    return {"device": divmod(values[-1], 256)}  # old_encode_dev() of Linux


def _nothing(_values: tuple[int, ...], _: Cursor) -> Rest:
    return {}


@dataclass(frozen=True, slots=True)
class _Shape:
    kind: NodeKind
    widths: tuple[int, ...]
    rest: Callable[[tuple[int, ...], Cursor], Rest]


# Widths in bits: squashfs_fs.h of SquashFS 2.2 and 3.1. All begin with type, mode, owner and group; version 3
# adds time and number.
_HEADERS: Final[Mapping[int, tuple[int, ...]]] = {2: (4, 12, 8, 8), 3: (4, 12, 8, 8, 32, 32)}
_SHAPES: Final[Mapping[int, Mapping[int, _Shape]]] = {
    2: {
        1: _Shape(NodeKind.DIRECTORY, (19, 13, 32, 24), _directory_2),
        2: _Shape(NodeKind.FILE, (32, 32, 32, 32, 32), _file_2),
        3: _Shape(NodeKind.SYMLINK, (16,), _symlink),
        4: _Shape(NodeKind.BLOCK, (16,), _device),
        5: _Shape(NodeKind.CHARACTER, (16,), _device),
        6: _Shape(NodeKind.FIFO, (), _nothing),
        7: _Shape(NodeKind.SOCKET, (), _nothing),
        8: _Shape(NodeKind.DIRECTORY, (27, 13, 32, 24, 16), _directory_2),
    },
    3: {
        1: _Shape(NodeKind.DIRECTORY, (32, 19, 13, 32, 32), _directory_3),
        2: _Shape(NodeKind.FILE, (64, 32, 32, 32), _file_3),
        3: _Shape(NodeKind.SYMLINK, (32, 16), _symlink),
        4: _Shape(NodeKind.BLOCK, (32, 16), _device),
        5: _Shape(NodeKind.CHARACTER, (32, 16), _device),
        6: _Shape(NodeKind.FIFO, (32,), _nothing),
        7: _Shape(NodeKind.SOCKET, (32,), _nothing),
        8: _Shape(NodeKind.DIRECTORY, (32, 27, 13, 32, 16, 32), _directory_3),
        9: _Shape(NodeKind.FILE, (32, 64, 32, 32, 64), _long_file_3),
    },
}


class OldInodeTable:
    """The inodes of a SquashFS 2 or 3, read by reference.

    Version 2 numbers no inodes and dates only files and directories: the reference stands for the number,
    and the time at which the file system was made for the others'.

    Args:
        metadata: Its metadata blocks.
        superblock: Its superblock.
    """

    def __init__(self, metadata: Metadata, superblock: Superblock) -> None:
        major, order = superblock.version[0], superblock.order
        self._metadata = metadata
        self._superblock = superblock
        self._header = BitFields(_HEADERS[major], order)
        self._shapes = {
            number: (shape, BitFields(shape.widths, order)) for number, shape in _SHAPES[major].items()
        }

    def read(self, reference: int) -> Inode:
        """The inode that a reference names.

        Raises:
            Damaged: There is none, or it is broken.
        """
        block, offset = reference >> OFFSET_BITS, reference & ((1 << OFFSET_BITS) - 1)
        start = self._superblock.inode_table
        if block >= self._superblock.directory_table - start:
            raise Damaged(f"the inode reference {reference:#x} lies outside the table")
        cursor = self._metadata.cursor(start, block, offset)
        number_of_type, mode, owner, group, *dated = cursor.unpack(self._header)
        if number_of_type not in self._shapes:
            raise Damaged(f"an inode has the type {number_of_type}, and there is no such")
        shape, fields = self._shapes[number_of_type]
        mtime, number = dated or (self._superblock.made, reference)
        rest: Rest = {"mtime": mtime} | shape.rest(cursor.unpack(fields), cursor)
        return Inode(
            kind=shape.kind,
            mode=mode,
            owner=owner,
            group=owner if group == GROUP_IS_OWNER else self._superblock.ids + group,
            number=number,
            **rest,
        )
