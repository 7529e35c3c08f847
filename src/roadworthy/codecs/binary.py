"""Binary reader: fixed fields at an offset, in either byte order, never past the end."""

import struct
from enum import StrEnum
from typing import Any, Protocol


class EndOfData(Exception):  # noqa: N818 -- what it means is for the format to say: damage, or something else
    """A field reaches past the end of the bytes. Says where, how much was asked for and how much is there."""


class ByteOrder(StrEnum):
    """Which byte of a number comes first. The value is the prefix that `struct` knows."""

    LITTLE = "<"
    BIG = ">"


class Readable(Protocol):
    """Bytes that can be read at any offset; fewer come, or none, at the end."""

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`."""
        ...


class Fields:
    """Fields that follow each other without gaps, compiled once.

    Args:
        pattern: Their types, in the letters of `struct`: ``"I24s2H"``.
        order: Their byte order.
    """

    __slots__ = ("_struct", "size")

    def __init__(self, pattern: str, order: ByteOrder) -> None:
        self._struct = struct.Struct(order + pattern)
        self.size = self._struct.size

    def unpack(self, data: bytes, offset: int = 0) -> tuple[Any, ...]:
        """Their values in bytes at hand.

        Raises:
            EndOfData: They reach past the end.
        """
        try:
            return self._struct.unpack_from(data, offset)
        except struct.error:
            raise EndOfData(_short(offset, self.size, len(data) - offset)) from None

    def read(self, source: Readable, offset: int) -> tuple[Any, ...]:
        """Their values in a source.

        Raises:
            EndOfData: They reach past the end.
        """
        return self.unpack(read_exactly(source, offset, self.size))


def read_exactly(source: Readable, offset: int, length: int) -> bytes:
    """`length` bytes from `offset`, all of them.

    Raises:
        EndOfData: Fewer are there, or the offset or the length is negative.
    """
    if offset < 0 or length < 0:
        raise EndOfData(f"{length} bytes at offset {offset} cannot be read")
    data = source.read(offset, length)
    if len(data) < length:
        raise EndOfData(_short(offset, length, len(data)))
    return data


def text(field: bytes) -> str:
    r"""A text field of fixed width: up to its first NUL; bytes that are no UTF-8 stand as ``\\xNN``."""
    return field.partition(b"\0")[0].decode("utf-8", "backslashreplace").strip()


def _short(offset: int, wanted: int, there: int) -> str:
    return f"{wanted} bytes are needed at offset {offset:#x}, and {max(0, there)} are there"
