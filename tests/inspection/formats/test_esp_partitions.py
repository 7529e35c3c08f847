"""Partition tables as gen_esp32part.py of ESP-IDF writes them, alone and in a dump of the whole flash."""

import hashlib
import os
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.formats.esp_partitions import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource

Row = tuple[int, int, int, int, str, int]
ROWS: tuple[Row, ...] = (
    (1, 2, 0x9000, 0x5000, "nvs", 1),
    (1, 0, 0xE000, 0x2000, "otadata", 0),
    (0, 0x10, 0x10000, 0x10000, "app0", 0),
    (0, 0x11, 0x20000, 0x10000, "app1", 0),
    (1, 0x82, 0x30000, 0x1000, "spiffs", 0),
)


def table(rows: tuple[Row, ...] = ROWS, *, md5: bool = True) -> bytes:
    data = b"".join(
        struct.pack("<2sBBII16sI", b"\xaa\x50", kind, detail, offset, size, label.encode(), flags)
        for kind, detail, offset, size, label, flags in rows
    )
    if md5:
        data += b"\xeb\xeb" + b"\xff" * 14 + hashlib.md5(data, usedforsecurity=False).digest()
    return data


def test_a_table_alone_tells_what_is_where() -> None:
    opened = FORMAT.open(BytesSource(table().ljust(0xC00, b"\xff")))
    assert opened.parts == ()
    assert opened.facts == {
        "partition nvs": "data, settings (NVS), 20480 bytes at 0x9000, to be encrypted",
        "partition otadata": "data, OTA choice, 8192 bytes at 0xe000",
        "partition app0": "app, slot 0, 65536 bytes at 0x10000",
        "partition app1": "app, slot 1, 65536 bytes at 0x20000",
        "partition spiffs": "data, SPIFFS, 4096 bytes at 0x30000",
        "MD5": "holds",
    }


def test_a_dump_of_the_flash_holds_the_partitions() -> None:
    flash = bytearray(b"\xff" * 0x31000)
    flash[0x8000 : 0x8000 + len(table())] = table()
    flash[0x10000:0x10005] = b"first"
    flash[0x20000:0x30000] = os.urandom(0x10000)
    image = open_image("x", BytesSource(bytes(flash)), {"esp-partitions": FORMAT})
    top = [region for region in image.regions if len(region.path) == 1]
    assert [(region.format, region.offset, region.size) for region in top] == [
        ("", 0, 0x8000),
        ("esp-partitions", 0x8000, 0x29000),
    ]
    assert top[1].facts["no image header, high entropy"] == "app1"
    parts = {region.facts["part"]: region.offset for region in image.regions if "part" in region.facts}
    assert parts == {"app0": 0x10000, "app1": 0x20000, "nvs": 0x9000, "otadata": 0xE000, "spiffs": 0x30000}


def test_a_changed_table_shows() -> None:
    data = table()
    changed = data[:12] + b"X" + data[13:]
    assert FORMAT.open(BytesSource(changed)).facts["MD5"] == "does not hold"


def test_older_tables_have_no_md5() -> None:
    assert "MD5" not in FORMAT.open(BytesSource(table(md5=False) + b"\xff" * 32)).facts


@pytest.mark.parametrize(
    "data",
    [
        b"\xaa\x50\x01",
        table(ROWS[:2]),
        table(md5=False) + bytes(32),
        table(((0, 0, 0x10000, 0x20000, "a", 0), (0, 0, 0x20000, 0x20000, "b", 0))),
        table(((0, 0, 0x10010, 0x20000, "a", 0),)),
        table(((0, 0, 0x10000, 0, "a", 0),)),
        table(((0, 0, 0x10000, 0xFFFFF000, "a", 0),)),
    ],
    ids=["short", "no program", "no end", "overlap", "not aligned", "empty", "huge"],
)
def test_what_only_looks_like_it_is_something_else(data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(data))


@given(st.lists(st.tuples(st.integers(0, 191), st.integers(0, 255)), min_size=1, max_size=4))
def test_no_flipped_byte_raises_anything_else(flips: list[tuple[int, int]]) -> None:
    data = bytearray(table())
    for at, value in flips:
        data[at] = value
    with suppress(NotThisFormat, Damaged):
        FORMAT.open(BytesSource(bytes(data)))
