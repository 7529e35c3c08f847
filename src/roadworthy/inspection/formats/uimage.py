"""U-Boot legacy image: one header of 64 bytes before a kernel, a ramdisk, a file system or several of them.

What it looks at
The big-endian header with its checksum, what the payload is and how it is packed. Several parts in one image
are told apart by the table of lengths. Each part is looked into in its turn, and unpacked there.

Why it matters
It names the operating system, the processor and the time of the build, and its checksums show damage.

How it can be wrong
Nothing in the header says what the parts of an image of several are; U-Boot takes them for kernel, ramdisk
and device tree, in this order, and so does this.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly, text
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.source import Source, Window

MAGIC = b"\x27\x05\x19\x56"
HEADER = 64
CRC = slice(4, 8)  # of the header, over the header with these bytes zero
CHUNK = 1024 * 1024
MAX_PARTS = 64
MULTI, FILESYSTEM, RAMDISK = "multi", "filesystem", "ramdisk"
BY_PLACE = ("kernel", RAMDISK, "devicetree")  # parts of an image of several: boot_get_ramdisk() of U-Boot

FIELDS: Final = Fields("4xI5I4B32s", ByteOrder.BIG)
LENGTH: Final = Fields("I", ByteOrder.BIG)

# Numbers: include/image.h of U-Boot, IH_OS_*, IH_ARCH_*, IH_TYPE_*, IH_COMP_*
SYSTEMS: Final = {1: "OpenBSD", 2: "NetBSD", 3: "FreeBSD", 5: "Linux", 14: "VxWorks", 17: "U-Boot"}
PROCESSORS: Final = {
    2: "ARM",
    3: "x86",
    5: "MIPS",
    6: "MIPS64",
    7: "PowerPC",
    9: "SuperH",
    15: "Nios II",
    22: "AArch64",
    23: "ARC",
    24: "x86-64",
    26: "RISC-V",
}
KINDS: Final = {
    1: "standalone",
    2: "kernel",
    3: RAMDISK,
    4: MULTI,
    5: "firmware",
    6: "script",
    7: FILESYSTEM,
    8: "devicetree",
}
PACKINGS: Final = {0: "none", 1: "gzip", 2: "bzip2", 3: "lzma", 4: "lzo", 5: "lz4", 6: "zstd"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    made: int
    length: int
    checksum: int
    system: str
    processor: str
    kind: str
    packing: str
    name: str


def _open(source: Source) -> Opened:
    header = _read_header(source)
    there = source.size - HEADER
    if header.length > there:
        raise Damaged(f"it is truncated: {header.length} bytes of data by its header, {there} are there")
    parts = _several(source, header) if header.kind == MULTI else [_single(source, header)]
    return Opened(size=HEADER + header.length, facts=_facts(source, header), parts=tuple(parts))


def _read_header(source: Source) -> _Header:
    try:
        raw = bytearray(read_exactly(source, 0, HEADER))
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    crc, made, length, _load, _entry, checksum, *codes, name = FIELDS.unpack(bytes(raw))
    raw[CRC] = bytes(4)
    if zlib.crc32(raw) != crc:
        raise NotThisFormat("the checksum of the header does not hold")
    tables: tuple[Mapping[int, str], ...] = (SYSTEMS, PROCESSORS, KINDS, PACKINGS)
    system, processor, kind, packing = (
        table.get(code, f"number {code}") for table, code in zip(tables, codes, strict=True)
    )
    return _Header(
        made=made,
        length=length,
        checksum=checksum,
        system=system,
        processor=processor,
        kind=kind,
        packing=packing,
        name=text(name),
    )


def _single(source: Source, header: _Header) -> Part:
    return Part(
        name=header.kind,
        source=Window(source, HEADER, header.length),
        offset=HEADER,
        opaque=header.kind not in (FILESYSTEM, RAMDISK),
    )


def _several(source: Source, header: _Header) -> Iterator[Part]:
    """The parts of an image of several: a table of lengths that ends with 0, then each on 4 bytes."""
    lengths: list[int] = []
    while True:
        at = HEADER + len(lengths) * LENGTH.size
        if len(lengths) > MAX_PARTS or at + LENGTH.size > HEADER + header.length:
            raise Damaged("its table of lengths has no end")
        (length,) = LENGTH.read(source, at)
        if not length:
            break
        lengths.append(length)
    offset = at + LENGTH.size
    for index, length in enumerate(lengths):
        if offset + length > HEADER + header.length:
            raise Damaged(f"part {index + 1} of {length} bytes at {offset:#x} does not fit into it")
        name = BY_PLACE[index] if index < len(BY_PLACE) else f"part {index + 1}"
        yield Part(name=name, source=Window(source, offset, length), offset=offset, opaque=name != RAMDISK)
        offset += length + -length % 4


def _facts(source: Source, header: _Header) -> Mapping[str, str]:
    facts = {
        "name": header.name,
        "system": header.system,
        "processor": header.processor,
        "type": header.kind,
        "compression": header.packing,
        "made": datetime.fromtimestamp(header.made, UTC).isoformat(),
        "checksum": "holds" if _checksum(source, header.length) == header.checksum else "does not hold",
    }
    return {name: value for name, value in facts.items() if value}


def _checksum(source: Source, length: int) -> int:
    checksum = 0
    for offset in range(HEADER, HEADER + length, CHUNK):
        checksum = zlib.crc32(source.read(offset, min(CHUNK, HEADER + length - offset)), checksum)
    return checksum


FORMAT: Final = Format(title="U-Boot legacy image", magics=(Magic(MAGIC),), open=_open)
