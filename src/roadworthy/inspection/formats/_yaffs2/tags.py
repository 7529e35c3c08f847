"""Tags: the bytes beside, or at the end of, each chunk that say what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from roadworthy.codecs.binary import ByteOrder, Fields

LOWEST, HIGHEST = 0x1000, 0xEFFFFF00  # sequence numbers of blocks: YAFFS_LOWEST_SEQUENCE_NUMBER, …
CHECKPOINT = 0x21  # the one of blocks that hold what was in memory at the last shutdown
SUMMARY = 0x10  # object number of chunks that repeat the tags of their block
MAX_OBJECT, MAX_CHUNK = 0x3FFFF, 0xFFFFF
EXTRA = 0x80000000  # in the chunk number: this is a header, and more about it stands here
EXTRA_OBJECT = 0x0FFFFFFF  # the rest of the object number is the kind then
SIZE2, CHECKED2 = 16, 28  # bytes of packed tags: the tags, then the check bits of these
SIZE1 = 16  # bytes of the whole spare area of YAFFS1
DELETED_BITS = 6  # fewer ones in the status byte of YAFFS1, and the chunk was deleted
ERASED: Final = b"\xff" * SIZE2
CHECKS: Final[Mapping[ByteOrder, Fields]] = {order: Fields("B3x2I", order) for order in ByteOrder}
TAGS2: Final[Mapping[ByteOrder, Fields]] = {order: Fields("4I", order) for order in ByteOrder}
TAGS1: Final[Mapping[ByteOrder, Fields]] = {order: Fields("2I", order) for order in ByteOrder}


class Kind(StrEnum):
    """How tags are packed."""

    SPARE = "in the spare area"
    INBAND = "inband"
    FIRST = "as in YAFFS1"


class Tags(NamedTuple):
    """What the tags of a chunk say. A chunk number of 0 is a header; the others count from 1.

    Args:
        sequence: Which block was written after which; of YAFFS1, which of two chunks is newer, modulo 4.
        object: Number of the object.
        chunk: Number of the chunk in it.
        size: How many bytes of the chunk count.
        deleted: Whether the chunk was taken back; only YAFFS1 marks it.
    """

    sequence: int
    object: int
    chunk: int
    size: int
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """How chunks and tags lie.

    Args:
        kind: How tags are packed.
        order: Byte order of the headers.
        tags_order: Byte order of the tags: mkyaffs2image leaves them as they are where it turns the headers.
        content: Bytes of an object that a chunk holds.
        stride: Bytes from one chunk to the next.
        tags: Where the tags begin, counted from the start of the chunk.
        checked: Whether check bits stand behind them.
    """

    kind: Kind
    order: ByteOrder
    tags_order: ByteOrder
    content: int
    stride: int
    tags: int
    checked: bool = False

    @property
    def length(self) -> int:
        """How many bytes the tags need."""
        return SIZE1 if self.kind is Kind.FIRST else CHECKED2 if self.checked else SIZE2


def unpack_tags(raw: bytes, geometry: Geometry) -> Tags | None:
    """The tags in their bytes, one wrong bit mended if there are check bits; None if they make no sense."""
    tags = _first(raw, geometry.tags_order) if geometry.kind is Kind.FIRST else _second(raw, geometry)
    if tags is None or not 0 < tags.object <= MAX_OBJECT or tags.chunk > MAX_CHUNK:
        return None
    return None if tags.chunk and tags.size > geometry.content else tags


def _second(raw: bytes, geometry: Geometry) -> Tags | None:
    if len(raw) < geometry.length:
        return None
    if geometry.checked:
        mended = mend(raw, geometry.tags_order)
        if mended is None:
            return None
        raw = mended
    sequence, number, chunk, size = TAGS2[geometry.tags_order].unpack(raw)
    if sequence != CHECKPOINT and not LOWEST <= sequence < HIGHEST:
        return None
    if chunk & EXTRA:
        return Tags(sequence, number & EXTRA_OBJECT, 0, size)
    return Tags(sequence, number, chunk, size)


def _first(raw: bytes, order: ByteOrder) -> Tags | None:
    """The 64 bits of YAFFS1, spread over the spare area."""
    if len(raw) < SIZE1:
        return None
    packed = raw[0:4] + raw[6:8] + raw[11:13]
    low, high = TAGS1[order].unpack(packed)
    if order is ByteOrder.LITTLE:  # bit fields are laid out from the end where the compiler begins
        chunk, serial, size = low & 0xFFFFF, low >> 20 & 3, low >> 22
        number, check, cleared = high & 0x3FFFF, high >> 18 & 0xFFF, high & ~(0xFFF << 18)
    else:
        chunk, serial, size = low >> 12, low >> 10 & 3, low & 0x3FF
        number, check, cleared = high >> 14, high >> 2 & 0xFFF, high & ~(0xFFF << 2)
    whole = packed[:4] + cleared.to_bytes(4, "little" if order is ByteOrder.LITTLE else "big")
    if parity(whole) != check:
        return None
    return Tags(serial, number, chunk, size, deleted=raw[4].bit_count() < DELETED_BITS)


def parity(data: bytes) -> int:
    """The check bits of YAFFS1: the numbers of all bits that are set, from 1 on, added without carry."""
    check, number = 0, int.from_bytes(data, "little")
    while number:
        check ^= (number & -number).bit_length()
        number &= number - 1
    return check


def check_bits(data: bytes) -> tuple[int, int, int]:
    """The check bits of YAFFS2's tags: of columns, of lines, and of lines counted the other way.

    Args:
        data: The tags.
    """
    columns = lines = primes = 0
    for index, byte in enumerate(data):
        columns ^= COLUMNS[byte]
        if byte.bit_count() & 1:
            lines ^= index
            primes ^= ~index
    return columns, lines, primes & 0xFFFFFFFF


def mend(raw: bytes, order: ByteOrder) -> bytes | None:
    """The tags before check bits, with one wrong bit put right; None if more are wrong."""
    tags = raw[:SIZE2]
    stored: tuple[int, int, int] = CHECKS[order].unpack(raw, SIZE2)
    columns, lines, primes = (one ^ other for one, other in zip(check_bits(tags), stored, strict=True))
    if not (columns or lines or primes):
        return tags
    if lines < SIZE2 and primes == lines ^ 0xFFFFFFFF and columns in BITS:
        whole = int.from_bytes(tags, "little") ^ 1 << (8 * lines + BITS[columns])
        return whole.to_bytes(SIZE2, "little")
    wrong = columns.bit_count() + lines.bit_count() + primes.bit_count()
    return tags if wrong == 1 else None  # a check bit itself


def _column(bit: int) -> int:
    """Which column check bits one bit of a byte takes part in: one of each pair."""
    return sum(1 << (2 * pair + (bit >> pair & 1)) for pair in range(3))


def _columns(byte: int) -> int:
    check = 0
    for bit in range(8):
        check ^= _column(bit) if byte >> bit & 1 else 0
    return check


COLUMNS: Final = tuple(map(_columns, range(256)))
BITS: Final = {_column(bit): bit for bit in range(8)}
