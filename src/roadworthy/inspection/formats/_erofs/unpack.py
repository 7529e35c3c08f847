"""The compressed pieces of EROFS: LZ4, LZMA without its header, deflate, Zstandard."""

from collections.abc import Callable, Mapping
from typing import Final

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._unpack import (
    LZMA_WORST,
    unpack_deflate,
    unpack_lz4,
    unpack_raw_lzma,
    unpack_zstd,
)

LARGER: Final = (1 << 16, 1 << 20, 1 << 22)
"""What is tried for a piece of which the file uses the start only (deduplication)."""
MIN_DICTIONARY, MAX_DICTIONARY = 4096, 8 << 20  # Linux, fs/erofs/decompressor_lzma.c
MATCH, LAST, RUN = 4, 15, 255  # LZ4 block format: shortest match, and what says that a length goes on


def unpack(method: int, data: bytes, size: int, *, padded: bool) -> bytes:
    """The first `size` bytes of a piece.

    Args:
        method: Number of the algorithm (Linux, Z_EROFS_COMPRESSION_…).
        data: Its compressed bytes, whole blocks of them.
        size: How many bytes of the file it stands for.
        padded: Whether the compressed bytes stand at the end of `data`, behind zeros.

    Raises:
        Damaged: The algorithm is unknown, or the bytes are not of it.
    """
    if method not in METHODS:
        raise Damaged(f"the compression {method} is unknown")
    if method == 0 and not padded:
        return _lz4_start(data, size)
    data = data.lstrip(b"\0")
    unpacked = _unpacked(METHODS[method], data, size)
    if len(unpacked) < size:
        raise Damaged(f"a piece has {len(unpacked)} bytes and should have {size}")
    return unpacked[:size]


def _unpacked(method: Callable[[bytes, int], bytes], data: bytes, size: int) -> bytes:
    try:
        return method(data, size)
    except Damaged:
        for limit in LARGER:
            if limit > size:
                try:
                    return method(data, limit)
                except Damaged:
                    continue
        raise


def _micro_lzma(data: bytes, limit: int) -> bytes:
    """LZMA whose first byte, always zero, holds the properties instead, turned over (XZ for MicroLZMA)."""
    properties = data[0] ^ 0xFF if data else LZMA_WORST
    if properties >= LZMA_WORST:
        raise Damaged("a piece is no LZMA stream")
    rest, lc = divmod(properties, 9)
    pb, lp = divmod(rest, 5)
    dictionary = min(max(limit, MIN_DICTIONARY), MAX_DICTIONARY)  # a piece refers to itself only
    return unpack_raw_lzma(b"\0" + data[1:], limit, lc=lc, lp=lp, pb=pb, dictionary=dictionary)


def _lz4_start(data: bytes, size: int) -> bytes:
    """The first bytes of an LZ4 block with anything behind it, as images for Linux 5.3 and before have it."""
    out, at = bytearray(), 0
    try:
        while len(out) < size:
            token = data[at]
            literals, at = _length(data, at + 1, token >> 4)
            out += data[at : at + min(literals, size - len(out))]
            at += literals
            if len(out) >= size:
                break
            back = data[at] | data[at + 1] << 8
            match, at = _length(data, at + 2, token & LAST)
            match = min(match + MATCH, size - len(out))
            if not 0 < back <= len(out):
                raise Damaged("a block is no LZ4 block")
            pattern = bytes(out[-back:])
            out += (pattern * (match // back + 1))[:match]
    except IndexError:
        raise Damaged("a block is no LZ4 block") from None
    return bytes(out)


def _length(data: bytes, at: int, length: int) -> tuple[int, int]:
    if length == LAST:
        while data[at] == RUN:
            length += RUN
            at += 1
        length += data[at]
        at += 1
    return length, at


METHODS: Final[Mapping[int, Callable[[bytes, int], bytes]]] = {
    0: unpack_lz4,
    1: _micro_lzma,
    2: unpack_deflate,
    3: unpack_zstd,
}
