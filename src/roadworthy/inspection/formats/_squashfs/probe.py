"""Probe: how the blocks of a SquashFS are packed, where the superblock does not say or is wrong."""

from collections.abc import Iterable

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._squashfs.compression import Compressor
from roadworthy.inspection.source import Source

BLOCK = 8192
RAW = 1 << 15


def packed_with(
    source: Source, order: ByteOrder, head: int, blocks: Iterable[int], candidates: Iterable[Compressor]
) -> Compressor | None:
    """The first candidate that unpacks one of the metadata blocks.

    Args:
        source: The file system.
        order: Its byte order.
        head: Bytes that stand before the content of a metadata block.
        blocks: Offsets of metadata blocks.
        candidates: What to try.
    """
    tried = tuple(candidates)
    for at in blocks:
        packed = _packed(source, order, head, at)
        for each in tried if packed else ():
            if _unpacks(each, packed):
                return each
    return None


def _packed(source: Source, order: ByteOrder, head: int, at: int) -> bytes:
    """The bytes of a metadata block; none where it is not packed or not there."""
    try:
        (length,) = Fields("H", order).read(source, at)
        return b"" if length & RAW else read_exactly(source, at + head, length)
    except EndOfData:
        return b""


def _unpacks(compressor: Compressor, packed: bytes) -> bool:
    try:
        return 0 < len(compressor.unpack(packed, BLOCK)) <= BLOCK
    except Damaged:
        return False
