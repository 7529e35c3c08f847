"""Compressors of SquashFS: bytes in, bytes out, never more than the format allows.

A compressor is added with one line in `COMPRESSORS`, a maker's own way of packing with one in `UNNAMED`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.inspection.formats._unpack import (
    unpack_bare_lzma,
    unpack_lz4,
    unpack_lzma,
    unpack_lzo,
    unpack_short_lzma,
    unpack_xz,
    unpack_zlib,
    unpack_zstd,
)


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
