"""The superblock of cramfs, and inodes, whose bits lie as the maker's compiler laid them."""

from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, text
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.source import Source

MAGIC: Final = 0x28CD3D45
SIGNATURE: Final = b"Compressed ROMFS"
HEAD: Final = "4I16s4I16s"
ROOT_AT: Final = 64
INODE_SIZE: Final = 12
VERSION_2, HOLES, WRONG_SIGNATURE, SHIFTED_ROOT, LONG_POINTERS = 0x1, 0x100, 0x200, 0x400, 0x800
SUPPORTED: Final = 0xFF | HOLES | WRONG_SIGNATURE | SHIFTED_ROOT | LONG_POINTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Superblock:
    """What the superblock says.

    Args:
        order: Byte order.
        size: Bytes of the whole file system; 0 where an old version does not say.
        files: How many files it holds; 0 where an old version does not say.
        long_pointers: Whether pointers to blocks say where a block begins, and how it is stored.
        label: Its name.
    """

    order: ByteOrder
    size: int
    files: int
    long_pointers: bool
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawInode:
    """An inode as it is stored.

    Args:
        mode: Type and permissions.
        uid: Owner.
        gid: Group, its lowest 8 bits.
        size: Bytes of content, or the device's numbers.
        name_length: Bytes of the name that follows, filled up.
        offset: Where the content begins.
    """

    mode: int
    uid: int
    gid: int
    size: int
    name_length: int
    offset: int


def read_superblock(source: Source) -> Superblock:
    """The superblock of what starts at the source's start.

    Raises:
        NotThisFormat: There is none.
        Damaged: It needs features that are not known.
    """
    for order in ByteOrder:
        try:
            magic, size, flags, _future, signature, _crc, _edition, _blocks, files, name = Fields(
                HEAD, order
            ).read(source, 0)
        except EndOfData as error:
            raise NotThisFormat(str(error)) from error
        if magic == MAGIC and signature == SIGNATURE:
            if flags & ~SUPPORTED:
                raise Damaged(f"it needs features that are not read: {flags:#x}")
            known = bool(flags & VERSION_2)
            return Superblock(
                order=order,
                size=size if known else 0,
                files=files if known else 0,
                long_pointers=bool(flags & LONG_POINTERS),
                label=text(name),
            )
    raise NotThisFormat("no superblock")


def parse_inode(raw: bytes, order: ByteOrder) -> RawInode:
    """The fields of an inode.

    Raises:
        EndOfData: It is too short.
    """
    first, second, third = Fields("3I", order).unpack(raw)
    if order is ByteOrder.LITTLE:
        mode, uid = first & 0xFFFF, first >> 16
        size, gid = second & 0xFFFFFF, second >> 24
        length, offset = third & 0x3F, third >> 6
    else:
        mode, uid = first >> 16, first & 0xFFFF
        size, gid = second >> 8, second & 0xFF
        length, offset = third >> 26, third & 0x3FFFFFF
    return RawInode(mode=mode, uid=uid, gid=gid, size=size, name_length=length * 4, offset=offset * 4)
