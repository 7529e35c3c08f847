"""``rpmdb.sqlite``: one table of an SQLite database, read without SQLite (sqlite.org/fileformat2.html).

Only what a table with a number and a blob needs: table b-trees, records, overflow pages. What stands in a
write-ahead log beside the file is not seen.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged

MAGIC: Final = b"SQLite format 3\0"
HEADER: Final = 100
INTERIOR, LEAF = 5, 13
U16, U32 = Fields("H", ByteOrder.BIG), Fields("I", ByteOrder.BIG)
MAX_DEPTH: Final = 20
MAX_VALUE: Final = 64 * 1024 * 1024
FIRST_BLOB: Final = 12  # serial types: numbers below, then blobs (even) and texts (odd)
SIZES: Final = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)
CONSTANTS: Final = {8: 0, 9: 1}
VARINT: Final = 9
SCHEMA_NAME, SCHEMA_ROOT = 1, 3

Value = bytes | int | None


def blobs(data: bytes, table: str = "Packages") -> Iterator[bytes]:
    """Every blob of a table.

    Raises:
        Damaged: The file is no such one, or broken.
    """
    if not data.startswith(MAGIC):
        raise Damaged("it has not the magic of SQLite")
    try:
        reader = _Reader(data)
        for row in reader.rows(1):
            if len(row) > SCHEMA_ROOT and row[SCHEMA_NAME] == table.encode():
                root = row[SCHEMA_ROOT]
                for own in reader.rows(root if isinstance(root, int) else 0):
                    yield from (value for value in own if isinstance(value, bytes))
                return
    except EndOfData as error:
        raise Damaged(f"the database is truncated: {error}") from error
    raise Damaged(f"it has no table {table}")


class _Reader:
    """The pages of one file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        if len(data) < HEADER:
            raise Damaged("it is shorter than its header")
        (size,) = U16.unpack(data, 16)
        self._size = 65536 if size == 1 else size
        self._usable = self._size - data[20]
        self._left = 2 * len(data)  # records that share pages cost no more than this
        if self._size < 512 or self._size & (self._size - 1) or self._usable < 480:  # noqa: PLR2004 -- fileformat2 §1.3.2
            raise Damaged(f"pages of {self._size} bytes are none of SQLite's")

    def rows(self, root: int) -> Iterator[tuple[Value, ...]]:
        """The rows of the table whose tree begins at a page; no page is visited twice."""
        seen: set[int] = set()
        todo = [(root, 0)]
        while todo:
            page, depth = todo.pop()
            if page in seen or depth > MAX_DEPTH:
                raise Damaged(f"page {page} lies in its own tree")
            seen.add(page)
            at, header = self._page(page), HEADER if page == 1 else 0
            kind = self._data[at + header]
            (cells,) = U16.unpack(self._data, at + header + 3)
            first = at + header + (12 if kind == INTERIOR else 8)
            most = min(cells, self._size // 2)
            places = [at + U16.unpack(self._data, first + 2 * cell)[0] for cell in range(most)]
            if kind == LEAF:
                yield from (self._row(place) for place in places)
            elif kind == INTERIOR:
                children = [U32.unpack(self._data, place)[0] for place in (*places, at + header + 8)]
                todo += [(child, depth + 1) for child in reversed(children)]
            else:
                raise Damaged(f"page {page} is none of a table")

    def _page(self, number: int) -> int:
        at = (number - 1) * self._size
        if number < 1 or at + self._size > len(self._data):
            raise Damaged(f"page {number} lies outside the file")
        return at

    def _row(self, at: int) -> tuple[Value, ...]:
        size, at = self._varint(at)
        _, at = self._varint(at)
        return tuple(_values(self._payload(at, min(size, MAX_VALUE))))

    def _varint(self, at: int) -> tuple[int, int]:
        """A number of one to nine bytes, and where it ends."""
        return _varint(self._data[at : at + VARINT], 0, at)

    def _payload(self, at: int, size: int) -> bytes:
        """A record, with what of it lies on overflow pages (§1.6)."""
        self._left -= size
        if self._left < 0:
            raise Damaged("its records together are larger than the file")
        most = self._usable - 35
        if size <= most:
            return self._data[at : at + size]
        least = (self._usable - 12) * 32 // 255 - 23
        here = least + (size - least) % (self._usable - 4)
        here = here if here <= most else least
        parts, left, seen = [self._data[at : at + here]], size - here, set[int]()
        (page,) = U32.unpack(self._data, at + here)
        while left > 0 and page:
            if page in seen:
                raise Damaged(f"page {page} follows itself")
            seen.add(page)
            start = self._page(page)
            parts.append(self._data[start + 4 : start + 4 + min(left, self._usable - 4)])
            left -= len(parts[-1])
            (page,) = U32.unpack(self._data, start)
        return b"".join(parts)


def _varint(data: bytes, at: int, base: int = 0) -> tuple[int, int]:
    value = 0
    for index in range(VARINT):
        if at + index >= len(data):
            raise Damaged("a number reaches past the end")
        byte = data[at + index]
        if index == VARINT - 1:
            return value << 8 | byte, base + at + VARINT
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, base + at + index + 1
    raise Damaged("a number has no end")


def _values(record: bytes) -> Iterator[Value]:
    """The columns of a record (§2.1)."""
    length, at = _varint(record, 0)
    place = length
    while at < min(length, len(record)):
        serial, at = _varint(record, at)
        if serial >= FIRST_BLOB:
            size = (serial - FIRST_BLOB) // 2
            yield record[place : place + size]
        else:
            size = SIZES[serial] if serial < len(SIZES) else 0
            yield (
                int.from_bytes(record[place : place + size], "big", signed=True)
                if size
                else CONSTANTS.get(serial)
            )
        place += size
