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

    def find(self, needle: bytes, start: int) -> int:
        """Offset of the first occurrence at or after `start`, or -1."""
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

    def find(self, needle: bytes, start: int) -> int:
        """See `Source.find`."""
        return self.data.find(needle, start)


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

    def find(self, needle: bytes, start: int) -> int:
        """See `Source.find`."""
        found = self.inner.find(needle, self.start + start)
        if found < 0 or found - self.start + len(needle) > self.size:
            return -1
        return found - self.start
