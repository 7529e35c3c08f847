"""Output: bytes to a file, whole or not at all; or to standard output."""

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

from roadworthy.model.errors import InputError

STDOUT = "-"
ELSEWHERE = "Give another path, in a folder that you may write to and that has space left."


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


def _to_stdout(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Python flushes once more when it ends; that must not fail again (docs of signal, "Note on SIGPIPE").
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
