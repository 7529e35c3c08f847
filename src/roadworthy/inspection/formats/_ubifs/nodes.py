"""Nodes of UBIFS: the common header, the superblock, and finding nodes in a logical erase block."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from roadworthy.codecs.binary import ByteOrder, Fields
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.source import Source

ORDER = ByteOrder.LITTLE
MAGIC = b"\x31\x18\x10\x06"
HEADER = Fields("4sIQIBB2x", ORDER)  # magic, check sum, sequence number, length, type, group
DATA_KEPT = 48  # bytes of a data node before its content
UNCHECKED = 8  # bytes at the start that the check sum does not cover
INODE, DATA, DIRENT, TRUNCATION, SUPERBLOCK = 0, 1, 2, 4, 6  # UBIFS_*_NODE
MASTER, REFERENCE, INDEX, COMMIT = 7, 8, 9, 10
SUPERBLOCK_LENGTH = 4096
SUPERBLOCK_REST = Fields("2x2B5IQ7IH", ORDER)
MAX_NODE = 16 * 1024 * 1024
MAX_FALSE = 200_000  # magics that no node follows
MIN_BLOCK, MAX_BLOCK = 15 * 1024, 16 * 1024 * 1024
MAX_BLOCKS = 1 << 18
ENCRYPTED = 0x10


@dataclass(frozen=True, slots=True)
class Found:
    """A node whose check sum holds.

    Args:
        at: Where it lies.
        kind: Its type.
        sequence: The higher, the newer.
        length: Its length.
        data: All of it; of a data node, which is read again when it is needed, the start.
    """

    at: int
    kind: int
    sequence: int
    length: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Superblock:
    """What the superblock says.

    Args:
        block: Bytes of a logical erase block.
        blocks: How many there are.
        log: How many hold the log.
        compression: Number of the compressor for what is written next.
        version: Of the format.
        encrypted: Whether files may be encrypted.
    """

    block: int
    blocks: int
    log: int
    compression: int
    version: int
    encrypted: bool


def read_superblock(source: Source) -> Superblock:
    """Read the superblock at the start.

    Raises:
        NotThisFormat: There is none.
        Damaged: What it says cannot be.
    """
    found = node_at(source, 0, SUPERBLOCK_LENGTH)
    if found is None or found.kind != SUPERBLOCK or found.length != SUPERBLOCK_LENGTH:
        raise NotThisFormat("no superblock node stands there")
    values = SUPERBLOCK_REST.unpack(found.data, HEADER.size)
    _hash, _format, flags, _unit, block, blocks, _most, _bytes, log = values[:9]
    if not MIN_BLOCK <= block <= MAX_BLOCK or not 0 < blocks <= MAX_BLOCKS or log >= blocks:
        raise Damaged(f"the superblock gives {blocks} erase blocks of {block} bytes, {log} of them the log")
    return Superblock(
        block=block,
        blocks=blocks,
        log=log,
        compression=values[15],
        version=values[14],
        encrypted=bool(flags & ENCRYPTED),
    )


def node_at(source: Source, at: int, limit: int) -> Found | None:
    """The node at an offset, no longer than `limit`; None where none stands or it is broken."""
    head = source.read(at, HEADER.size)
    if len(head) < HEADER.size:
        return None
    magic, check, sequence, length, kind, _ = HEADER.unpack(head)
    if magic != MAGIC or not HEADER.size <= length <= min(limit, MAX_NODE):
        return None
    data = source.read(at, length)
    if len(data) < length or zlib.crc32(data[UNCHECKED:]) ^ 0xFFFFFFFF != check:
        return None
    return Found(at, kind, sequence, length, data[:DATA_KEPT] if kind == DATA else data)


class Search:
    """Finds nodes where nothing names them.

    Args:
        source: The file system.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = MAX_FALSE

    def between(self, start: int, end: int) -> Iterator[Found]:
        """All nodes of a stretch, in order; what is no node is skipped, up to a bound for all stretches."""
        at = start
        while self._left and (at := self._source.find(MAGIC, at, end)) >= 0:
            found = node_at(self._source, at, end - at) if at % 8 == 0 else None
            if found is None:
                at += 1
                self._left -= 1
                continue
            yield found
            at += found.length + -found.length % 8
