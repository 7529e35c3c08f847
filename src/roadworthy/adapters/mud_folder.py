"""The MUD files and signatures in a folder, read again when they change."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Generic, TypeVar

from roadworthy.model.errors import InputError

T = TypeVar("T")
Mark = tuple[int, int, int]
SUFFIXES: Final = (".json", ".p7s")
MOST_FILES: Final = 20_000
MOST_BYTES: Final = 1024 * 1024
SECONDS: Final = 1.0
"""How old what was seen of the folder may be."""


def files_in(place: str) -> tuple[tuple[str, bool], ...]:
    """The file at a place, or the files of a folder that end in ``.json``; each with whether it was named.

    Raises:
        InputError: A folder cannot be read, or holds more than `MOST_FILES`.
    """
    path = Path(place)
    if not path.is_dir():
        return ((place, True),)
    try:
        found = sorted(each for each in path.iterdir() if each.suffix == ".json" and each.is_file())
    except OSError as error:
        what = f"{place} cannot be read: {error.strerror}"
        raise InputError(what, hint="Give a folder that you may read.") from error
    if len(found) > MOST_FILES:
        raise InputError(
            f"{place} holds more than {MOST_FILES} files", hint="Give a folder of profiles only."
        )
    return tuple((str(each), False) for each in found)


class MudFolder(Generic[T]):
    """What is made of the files of a folder, as they are now, or were a second ago.

    Only plain files of the folder itself count: no links, no folders below. Where making anew fails, what was
    made before stays.

    Args:
        folder: Where they lie.
        make: Makes it, of the files by name.

    Raises:
        InputError: It cannot be read, or holds more than `MOST_FILES`.
    """

    def __init__(self, folder: str, make: Callable[[Mapping[str, bytes]], T]) -> None:
        self._folder, self._make = Path(folder), make
        self._lock = threading.Lock()
        self._files: dict[str, tuple[Mark, bytes]] = {}
        self._read()
        self._made = make({name: data for name, (_, data) in self._files.items()})
        self._looked = time.monotonic()

    def __call__(self) -> T:
        """It, as it is now."""
        with self._lock:
            if time.monotonic() - self._looked >= SECONDS:
                self._looked = time.monotonic()
                try:
                    if self._read():
                        self._made = self._make({name: data for name, (_, data) in self._files.items()})
                except InputError:
                    pass  # half of a change, most likely; what was good stays
            return self._made

    def _read(self) -> bool:
        """Read what has changed; whether anything has."""
        before, now = self._files, {}
        for name, mark in self._seen():
            held = before.get(name)
            if held is not None and held[0] == mark:
                now[name] = held
            elif (data := self._content(name)) is not None:
                now[name] = mark, data
        self._files = now
        return now.keys() != before.keys() or any(now[name][0] != before[name][0] for name in now)

    def _seen(self) -> Iterator[tuple[str, Mark]]:
        try:
            with os.scandir(self._folder) as entries:
                for count, each in enumerate(entries):
                    if count >= MOST_FILES:
                        what = f"{self._folder} holds more than {MOST_FILES} files"
                        raise InputError(what, hint="Give a folder of profiles only.")
                    if each.name.endswith(SUFFIXES) and each.is_file(follow_symlinks=False):
                        state = each.stat(follow_symlinks=False)
                        yield each.name, (state.st_mtime_ns, state.st_size, state.st_ino)
        except OSError as error:
            what = f"{self._folder} cannot be read: {error.strerror}"
            raise InputError(what, hint="Give a folder that you may read.") from error

    def _content(self, name: str) -> bytes | None:
        """The bytes of a file, a too long one cut, so that it is told as none; None if it is gone."""
        try:
            opened = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        with os.fdopen(opened, "rb") as file:
            return file.read(MOST_BYTES + 1)
