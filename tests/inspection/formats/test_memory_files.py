"""Intel HEX, S-records and UF2, written by their specifications."""

import struct
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats import intel_hex, srec, uf2
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource

LOW, HIGH = bytes(range(200)), b"FreeRTOS V10.4.3" * 20


def hex_line(kind: int, address: int, data: bytes) -> bytes:
    raw = bytes((len(data),)) + address.to_bytes(2, "big") + bytes((kind,)) + data
    return b":" + (raw + bytes((-sum(raw) & 0xFF,))).hex().upper().encode() + b"\r\n"


def hex_file() -> bytes:
    text = hex_line(4, 0, b"\x08\x00")
    text += b"".join(hex_line(0, at, LOW[at : at + 16]) for at in range(0, len(LOW), 16))
    text += hex_line(4, 0, b"\x08\x01")
    text += b"".join(hex_line(0, at, HIGH[at : at + 16]) for at in range(0, len(HIGH), 16))
    return text + hex_line(5, 0, b"\x08\x00\x00\x01") + hex_line(1, 0, b"")


def srec_line(kind: int, address: int, data: bytes, width: int) -> bytes:
    raw = bytes((len(data) + width + 1,)) + address.to_bytes(width, "big") + data
    return b"S%d" % kind + (raw + bytes((~sum(raw) & 0xFF,))).hex().upper().encode() + b"\n"


def srec_file() -> bytes:
    text = srec_line(0, 0, b"lamp", 2)
    for base, data in ((0x08000000, LOW), (0x08010000, HIGH)):
        text += b"".join(srec_line(3, base + at, data[at : at + 16], 4) for at in range(0, len(data), 16))
    return text + srec_line(7, 0x08000000, b"", 4)


def uf2_file() -> bytes:
    pieces = [(0x08000000, LOW), (0x08010000, HIGH[:256]), (0x08010100, HIGH[256:])]
    return b"".join(
        struct.pack("<8s6I476sI", b"UF2\n\x57\x51\x5d\x9e", 0x2000, address, len(data), number, len(pieces),
                    0xE48BFF56, data, 0x0AB16F30)
        for number, (address, data) in enumerate(pieces)
    )  # fmt: skip


Case = tuple[Format, Callable[[], bytes]]
CASES: list[Case] = [(intel_hex.FORMAT, hex_file), (srec.FORMAT, srec_file), (uf2.FORMAT, uf2_file)]


@pytest.mark.parametrize(("form", "make"), CASES)
def test_the_memory_that_is_filled_is_the_parts(form: Format, make: Callable[[], bytes]) -> None:
    opened = form.open(BytesSource(make() + b"behind"))
    assert opened.size == len(make())
    assert [(part.name, part.source.read(0, 9999), part.offset) for part in opened.parts] == [
        ("segment-08000000", LOW, None),
        ("segment-08010000", HIGH, None),
    ]


@pytest.mark.parametrize(("form", "make"), CASES)
def test_it_is_a_program_of_its_own(form: Format, make: Callable[[], bytes]) -> None:
    image = open_image("x", BytesSource(make()), {"form": form})
    assert image.problems == ()
    assert [payload.source.size for payload in image.payloads] == [len(LOW), len(HIGH)]


@pytest.mark.parametrize(("form", "make"), CASES)
def test_one_that_breaks_off_is_damage(form: Format, make: Callable[[], bytes]) -> None:
    with pytest.raises(Damaged):
        form.open(BytesSource(make()[:-40]))


def test_facts() -> None:
    assert srec.FORMAT.open(BytesSource(srec_file())).facts == {"name": "lamp"}
    assert uf2.FORMAT.open(BytesSource(uf2_file())).facts == {"blocks": "3", "family": "RP2040"}


@pytest.mark.parametrize(
    ("form", "data"),
    [
        (intel_hex.FORMAT, b":10 o'clock\n"),
        (intel_hex.FORMAT, hex_line(0, 0, bytes(16)) + hex_line(1, 0, b"")),
        (intel_hex.FORMAT, b":10" + b"0" * 5000),
        (srec.FORMAT, b"S0 is a line\n"),
        (srec.FORMAT, b"S0"),
        (uf2.FORMAT, uf2_file()[:8] + bytes(504)),
    ],
)
def test_what_only_looks_like_it_is_something_else(form: Format, data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        form.open(BytesSource(data))


@given(
    st.sampled_from(CASES),
    st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_no_flipped_byte_raises_anything_else(case: Case, flips: list[tuple[int, int]]) -> None:
    data = bytearray(case[1]())
    for at, value in flips:
        data[at % len(data)] = value
    with suppress(NotThisFormat, Damaged):
        case[0].open(BytesSource(bytes(data)))
