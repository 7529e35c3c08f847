"""The superblock and the group descriptors: where the inodes are (Linux documentation, ext4 §§ 3.1, 3.2)."""

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly, text
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.source import Source

AT: Final = 1024
LENGTH: Final = 1024
MAGIC: Final = 0xEF53
MAX_BLOCK_LOG: Final = 6  # blocks of 64 KiB
MIN_INODE: Final = 128
SMALL_DESCRIPTOR, MAX_DESCRIPTOR = 32, 1024
HEAD: Final = Fields("13I6H4I2HI2H3I16s16s64s", ByteOrder.LITTLE)
DESCRIPTOR_SIZE: Final = Fields("H", ByteOrder.LITTLE)
NUMBER: Final = Fields("I", ByteOrder.LITTLE)


class Incompatible(IntFlag):
    """Features without which nothing can be read (``s_feature_incompat``)."""

    COMPRESSION = 0x1
    FILETYPE = 0x2
    RECOVER = 0x4
    JOURNAL_DEVICE = 0x8
    META_BG = 0x10
    EXTENTS = 0x40
    SIXTY_FOUR = 0x80
    MMP = 0x100
    FLEX_BG = 0x200
    EA_INODE = 0x400
    DIRDATA = 0x1000
    CSUM_SEED = 0x2000
    LARGEDIR = 0x4000
    INLINE_DATA = 0x8000
    ENCRYPT = 0x10000
    CASEFOLD = 0x20000


KNOWN: Final = sum(Incompatible)
EXT4_ONLY: Final = (
    Incompatible.EXTENTS | Incompatible.SIXTY_FOUR | Incompatible.FLEX_BG | Incompatible.INLINE_DATA
)
HAS_JOURNAL, SPARSE_SUPER, SPARSE_SUPER2 = 0x4, 0x1, 0x200


@dataclass(frozen=True, slots=True, kw_only=True)
class Superblock:
    """What the superblock says.

    Args:
        inodes: How many inodes there are.
        blocks: How many blocks.
        first_block: Number of the block that holds the superblock.
        block_size: Bytes of a block.
        group_blocks: Blocks of a group.
        group_inodes: Inodes of a group.
        inode_size: Bytes of an inode.
        descriptor_size: Bytes of a group descriptor.
        features: Features that one must know to read it.
        first_meta: First block of descriptors that lies in its own group (META_BG).
        sparse: Whether only some groups hold a copy of the superblock.
        clean: Whether it was unmounted cleanly.
        journal: Whether it has a journal.
        label: Its name.
        uuid: Its UUID, 16 bytes.
        mounted: Where it was mounted last.
        written: When it was written last, seconds since 1970.
    """

    inodes: int
    blocks: int
    first_block: int
    block_size: int
    group_blocks: int
    group_inodes: int
    inode_size: int
    descriptor_size: int
    features: Incompatible
    first_meta: int
    sparse: bool
    clean: bool
    journal: bool
    label: str
    uuid: bytes
    mounted: str
    written: int

    @property
    def version(self) -> str:
        """Which of the three it is."""
        if self.features & EXT4_ONLY:
            return "ext4"
        return "ext3" if self.journal else "ext2"

    @property
    def size(self) -> int:
        """Bytes of the whole file system."""
        return self.blocks * self.block_size


def read_superblock(source: Source) -> Superblock:
    """The superblock of what starts at the source's start.

    Raises:
        NotThisFormat: There is none, or only a copy that stands in a later group.
        Damaged: It needs features that are not known.
    """
    try:
        raw = read_exactly(source, AT, LENGTH)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    superblock = _parse(raw)
    _validate(superblock, int.from_bytes(raw[0x5A:0x5C], "little"))
    features = int(superblock.features)
    if features & ~KNOWN or superblock.features & (Incompatible.COMPRESSION | Incompatible.JOURNAL_DEVICE):
        raise Damaged(f"it needs features that are not read: {features:#x}")
    return superblock


def _parse(raw: bytes) -> Superblock:
    (
        inodes, blocks, _reserved, _free, _free_inodes, first_block, log_block, _log_cluster, group_blocks,
        _group_clusters, group_inodes, _mount_time, written, _mounts, _max_mounts, magic, state, _errors,
        _minor, _checked, _interval, _os, revision, _uid, _gid, _first_inode, inode_size, _group, compatible,
        incompatible, read_only, uuid, label, mounted,
    ) = HEAD.unpack(raw)  # fmt: skip
    if magic != MAGIC or log_block > MAX_BLOCK_LOG or revision > 1:
        raise NotThisFormat("no superblock")
    features = Incompatible(incompatible if revision else 0)
    wide = bool(features & Incompatible.SIXTY_FOUR)
    return Superblock(
        inodes=inodes,
        blocks=blocks | (NUMBER.unpack(raw, 0x150)[0] << 32 if wide else 0),
        first_block=first_block,
        block_size=1024 << log_block,
        group_blocks=group_blocks,
        group_inodes=group_inodes,
        inode_size=inode_size if revision else MIN_INODE,
        descriptor_size=DESCRIPTOR_SIZE.unpack(raw, 0xFE)[0] if wide else SMALL_DESCRIPTOR,
        features=features,
        first_meta=NUMBER.unpack(raw, 0x104)[0],
        sparse=bool(read_only & SPARSE_SUPER) or bool(compatible & SPARSE_SUPER2),
        clean=bool(state & 1),
        journal=bool(compatible & HAS_JOURNAL),
        label=text(label),
        uuid=uuid,
        mounted=text(mounted),
        written=written,
    )


def _validate(superblock: Superblock, copy_in_group: int) -> None:
    if copy_in_group:
        raise NotThisFormat("a copy of a superblock")
    size = superblock.inode_size
    descriptor = superblock.descriptor_size
    fits = (
        0 < superblock.group_blocks <= 8 * superblock.block_size * 65536
        and 0 < superblock.group_inodes <= 8 * superblock.block_size
        and superblock.first_block < superblock.blocks
        and superblock.first_block == (1 if superblock.block_size == AT else 0)
        and MIN_INODE <= size <= superblock.block_size
        and size & (size - 1) == 0
        and SMALL_DESCRIPTOR <= descriptor <= MAX_DESCRIPTOR
        and descriptor & (descriptor - 1) == 0
    )
    if not fits:
        raise NotThisFormat("its sizes do not fit each other")
    groups = -(-(superblock.blocks - superblock.first_block) // superblock.group_blocks)
    if superblock.inodes != groups * superblock.group_inodes:
        raise NotThisFormat("its inodes do not fit its groups")


class Groups:
    """Where the tables of inodes lie.

    Args:
        source: The file system.
        superblock: Its superblock.
    """

    def __init__(self, source: Source, superblock: Superblock) -> None:
        self._source = source
        self._superblock = superblock

    def inode_table(self, group: int) -> int:
        """Number of the first block of a group's table of inodes."""
        at = self._descriptor(group)
        low = NUMBER.read(self._source, at + 8)[0]
        wide = self._superblock.descriptor_size >= 2 * SMALL_DESCRIPTOR
        return int(low | (NUMBER.read(self._source, at + 40)[0] << 32 if wide else 0))

    def _descriptor(self, group: int) -> int:
        sb = self._superblock
        per_block = sb.block_size // sb.descriptor_size
        index, rest = divmod(group, per_block)
        block = sb.first_block + 1 + index
        if sb.features & Incompatible.META_BG and index >= sb.first_meta:
            first = index * per_block
            block = sb.first_block + first * sb.group_blocks + (1 if self._has_copy(first) else 0)
        return block * sb.block_size + rest * sb.descriptor_size

    def _has_copy(self, group: int) -> bool:
        """Whether a superblock stands at a group's start (``sparse_super``)."""
        if group <= 1 or not self._superblock.sparse:
            return True
        return any(_is_power(group, base) for base in (3, 5, 7))


def _is_power(number: int, base: int) -> bool:
    while number % base == 0:
        number //= base
    return number == 1
