"""A new folder for files of strangers: nothing is written outside it, nothing is followed, nothing replaced.

It is filled beside its place under another name, and gets its own in one step when all is there. Every step
of a path is opened from the one before it, and no link is followed on the way (openat(2), O_NOFOLLOW): what
a name means is decided here, never by the image.
"""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from roadworthy.model.errors import InputError, PolicyError

FILES: Final = "files"
MANIFEST: Final = "manifest.json"
MAX_DEPTH: Final = 256
SAFE_BITS, ALL_BITS = 0o755, 0o7777
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
GIVE_OTHER: Final = "Give the path of a folder that is not there yet, or is empty."
GIVE_SPACE: Final = "Give another path, in a folder that you may write to and that has space left."


class NewFolder:
    """A folder in the making; meets `usecases.look.Folder`. Use it in a ``with`` block.

    Args:
        path: Where it shall be: not there yet, or an empty folder.
        all_bits: Keep setuid, setgid, sticky and others' rights to write. Otherwise they are left out.
    """

    def __init__(self, path: str, *, all_bits: bool = False) -> None:
        self._path = Path(path).absolute()
        self._bits = ALL_BITS if all_bits else SAFE_BITS
        self._making = self._path.with_name(f".{self._path.name[:200]}.{secrets.token_hex(4)}.new")
        self._root = -1
        self._open_file = -1

    def __enter__(self) -> Self:
        """Begin.

        Raises:
            PolicyError: Something is there already.
            InputError: There is no such place.
        """
        try:
            if self._path.is_symlink() or (self._path.exists() and not _is_empty(self._path)):
                raise PolicyError(f"{self._path} is there already", hint=GIVE_OTHER)
            self._making.mkdir(mode=0o700)
            (self._making / FILES).mkdir(mode=0o700)
            self._root = os.open(self._making / FILES, _FOLDER)
        except OSError as error:
            raise InputError(f"{self._path} cannot be made: {error.strerror}", hint=GIVE_SPACE) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_file()
        os.close(self._root)
        shutil.rmtree(self._making, ignore_errors=True)  # nothing is there any more if it got its name

    def directory(self, path: str, mode: int) -> str:
        """See `Folder.directory`."""
        try:
            folder = self._folder(_steps(path))
        except OSError as error:
            return _why(error)
        try:
            os.fchmod(folder, mode & self._bits | 0o700)
        finally:
            os.close(folder)
        return ""

    def file(self, path: str, mode: int, mtime: int) -> str:
        """See `Folder.file`."""
        self._end_file()
        try:
            *folders, name = _steps(path)
            folder = self._folder(folders)
            try:
                self._open_file = os.open(name, _FILE, mode=0o600, dir_fd=folder)
            finally:
                os.close(folder)
        except (OSError, ValueError) as error:
            return _why(error)
        os.fchmod(self._open_file, mode & self._bits | 0o600)
        self._mtime = mtime
        return ""

    def write(self, data: bytes) -> None:
        """See `Folder.write`.

        Raises:
            InputError: The disk is full.
        """
        rest = memoryview(data if self._open_file >= 0 else b"")
        try:
            while rest:
                rest = rest[os.write(self._open_file, rest) :]
        except OSError as error:
            raise InputError(f"{self._path} cannot be filled: {error.strerror}", hint=GIVE_SPACE) from error

    def link(self, path: str, target: str) -> str:
        """See `Folder.link`."""
        try:
            *folders, name = _steps(path)
            folder = self._folder(folders)
            try:
                os.symlink(target, name, dir_fd=folder)
            finally:
                os.close(folder)
        except (OSError, ValueError) as error:
            return _why(error)
        return ""

    def commit(self, manifest: bytes) -> None:
        """See `Folder.commit`.

        Raises:
            InputError: It cannot be had there.
        """
        self._end_file()
        try:
            (self._making / MANIFEST).write_bytes(manifest)
            self._making.chmod(0o755)
            self._making.rename(self._path)  # over an empty folder, too; over no other
        except OSError as error:
            raise InputError(f"{self._path} cannot be made: {error.strerror}", hint=GIVE_SPACE) from error

    def _folder(self, steps: list[str]) -> int:
        """A descriptor of a folder, made where it is missing."""
        at = os.dup(self._root)
        for step in steps:
            try:
                with suppress(FileExistsError):
                    os.mkdir(step, 0o700, dir_fd=at)
                below = os.open(step, _FOLDER, dir_fd=at)
            finally:
                os.close(at)
            at = below
        return at

    def _end_file(self) -> None:
        if self._open_file >= 0:
            with suppress(OSError, OverflowError):  # a time that this file system cannot hold
                os.utime(self._open_file, (self._mtime, self._mtime))
            os.close(self._open_file)
            self._open_file = -1


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _steps(path: str) -> list[str]:
    """The steps of an absolute path.

    Raises:
        OSError: One of them is no name, or could lead elsewhere.
    """
    steps = path.split("/")[1:] if path != "/" else []
    strange = [step for step in steps if step in ("", ".", "..") or "\0" in step]
    if strange or not path.startswith("/") or len(steps) > MAX_DEPTH:
        raise OSError(0, "it is no path that could be made")
    return steps


def _why(error: Exception) -> str:
    return (
        error.strerror
        if isinstance(error, OSError) and error.strerror
        else "it has no name that could be made"
    )
