"""Compressors of SquashFS: bytes in, bytes out, never more than the format allows.

A compressor is added with one line in `COMPRESSORS`; `MISSING` names those that are not there yet.
"""

import lzma
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.inspection.format import Damaged

DICTIONARY_LIMIT = (
    96 * 1024 * 1024
)  # memory for a decoder; block and dictionary are 1 MiB at most by the book


@dataclass(frozen=True, slots=True)
class Compressor:
    """One way to pack blocks.

    Args:
        name: What mksquashfs calls it.
        unpack: Gets a block and the most bytes it may become. May give one byte more than that, not two.
    """

    name: str
    unpack: Callable[[bytes, int], bytes]


def unpack_zlib(data: bytes, limit: int) -> bytes:
    """A zlib stream (RFC 1950)."""
    try:
        return zlib.decompressobj().decompress(data, limit + 1)
    except zlib.error as error:
        raise Damaged(f"a block is no zlib stream: {error}") from error


def unpack_xz(data: bytes, limit: int) -> bytes:
    """A .xz stream, branch filters included."""
    return _unpack_lzma(data, limit, lzma.FORMAT_XZ)


def unpack_lzma(data: bytes, limit: int) -> bytes:
    """A .lzma stream: properties, dictionary size and length stand before each block."""
    return _unpack_lzma(data, limit, lzma.FORMAT_ALONE)


def _unpack_lzma(data: bytes, limit: int, container: int) -> bytes:
    try:
        return lzma.LZMADecompressor(container, DICTIONARY_LIMIT).decompress(data, limit + 1)
    except lzma.LZMAError as error:
        raise Damaged(f"a block is no LZMA stream: {error}") from error


COMPRESSORS: Final[Mapping[int, Compressor]] = {  # ids: squashfs_fs.h, *_COMPRESSION
    1: Compressor("gzip", unpack_zlib),
    2: Compressor("lzma", unpack_lzma),
    4: Compressor("xz", unpack_xz),
}
MISSING: Final[Mapping[int, str]] = {3: "lzo", 5: "lz4", 6: "zstd"}
