"""TRX, Netgear CHK and Seama, built as the tools of the open firmwares build them."""

import hashlib
import random
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats import netgear_chk, seama, trx
from roadworthy.inspection.source import BytesSource

LOADER, KERNEL, ROOTFS = b"loader" * 10, b"kernel" * 20, random.Random(1).randbytes(40_000)  # noqa: S311 -- noise, the same in every process


def trx_image(version: int = 1) -> bytes:
    header = 28 if version == 1 else 32
    offsets = [header, header + len(LOADER), header + len(LOADER) + len(KERNEL)] + [0] * (version - 1)
    data = LOADER + KERNEL + ROOTFS
    rest = struct.pack(f"<HH{len(offsets)}I", 0, version, *offsets) + data
    return struct.pack("<4sII", b"HDR0", 12 + len(rest), zlib.crc32(rest) ^ 0xFFFFFFFF) + rest


def chk_sum(data: bytes) -> int:
    """As mkchkimg computes it: byte by byte."""
    first = second = 0
    for byte in data:
        first += byte
        second += first

    def fold(value: int) -> int:
        value = (value & 0xFFFF) + (value >> 16 & 0xFFFF)
        return (value >> 16) + value & 0xFFFF

    return fold(second) << 16 | fold(first)


def chk_image() -> bytes:
    board = b"U12H127T00_NETGEAR\0"

    def header(total: int) -> bytes:
        numbers = (40 + len(board), 0, 0, 1, 2, len(KERNEL), len(ROOTFS), 3, total)
        return b"\x2a\x23\x24\x5e" + struct.pack(">9I", *numbers) + board

    return header(chk_sum(header(0))) + KERNEL + ROOTFS


def seama_image() -> bytes:
    settings = b"dev=/dev/mtdblock/2\0type=firmware\0"
    seal = struct.pack(">4sHHI", b"\x5e\xa3\xa4\x17", 0, 24, 0) + b"signature=wrgn23_dlwbr_\0"
    header = struct.pack(">4sHHI", b"\x5e\xa3\xa4\x17", 0, len(settings), len(ROOTFS))
    return seal + header + hashlib.md5(ROOTFS, usedforsecurity=False).digest() + settings + ROOTFS


@pytest.mark.parametrize("version", [1, 2])
def test_trx_has_its_parts_and_a_checksum(version: int) -> None:
    data = trx_image(version)
    opened = trx.FORMAT.open(BytesSource(data + b"behind"))
    assert (opened.size, opened.facts) == (len(data), {"version": str(version), "checksum": "holds"})
    assert [part.source.read(0, 99999) for part in opened.parts] == [LOADER, KERNEL, ROOTFS]
    assert [part.opaque for part in opened.parts] == [True, True, False]
    assert trx.FORMAT.open(BytesSource(data[:-1] + b"!")).facts["checksum"] == "does not hold"


def test_chk_names_the_board_and_has_its_parts() -> None:
    data = chk_image()
    opened = netgear_chk.FORMAT.open(BytesSource(data + b"behind"))
    assert (opened.size, opened.facts) == (len(data), {"board": "U12H127T00_NETGEAR"})
    assert [(part.name, part.source.read(0, 99999)) for part in opened.parts] == [
        ("kernel", KERNEL), ("rootfs", ROOTFS)
    ]  # fmt: skip


def test_seama_is_a_seal_and_an_image() -> None:
    data = seama_image()
    seal = seama.FORMAT.open(BytesSource(data))
    assert (seal.size, seal.facts, seal.parts) == (36, {"signature": "wrgn23_dlwbr_"}, ())
    image = seama.FORMAT.open(BytesSource(data[36:] + b"behind"))
    assert image.facts == {"dev": "/dev/mtdblock/2", "type": "firmware", "MD5": "holds"}
    assert (image.size, image.parts[0].source.read(0, 99999)) == (len(data) - 36, ROOTFS)
    assert seama.FORMAT.open(BytesSource(data[36:-1] + b"!")).facts["MD5"] == "does not hold"


CASES: list[tuple[Format, Callable[[], bytes]]] = [
    (trx.FORMAT, trx_image),
    (netgear_chk.FORMAT, chk_image),
    (seama.FORMAT, lambda: seama_image()[36:]),
]


@pytest.mark.parametrize(("header", "make"), CASES)
def test_a_truncated_image_is_damage(header: Format, make: Callable[[], bytes]) -> None:
    with pytest.raises(Damaged, match="truncated"):
        header.open(BytesSource(make()[:-1]))


@pytest.mark.parametrize(
    ("header", "data"),
    [
        (trx.FORMAT, b"HDR0" + bytes(60)),
        (trx.FORMAT, trx_image()[:20]),
        (trx.FORMAT, trx_image()[:16] + bytes(12) + trx_image()[28:]),
        (netgear_chk.FORMAT, chk_image()[:45] + b"!" + chk_image()[46:]),
        (netgear_chk.FORMAT, chk_image()[:30]),
        (netgear_chk.FORMAT, b"\x2a\x23\x24\x5e" + b"\xff" * 90),
        (seama.FORMAT, b"\x5e\xa3\xa4\x17" + bytes(60)),
        (seama.FORMAT, b"\x5e\xa3\xa4\x17"),
    ],
)
def test_what_only_looks_like_it_is_something_else(header: Format, data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        header.open(BytesSource(data))


@given(
    st.sampled_from(CASES),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_no_flipped_byte_raises_anything_else(
    case: tuple[Format, Callable[[], bytes]], flips: list[tuple[int, int]]
) -> None:
    data = bytearray(case[1]())
    for at, value in flips:
        data[at] = value
    with suppress(NotThisFormat, Damaged):
        case[0].open(BytesSource(bytes(data)))
