"""Program images of Espressif's chips, built as esptool lays them out."""

import hashlib
import os
import struct
import zlib
from contextlib import suppress
from functools import reduce
from operator import xor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.image_file import MappedFile
from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats.esp_image import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource

ESP32_C3 = 5
CODE = bytes(range(256)) * 5


def described(project: str = "lamp") -> bytes:
    head = struct.pack("<II8x", 0xABCD5432, 3)
    texts = (("1.2.3", 32), (project, 32), ("10:11:12", 16), ("Jan  2 2025", 16), ("v5.1.2", 32))
    return head + b"".join(text.encode().ljust(width, b"\0") for text, width in texts) + b"\xab" * 32


def image(first: bytes | None = None, *, chip: int = ESP32_C3, hashed: bool = True) -> bytes:
    segments = [(0x3F400020, first if first is not None else described()), (0x40080000, CODE)]
    header = struct.pack("<4BI", 0xE9, len(segments), 2, 0x20, 0x40080100)
    header += b"\xee\0\0\0" + struct.pack("<HBHH4xB", chip, 0, 0, 0, hashed)
    body = b"".join(struct.pack("<II", address, len(data)) + data for address, data in segments)
    checksum = reduce(xor, b"".join(data for _, data in segments), 0xEF)
    data = header + body
    data += bytes(15 - len(data) % 16) + bytes((checksum,))
    return data + hashlib.sha256(data).digest() * hashed


def signed(data: bytes) -> bytes:
    """With the signature sector of secure boot 2; the signature itself is noise."""
    padded = data + b"\xff" * (-len(data) % 4096)
    block = struct.pack("<BB2x", 0xE7, 2) + hashlib.sha256(padded).digest() + b"\x5a" * (1196 - 36)
    return padded + (block + struct.pack("<I", zlib.crc32(block))).ljust(4096, b"\xff")


def facts(data: bytes) -> dict[str, str]:
    return dict(FORMAT.open(BytesSource(data)).facts)


def test_what_the_application_says_of_itself() -> None:
    assert facts(image()) == {
        "chip": "ESP32-C3",
        "version": "1.2.3",
        "project": "lamp",
        "made": "Jan  2 2025 10:11:12",
        "ESP-IDF": "v5.1.2",
        "secure version": "3",
        "SHA-256 of the ELF file": "ab" * 32,
        "checksum": "holds",
        "SHA-256": "holds",
        "signature": "none",
    }


def test_segments_are_the_parts_and_the_end_is_exact() -> None:
    data = image()
    opened = FORMAT.open(BytesSource(data + b"\xff" * 99))
    assert opened.size == len(data)
    assert [(part.name, part.offset, part.opaque) for part in opened.parts] == [
        ("segment-3f400020", 32, True),
        ("segment-40080000", 32 + len(described()) + 8, True),
    ]
    assert opened.parts[1].source.read(0, 9999) == CODE


def test_a_boot_loader_has_no_description() -> None:
    told = facts(image(b"boot loader", hashed=False))
    assert told == {"chip": "ESP32-C3", "checksum": "holds", "signature": "none"}


def test_an_esp8266_image_has_a_short_header() -> None:
    data = (
        struct.pack("<4BI", 0xE9, 1, 2, 0x20, 0x4010F004) + struct.pack("<II", 0x4010F000, 21) + b"\x07" * 21
    )
    data += bytes(15 - len(data) % 16) + bytes((0xEF ^ 7,))
    assert facts(data)["chip"] == "ESP8266"


def test_damage_shows() -> None:
    data = bytearray(image())
    data[900] ^= 1
    assert facts(bytes(data))["checksum"] == "does not hold"
    assert facts(bytes(data))["SHA-256"] == "does not hold"


def test_a_truncated_application_is_damage() -> None:
    with pytest.raises(Damaged, match="truncated"):
        FORMAT.open(BytesSource(image()[:1000]))


def test_signature_block_of_secure_boot_2() -> None:
    data = signed(image())
    assert FORMAT.open(BytesSource(data)).size == len(data)
    assert facts(data)["signature"].startswith(
        "secure boot 2 (RSA-3072), belongs to these bytes, does not hold"
    )
    foreign = data[:-4096] + signed(image(described("other")))[-4096:]
    assert "does not belong" in facts(foreign)["signature"]
    assert "its checksum does not hold" in facts(data[:-3500] + b"!" + data[-3499:])["signature"]


def test_signature_of_secure_boot_1() -> None:
    assert facts(image() + bytes(4) + bytes(range(64)))["signature"].startswith("secure boot 1")
    assert facts(image() + bytes(68))["signature"] == "none"


@pytest.mark.parametrize(
    "data",
    [
        b"\xe9",
        b"\xe9\x00" + image()[2:],
        b"\xea" + image()[1:],
        image(chip=77),
        image(b"boot loader")[:-33] + b"!" * 33,
    ],
    ids=["short", "no segments", "magic", "chip", "checksum without description"],
)
def test_what_only_looks_like_it_is_something_else(data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(data))


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4), st.booleans())
def test_no_flipped_byte_raises_anything_else(flips: list[tuple[int, int]], cut: bool) -> None:  # noqa: FBT001
    data = bytearray(image())
    for at, value in flips:
        data[at] = value
    with suppress(NotThisFormat, Damaged):
        FORMAT.open(BytesSource(bytes(data[: 300 if cut else None])))


def test_a_program_image_needs_no_file_system() -> None:
    opened = open_image("x", BytesSource(image()), {"esp-image": FORMAT})
    assert opened.problems == ()
    assert [payload.source.size for payload in opened.payloads] == [len(image())]  # whole, with its header
    assert open_image("x", BytesSource(os.urandom(999)), {"esp-image": FORMAT}).problems != ()


def test_a_real_one(samples: Path, formats: dict[str, Format]) -> None:
    with MappedFile(samples / "tasmota32_2026-01-10_idf5.3.4.bin") as source:
        opened = open_image("tasmota32.bin", source, formats)
        top = opened.regions[0]
        assert (top.format, top.size) == ("esp-image", source.size)
        assert (top.facts["chip"], top.facts["ESP-IDF"]) == ("ESP32", "5.3.4.250826")
        assert (top.facts["checksum"], top.facts["SHA-256"], top.facts["signature"]) == (
            "holds",
            "holds",
            "none",
        )
        assert opened.problems == ()
