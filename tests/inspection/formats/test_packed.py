"""gzip, xz, LZMA, bzip2 and Zstandard: what they unpack, where they end, and what they leave alone."""

import bz2
import gzip
import lzma
import os
import random
import struct
import time
from collections.abc import Callable
from contextlib import suppress

import lz4.block
import lz4.frame
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats import bzip2 as bzip2_format
from roadworthy.inspection.formats import gzip as gzip_format
from roadworthy.inspection.formats import lz4 as lz4_format
from roadworthy.inspection.formats import lzma_alone, xz, zstd
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource

PLAIN = b"".join(b"line %d of a payload that packs well\n" % number for number in range(2000))


def alone(data: bytes) -> bytes:
    """As the LZMA utilities pack a file: with its length in the header, and no mark at the end."""
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 23}]
    raw = lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    return b"\x5d" + struct.pack("<IQ", 1 << 23, len(data)) + raw


def marked(data: bytes) -> bytes:
    return lzma.compress(data, lzma.FORMAT_ALONE)


def streamed(data: bytes) -> bytes:
    """A Zstandard frame that does not say how long its content is."""
    packer = zstandard.ZstdCompressor(write_checksum=True).compressobj()
    return packer.compress(data) + packer.flush()


def legacy(data: bytes) -> bytes:
    """As ``lz4 -l`` packs a kernel: blocks of 8 MiB with their lengths before them."""
    blocks = (
        lz4.block.compress(data[at : at + 2**23], mode="high_compression", store_size=False)
        for at in range(0, len(data), 2**23)
    )
    return b"\x02\x21\x4c\x18" + b"".join(struct.pack("<I", len(block)) + block for block in blocks)


Case = tuple[Format, Callable[[bytes], bytes]]
PACKED: dict[str, Case] = {
    "gzip": (gzip_format.FORMAT, gzip.compress),
    "bzip2": (bzip2_format.FORMAT, bz2.compress),
    "xz": (xz.FORMAT, lzma.compress),
    "lzma": (lzma_alone.FORMAT, alone),
    "lzma, end marked": (lzma_alone.FORMAT, marked),
    "zstd": (zstd.FORMAT, zstandard.compress),
    "zstd, no length": (zstd.FORMAT, streamed),
    "lz4": (lz4_format.FORMAT, lz4.frame.compress),
    "lz4, legacy": (lz4_format.FORMAT, legacy),
}
NOISE = random.Random(7).randbytes(4 * 2**20)  # noqa: S311 -- the same noise in every run


@pytest.fixture(params=list(PACKED.values()), ids=list(PACKED))
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


def test_the_content_is_the_one_part_and_the_end_is_exact(case: Case) -> None:
    packing, pack = case
    stream = pack(PLAIN)
    opened = packing.open(BytesSource(stream + b"\0behind"))
    (part,) = opened.parts
    assert (opened.size, part.offset, part.opaque) == (len(stream), None, True)
    assert part.source.read(0, len(PLAIN) + 1) == PLAIN
    assert opened.facts["unpacked"] == f"{len(PLAIN)} bytes"


def test_content_that_looks_packed_again_may_hide_a_file_system(case: Case) -> None:
    packing, pack = case
    (part,) = packing.open(BytesSource(pack(os.urandom(100_000)))).parts
    assert not part.opaque


def test_a_stream_that_breaks_off_is_damage(case: Case) -> None:
    packing, pack = case
    stream = pack(NOISE[:300_000])
    # without its last block, nothing says where a Zstandard frame ends, nor that a legacy one of LZ4 is one
    unsaid = packing is zstd.FORMAT or pack is legacy
    said = NotThisFormat if unsaid else Damaged
    with pytest.raises(said):
        packing.open(BytesSource(stream[:-20_000]))


def test_a_bomb_is_refused_in_time(case: Case) -> None:
    packing, pack = case
    bomb = pack(bytes(130 * 2**20))
    before = time.process_time()
    with pytest.raises((Damaged, NotThisFormat), match=r"more than 134217728 bytes|is not likely"):
        packing.open(BytesSource(bomb))
    assert time.process_time() - before < 5


def test_it_is_found_behind_other_bytes(case: Case) -> None:
    packing, pack = case
    image = open_image("x", BytesSource(b"\1" * 999 + pack(PLAIN)), {"packed": packing})
    assert [(region.format, region.offset, region.size) for region in image.regions][-1] == (
        "",
        None,
        len(PLAIN),
    )


@given(data=st.data())
def test_no_flipped_byte_raises_anything_else(data: st.DataObject) -> None:
    packing, pack = data.draw(st.sampled_from(list(PACKED.values())))
    stream = bytearray(pack(PLAIN[:9000]))
    for at in data.draw(st.lists(st.integers(0, len(stream) - 1), min_size=1, max_size=4)):
        stream[at] = data.draw(st.integers(0, 255))
    with suppress(NotThisFormat, Damaged):
        packing.open(BytesSource(bytes(stream)))


def test_chance_costs_next_to_nothing() -> None:
    hits = b"".join(
        start + NOISE[at : at + 600]
        for at in range(0, 3_000_000, 600)
        for start in (
            b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
            b"\x5d\0\0\x80\0\0\0\x10\0\0\0\0\0\0",
            b"BZh91AY&SY",
            zstd.MAGIC,
        )
    )
    formats = {str(number): packing for number, (packing, _) in enumerate(PACKED.values())}
    before = time.process_time()
    image = open_image("x", BytesSource(hits), formats)
    assert [region.format for region in image.regions] == [""]
    assert time.process_time() - before < 10


@pytest.mark.parametrize(
    ("packing", "start"),
    [
        (gzip_format.FORMAT, b"\x1f\x8b\x08\xe0" + bytes(20)),
        (gzip_format.FORMAT, b"\x1f\x8b\x08"),
        (bzip2_format.FORMAT, b"BZh01AY&SY" + bytes(20)),
        (xz.FORMAT, b"\xfd7zXZ\0" + bytes(20)),
        (xz.FORMAT, b"\xfd7zXZ\0"),
        (lzma_alone.FORMAT, b"\x5d\0\0\x80\0" + b"\xff" * 8 + b"\1" + bytes(20)),
        (lzma_alone.FORMAT, b"\x5d\0\0\x81\0" + b"\xff" * 8 + bytes(20)),
        (lzma_alone.FORMAT, b"\x5d\0\0\x80\0" + bytes(20)),
        (lzma_alone.FORMAT, b"\x5d\0\0"),
        (zstd.FORMAT, zstd.MAGIC + b"\x08" + bytes(20)),
        (zstd.FORMAT, zstd.MAGIC),
        (zstd.FORMAT, zstandard.compress(b"")),
    ],
)
def test_what_only_looks_like_it_is_something_else(packing: Format, start: bytes) -> None:
    with pytest.raises(NotThisFormat):
        packing.open(BytesSource(start))


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd"])
def test_streams_in_a_row_are_one(name: str) -> None:
    packing, pack = PACKED[name]
    stream = pack(PLAIN[:5000]) + pack(PLAIN[5000:])
    opened = packing.open(BytesSource(stream))
    assert opened.size == len(stream)
    assert opened.parts[0].source.read(0, len(PLAIN)) == PLAIN


def test_what_a_gzip_header_says() -> None:
    header = b"\x1f\x8b\x08\x08" + struct.pack("<I", 1_420_000_000) + b"\x02\x03vmlinux.bin\0"
    facts = gzip_format.FORMAT.open(BytesSource(header + gzip.compress(PLAIN, mtime=0)[10:])).facts
    assert facts["name"] == "vmlinux.bin"
    assert facts["made"] == "2014-12-31T04:26:40+00:00"


def test_a_dictionary_kept_elsewhere_is_said() -> None:
    trained = zstandard.ZstdCompressionDict(PLAIN[:4000], dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    frame = bytearray(zstandard.ZstdCompressor(dict_data=trained).compress(PLAIN))
    frame[4] |= 1  # a dictionary id of one byte
    broken = bytes(frame[:5]) + b"\x07" + bytes(frame[5:])
    with pytest.raises(Damaged):
        zstd.FORMAT.open(BytesSource(broken))


def test_a_packed_file_inside_a_packed_file_is_reached() -> None:
    image = open_image(
        "x", BytesSource(gzip.compress(lzma.compress(PLAIN))), {"gzip": gzip_format.FORMAT, "xz": xz.FORMAT}
    )
    assert image.regions[-1].path == ("gzip@0x0", "payload", "xz@0x0", "payload", "payload@0x0")
