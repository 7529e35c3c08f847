"""MBR and GPT, built by their specifications."""

import struct
import zlib
from contextlib import suppress
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats import gpt, mbr
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource

LINUX, SWAP, FAT, PROTECTIVE = 0x83, 0x82, 0x0C, 0xEE
LINUX_DATA = UUID("0fc63daf-8483-4772-8e79-3d69d8477de4")
Row = tuple[int, int, int]
ROWS: tuple[Row, ...] = ((FAT, 2, 4), (LINUX, 8, 6), (SWAP, 14, 2))


def mbr_image(rows: tuple[Row, ...] = ROWS, sectors: int = 16) -> bytes:
    table = b"".join(struct.pack("<B3xB3xII", 0, kind, start, length) for kind, start, length in rows)
    boot = b"\xfa" * 446 + table.ljust(64, b"\0") + b"\x55\xaa"
    return boot + b"".join(bytes((sector,)) * 512 for sector in range(1, sectors))


def gpt_image(rows: tuple[tuple[str, int, int], ...] = (("boot", 6, 7), ("rootfs_a", 8, 11))) -> bytes:
    entries = b"".join(
        struct.pack("<16s16sQQQ72s", LINUX_DATA.bytes_le, uuid5(LINUX_DATA, name).bytes_le, first, last, 0,
                    name.encode("utf-16-le"))
        for name, first, last in rows
    ).ljust(4 * 128, b"\0")  # fmt: skip
    disk = uuid5(LINUX_DATA, "disk").bytes_le

    def header(crc: int) -> bytes:
        return struct.pack(
            "<8sIIIIQQQQ16sQIII",
            b"EFI PART",
            0x10000,
            92,
            crc,
            0,
            1,
            15,
            6,
            13,
            disk,
            2,
            4,
            128,
            zlib.crc32(entries),
        )

    start = mbr_image(((PROTECTIVE, 1, 15),), 1) + header(zlib.crc32(header(0))).ljust(512, b"\0") + entries
    return start.ljust(6 * 512, b"\0") + b"".join(bytes((sector,)) * 512 for sector in range(6, 16))


def test_mbr_has_its_partitions() -> None:
    opened = mbr.FORMAT.open(BytesSource(mbr_image() + b"behind"))
    assert opened.size == 16 * 512
    assert opened.facts == {
        "partition 1": "FAT32, 2048 bytes",
        "partition 2": "Linux, 3072 bytes",
        "partition 3": "Linux swap, 1024 bytes",
    }
    assert [(part.name, part.offset, part.source.read(0, 1), part.opaque) for part in opened.parts] == [
        ("partition-1", 1024, b"\2", False),
        ("partition-2", 4096, b"\x08", False),
        ("partition-3", 7168, b"\x0e", True),
    ]


def test_gpt_has_its_partitions() -> None:
    opened = gpt.FORMAT.open(BytesSource(gpt_image()))
    assert opened.size == 14 * 512
    assert opened.facts == {
        "partition 1": "boot, Linux, 1024 bytes",
        "partition 2": "rootfs_a, Linux, 2048 bytes",
        "checksum of the table": "holds",
    }
    assert [(part.name, part.offset, part.source.read(0, 1)) for part in opened.parts] == [
        ("boot", 3072, b"\6"),
        ("rootfs_a", 4096, b"\x08"),
    ]


def test_a_disk_with_both_tables_is_that_of_efi(formats: dict[str, Format]) -> None:
    assert open_image("x", BytesSource(gpt_image()), formats).regions[0].format == "gpt"


def test_damage_to_the_entries_shows() -> None:
    data = bytearray(gpt_image())
    data[1024 + 60] ^= 1
    assert gpt.FORMAT.open(BytesSource(bytes(data))).facts["checksum of the table"] == "does not hold"


def test_partitions_that_overlap_are_damage() -> None:
    with pytest.raises(Damaged, match="lies where another"):
        gpt.FORMAT.open(BytesSource(gpt_image((("a", 6, 9), ("b", 8, 11)))))


@pytest.mark.parametrize(
    ("table", "data"),
    [
        (mbr.FORMAT, mbr_image(())),
        (mbr.FORMAT, mbr_image(((PROTECTIVE, 1, 15),))),
        (mbr.FORMAT, mbr_image(((LINUX, 2, 9), (LINUX, 8, 6)))),
        (mbr.FORMAT, mbr_image(((LINUX, 99, 9),))),
        (mbr.FORMAT, mbr_image(((0x99, 2, 9),))),
        (mbr.FORMAT, mbr_image(((LINUX, 0, 9),))),
        (mbr.FORMAT, b"\x90" * 510 + b"\x55\xaa"),
        (mbr.FORMAT, b"\x55\xaa"),
        (gpt.FORMAT, gpt_image()[:550]),
        (gpt.FORMAT, gpt_image()[:560] + b"!" + gpt_image()[561:]),
        (gpt.FORMAT, bytes(512) + b"EFI PART" + bytes(99)),
    ],
)
def test_what_only_looks_like_it_is_something_else(table: Format, data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        table.open(BytesSource(data))


@given(
    st.booleans(), st.lists(st.tuples(st.integers(440, 1600), st.integers(0, 255)), min_size=1, max_size=4)
)
def test_no_flipped_byte_raises_anything_else(efi: bool, flips: list[tuple[int, int]]) -> None:  # noqa: FBT001
    data = bytearray(gpt_image() if efi else mbr_image())
    for at, value in flips:
        data[at] = value
    with suppress(NotThisFormat, Damaged):
        (gpt if efi else mbr).FORMAT.open(BytesSource(bytes(data)))
