"""lzop by the real program where it is installed, and by hand for what breaks."""

import random
import shutil
import struct
import subprocess
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lzallright import LZOCompressor

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats.lzop import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource

MAGIC = b"\x89LZO\0\r\n\x1a\n"
ADLER_PLAIN, ADLER_PACKED, EXTRA, CRC_PLAIN, CRC_PACKED, FILTER, CRC_HEADER = 1, 2, 64, 256, 512, 2048, 4096
BLOCK = 256 * 1024
NOISE = random.Random(5).randbytes(BLOCK)  # noqa: S311 -- the same noise in every run
PLAIN = b"".join(b"line %d of a payload that packs well\n" % number for number in range(20_000)) + NOISE


def header(flags: int = ADLER_PLAIN, *, method: int = 1, version: int = 0x1040, distance: int = 0) -> bytes:
    fields = struct.pack(">3H2BI", version, 0x20A0, 0x0940, method, 5, flags | (FILTER if distance else 0))
    fields += struct.pack(">I", distance) if distance else b""
    fields += struct.pack(">3IB", 0o100644, 1_700_000_000, 0, 6) + b"kernel"
    check = (zlib.crc32 if flags & CRC_HEADER else zlib.adler32)(fields)
    whole = MAGIC + fields + struct.pack(">I", check)
    return whole + (struct.pack(">I", 3) + b"abc" + bytes(4) if flags & EXTRA else b"")


def block(data: bytes, flags: int = ADLER_PLAIN, *, plain: bytes | None = None) -> bytes:
    stored = bytes(LZOCompressor().compress(data))
    stored = stored if len(stored) < len(data) else data
    plain = data if plain is None else plain
    sums = [zlib.adler32(plain)] if flags & ADLER_PLAIN else []
    sums += [zlib.crc32(plain)] if flags & CRC_PLAIN else []
    if len(stored) < len(data):
        sums += [zlib.adler32(stored)] if flags & ADLER_PACKED else []
        sums += [zlib.crc32(stored)] if flags & CRC_PACKED else []
    return struct.pack(f">{2 + len(sums)}I", len(data), len(stored), *sums) + stored


def packed(data: bytes = PLAIN, flags: int = ADLER_PLAIN) -> bytes:
    blocks = (block(data[at : at + BLOCK], flags) for at in range(0, len(data), BLOCK))
    return header(flags) + b"".join(blocks) + bytes(4)


def content(data: bytes) -> bytes:
    (part,) = FORMAT.open(BytesSource(data)).parts
    assert (part.name, part.offset) == ("payload", None)
    return part.source.read(0, part.source.size)


FLAGS = [
    0,
    ADLER_PLAIN,
    ADLER_PLAIN | ADLER_PACKED,
    CRC_PLAIN | CRC_PACKED | CRC_HEADER,
    ADLER_PLAIN | CRC_PLAIN | ADLER_PACKED | CRC_PACKED | EXTRA,
]


@pytest.mark.parametrize("flags", FLAGS)
def test_the_content_is_the_one_part_and_the_end_is_exact(flags: int) -> None:
    data = packed(flags=flags)
    found = FORMAT.open(BytesSource(data + b"\0\0behind"))
    assert found.size == len(data)
    assert dict(found.facts) == {
        "version": "0x1040",
        "method": "LZO1X-1",
        "name": "kernel",
        "made": "2023-11-14T22:13:20+00:00",
        "unpacked": f"{len(PLAIN)} bytes",
    }
    assert content(data) == PLAIN


OPTIONS = [
    "",
    "-1",
    "-9",
    "--crc32",
    "-F",
    "-CC",
    "-CC --crc32",
    "--filter=1",
    "-9 --filter=7",
    "--filter=16",
]


@pytest.mark.parametrize("options", OPTIONS)
def test_what_lzop_packs_comes_out(options: str, tmp_path: Path) -> None:
    program = shutil.which("lzop")
    if program is None:
        pytest.skip("NO lzop: install lzop")
    plain, archive = tmp_path / "plain", tmp_path / "archive"
    plain.write_bytes(PLAIN)
    subprocess.run([program, *options.split(), "-o", archive, plain], check=True)  # noqa: S603 -- a fixed program
    data = archive.read_bytes()
    found = FORMAT.open(BytesSource(data + b"behind"))
    assert (found.size, found.facts["name"]) == (len(data), "plain")
    assert content(data) == PLAIN


def test_members_in_a_row_count_as_one() -> None:
    data = packed(b"first") + packed(b"second " * 100, CRC_PLAIN)
    assert FORMAT.open(BytesSource(data + MAGIC + bytes(50))).size == len(data)
    assert content(data) == b"first" + b"second " * 100


def test_a_kernel_in_a_uboot_image_is_looked_into(formats: dict[str, Format]) -> None:
    data = packed()
    fields = struct.pack(">5I4B32s", 0, len(data), 0, 0, zlib.crc32(data), 5, 2, 2, 4, b"Linux")
    check = zlib.crc32(b"\x27\x05\x19\x56" + bytes(4) + fields)
    image = b"\x27\x05\x19\x56" + struct.pack(">I", check) + fields + data
    found = open_image("image", BytesSource(image), formats)
    assert [region.format for region in found.regions][:2] == ["uimage", "lzop"]
    assert [each.source.read(0, 1 << 24) for each in found.payloads] == [PLAIN]


def swapped(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


START = len(header())
REFUSED = {
    "old": header(version=0x0900),
    "method": header(method=0x80),
    "checksum of the header": swapped(packed(), 12, b"\x55"),
    "empty": header() + bytes(4),
    "magic only": MAGIC,
}
BROKEN = {
    "split": (header() + b"\xff" * 4 + bytes(100), "no block at"),
    "longer than its content": (header() + struct.pack(">3I", 9, 10, 0) + bytes(10), "no block at"),
    "stored as nothing": (header() + struct.pack(">3I", 9, 0, 0), "no block at"),
    "huge block": (header() + struct.pack(">2I", 2**31, 9), "no block at"),
    "checksum": (swapped(packed(), START + 8, bytes(4)), "checksum of the block"),
    "checksum of what is packed": (
        header(ADLER_PACKED) + swapped(block(bytes(900), ADLER_PACKED), 8, bytes(4)) + bytes(4),
        "checksum of the block",
    ),
    "no LZO": (header(0) + struct.pack(">2I", 1000, 4) + b"\xff" * 4, "no LZO stream"),
    "shorter": (header(0) + struct.pack(">I", 999) + block(bytes(900), 0)[4:], "instead of 999"),
    "filter": (header(distance=17) + bytes(4), "filter 17"),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_only_looks_like_one_is_another_format(data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(data))


@pytest.mark.parametrize(("data", "said"), BROKEN.values(), ids=BROKEN)
def test_what_does_not_add_up_is_damage(data: bytes, said: str) -> None:
    with pytest.raises(Damaged, match=said):
        FORMAT.open(BytesSource(data))


def test_a_cut_file_is_refused_at_every_length() -> None:
    data = packed(b"some content " * 30, ADLER_PLAIN | ADLER_PACKED | EXTRA)
    for length in range(len(data)):
        with pytest.raises((Damaged, NotThisFormat)):
            FORMAT.open(BytesSource(data[:length]))
    assert content(data) == b"some content " * 30


def test_bombs_are_refused_in_time() -> None:
    started = time.process_time()
    zeros = block(bytes(BLOCK), 0)
    with pytest.raises(Damaged, match="more than 134217728 bytes"):
        FORMAT.open(BytesSource(header(0) + zeros * 600))
    with pytest.raises(Damaged, match="went through a filter"):
        FORMAT.open(BytesSource(header(0, distance=1) + zeros * 600))
    assert time.process_time() - started < 6


@given(data=st.binary(max_size=300), flags=st.sampled_from(FLAGS), distance=st.integers(0, 20))
def test_random_bytes_behind_a_header_break_nothing(data: bytes, flags: int, distance: int) -> None:
    try:
        FORMAT.open(BytesSource(header(flags, distance=distance) + data))
    except (Damaged, NotThisFormat):
        return


@given(at=st.integers(0, 10**6), value=st.integers(0, 255))
def test_a_damaged_file_is_refused_or_whole(at: int, value: int) -> None:
    plain = b"some content " * 30
    data = packed(plain, ADLER_PLAIN | ADLER_PACKED)
    at %= len(data)
    try:
        found = content(swapped(data, at, bytes([value])))
    except (Damaged, NotThisFormat):
        return
    assert found == plain
