"""Statements that are filed in the workspace: each document as it came, under its digest.

The user's own lie in one folder, everybody else's in another. Deleting a file takes its statements back.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from roadworthy.model.errors import SourceError

FOLDER: Final = "statements"
OWN, OTHERS = "own", "others"
MAX_BYTES: Final = 64 * 1024 * 1024
OTHER_PLACE: Final = "Give another folder with --workspace, or see to its permissions."


class StatementFiles:
    """The documents in a workspace.

    Args:
        workspace: Its folder. What is missing is made, for its owner only, when something is filed.
    """

    def __init__(self, workspace: Path) -> None:
        self._folder = workspace / FOLDER

    def put(self, data: bytes, *, own: bool) -> str:
        """File a document, whole or not at all; the same one twice is one. Returns where.

        Raises:
            SourceError: The workspace cannot be used.
        """
        folder = self._folder / (OWN if own else OTHERS)
        path = folder / f"{hashlib.sha256(data).hexdigest()}.json"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=folder, prefix=".", delete=False) as beside:
                beside.write(data)
                beside.flush()
                os.fsync(beside.fileno())
            Path(beside.name).replace(path)
            other = self._folder / (OTHERS if own else OWN) / path.name
            other.unlink(missing_ok=True)  # it was filed as somebody else's before
        except OSError as error:
            raise SourceError(f"{folder} cannot be used: {error.strerror}", hint=OTHER_PLACE) from error
        return str(path)

    def documents(self) -> Iterator[tuple[str, bytes, bool]]:
        """Path, bytes and whether it is the user's own; by path.

        Raises:
            SourceError: One cannot be read, or is too large.
        """
        for kind in (OTHERS, OWN):
            for path in sorted((self._folder / kind).glob("*.json")):
                try:
                    if path.stat().st_size > MAX_BYTES:
                        raise SourceError(f"{path} is too large", hint="Delete it.")
                    yield str(path), path.read_bytes(), kind == OWN
                except OSError as error:
                    raise SourceError(f"{path} cannot be read: {error.strerror}", hint=OTHER_PLACE) from error
