"""Image files: opened by mapping, so that an image of any size costs no memory of its own."""

import errno
import hashlib
import mmap
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from roadworthy.inspection.report import Image
from roadworthy.model.errors import InputError

CHUNK = 1024 * 1024
HELD = 32 * CHUNK
"""How many bytes are read before what was mapped is let go: the system keeps it where it has room."""
GIVE_FILE = "Give the path of a firmware image: one regular file that you may read."


class MappedFile:
    """A file as a `Source`, mapped read-only. Use it in a ``with`` block.

    Args:
        path: The file.

    Raises:
        InputError: It is missing, empty, no regular file, or may not be read.
    """

    def __init__(self, path: Path) -> None:
        try:
            if not path.is_file():
                raise InputError(f"{path} {_fault(path)}", hint=GIVE_FILE)
            with path.open("rb") as file:
                self._size = os.fstat(file.fileno()).st_size
                if self._size == 0:
                    raise InputError(f"{path} is empty", hint=GIVE_FILE)
                self._touched = 0
                self._map = mmap.mmap(file.fileno(), self._size, access=mmap.ACCESS_READ)
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}", hint=GIVE_FILE) from error

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._size

    def read(self, offset: int, length: int) -> bytes:
        """See `Source.read`."""
        data = self._map[offset : offset + length]
        self._hold(len(data))
        return data

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        """See `Source.find`."""
        end = self._size if end is None else min(end, self._size)
        for at in range(start, end, HELD):
            stop = min(at + HELD + len(needle) - 1, end)
            found = self._map.find(needle, at, stop)
            self._hold((stop if found < 0 else found) - at)
            if found >= 0:
                return found
        return -1

    def _hold(self, length: int) -> None:
        """Count bytes that were touched, and let all of them go from time to time."""
        self._touched += length
        if self._touched >= HELD:
            self._touched = 0
            self._map.madvise(mmap.MADV_DONTNEED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._map.close()


def identify(path: Path) -> Image:
    """Name, size and digest of an image file. The whole file is read once, never held.

    Raises:
        InputError: It cannot be read.
    """
    with MappedFile(path) as source:
        digest = hashlib.sha256()
        for offset in range(0, source.size, CHUNK):
            digest.update(source.read(offset, CHUNK))
        return Image(name=image_name(path), size=source.size, sha256=digest.hexdigest())


def _fault(path: Path) -> str:
    """Why a path is no image file."""
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return "is a symbolic link that leads back to itself"
        return "does not exist"
    return "is no regular file"


def image_name(path: Path) -> str:
    """What to call a file: its name, without folders; bytes that are no UTF-8 stand spelled out."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")
