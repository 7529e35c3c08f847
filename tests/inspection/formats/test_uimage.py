import bz2
import gzip
import lzma
import struct
import zlib
from collections.abc import Callable

import lz4.frame
import pytest
import zstandard

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats.uimage import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource

KERNEL, RAMDISK, MULTI, FILESYSTEM = 2, 3, 4, 7
NONE, GZIP, BZIP2, LZMA, LZO, LZ4, ZSTD = range(7)
PAYLOAD = b"payload of some length " * 100


def uimage(data: bytes, *, kind: int = KERNEL, packing: int = NONE, length: int | None = None) -> bytes:
    """An image as mkimage writes it: Linux, MIPS."""
    rest = struct.pack(
        ">5I4B32s", 1_420_000_000, len(data) if length is None else length, 0x80002000, 0x80002000,
        zlib.crc32(data), 5, 5, kind, packing, b"Linux-2.6.31",
    )  # fmt: skip
    magic = b"\x27\x05\x19\x56"
    return magic + struct.pack(">I", zlib.crc32(magic + bytes(4) + rest)) + rest + data


def test_facts() -> None:
    opened = FORMAT.open(BytesSource(uimage(PAYLOAD, packing=GZIP) + b"behind"))
    assert opened.size == 64 + len(PAYLOAD)
    assert opened.facts == {
        "name": "Linux-2.6.31",
        "system": "Linux",
        "processor": "MIPS",
        "type": "kernel",
        "compression": "gzip",
        "made": "2014-12-31T04:26:40+00:00",
        "checksum": "holds",
    }


def test_a_kernel_stays_packed_and_holds_no_files() -> None:
    (part,) = FORMAT.open(BytesSource(uimage(PAYLOAD, packing=LZMA))).parts
    assert (part.name, part.offset, part.opaque) == ("kernel", 64, True)
    assert part.source.read(0, 9999) == PAYLOAD


def test_a_file_system_is_read_in_place() -> None:
    (part,) = FORMAT.open(BytesSource(uimage(PAYLOAD, kind=FILESYSTEM) + b"behind")).parts
    assert (part.name, part.offset, part.opaque, part.source.size) == ("filesystem", 64, False, len(PAYLOAD))


@pytest.mark.parametrize(
    ("packing", "pack"),
    [
        (GZIP, gzip.compress),
        (BZIP2, bz2.compress),
        (LZMA, lambda data: lzma.compress(data, lzma.FORMAT_ALONE)),
        (LZ4, lz4.frame.compress),
        (ZSTD, zstandard.compress),
    ],
)
def test_what_is_packed_is_unpacked_in_its_turn(
    packing: int, pack: Callable[[bytes], bytes], formats: dict[str, Format]
) -> None:
    image = open_image("x", BytesSource(uimage(pack(PAYLOAD * 9), packing=packing)), formats)
    (payload,) = image.payloads
    assert payload.source.read(0, 99999) == PAYLOAD * 9


def test_a_file_system_that_nothing_can_unpack_is_a_gap(formats: dict[str, Format]) -> None:
    image = open_image("x", BytesSource(uimage(PAYLOAD, kind=FILESYSTEM, packing=LZO)), formats)
    assert any("nothing in it was recognised" in problem.what for problem in image.problems)


def test_several_parts_follow_the_table_of_lengths() -> None:
    table = struct.pack(">5I", 5, 8, 3, 4, 0)
    data = table + b"kerne\0\0\0" + b"ramdisk." + b"fdt\0" + b"more"
    opened = FORMAT.open(BytesSource(uimage(data, kind=MULTI)))
    assert [(part.name, part.source.read(0, 99), part.opaque) for part in opened.parts] == [
        ("kernel", b"kerne", True),
        ("ramdisk", b"ramdisk.", False),
        ("devicetree", b"fdt", True),
        ("part 4", b"more", True),
    ]
    assert [part.offset for part in opened.parts] == [84, 92, 100, 104]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (struct.pack(">2I", 5, 8), "no end"),
        (struct.pack(">100I", *range(1, 101)), "no end"),
        (b"", "no end"),
        (struct.pack(">2I", 2**32 - 1, 0), "part 1 of 4294967295 bytes"),
    ],
    ids=["no terminator", "too many", "empty", "too long"],
)
def test_a_table_of_lengths_that_cannot_be_is_damage(data: bytes, said: str) -> None:
    with pytest.raises(Damaged, match=said):
        FORMAT.open(BytesSource(uimage(data, kind=MULTI)))


def test_damage_to_the_data_shows_in_the_facts() -> None:
    image = bytearray(uimage(PAYLOAD))
    image[-1] ^= 1
    assert FORMAT.open(BytesSource(bytes(image))).facts["checksum"] == "does not hold"


def test_a_header_without_a_valid_checksum_is_something_else() -> None:
    image = uimage(PAYLOAD)
    with pytest.raises(NotThisFormat, match="checksum"):
        FORMAT.open(BytesSource(image[:20] + b"!" + image[21:]))
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(image[:63]))


def test_a_truncated_image_is_damaged() -> None:
    with pytest.raises(Damaged, match="truncated"):
        FORMAT.open(BytesSource(uimage(PAYLOAD, length=10**6)))


def test_unknown_numbers_are_said_as_numbers() -> None:
    assert FORMAT.open(BytesSource(uimage(PAYLOAD, kind=99))).facts["type"] == "number 99"
