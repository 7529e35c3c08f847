"""The decompressors of blocks: what they unpack, and that none of them swells past its bound."""

import lzma
import tracemalloc
import zlib
from collections.abc import Callable

import lz4.block
import pytest
import zstandard
from lzallright import LZOCompressor

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats import _unpack

Unpack = Callable[[bytes, int], bytes]
MEBIBYTE = 1024 * 1024


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def lz4_packed(data: bytes) -> bytes:
    return bytes(lz4.block.compress(data, store_size=False))


def raw_lzma(data: bytes) -> bytes:
    return lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "preset": 0}])


KINDS = [
    (zlib.compress, _unpack.unpack_zlib),
    (deflated, _unpack.unpack_deflate),
    (lambda data: lzma.compress(data, preset=0), _unpack.unpack_xz),
    (lambda data: lzma.compress(data, lzma.FORMAT_ALONE, preset=0), _unpack.unpack_lzma),
    (lambda data: b"\x5d\0\0\x10\0" + raw_lzma(data), _unpack.unpack_short_lzma),
    (raw_lzma, _unpack.unpack_bare_lzma),
    (lambda data: LZOCompressor().compress(data), _unpack.unpack_lzo),
    (lz4_packed, _unpack.unpack_lz4),
    (zstandard.compress, _unpack.unpack_zstd),
]
NAMES = [unpack.__name__ for _, unpack in KINDS]


@pytest.mark.parametrize(("pack", "unpack"), KINDS, ids=NAMES)
def test_what_was_packed_comes_out(pack: Callable[[bytes], bytes], unpack: Unpack) -> None:
    data = b"The quick brown fox jumps over the lazy dog. " * 100
    assert unpack(pack(data), len(data)) == data


@pytest.mark.parametrize(("pack", "unpack"), KINDS, ids=NAMES)
def test_a_bomb_does_not_go_off(pack: Callable[[bytes], bytes], unpack: Unpack) -> None:
    bomb = pack(bytes(16 * MEBIBYTE))
    tracemalloc.start()
    try:
        swollen = unpack(bomb, 4096)
    except Damaged:
        swollen = b""
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(swollen) <= 4097
    assert peak < 4 * MEBIBYTE


@pytest.mark.parametrize("unpack", [unpack for _, unpack in KINDS], ids=NAMES)
@pytest.mark.parametrize("junk", [b"", b"\xff" * 40, bytes(40), b"\x5d\0\0\x10\0"])
def test_junk_is_damage_or_nothing(unpack: Unpack, junk: bytes) -> None:
    try:
        unpacked = unpack(junk, 100)
    except Damaged:
        return
    assert len(unpacked) <= 101


def test_an_lzo_stream_made_to_swell_is_not_tried() -> None:
    bomb = b"\x15abcd\x20" + bytes(900_000) + b"\1\0\0\x11\0\0"  # one match, 255 longer with each zero
    with pytest.raises(Damaged, match="made to swell"):
        _unpack.unpack_lzo(bomb, MEBIBYTE)
