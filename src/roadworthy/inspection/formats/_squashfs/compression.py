"""Compressors of SquashFS: bytes in, bytes out, never more than the format allows.

A compressor is added with one line in `COMPRESSORS`, a maker's own way of packing with one in `UNNAMED`.
"""

import lzma
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import lz4.block
import zstandard
from lzallright import LZOCompressor, LZOError

from roadworthy.inspection.format import Damaged

DICTIONARY_LIMIT = (
    96 * 1024 * 1024
)  # memory for a decoder; block and dictionary are 1 MiB at most by the book
LZMA_PROPERTIES = 5  # bytes: lc, lp and pb in one, then the size of the dictionary
LZMA_WORST = 9 * 5 * 5  # values of the first of them


@dataclass(frozen=True, slots=True)
class Compressor:
    """One way to pack blocks.

    Args:
        name: What mksquashfs calls it.
        unpack: Gets a block and the most bytes it may become. What comes back may be longer than that, for
            the caller to judge, but is bounded.
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
    return _unpack_lzma(data, limit, lzma.LZMADecompressor(lzma.FORMAT_XZ, DICTIONARY_LIMIT))


def unpack_lzma(data: bytes, limit: int) -> bytes:
    """A .lzma stream: properties, dictionary size and length stand before each block."""
    return _unpack_lzma(data, limit, lzma.LZMADecompressor(lzma.FORMAT_ALONE, DICTIONARY_LIMIT))


def unpack_short_lzma(data: bytes, limit: int) -> bytes:
    """A .lzma stream without the length: properties and dictionary size stand before each block."""
    if len(data) <= LZMA_PROPERTIES or data[0] >= LZMA_WORST:
        raise Damaged("a block is no LZMA stream")
    rest, lc = divmod(data[0], 9)
    pb, lp = divmod(rest, 5)
    return _unpack_raw_lzma(data[LZMA_PROPERTIES:], limit, lc, lp, pb)


def unpack_bare_lzma(data: bytes, limit: int) -> bytes:
    """LZMA with nothing before it; the properties are those of the first LZMA SDK."""
    return _unpack_raw_lzma(data, limit, 3, 0, 2)


def _unpack_raw_lzma(data: bytes, limit: int, lc: int, lp: int, pb: int) -> bytes:
    chain = [{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": 1 << 20}]
    try:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
    except lzma.LZMAError as error:
        raise Damaged(f"a block is no LZMA stream: {error}") from error
    return _unpack_lzma(data, limit, decoder)


def _unpack_lzma(data: bytes, limit: int, decoder: lzma.LZMADecompressor) -> bytes:
    try:
        return decoder.decompress(data, limit + 1)
    except lzma.LZMAError as error:
        raise Damaged(f"a block is no LZMA stream: {error}") from error


def unpack_lzo(data: bytes, limit: int) -> bytes:
    """An LZO1X stream. It can swell 255 times at most, and a packed block is no longer than its content."""
    if len(data) > limit:
        raise Damaged(f"a block of {len(data)} bytes is longer than its content may be")
    try:
        return LZOCompressor.decompress(data, limit)
    except LZOError as error:
        raise Damaged(f"a block is no LZO stream: {error}") from error


def unpack_lz4(data: bytes, limit: int) -> bytes:
    """A bare LZ4 block."""
    try:
        return bytes(lz4.block.decompress(data, uncompressed_size=limit + 1))
    except lz4.block.LZ4BlockError as error:
        raise Damaged(f"a block is no LZ4 block: {error}") from error


def unpack_zstd(data: bytes, limit: int) -> bytes:
    """A Zstandard frame (RFC 8878)."""
    try:
        decoder = zstandard.ZstdDecompressor(max_window_size=DICTIONARY_LIMIT).stream_reader(data)
        return decoder.read(limit + 1)
    except zstandard.ZstdError as error:
        raise Damaged(f"a block is no Zstandard frame: {error}") from error


COMPRESSORS: Final[Mapping[int, Compressor]] = {  # ids: squashfs_fs.h, *_COMPRESSION
    1: Compressor("gzip", unpack_zlib),
    2: Compressor("lzma", unpack_lzma),
    3: Compressor("lzo", unpack_lzo),
    4: Compressor("xz", unpack_xz),
    5: Compressor("lz4", unpack_lz4),
    6: Compressor("zstd", unpack_zstd),
}
# Where the superblock names none, or the wrong one: tried in this order. Versions 1 to 3 knew zlib only;
# makers put LZMA in its place without a word.
UNNAMED: Final = (
    COMPRESSORS[1],
    COMPRESSORS[2],
    Compressor("lzma without length", unpack_short_lzma),
    Compressor("lzma without header", unpack_bare_lzma),
    COMPRESSORS[4],
)
