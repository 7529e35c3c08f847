"""``Packages``: a hash of Berkeley DB, as rpm had it until 4.16 (db, src/dbinc/db_page.h; either byte order).

Pages are read one after the other, not through the hash: every value is a header, and which key has it does
not matter.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged

MAGIC: Final = 0x061561
MAGIC_AT: Final = 12
SIZE_AT: Final = 20
PAGE_SIZES: Final = tuple(1 << power for power in range(9, 17))
HEADER: Final = 26
PAGE: Final = "8xIIIHHBB"  # number, previous, next, entries, free or length, level, type
HASH, HASH_SORTED, OVERFLOW = 2, 13, 7
KEY_DATA, OFF_PAGE = 1, 3
MAX_VALUE: Final = 64 * 1024 * 1024
MIN_VALUE: Final = 32


def order_of(data: bytes) -> ByteOrder | None:
    """The byte order, by the magic; None where it is no such file."""
    magic = data[MAGIC_AT : MAGIC_AT + 4]
    if magic == MAGIC.to_bytes(4, "little"):
        return ByteOrder.LITTLE
    return ByteOrder.BIG if magic == MAGIC.to_bytes(4, "big") else None


def blobs(data: bytes) -> Iterator[bytes]:
    """Every value that is large enough to be a header.

    Raises:
        Damaged: The file is no such one, or broken.
    """
    order = order_of(data)
    if order is None:
        raise Damaged("it has not the magic of a hash of Berkeley DB")
    try:
        (size,) = Fields("I", order).unpack(data, SIZE_AT)
        if size not in PAGE_SIZES:
            raise Damaged(f"pages of {size} bytes are none of Berkeley DB's")
        yield from _Pages(data, size, order).values()
    except EndOfData as error:
        raise Damaged(f"the database is truncated: {error}") from error


class _Pages:
    """The pages of one file.

    Args:
        data: The file.
        size: Bytes of a page.
        order: Its byte order.
    """

    def __init__(self, data: bytes, size: int, order: ByteOrder) -> None:
        self._data, self._size = data, size
        self._page, self._number = Fields(PAGE, order), Fields("H", order)
        self._far = Fields("4xII", order)
        self._spent: set[int] = set()

    def values(self) -> Iterator[bytes]:
        """The values on all pages."""
        for at in range(self._size, len(self._data) - self._size + 1, self._size):
            *_, entries, _, _, kind = self._page.unpack(self._data, at)
            if kind in (HASH, HASH_SORTED):
                yield from self._on(at, entries)

    def _on(self, at: int, entries: int) -> Iterator[bytes]:
        """The values of one page: every second entry; the entries lie from its end to its start."""
        end = self._size
        for entry in range(min(entries, (self._size - HEADER) // 2)):
            (start,) = self._number.unpack(self._data, at + HEADER + 2 * entry)
            if not HEADER <= start < end:
                raise Damaged(f"an entry of the page at {at:#x} lies outside it")
            if entry % 2:
                yield from self._value(self._data[at + start : at + end])
            end = start

    def _value(self, item: bytes) -> Iterator[bytes]:
        if item[:1] == bytes((OFF_PAGE,)):
            page, length = self._far.unpack(item, 0)
            yield self._chained(page, length)
        elif item[:1] == bytes((KEY_DATA,)) and len(item) > MIN_VALUE:
            yield item[1:]

    def _chained(self, page: int, length: int) -> bytes:
        """A value on pages of its own; no page belongs to two of them."""
        parts: list[bytes] = []
        left = min(length, MAX_VALUE)
        while page and left > 0:
            if page in self._spent:
                raise Damaged(f"page {page} is used twice")
            self._spent.add(page)
            at = page * self._size
            _, _, following, _, used, _, kind = self._page.unpack(self._data, at)
            if kind != OVERFLOW:
                raise Damaged(f"page {page} is no part of a value")
            part = self._data[at + HEADER : at + HEADER + min(used, self._size - HEADER, left)]
            parts.append(part)
            left -= len(part)
            page = following if part else 0
        return b"".join(parts)
