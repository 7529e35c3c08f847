"""Inodes of EROFS, in their short and their long form."""

from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._dirents import kind_of
from roadworthy.inspection.formats._erofs.superblock import Superblock
from roadworthy.inspection.formats._walk import Inode
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import Source

SLOT: Final = 32
HEAD: Final = Fields("HHHH", ByteOrder.LITTLE)  # format, count of attributes, mode, links
SHORT: Final = Fields("8xI4x4sIHH", ByteOrder.LITTLE)  # size, union, number, owner, group
LONG: Final = Fields("8xQ4sIIIQ", ByteOrder.LITTLE)  # size, union, number, owner, group, time
SIZES: Final = (32, 64)
ATTRIBUTES: Final = 12  # bytes of their header, and four for each but the first
PLAIN, FULL, INLINE, COMPACT, CHUNKS = range(5)
DEVICES: Final = (NodeKind.CHARACTER, NodeKind.BLOCK)
U32: Final = Fields("I", ByteOrder.LITTLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """An inode as it lies there.

    Args:
        meaning: What it stands for.
        layout: How its content lies: `PLAIN`, `FULL`, `INLINE`, `COMPACT` or `CHUNKS`.
        value: The field that means something else for each layout: block, chunk format, device.
        end: Where the inode and its attributes end: what belongs to it follows there.
        size: Bytes of its content, whatever it is.
    """

    meaning: Inode
    layout: int
    value: bytes
    end: int
    size: int

    @property
    def number(self) -> int:
        """The field as a number."""
        return int(U32.unpack(self.value)[0])


def read_inode(source: Source, superblock: Superblock, number: int) -> Disk:
    """One inode.

    Raises:
        Damaged: It is none.
        EndOfData: It lies outside.
    """
    at = (superblock.metadata << superblock.block_bits) + number * SLOT
    form, attributes, mode, _ = HEAD.read(source, at)
    layout, length = form >> 1 & 7, SIZES[form & 1]
    if layout > CHUNKS:
        raise Damaged(f"inode {number} has the unknown layout {layout}")
    if form & 1:
        size, value, own, uid, gid, mtime = LONG.read(source, at)
    else:
        size, value, own, uid, gid = SHORT.read(source, at)
        mtime = superblock.built
    kind = kind_of(mode)
    end = at + length + (ATTRIBUTES + 4 * (attributes - 1) if attributes else 0)
    meaning = Inode(
        kind=kind,
        mode=mode & 0o7777,
        uid=uid,
        gid=gid,
        mtime=mtime,
        size=size,
        device=_device(value) if kind in DEVICES else None,
        number=number if kind is NodeKind.DIRECTORY else own or number,
        order=at,
    )
    return Disk(meaning=meaning, layout=layout, value=value, end=end, size=size)


def _device(value: bytes) -> tuple[int, int]:
    """Major and minor number (Linux, new_decode_dev)."""
    (device,) = U32.unpack(value)
    return device >> 8 & 0xFFF, device & 0xFF | device >> 12 & 0xFFF00
