"""UBI by the real ubinize, its blocks moved, doubled and spoilt as flash and wear levelling do it."""

import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat, Opened
from roadworthy.inspection.formats._ubi.volume import Volume
from roadworthy.inspection.formats.ubi import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource, Window

PEB = 128 * 1024
DATA = 4096  # with pages of 2048: headers in the first two
LEB = PEB - DATA
RECIPE = """\
[first]
mode=ubi
image={folder}/first
vol_id=0
vol_size=1MiB
vol_type=dynamic
vol_name=root file system
vol_flags=autoresize
[second]
mode=ubi
image={folder}/second
vol_id=5
vol_size=1MiB
vol_type=static
vol_name=boot
[empty]
mode=ubi
vol_id=7
vol_size=256KiB
vol_type=dynamic
vol_name=empty
"""
FIRST = bytes(range(256)) * 1500  # three blocks and a part of a fourth
SECOND = b"The quick brown fox jumps over the lazy dog. " * 5000


@pytest.fixture(scope="module")
def image(flash_tool: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("ubi")
    (folder / "first").write_bytes(FIRST)
    (folder / "second").write_bytes(SECOND)
    (folder / "recipe").write_text(RECIPE.format(folder=folder))
    flash_tool("ubinize", "-o", folder / "image", "-m", "2048", "-p", "128KiB", "-Q", "7", folder / "recipe")
    return (folder / "image").read_bytes()


def crc(data: bytes) -> int:
    return zlib.crc32(data) ^ 0xFFFFFFFF


def blocks(image: bytes) -> list[bytes]:
    return [image[at : at + PEB] for at in range(0, len(image), PEB)]


def changed(block: bytes, *, copied: int = 0, **fields: int) -> bytes:
    """A block with another volume header, its check sum made right."""
    header = bytearray(block[2048 : 2048 + 64])
    places = {"volume": (">I", 8), "number": (">I", 12), "length": (">I", 20), "padding": (">I", 28),
              "check": (">I", 32), "sequence": (">Q", 40)}  # fmt: skip
    header[6] |= copied
    for name, value in fields.items():
        pattern, at = places[name]
        struct.pack_into(pattern, header, at, value)
    struct.pack_into(">I", header, 60, crc(bytes(header[:60])))
    return block[:2048] + bytes(header) + block[2048 + 64 :]


def opened(image: bytes) -> Opened:
    return FORMAT.open(BytesSource(image))


def contents(image: bytes) -> dict[str, bytes]:
    return {part.name: part.source.read(0, part.source.size) for part in opened(image).parts}


def test_the_volumes_come_out_by_name(image: bytes) -> None:
    found = opened(image)
    assert found.size == len(image)
    assert dict(found.facts) == {
        "erase block size": "131072",
        "erase blocks": str(len(image) // PEB),
        "volumes": "root file system, boot",
    }
    first, second = contents(image).values()
    assert first[: len(FIRST)] == FIRST
    assert len(first) == 4 * LEB
    assert not first[len(FIRST) :].strip(b"\xff")
    assert second == SECOND


def test_it_does_not_matter_where_a_block_lies(image: bytes) -> None:
    assert contents(b"".join(reversed(blocks(image)))) == contents(image)
    erased = blocks(image)[0][:64] + b"\xff" * (PEB - 64)
    spread = b"".join(block + erased for block in blocks(image))
    assert contents(spread) == contents(image)
    assert opened(spread).size == len(spread)


def test_the_newest_block_counts(image: bytes) -> None:
    first = blocks(image)[2]
    newer = changed(first, sequence=9)
    newer = newer[:DATA] + b"new" + newer[DATA + 3 :]
    for order in (image + newer, newer + image):
        assert contents(order)["root file system"][:6] == b"new\x03\x04\x05"


def test_a_copy_counts_only_if_it_is_whole(image: bytes) -> None:
    first = blocks(image)[2]
    content = b"copy" + first[DATA + 4 :]
    good = changed(first[:DATA] + content, copied=1, sequence=9, length=LEB, check=crc(content))
    assert contents(image + good)["root file system"][:6] == b"copy\x04\x05"
    cut = good[: PEB // 2] + b"\xff" * (PEB // 2)
    found = opened(image + cut)
    assert found.parts[0].source.read(0, 6) == bytes(range(6))
    assert found.facts["broken erase blocks"] == "1"


def test_a_spoilt_block_of_a_static_volume_is_told(image: bytes) -> None:
    at = image.index(SECOND[:1000])
    found = opened(image[:at] + b"X" + image[at + 1 :])
    assert found.facts["broken erase blocks"] == "1"


@pytest.mark.parametrize("spoilt", [10, 2048 + 10])
def test_a_spoilt_header_costs_its_block_only(spoilt: int, image: bytes) -> None:
    at = 3 * PEB + spoilt
    found = opened(image[:at] + b"X" + image[at + 1 :])
    assert found.facts["broken erase blocks"] == "1"
    first = found.parts[0].source
    assert first.read(0, LEB) == FIRST[:LEB]
    assert first.read(LEB, LEB) == b"\xff" * LEB  # as a block that was never written
    assert first.read(2 * LEB, 100) == FIRST[2 * LEB : 2 * LEB + 100]


def test_without_a_volume_table_volumes_have_numbers(image: bytes) -> None:
    spoilt = [block[:DATA] + b"\xff" * LEB for block in blocks(image)[:2]]
    assert set(contents(b"".join([*spoilt, *blocks(image)[2:]]))) == {"volume-0", "volume-5"}


def test_another_image_behind_it_is_another_image(image: bytes) -> None:
    other = bytearray(image)
    for at in range(0, len(other), PEB):
        struct.pack_into(">I", other, at + 24, 8)
        struct.pack_into(">I", other, at + 60, crc(bytes(other[at : at + 60])))
    assert opened(image + bytes(other)).size == len(image)
    assert opened(image + bytes(PEB) + b"\xff" * PEB).size == len(image)


def test_it_is_found_in_an_image_and_looked_into(image: bytes, formats: dict[str, Format]) -> None:
    squash = next(format_id for format_id in formats if format_id == "squashfs")
    found = open_image("image", BytesSource(b"\x01" * 4096 + image), {"ubi": FORMAT, squash: formats[squash]})
    paths = [region.path for region in found.regions]
    assert ("ubi@0x1000", "boot", "boot@0x0") in paths


def test_what_cannot_be_is_refused(image: bytes) -> None:
    with pytest.raises(NotThisFormat):
        opened(b"UBI#" + bytes(5000))
    with pytest.raises(NotThisFormat):
        opened(b"UBI#")
    header = bytearray(image[:64])
    struct.pack_into(">I", header, 16, 70_000)
    struct.pack_into(">I", header, 60, crc(bytes(header[:60])))
    with pytest.raises(Damaged, match="do not fit"):
        opened(bytes(header) + image[64:])


def test_a_volume_is_no_longer_than_the_image(image: bytes) -> None:
    far = changed(blocks(image)[2], number=2**31 - 1, sequence=9)
    found = opened(image + far)
    assert found.facts["broken erase blocks"] == "1"
    assert sum(part.source.size for part in found.parts) <= len(image) + PEB
    many = b"".join(changed(blocks(image)[2], volume=10 + index, number=8) for index in range(100))
    assert sum(part.source.size for part in opened(image + many).parts) <= len(image + many)


@pytest.mark.parametrize("fields", [{"padding": PEB}, {"length": PEB}, {"padding": 2**32 - 1}])
def test_a_mapping_that_does_not_fit_is_left_out(fields: dict[str, int], image: bytes) -> None:
    bad = changed(blocks(image)[2], sequence=9, **fields)
    assert contents(image + bad)["root file system"] == contents(image)["root file system"]


@given(
    order=st.permutations(range(6)),
    gaps=st.sets(st.integers(0, 5)),
    needle=st.tuples(st.integers(0, 60), st.integers(1, 20)),
    span=st.tuples(st.integers(0, 60), st.integers(0, 70)),
    cut=st.integers(0, 9),
)
def test_a_volume_reads_and_finds_as_if_it_lay_in_one_piece(
    order: list[int], gaps: set[int], needle: tuple[int, int], span: tuple[int, int], cut: int
) -> None:
    pieces = [bytes(97 + (7 * at + number) % 5 for at in range(10)) for number in range(6)]
    inner = BytesSource(b"".join(b"--" + pieces[number] for number in order))
    places = {number: at * 12 + 2 for at, number in enumerate(order) if number not in gaps}
    whole = b"".join(b"\xff" * 10 if at in gaps else pieces[at] for at in range(6))[: 60 - cut]
    volume = Volume(inner, places, 10, 60 - cut)
    assert volume.read(*span) == whole[span[0] : span[0] + span[1]]
    wanted = whole[needle[0] : needle[0] + needle[1]]
    if wanted:
        start, length = span
        assert volume.find(wanted, start, start + length) == whole.find(wanted, start, start + length)
        assert volume.find(wanted, start) == whole.find(wanted, start)
    assert Window(volume, 5, 30).read(0, 99) == whole[5:35]


def test_whatever_is_broken_is_left_out_or_said(image: bytes) -> None:
    @settings(max_examples=200, deadline=None)
    @given(
        flips=st.lists(
            st.tuples(st.integers(0, 12), st.sampled_from([0, 2048, 4096]), st.integers(0, 63)), max_size=5
        ),
        cut=st.integers(0, 3 * PEB),
    )
    def run(flips: list[tuple[int, int, int]], cut: int) -> None:
        spoilt = bytearray(image[: len(image) - cut])
        for block, area, byte in flips:
            spoilt[(block * PEB + area + byte) % len(spoilt)] ^= 0x41
        try:
            contents(bytes(spoilt))
        except (Damaged, NotThisFormat):
            return

    run()
