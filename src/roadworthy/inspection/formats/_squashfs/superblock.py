"""The superblock: where the tables of a SquashFS lie, whatever its version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.formats._squashfs.compression import COMPRESSORS, UNNAMED, Compressor
from roadworthy.inspection.formats._squashfs.probe import packed_with
from roadworthy.inspection.source import Source

SIZES: Final[Mapping[int, int]] = {2: 63, 3: 119, 4: 96}
MIN_BLOCK_LOG = 12
MAX_BLOCK_LOG = 20
VERSION_AT = 28  # in all versions
PATTERN_4 = "4I6H8Q"  # after the magic
PATTERN_2 = "6I4H3BIQ3I"
PATTERN_3 = "6I4H3BIQ3I6Q"
CHECKED = 1 << 2  # flag of versions 2 and 3: a marker stands before each metadata block


@dataclass(frozen=True, slots=True, kw_only=True)
class Superblock:
    """What all versions have in common.

    Args:
        order: Byte order of every number.
        version: Major and minor.
        compressor: How blocks are packed.
        block_size: Bytes of a data block, unpacked; a power of two from 4 KiB to 1 MiB.
        bytes_used: Length of the whole.
        made: When, in seconds since 1970.
        inodes: How many there are.
        fragments: How many blocks hold ends of files.
        ids: How many owners and groups there are; before version 4, how many owners.
        root: Reference of the root directory's inode.
        id_table: Offset of the owners.
        inode_table: Offset of the inodes.
        directory_table: Offset of the directories.
        fragment_table: Offset of the list of fragment blocks.
        groups: How many groups there are, before version 4.
        group_table: Offset of the groups, before version 4.
        checked: Whether a marker byte stands before each metadata block.
    """

    order: ByteOrder
    version: tuple[int, int]
    compressor: Compressor
    block_size: int
    bytes_used: int
    made: int
    inodes: int
    fragments: int
    ids: int
    root: int
    id_table: int
    inode_table: int
    directory_table: int
    fragment_table: int
    groups: int = 0
    group_table: int = 0
    checked: bool = False

    @property
    def metadata_head(self) -> int:
        """Bytes before the content of a metadata block: its length, and the marker where there is one."""
        return 3 if self.checked else 2


def read_superblock(source: Source) -> Superblock:
    """Read and judge the superblock of a SquashFS 2, 3 or 4. Its version tells the byte order, not its magic.

    Raises:
        NotThisFormat: It is another version, or too short to tell.
        Damaged: It is a superblock, and what it says cannot be.
    """
    try:
        order, version = _version(source)
        superblock = (_read_4 if version == (4, 0) else _read_2_or_3)(source, order, version)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    _judge(superblock, source.size)
    tables = (superblock.inode_table, superblock.directory_table)
    candidates = (superblock.compressor, *UNNAMED)
    found = packed_with(source, order, superblock.metadata_head, tables, candidates)
    return replace(superblock, compressor=found or superblock.compressor)


def _version(source: Source) -> tuple[ByteOrder, tuple[int, int]]:
    said = {order: Fields("2H", order).read(source, VERSION_AT) for order in ByteOrder}
    for order, (major, minor) in said.items():
        if (major, minor) == (4, 0) or (major in (2, 3) and minor <= 1):
            return order, (major, minor)
    major, minor = said[ByteOrder.LITTLE]
    raise NotThisFormat(f"the version is {major}.{minor}, not 2.0 to 4.0")


def _read_4(source: Source, order: ByteOrder, version: tuple[int, int]) -> Superblock:
    values = Fields(PATTERN_4, order).read(source, 4)
    inodes, made, block_size, fragments, compression, block_log, _flags, ids, _major, _minor = values[:10]
    root, bytes_used, id_table, _xattrs, inode_table, directory_table, fragment_table, _exports = values[10:]
    _judge_block_size(block_size, block_log)
    return Superblock(
        order=order,
        version=version,
        compressor=_compressor(compression),
        block_size=block_size,
        bytes_used=bytes_used,
        made=made,
        inodes=inodes,
        fragments=fragments,
        ids=ids,
        root=root,
        id_table=id_table,
        inode_table=inode_table,
        directory_table=directory_table,
        fragment_table=fragment_table,
    )


def _read_2_or_3(source: Source, order: ByteOrder, version: tuple[int, int]) -> Superblock:
    """Version 3 repeats the offsets of version 2 with 64 bits at the end."""
    values = Fields(PATTERN_3 if version[0] == 3 else PATTERN_2, order).read(source, 4)  # noqa: PLR2004 -- the version
    inodes, *tables, _major, _minor, _short_size, block_log, flags, owners, groups = values[:13]
    made, root, block_size, fragments, fragment_table = values[13:18]
    bytes_used, owner_table, group_table, inode_table, directory_table = values[18:23] or tables
    _judge_block_size(block_size, block_log)
    return Superblock(
        order=order,
        version=version,
        compressor=UNNAMED[0],
        block_size=block_size,
        bytes_used=bytes_used,
        made=made,
        inodes=inodes,
        fragments=fragments,
        ids=owners,
        root=root,
        id_table=owner_table,
        inode_table=inode_table,
        directory_table=directory_table,
        fragment_table=values[23] if values[23:] else fragment_table,
        groups=groups,
        group_table=group_table,
        checked=bool(flags & CHECKED),
    )


def _judge_block_size(block_size: int, block_log: int) -> None:
    if not MIN_BLOCK_LOG <= block_log <= MAX_BLOCK_LOG or block_size != 1 << block_log:
        raise Damaged(f"the superblock gives two block sizes: {block_size} and 2^{block_log}")


def _compressor(compression: int) -> Compressor:
    compressor = COMPRESSORS.get(compression)
    if compressor is None:
        raise Damaged(f"the superblock names the compressor {compression}, and there is no such")
    return compressor


def _judge(superblock: Superblock, size: int) -> None:
    if superblock.bytes_used > size:
        raise Damaged(
            f"it is truncated: {superblock.bytes_used} bytes long by its superblock, {size} are there"
        )
    inside = range(SIZES[superblock.version[0]], superblock.bytes_used)
    if not inside.start <= superblock.inode_table < superblock.directory_table < inside.stop:
        raise Damaged("the inode and directory tables do not lie inside it, in that order")
    if superblock.ids and superblock.id_table not in inside:
        raise Damaged("the table of owners does not lie inside it")
    if superblock.groups and superblock.group_table not in inside:
        raise Damaged("the table of groups does not lie inside it")
    if superblock.fragments and superblock.fragment_table not in inside:
        raise Damaged("the table of fragments does not lie inside it")
