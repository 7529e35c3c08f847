"""ELF programs of microcontrollers, and those of operating systems that must be left alone."""

import shutil
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.image_file import MappedFile
from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats.elf_image import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource

ARM, X86, RISCV = 40, 3, 243
LOAD, DYNAMIC, INTERPRETER, TLS, STACK = 1, 2, 3, 7, 0x6474E551
CODE = b"FreeRTOS, more or less" * 20


def program(
    *, order: str = "<", machine: int = ARM, kind: int = 2, abi: int = 0, address: int = 0x08000000,
    others: tuple[int, ...] = (), offset: int | None = None,
) -> bytes:  # fmt: skip
    """Header, segments, code, one table of sections: nothing, the code."""
    segments = 1 + len(others)
    start = 52 + 32 * segments
    table = struct.pack(
        f"{order}8I", LOAD, start if offset is None else offset, address, address, len(CODE), len(CODE), 5, 4
    )
    table += b"".join(struct.pack(f"{order}8I", other, 0, 0, 0, 0, 0, 0, 4) for other in others)
    sections = struct.pack(f"{order}10I", *[0] * 10)
    sections += struct.pack(f"{order}10I", 0, 1, 6, address, start, len(CODE), 0, 0, 4, 0)
    ident = b"\x7fELF\x01" + (b"\x01" if order == "<" else b"\x02") + b"\x01" + bytes((abi,)) + bytes(8)
    header = struct.pack(
        f"{order}HHIIIIIHHHHHH",
        kind,
        machine,
        1,
        address + 1,
        52,
        start + len(CODE),
        0,
        52,
        32,
        segments,
        40,
        2,
        0,
    )
    return ident + header + table + CODE + sections


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_end_is_that_of_the_last_table(order: str) -> None:
    data = program(order=order)
    opened = FORMAT.open(BytesSource(data + b"behind"))
    assert opened.size == len(data)
    assert opened.facts == {
        "processor": "ARM", "byte order": "little" if order == "<" else "big", "entry": "0x8000001"
    }  # fmt: skip


def test_the_whole_file_goes_to_the_inventory() -> None:
    data = program(machine=RISCV, others=(STACK,))
    image = open_image("x", BytesSource(data), {"elf-image": FORMAT})
    assert image.problems == ()
    (payload,) = image.payloads
    assert payload.source.read(0, len(data) + 1) == data


@pytest.mark.parametrize(
    "data",
    [
        program(machine=X86),
        program(kind=3),
        program(abi=3),
        program(others=(INTERPRETER,)),
        program(others=(DYNAMIC,)),
        program(others=(TLS,)),
        program(others=(STACK,), offset=0),
        program(address=0xC0008000),
        program(offset=10**6),
        program()[:-1],
        program()[:30],
        b"\x7fELF\x01",
    ],
)
def test_what_an_operating_system_loads_is_left_alone(data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(data))


def test_a_program_of_this_machine_is_left_alone() -> None:
    shell = shutil.which("sh")
    assert shell is not None
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(Path(shell).read_bytes()))


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 255)), min_size=1, max_size=4))
def test_no_flipped_byte_raises_anything_else(flips: list[tuple[int, int]]) -> None:
    data = bytearray(program())
    for at, value in flips:
        data[at] = value
    with suppress(NotThisFormat, Damaged):
        FORMAT.open(BytesSource(bytes(data)))


def test_a_real_one(samples: Path, formats: dict[str, Format]) -> None:
    with MappedFile(samples / "rtos_nxp_lwip_http.elf") as source:
        image = open_image("rtos.elf", source, formats)
        assert [(region.format, region.size) for region in image.regions] == [("elf-image", source.size)]
        assert image.problems == ()
        assert image.regions[0].program
