"""Inodes, and the data that they hold themselves (Linux documentation, ext4 §§ 4.1, 4.7)."""

from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields, read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._ext.superblock import Groups, Superblock
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import Source

BODY: Final = Fields("2H5I2H3I60s4I4H4x", ByteOrder.LITTLE)
EXTRA: Final = Fields("2H3I", ByteOrder.LITTLE)
DEVICES: Final = Fields("2I", ByteOrder.LITTLE)
ATTRIBUTE: Final = Fields("2BH3I", ByteOrder.LITTLE)
ATTRIBUTES_MAGIC: Final = 0xEA020000
SYSTEM: Final = 7  # name index of attributes "system."
EXTENTS, INLINE, ENCRYPTED = 0x80000, 0x10000000, 0x800
KINDS: Final = {
    0x1: NodeKind.FIFO,
    0x2: NodeKind.CHARACTER,
    0x4: NodeKind.DIRECTORY,
    0x6: NodeKind.BLOCK,
    0x8: NodeKind.FILE,
    0xA: NodeKind.SYMLINK,
    0xC: NodeKind.SOCKET,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawInode:
    """An inode as it is stored.

    Args:
        number: Its number.
        kind: What it is.
        mode: Permission bits.
        uid: Owner.
        gid: Group.
        mtime: Seconds since 1970.
        size: Bytes of content.
        flags: ``i_flags``.
        block: The 60 bytes that say where the content is, or are it.
        more: The rest of content that the inode holds itself, from its attributes.
    """

    number: int
    kind: NodeKind
    mode: int
    uid: int
    gid: int
    mtime: int
    size: int
    flags: int
    block: bytes
    more: bytes

    @property
    def device(self) -> tuple[int, int] | None:
        """Major and minor number, in the old coding (16 bits) or the new one."""
        if self.kind not in (NodeKind.CHARACTER, NodeKind.BLOCK):
            return None
        old, new = DEVICES.unpack(self.block)
        if old:
            return old >> 8 & 0xFF, old & 0xFF
        return (new & 0xFFF00) >> 8, new & 0xFF | new >> 12 & 0xFFF00


class InodeTable:
    """The inodes of one file system.

    Args:
        source: Its bytes.
        superblock: Its superblock.
    """

    def __init__(self, source: Source, superblock: Superblock) -> None:
        self._source = source
        self._superblock = superblock
        self._groups = Groups(source, superblock)
        self._tables: dict[int, int] = {}

    def read(self, number: int) -> RawInode:
        """An inode by its number, from 1.

        Raises:
            Damaged: There is no such inode, or it is nothing that has a name.
            EndOfData: It lies in a part of the image that is missing.
        """
        sb = self._superblock
        if not 1 <= number <= sb.inodes:
            raise Damaged(f"there is no inode {number}")
        group, index = divmod(number - 1, sb.group_inodes)
        if group not in self._tables:
            self._tables[group] = self._groups.inode_table(group)
        at = self._tables[group] * sb.block_size + index * sb.inode_size
        return _parse(number, read_exactly(self._source, at, sb.inode_size))


def _parse(number: int, raw: bytes) -> RawInode:
    (
        mode, uid, size, _atime, _ctime, mtime, _dtime, gid, _links, _blocks, flags, _os, block,
        _generation, _acl, size_high, _fragment, _blocks_high, _acl_high, uid_high, gid_high,
    ) = BODY.unpack(raw)  # fmt: skip
    kind = KINDS.get(mode >> 12)
    if kind is None:
        raise Damaged(f"inode {number} is of no known type")
    return RawInode(
        number=number,
        kind=kind,
        mode=mode & 0o7777,
        uid=uid | uid_high << 16,
        gid=gid | gid_high << 16,
        mtime=_signed(mtime) + _epoch(raw),
        size=size | (size_high << 32 if kind is NodeKind.FILE else 0),
        flags=flags,
        block=block,
        more=_inline(raw) if flags & INLINE else b"",
    )


def _signed(seconds: int) -> int:
    return seconds - (1 << 32 if seconds >> 31 else 0)


def _extra(raw: bytes) -> int:
    """How many bytes of fields follow the first 128."""
    return int(EXTRA.unpack(raw, 128)[0]) if len(raw) >= 128 + EXTRA.size else 0


def _epoch(raw: bytes) -> int:
    """What is to be added to the time of change: two more bits of it, where the inode is long enough."""
    if _extra(raw) < 12:  # noqa: PLR2004 -- up to and with i_mtime_extra
        return 0
    return int(EXTRA.unpack(raw, 128)[3] & 3) << 32


def _inline(raw: bytes) -> bytes:
    """The value of the attribute ``system.data`` inside an inode; nothing where it has none."""
    start = 128 + _extra(raw)
    if int.from_bytes(raw[start : start + 4], "little") != ATTRIBUTES_MAGIC:
        return b""
    first = at = start + 4
    while at + ATTRIBUTE.size <= len(raw) and any(raw[at : at + 4]):
        length, index, offset, elsewhere, size, _hash = ATTRIBUTE.unpack(raw, at)
        name = raw[at + ATTRIBUTE.size : at + ATTRIBUTE.size + length]
        if (index, name, elsewhere) == (SYSTEM, b"data", 0):
            value = raw[first + offset : first + offset + size]
            if len(value) < size:
                raise Damaged("content that lies in the inode reaches past it")
            return value
        at += ATTRIBUTE.size + (length + 3 & ~3)
    return b""
