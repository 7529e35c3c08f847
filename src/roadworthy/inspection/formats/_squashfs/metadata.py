"""Metadata: tables that lie packed in blocks of 8 KiB, read through a small cache."""

from functools import lru_cache
from typing import Any, Protocol

from roadworthy.codecs.binary import EndOfData, Fields, read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._squashfs.compression import Compressor
from roadworthy.inspection.formats._squashfs.superblock import Superblock
from roadworthy.inspection.source import Source

BLOCK = 8192
RAW = 1 << 15  # in the length before a block: it is not packed
CACHED_BLOCKS = 256
WIDE = 3  # from this version on, offsets have 64 bits


class Record(Protocol):
    """Fields of a fixed size: `Fields`, or `BitFields` where numbers are not whole bytes."""

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    def unpack(self, data: bytes, offset: int = 0) -> tuple[Any, ...]:
        """Their values in bytes at hand."""
        ...


def unpack(compressor: Compressor, packed: bytes, limit: int) -> bytes:
    """Unpack one block.

    Raises:
        Damaged: It cannot be unpacked, or would become longer than `limit`.
    """
    data = compressor.unpack(packed, limit)
    if len(data) > limit:
        raise Damaged(f"a block unpacks to more than {limit} bytes")
    return data


class Metadata:
    """All metadata blocks of one file system.

    Args:
        source: Its bytes.
        superblock: Its superblock.
    """

    def __init__(self, source: Source, superblock: Superblock) -> None:
        self._source = source
        self.compressor = superblock.compressor
        self._end = superblock.bytes_used
        self._length = Fields("H", superblock.order)
        self._head = superblock.metadata_head
        self._pointer = Fields("I" if superblock.version[0] < WIDE else "Q", superblock.order)
        self.block = lru_cache(CACHED_BLOCKS)(self._block)
        self._listed = lru_cache(CACHED_BLOCKS)(self._read_pointer)

    def _block(self, at: int) -> tuple[bytes, int]:
        """The content of the block at an offset, and the offset of the next."""
        if at + self._head > self._end:
            raise Damaged(f"a metadata block at {at:#x} would lie past the end")
        try:
            (length,) = self._length.read(self._source, at)
            raw, length = bool(length & RAW), length & ~RAW or RAW
            data = read_exactly(self._source, at + self._head, length)
        except EndOfData as error:
            raise Damaged(f"a metadata block is cut off: {error}") from error
        if not raw:
            data = unpack(self.compressor, data, BLOCK)
        if not 0 < len(data) <= BLOCK:
            raise Damaged(f"the metadata block at {at:#x} holds {len(data)} bytes")
        return data, at + self._head + length

    def cursor(self, table: int, block: int, offset: int) -> "Cursor":
        """A place in a table: `block` counted from the table's start, `offset` inside the unpacked block."""
        return Cursor(self, table + block, offset)

    def entry(self, table: int, index: int, fields: Record) -> tuple[Any, ...]:
        """One row of a table that is reached through a list of block offsets."""
        block, offset = divmod(index * fields.size, BLOCK)
        at = self._listed(table + block * self._pointer.size)
        return self.cursor(at, 0, offset).unpack(fields)

    def _read_pointer(self, at: int) -> int:
        try:
            (pointer,) = self._pointer.read(self._source, at)
        except EndOfData as error:
            raise Damaged(f"a table is cut off: {error}") from error
        return int(pointer)


class Cursor:
    """Reads on from a place in a table, over the edges of blocks.

    Args:
        metadata: The blocks.
        at: Offset of the first block.
        offset: Where to begin inside it.
    """

    __slots__ = ("_data", "_metadata", "_next", "_offset")

    def __init__(self, metadata: Metadata, at: int, offset: int) -> None:
        self._metadata = metadata
        self._data, self._next = metadata.block(at)
        self._offset = offset
        if offset > len(self._data):
            raise Damaged(f"byte {offset} of a metadata block of {len(self._data)} was asked for")

    def unpack(self, fields: Record) -> tuple[Any, ...]:
        """The next fields."""
        end = self._offset + fields.size
        if end <= len(self._data):
            values = fields.unpack(self._data, self._offset)
            self._offset = end
            return values
        return fields.unpack(self.take(fields.size))

    def take(self, length: int) -> bytes:
        """The next bytes, exactly so many. The caller bounds `length`."""
        taken = self._data[self._offset : self._offset + length]
        self._offset += len(taken)
        while len(taken) < length:
            self._data, self._next = self._metadata.block(self._next)
            piece = self._data[: length - len(taken)]
            self._offset = len(piece)
            taken += piece
        return taken
