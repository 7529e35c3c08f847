"""The superblock: where the tables of a SquashFS lie, whatever its version."""

from dataclasses import dataclass

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.formats._squashfs.compression import COMPRESSORS, MISSING, Compressor
from roadworthy.inspection.source import Source

SIZE = 96
MIN_BLOCK_LOG = 12
MAX_BLOCK_LOG = 20
PATTERN = "4I6H8Q"  # after the magic


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
        ids: How many owners and groups there are.
        root: Reference of the root directory's inode.
        id_table: Offset of the owners.
        inode_table: Offset of the inodes.
        directory_table: Offset of the directories.
        fragment_table: Offset of the list of fragment blocks.
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


def read_superblock(source: Source) -> Superblock:
    """Read and judge the superblock of a SquashFS 4.0.

    Raises:
        NotThisFormat: It is another version, or too short to tell.
        Damaged: It is a superblock, and what it says cannot be.
    """
    order = ByteOrder.LITTLE  # version 4 knows no other
    try:
        values = Fields(PATTERN, order).read(source, 4)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    inodes, made, block_size, fragments, compression, block_log, _flags, ids, major, minor = values[:10]
    if (major, minor) != (4, 0):
        raise NotThisFormat(f"the version is {major}.{minor}, not 4.0")
    if not MIN_BLOCK_LOG <= block_log <= MAX_BLOCK_LOG or block_size != 1 << block_log:
        raise Damaged(f"the superblock gives two block sizes: {block_size} and 2^{block_log}")
    root, bytes_used, id_table, _xattrs, inode_table, directory_table, fragment_table, _exports = values[10:]
    superblock = Superblock(
        order=order,
        version=(major, minor),
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
    _judge(superblock, source.size)
    return superblock


def _compressor(compression: int) -> Compressor:
    if compression in MISSING:
        raise Damaged(f"it is packed with {MISSING[compression]}, which Roadworthy cannot unpack yet")
    compressor = COMPRESSORS.get(compression)
    if compressor is None:
        raise Damaged(f"the superblock names the compressor {compression}, and there is no such")
    return compressor


def _judge(superblock: Superblock, size: int) -> None:
    if superblock.bytes_used > size:
        raise Damaged(
            f"it is truncated: {superblock.bytes_used} bytes long by its superblock, {size} are there"
        )
    if not SIZE <= superblock.inode_table < superblock.directory_table < superblock.bytes_used:
        raise Damaged("the inode and directory tables do not lie inside it, in that order")
    if not SIZE <= superblock.id_table < superblock.bytes_used:
        raise Damaged("the table of owners does not lie inside it")
    if superblock.fragments and not SIZE <= superblock.fragment_table < superblock.bytes_used:
        raise Damaged("the table of fragments does not lie inside it")
