"""Documents that the user names: small files, read whole."""

import sys
from pathlib import Path

from roadworthy.model.errors import InputError

STDIN = "-"
LOOK_AT = 64
MAX_PAPERS = 1000
GIVE_FILE = "Give the path of a file that you may read, or - for standard input."
TOO_LARGE = "This is not the file that is meant; give another."


def read(path: str, *, limit: int) -> bytes:
    """The bytes of a file, or of standard input if the path is ``-``.

    Raises:
        InputError: It cannot be read, or has more than `limit` bytes.
    """
    try:
        if path == STDIN:
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(limit + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint=GIVE_FILE) from error
    if len(data) > limit:
        raise InputError(f"{path} has more than {limit} bytes", hint=TOO_LARGE)
    return data


def papers(path: str, *, limit: int) -> dict[str, bytes]:
    """The Markdown files in a folder and below, by their path in it; none where the path is no folder.

    Raises:
        InputError: One cannot be read, there are more than `MAX_PAPERS`, or one has more than `limit` bytes.
    """
    folder = Path(path)
    if path == STDIN or not folder.is_dir() or (folder / "etc").is_dir():  # an unpacked image has papers too
        return {}
    found = sorted(each for each in folder.rglob("*.md") if each.is_file())
    if len(found) > MAX_PAPERS:
        raise InputError(f"{path} has more than {MAX_PAPERS} files", hint=TOO_LARGE)
    return {each.relative_to(folder).as_posix(): read(str(each), limit=limit) for each in found}


def starts_with(path: str, beginning: bytes) -> bool:
    """Whether a file starts with some bytes, blanks passed over. Standard input is not looked at: it does.

    A folder starts with nothing.

    Raises:
        InputError: It cannot be read.
    """
    if path != STDIN and Path(path).is_dir():
        return False
    return path == STDIN or _head(path).lstrip().startswith(beginning)


def _head(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(LOOK_AT)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint=GIVE_FILE) from error
