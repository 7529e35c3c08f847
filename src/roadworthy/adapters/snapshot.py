"""The facts that come with Roadworthy: a small database of advisories for software met in firmware."""

from functools import cache
from importlib import resources
from typing import Final

import zstandard

from roadworthy.adapters.advisory_store import PackagedStore

PACKAGE: Final = "roadworthy.vulnerability"
FILE: Final = "snapshot.sqlite.zst"
MAX_BYTES: Final = 256 * 1024 * 1024


@cache
def packaged() -> tuple[PackagedStore, ...]:
    """The store, or none where this installation has no such file."""
    file = resources.files(PACKAGE).joinpath(FILE)
    if not file.is_file():
        return ()
    image = zstandard.ZstdDecompressor().decompress(file.read_bytes(), max_output_size=MAX_BYTES)
    return (PackagedStore(image),)
