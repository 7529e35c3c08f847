"""The superblock of EROFS, 1024 bytes into the file system (Linux, fs/erofs/erofs_fs.h)."""

from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, text
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.source import Source

OFFSET: Final = 1024
MAGIC: Final = b"\xe2\xe1\xf5\xe0"
FIELDS: Final = Fields("4sIIBBHQQIIII16s16sIHHHBBIQ", ByteOrder.LITTLE)
BLOCK_BITS: Final = range(9, 17)
ZERO_PADDING, DEVICE_TABLE, FRAGMENTS = 0x1, 0x8, 0x20
BIG_CLUSTERS, CHUNKS, TAIL_PACKING, LONG_PREFIXES = 0x2, 0x4, 0x10, 0x40
KNOWN: Final = ZERO_PADDING | BIG_CLUSTERS | CHUNKS | DEVICE_TABLE | TAIL_PACKING | FRAGMENTS | LONG_PREFIXES
UNKNOWN_NAMES: Final = {0x80: "addresses of 48 bits", 0x100: "a box of metadata"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Superblock:
    """What it says.

    Args:
        block_bits: Bytes of a block, as a power of two.
        root: Number of the root directory's inode.
        inodes: How many inodes there are.
        built: When it was built, in seconds since 1970: the time of inodes that have none.
        blocks: How many blocks it has.
        metadata: First block of the inodes.
        label: Its name.
        padded: Whether compressed bytes stand at the end of their blocks, behind zeros.
        directory_bits: Bytes of a block of names, as a power of two.
        packed: Number of the inode that holds the ends of other files; None without one.
    """

    block_bits: int
    root: int
    inodes: int
    built: int
    blocks: int
    metadata: int
    label: str
    padded: bool
    directory_bits: int
    packed: int | None

    @property
    def block(self) -> int:
        """Bytes of a block."""
        return 1 << self.block_bits


def read_superblock(source: Source) -> Superblock:
    """The superblock of a file system that starts where the source starts.

    Raises:
        NotThisFormat: There is none.
        Damaged: It uses what is not known here, or spreads over several devices.
    """
    try:
        fields = FIELDS.read(source, OFFSET)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    magic, _, _, block_bits, _, root, inodes, built, _, blocks, metadata, _, _, label, features = fields[:15]
    _, devices, _, directory_bits, _, _, packed = fields[15:]
    if magic != MAGIC or block_bits not in BLOCK_BITS or not blocks or directory_bits + block_bits > 16:  # noqa: PLR2004 -- no block of names is larger than 64 KiB
        raise NotThisFormat("the fields of the superblock do not fit each other")
    if metadata >= blocks or metadata << block_bits >= source.size:
        raise NotThisFormat("the inodes would lie outside")
    strange = features & ~KNOWN
    if strange:
        names = [name for bit, name in UNKNOWN_NAMES.items() if strange & bit]
        raise Damaged(f"it uses features that are not known here: {', '.join(names) or hex(strange)}")
    if features & DEVICE_TABLE and devices:
        raise Damaged(f"parts of it lie on {devices} other devices, which are not here")
    return Superblock(
        block_bits=block_bits,
        root=root,
        inodes=inodes,
        built=built,
        blocks=blocks,
        metadata=metadata,
        label=text(label),
        padded=bool(features & ZERO_PADDING),
        directory_bits=block_bits + directory_bits,
        packed=packed if features & FRAGMENTS and packed else None,
    )
