"""Where images lie: files, folders full of them, and unpacked root trees."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from roadworthy.model.errors import InputError

GIVE_IMAGES = (
    "Give images, folders with images directly in them, or an unpacked root tree (etc/ and bin/ or usr/)."
)


def is_root_tree(path: Path) -> bool:
    """Whether a folder is the root of an unpacked file system: it has ``etc`` and ``bin`` or ``usr``."""
    return (path / "etc").is_dir() and ((path / "bin").is_dir() or (path / "usr").is_dir())


def is_folder(path: str | None) -> bool:
    """Whether a path means a folder: it is one, or ends like one."""
    return path is not None and (path.endswith(("/", os.sep)) or Path(path).is_dir())


def expand(given: Iterable[str]) -> tuple[str, ...]:
    """The images that are meant, in the order given, each once.

    A folder means the files directly in it, sorted by name, without hidden ones; unless it is a root tree,
    which is one image.

    Raises:
        InputError: There is none in a folder, or it cannot be read.
    """
    return tuple(dict.fromkeys(each for path in given for each in _meant(path)))


def _meant(given: str) -> Iterator[str]:
    path = Path(given)
    if not path.is_dir() or is_root_tree(path):
        yield given
        return
    try:
        files = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    except OSError as error:
        raise InputError(f"{given} cannot be read: {error.strerror}", hint=GIVE_IMAGES) from error
    if not files:
        raise InputError(f"there is no image in the folder {given}", hint=GIVE_IMAGES)
    yield from map(str, files)
