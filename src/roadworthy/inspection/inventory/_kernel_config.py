"""The configuration inside a kernel, whole."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAX_CONFIG: Final = 4 * 1024 * 1024
_MARK, _MARK_END = b"IKCFG_ST", b"IKCFG_ED"
_LINE = re.compile(r"^(?:CONFIG_(\w{1,80})=(.{1,200})|# CONFIG_(\w{1,80}) is not set)$", re.MULTILINE)
_GZIP = 31  # zlib: gzip header and trailer, largest window
_LEAST: Final = 100  # a kernel has thousands of options; fewer were cut


@dataclass(frozen=True, slots=True)
class Options:
    """What a configuration says.

    Args:
        offset: Where its compressed text begins.
        values: Each option that it names, without ``CONFIG_``: ``y``, ``m``, a value, or ``n``.
    """

    offset: int
    values: Mapping[str, str]


def options_in(data: bytes) -> Options | None:
    """The configuration inside a kernel; None where there is none, or where it is not whole."""
    at = data.find(_MARK)
    end = data.find(_MARK_END, at)
    if at < 0 or end < 0:
        return None
    unpacker = zlib.decompressobj(_GZIP)
    try:
        text = unpacker.decompress(data[at + len(_MARK) : end], MAX_CONFIG)
    except zlib.error:
        return None
    if not unpacker.eof:
        return None
    values = {
        on or off: value if on else "n" for on, value, off in _LINE.findall(text.decode("ascii", "replace"))
    }
    return Options(at + len(_MARK), values) if len(values) >= _LEAST else None
