"""Sources: where the bytes of an image come from. Random access, never a copy of the whole."""

from dataclasses import dataclass
from typing import Protocol


class Source(Protocol):
    """Bytes that can be read at any offset."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; fewer, or none, at the end. Never negative offsets."""
        ...

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        """Offset of the first occurrence that lies wholly from `start` to before `end`, or -1."""
        ...


@dataclass(frozen=True, slots=True)
class BytesSource:
    """A source that lies in memory: decompressed parts, tests."""

    data: bytes

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        """See `Source.read`."""
        return self.data[offset : offset + length]

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        """See `Source.find`."""
        return self.data.find(needle, start, end)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of another source, read in place.

    Args:
        inner: The source it lies in.
        start: Its first byte there.
        length: Its length in bytes; it may reach past the end of a truncated `inner`, then less is read.
    """

    inner: Source
    start: int
    length: int

    @property
    def size(self) -> int:
        """Length in bytes that are really there."""
        return max(0, min(self.length, self.inner.size - self.start))

    def read(self, offset: int, length: int) -> bytes:
        """See `Source.read`."""
        return self.inner.read(self.start + offset, max(0, min(length, self.size - offset)))

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        """See `Source.find`. Nothing past the window is searched."""
        end = self.size if end is None else min(end, self.size)
        found = self.inner.find(needle, self.start + start, self.start + end)
        return -1 if found < 0 else found - self.start
