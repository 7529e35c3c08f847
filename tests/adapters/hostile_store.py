"""Work on a workspace in another process. Imported by the worker process in tests."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from roadworthy.adapters.workspace import Workspace
from roadworthy.codecs.envelope import decode
from roadworthy.model.errors import RoadworthyError


def encode(item: str) -> bytes:
    return item.encode()


def use(folder: Path, data: bytes) -> Iterator[str]:
    """List and put where nothing can be written."""
    workspace = Workspace(folder)
    for deed in (workspace.list, partial(workspace.put, replace(decode(data), body={"new": True}))):
        try:
            yield str(deed())
        except RoadworthyError as error:
            yield f"{type(error).__name__}: {error}\n{error.hint}"
