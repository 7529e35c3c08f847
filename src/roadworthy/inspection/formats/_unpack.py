"""Decompressors of blocks for file systems: bytes in, bytes out, never without a bound.

Each gets a block and the most bytes that it may become. What comes back may be longer, for the caller to
judge.
"""

import lzma
import zlib

import lz4.block
import zstandard
from lzallright import LZOCompressor, LZOError

from roadworthy.inspection.format import Damaged

# Memory for a decoder; dictionaries in firmware are 1 MiB at most by the book.
DICTIONARY_LIMIT = 96 * 1024 * 1024
MAX_SWOLLEN = 128 * 1024 * 1024
LZMA_PROPERTIES = 5  # bytes: lc, lp and pb in one, then the size of the dictionary
LZMA_WORST = 9 * 5 * 5  # values of the first of them


def unpack_zlib(data: bytes, limit: int) -> bytes:
    """A zlib stream (RFC 1950)."""
    try:
        return zlib.decompressobj().decompress(data, limit + 1)
    except zlib.error as error:
        raise Damaged(f"a block is no zlib stream: {error}") from error


def unpack_deflate(data: bytes, limit: int) -> bytes:
    """A bare deflate stream (RFC 1951)."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, limit + 1)
    except zlib.error as error:
        raise Damaged(f"a block is no deflate stream: {error}") from error


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
    return unpack_raw_lzma(data[LZMA_PROPERTIES:], limit, lc=lc, lp=lp, pb=pb)


def unpack_bare_lzma(data: bytes, limit: int) -> bytes:
    """LZMA with nothing before it; the properties are those of the first LZMA SDK."""
    return unpack_raw_lzma(data, limit, lc=3, lp=0, pb=2)


def unpack_raw_lzma(
    data: bytes, limit: int, *, lc: int, lp: int, pb: int, dictionary: int = 1 << 20
) -> bytes:
    """LZMA with nothing before it, of given properties."""
    chain = [{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": dictionary}]
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
    """An LZO1X stream. The library knows no bound, so what could swell too far is not even tried."""
    if len(data) > limit:
        raise Damaged(f"a block of {len(data)} bytes is longer than its content may be")
    if (
        72 * len(data) + 255 * data.count(0) > MAX_SWOLLEN
    ):  # zeros lengthen a match by 255, four bytes make 288
        raise Damaged(f"a block of {len(data)} bytes is made to swell")
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
