"""Output: bytes to a file, whole or not at all; or to standard output."""

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from roadworthy.model.errors import InputError, PolicyError

STDOUT = "-"
ELSEWHERE = "Give another path, in a folder that you may write to and that has space left."
NOT_THE_INPUT = "Give --output another path: nothing that is read is overwritten."


def write(data: bytes, path: str | None) -> None:
    """Write some bytes.

    A file is replaced in one step, after the disk has the new bytes: whoever looks sees the old file or the
    new one, never half of one. Its mode stays. A device or pipe is written to as it is.

    Args:
        data: The bytes.
        path: Where to; standard output if it is None or ``-``. A reader there who stops reading is no error.

    Raises:
        InputError: It cannot be written there; what was there before is untouched.
    """
    if path is None or path == STDOUT:
        _to_stdout(data)
        return
    try:
        _to_file(data, Path(path).resolve())
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}", hint=ELSEWHERE) from error


def spare(inputs: Iterable[str], outputs: Iterable[str | None]) -> None:
    """Make sure that no output would replace what is read, under whatever name. Call it before the work.

    Args:
        inputs: Paths of the files to be read, and of those to be made on the way.
        outputs: As for `write`.

    Raises:
        PolicyError: One would.
    """
    read = {mark: path for path in inputs if path != STDOUT for mark in _marks(path)}
    for path in outputs:
        if path is None or path == STDOUT or _is_special(path):
            continue
        for mark in _marks(path):
            if mark in read:
                raise PolicyError(f"{path} would replace {read[mark]}, which is read", hint=NOT_THE_INPUT)


def _marks(path: str) -> Iterator[str | tuple[int, int]]:
    """What tells a file from others: where it really lies, and its number on the disk if it is there."""
    yield os.path.realpath(path)
    with suppress(OSError):
        found = Path(path).stat()
        yield found.st_dev, found.st_ino


def _is_special(path: str) -> bool:
    """Whether it is a device or a pipe, which nothing replaces."""
    return Path(path).exists() and not Path(path).is_file()


def _to_stdout(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _forget_stdout()
    except OSError as error:
        _forget_stdout()
        raise InputError(f"stdout cannot be written: {error.strerror}", hint=ELSEWHERE) from error


def _forget_stdout() -> None:
    """Python flushes once more when it ends; that must not fail again (signal's docs, "Note on SIGPIPE")."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _to_file(data: bytes, path: Path) -> None:
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    mode = path.stat().st_mode & 0o7777 if path.exists() else None
    beside = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}.new")
    try:
        _write_through(data, beside)
        if mode is not None:
            beside.chmod(mode)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _write_through(data: bytes, path: Path) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Have the disk keep the new name, too, where the file system can do that."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def make_folder(path: str) -> None:
    """Make a folder, and those it lies in, unless it is there.

    Raises:
        InputError: It cannot be made.
    """
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path} cannot be made a folder: {error.strerror}", hint=ELSEWHERE) from error
