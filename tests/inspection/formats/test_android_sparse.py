"""Android sparse images: by img2simg where it is installed, and by hand for what it never writes."""

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

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats.android_sparse import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource, Source

RAW, FILL, DONT_CARE, CRC32 = 0xCAC1, 0xCAC2, 0xCAC3, 0xCAC4
BLOCK = 4096
NOISE = random.Random(3).randbytes(5 * BLOCK)  # noqa: S311 -- the same noise in every run
Chunk = tuple[int, int, bytes]


def chunk(kind: int, blocks: int, data: bytes = b"") -> bytes:
    return struct.pack("<2H2I", kind, 0, blocks, 12 + len(data)) + data


def image(
    *chunks: Chunk,
    blocks: int | None = None,
    block: int = BLOCK,
    count: int | None = None,
    checksum: int = 0,
    major: int = 1,
) -> bytes:
    blocks = sum(number for _, number, _ in chunks) if blocks is None else blocks
    count = len(chunks) if count is None else count
    head = struct.pack("<I4H4I", 0xED26FF3A, major, 0, 28, 12, block, blocks, count, checksum)
    return head + b"".join(chunk(*each) for each in chunks)


MIXED: tuple[Chunk, ...] = (
    (RAW, 2, NOISE[: 2 * BLOCK]),
    (DONT_CARE, 3, b""),
    (FILL, 2, b"abcd"),
    (RAW, 1, NOISE[2 * BLOCK : 3 * BLOCK]),
    (FILL, 1, bytes(4)),
    (RAW, 0, b""),
    (RAW, 2, NOISE[3 * BLOCK :]),
    (DONT_CARE, 1, b""),
)
PLAIN = b"".join(
    (
        NOISE[: 2 * BLOCK],
        bytes(3 * BLOCK),
        b"abcd" * (2 * BLOCK // 4),
        NOISE[2 * BLOCK : 3 * BLOCK],
        bytes(BLOCK),
        NOISE[3 * BLOCK :],
        bytes(BLOCK),
    )
)


def inside(data: bytes) -> Source:
    (part,) = FORMAT.open(BytesSource(data)).parts
    assert (part.name, part.offset, part.opaque) == ("image", None, False)
    return part.source


def test_every_kind_of_chunk_comes_out_in_its_place() -> None:
    data = image(*MIXED)
    found = FORMAT.open(BytesSource(data + b"behind"))
    assert found.size == len(data)
    assert dict(found.facts) == {
        "version": "1.0",
        "block size": "4096",
        "chunks": "8",
        "unpacked": f"{len(PLAIN)} bytes",
    }
    assert inside(data).size == len(PLAIN)
    assert inside(data).read(0, 10**9) == PLAIN


@given(at=st.integers(0, len(PLAIN) + 9), length=st.integers(0, 4 * BLOCK))
def test_any_stretch_can_be_read(at: int, length: int) -> None:
    assert inside(image(*MIXED)).read(at, length) == PLAIN[at : at + length]


@given(
    needle=st.one_of(
        st.integers(0, len(PLAIN) - 9).map(lambda at: PLAIN[at : at + 9]),
        st.binary(min_size=1, max_size=3),
        st.sampled_from([b"abcd", b"dab", b"ba", bytes(5), b"\0a", b"da", b"d\0"]),
    ),
    start=st.integers(0, len(PLAIN)),
    length=st.one_of(st.none(), st.integers(0, len(PLAIN))),
)
def test_what_is_there_is_found(needle: bytes, start: int, length: int | None) -> None:
    end = None if length is None else start + length
    expected = PLAIN.find(needle, start, len(PLAIN) if end is None else end)
    assert inside(image(*MIXED)).find(needle, start, end) == expected


@pytest.mark.parametrize("start", [0, 3])
def test_a_checksum_holds_or_does_not(start: int) -> None:
    total, early = zlib.crc32(PLAIN), zlib.crc32(PLAIN[: 2 * BLOCK])
    check = (CRC32, 0, struct.pack("<I", early))
    chunks = (MIXED[0], check, *MIXED[1:], (CRC32, 0, struct.pack("<I", total)))
    assert FORMAT.open(BytesSource(image(*chunks, checksum=total))).facts["checksum"] == "holds"
    assert inside(image(*chunks, checksum=total)).read(start, 99999) == PLAIN[start : start + 99999]
    for wrong in (image(*chunks, checksum=total ^ 1), image(MIXED[1], check)):
        assert FORMAT.open(BytesSource(wrong)).facts["checksum"] == "does not hold"


def test_a_checksum_of_more_than_a_gibibyte_is_not_computed() -> None:
    data = image((RAW, 1, NOISE[:BLOCK]), (DONT_CARE, 2**19, b""), checksum=1)
    assert FORMAT.open(BytesSource(data)).facts["checksum"] == "not computed"


@pytest.mark.parametrize("hole", [(DONT_CARE, 2**30, b""), (FILL, 2**30, b"abcd"), (FILL, 2**30, bytes(4))])
def test_an_image_that_claims_terabytes_costs_nothing(hole: Chunk, formats: dict[str, Format]) -> None:
    """Neither memory nor time: it says so, and is left."""
    data = image(*[hole, (RAW, 1, NOISE[:BLOCK])] * 3)
    started = time.process_time()
    found = open_image("image", BytesSource(data), formats)
    assert f"it leaves out {3 * 2**42} bytes" in found.problems[0].what
    assert time.process_time() - started < 2


def test_what_is_left_out_counts_less_than_what_is_unpacked() -> None:
    (part,) = FORMAT.open(BytesSource(image((RAW, 1, NOISE[:BLOCK]), (DONT_CARE, 2**18, b"")))).parts
    assert part.weight == 2**30 // 8


def test_a_needle_is_sought_in_a_long_hole_in_time() -> None:
    source = inside(image((DONT_CARE, 2**19, b""), (FILL, 2**19, b"abcd"), (RAW, 1, NOISE[:BLOCK])))
    started = time.process_time()
    assert source.find(NOISE[:20], 0) == 2**32
    assert source.find(b"bd", 0) == -1
    assert source.find(b"\0a", 5) == 2**31 - 1
    assert time.process_time() - started < 1


REFUSED = {
    "version": image(*MIXED, major=2),
    "block of 0": image(*MIXED, block=0),
    "odd block": image(*MIXED, block=4098),
    "huge block": image(*MIXED, block=2**30),
    "nothing": image(),
    "first chunk": image((0xCAC9, 1, b"")),
    "length of the first": image((RAW, 1, b"short")),
}
BROKEN = {
    "count of chunks": (image(*MIXED, count=2**32 - 1), "are read at most"),
    "later chunk": (image(MIXED[0], (0xCAC9, 1, b"")), "there is no chunk"),
    "later length": (image(MIXED[0], (RAW, 2, NOISE[:BLOCK])), "there is no chunk"),
    "checksum of blocks": (image(MIXED[0], (CRC32, 1, bytes(4))), "there is no chunk"),
    "fewer blocks": (image(*MIXED, blocks=99), "instead of 99"),
    "more chunks than there are": (image(*MIXED, count=99), "truncated"),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_only_looks_like_one_is_another_format(data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(data))


@pytest.mark.parametrize(("data", "said"), BROKEN.values(), ids=BROKEN)
def test_what_does_not_add_up_is_damage(data: bytes, said: str) -> None:
    with pytest.raises(Damaged, match=said):
        FORMAT.open(BytesSource(data))


def test_a_cut_image_is_refused_at_every_length() -> None:
    data = image(*MIXED)
    for length in [*range(100), *range(100, len(data), 37)]:
        with pytest.raises((Damaged, NotThisFormat)):
            FORMAT.open(BytesSource(data[:length]))


@given(data=st.binary(max_size=200))
def test_random_bytes_behind_a_header_break_nothing(data: bytes) -> None:
    head = image(blocks=7, count=3)
    try:
        (part,) = FORMAT.open(BytesSource(head + data)).parts
    except (Damaged, NotThisFormat):
        return
    part.source.read(0, 10_000)


@pytest.fixture(scope="module")
def ext4(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ext4 image with files in it, mostly empty."""
    maker = shutil.which("mkfs.ext4", path="/usr/sbin:/sbin:/usr/bin")
    if maker is None:
        pytest.skip("NO mkfs.ext4: install e2fsprogs")
    folder = tmp_path_factory.mktemp("android")
    (folder / "root/etc").mkdir(parents=True)
    (folder / "root/etc/noise").write_bytes(NOISE * 20)
    (folder / "root/build.prop").write_text("ro.build.version.release=9\n")
    plain = folder / "plain"
    with plain.open("wb") as file:
        file.truncate(48 << 20)
    subprocess.run([maker, "-q", "-F", "-d", folder / "root", plain], check=True)  # noqa: S603 -- a fixed program
    return plain


def test_what_img2simg_packs_comes_out(ext4: Path, tmp_path: Path, formats: dict[str, Format]) -> None:
    packer = shutil.which("img2simg")
    if packer is None:
        pytest.skip("NO img2simg: install android-sdk-libsparse-utils")
    sparse = tmp_path / "sparse"
    subprocess.run([packer, ext4, sparse], check=True)  # noqa: S603 -- a fixed program
    data = sparse.read_bytes()
    assert len(data) < ext4.stat().st_size // 10
    assert inside(data).read(0, 1 << 30) == ext4.read_bytes()
    found = open_image("image", BytesSource(data), formats)
    assert not found.problems
    (root,) = found.roots
    assert root.where == ("image", "android-sparse@0x0", "image", "ext@0x0")
    assert root.tree.read(root.nodes["/etc/noise"]) == NOISE * 20
