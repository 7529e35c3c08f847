"""ELF file that needs no operating system: the whole program of a microcontroller, as its linker wrote it.

What it looks at
The header, the table of segments and, for where the file ends, the table of sections. The whole file goes to
the inventory, with the text of its segments and the names of its functions.

Why it matters
Makers of real-time systems build one program of everything; where they hand it out as ELF, it says more than
the bare bytes in the flash.

How it can be wrong
Nothing in the header says "no operating system". A file counts as such if it asks for no loader and no
libraries, lies on a processor of small devices, outside the addresses of kernels, and was not linked as
programs for Linux are. Everything else (kernels, programs of Linux) is left alone.
"""

from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.source import Source

MAGIC = b"\x7fELF\x01"  # 32 bits
ORDERS: Final = {1: ByteOrder.LITTLE, 2: ByteOrder.BIG}
IDENT = 16
HEADER = "HHIIIIIHHHHHH"
SEGMENT = "8I"
SECTION = "10I"
EXECUTABLE = 2
PROCESSORS: Final = {
    40: "ARM",
    44: "TriCore",
    83: "AVR",
    94: "Xtensa",
    105: "MSP430",
    106: "Blackfin",
    173: "RX",
    195: "ARC",
    243: "RISC-V",
}
LINUX_ABI = 3
MAX_SEGMENTS, MAX_SECTIONS = 256, 4096
LOAD, DYNAMIC, INTERPRETER, THREAD_LOCAL, STACK = 1, 2, 3, 7, 0x6474E551
NOBITS = 8
KERNELS = 0xC0000000


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: int
    offset: int
    address: int
    length: int


def _open(source: Source) -> Opened:
    try:
        return _read(source)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error


def _read(source: Source) -> Opened:
    ident = source.read(0, IDENT).ljust(IDENT, b"\0")
    order = ORDERS.get(ident[5])
    if order is None or ident[7] == LINUX_ABI:
        raise NotThisFormat("an ELF file for an operating system")
    header = Fields(HEADER, order)
    kind, machine, _, entry, segments_at, sections_at, flags, *sizes = header.read(source, IDENT)
    _, segment_size, segments, section_size, sections, _ = sizes
    if kind != EXECUTABLE or machine not in PROCESSORS:
        raise NotThisFormat("no ELF program for a microcontroller")
    if not 0 < segments <= MAX_SEGMENTS or sections > MAX_SECTIONS:
        raise NotThisFormat("no ELF program has tables like these")
    table = [_segment(source, order, segments_at + index * segment_size) for index in range(segments)]
    _believe(table, source)
    ends = [segment.offset + segment.length for segment in table if segment.length]
    ends += [_section_end(source, order, sections_at + index * section_size) for index in range(sections)]
    size = max(*ends, segments_at + segments * segment_size, sections_at + sections * section_size)
    if size > source.size:
        raise NotThisFormat(f"it is truncated: {size} bytes by its tables, {source.size} are there")
    del flags
    facts = {"processor": PROCESSORS[machine], "byte order": order.name.lower(), "entry": f"{entry:#x}"}
    return Opened(size=size, facts=facts)


def _segment(source: Source, order: ByteOrder, at: int) -> _Segment:
    kind, offset, _, address, length, *_ = Fields(SEGMENT, order).read(source, at)
    return _Segment(kind, offset, address, length)


def _section_end(source: Source, order: ByteOrder, at: int) -> int:
    _, kind, _, _, offset, length, *_ = Fields(SECTION, order).read(source, at)
    return 0 if kind in (0, NOBITS) else offset + length


def _believe(table: list[_Segment], source: Source) -> None:
    kinds = {segment.kind for segment in table}
    loaded = [segment for segment in table if segment.kind == LOAD and segment.length]
    if kinds & {DYNAMIC, INTERPRETER, THREAD_LOCAL} or not loaded:
        raise NotThisFormat("it asks for a loader")
    if STACK in kinds and any(segment.offset == 0 for segment in loaded):
        raise NotThisFormat("it was linked for an operating system")  # which maps the file, header included
    if any(segment.address >= KERNELS for segment in loaded):
        raise NotThisFormat("it lies where kernels lie")
    if any(segment.offset + segment.length > source.size for segment in loaded):
        raise NotThisFormat("it is truncated")


FORMAT: Final = Format(
    title="ELF program of a microcontroller", magics=(Magic(MAGIC),), open=_open, program=True
)
