"""ELF: headers, segments, sections, dynamic entries and symbols, in both classes and byte orders.

After the System V ABI (gABI 4.1, chapters 4 and 5). Whatever the bytes say, no more of them is looked at than
there are, and tables are cut at the bounds below. What lies outside of the file is left out.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields

MAGIC: Final = b"\x7fELF"
NARROW: Final = 32  # bits of ELFCLASS32
MAX_SEGMENTS: Final = 256
MAX_SECTIONS: Final = 20_000
MAX_DYNAMIC: Final = 4096
MAX_SYMBOLS: Final = 200_000
MAX_NAME: Final = 1024
MAX_NOTES: Final = 64 * 1024
MAX_KEPT: Final = 16 * 1024 * 1024

ET_REL, ET_EXEC, ET_DYN = 1, 2, 3
PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
PT_GNU_STACK, PT_GNU_RELRO = 0x6474E551, 0x6474E552
PF_X = 1
SHT_SYMTAB, SHT_NOTE, SHT_NOBITS, SHT_DYNSYM = 2, 7, 8, 11
DT_NULL, DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ = 0, 1, 4, 5, 6, 10
DT_SONAME, DT_RPATH, DT_DEBUG, DT_BIND_NOW, DT_RUNPATH, DT_FLAGS = 14, 15, 21, 24, 29, 30
DT_MIPS_SYMTABNO, DT_FLAGS_1 = 0x70000011, 0x6FFFFFFB
DF_BIND_NOW, DF_1_NOW, DF_1_PIE = 8, 1, 0x08000000
NT_GNU_BUILD_ID = 3

MACHINES: Final = {
    2: "sparc", 3: "x86", 4: "m68k", 8: "mips", 15: "parisc", 20: "powerpc", 21: "powerpc64", 22: "s390",
    40: "arm", 42: "superh", 43: "sparc64", 45: "arc", 50: "ia64", 62: "x86-64", 83: "avr", 92: "openrisc",
    93: "arc-compact", 94: "xtensa", 106: "blackfin", 113: "nios2", 164: "hexagon", 183: "aarch64",
    189: "microblaze", 195: "arc-compact2", 243: "riscv", 247: "bpf", 252: "csky", 258: "loongarch",
}  # fmt: skip


class NotElf(Exception):  # noqa: N818 -- what it means is for the caller to say
    """The bytes are no ELF file, or its header is broken. Says how."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One program header: its type, flags, where it lies in the file and where in memory."""

    type: int
    flags: int
    offset: int
    size: int
    address: int


@dataclass(frozen=True, slots=True)
class Section:
    """One section header: its name, type, place in the file, and the section that it points to."""

    name: str
    type: int
    offset: int
    size: int
    link: int


@dataclass(frozen=True)
class Elf:
    """One ELF file.

    Args:
        data: The whole file.
        bits: 32 or 64.
        order: Byte order.
        type: `ET_REL`, `ET_EXEC`, `ET_DYN` or another number.
        machine: As in `MACHINES`; the number as text where it is not known.
        flags: What the processor's supplement defines.
        segment_table: Offset, entry size and number of entries of the program headers.
        section_table: Offset, entry size, number of entries and index of the names of the section headers.
    """

    data: bytes
    bits: int
    order: ByteOrder
    type: int
    machine: str
    flags: int
    segment_table: tuple[int, int, int]
    section_table: tuple[int, int, int, int]

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The program headers."""
        offset, size, count = self.segment_table
        pattern = "IIIIIIII" if self.bits == NARROW else "IIQQQQQQ"
        rows = self._rows(pattern, offset, size, min(count, MAX_SEGMENTS))
        if self.bits == NARROW:
            return tuple(Segment(row[0], row[6], row[1], row[4], row[2]) for row in rows)
        return tuple(Segment(row[0], row[1], row[2], row[5], row[3]) for row in rows)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The section headers; none where they were cut off."""
        offset, size, count, names_at = self.section_table
        pattern = "IIIIIIIIII" if self.bits == NARROW else "IIQQQQIIQQ"
        rows = list(self._rows(pattern, offset, size, min(count, MAX_SECTIONS)))
        names = b""
        if names_at < len(rows):
            names = self._slice(rows[names_at][4], rows[names_at][5])
        return tuple(Section(_name(names, row[0]), row[1], row[4], row[5], row[6]) for row in rows)

    @cached_property
    def dynamic(self) -> tuple[tuple[int, int], ...]:
        """Tags and values of the dynamic section."""
        segment = self.segment(PT_DYNAMIC)
        if segment is None:
            return ()
        pattern, size = ("II", 8) if self.bits == NARROW else ("QQ", 16)
        entries = []
        for tag, value in self._rows(pattern, segment.offset, size, min(segment.size // size, MAX_DYNAMIC)):
            if tag == DT_NULL:
                break
            entries.append((tag, value))
        return tuple(entries)

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The libraries that the loader must find, in order."""
        return tuple(self.dynamic_string(value) for tag, value in self.dynamic if tag == DT_NEEDED)

    @cached_property
    def imports(self) -> frozenset[str]:
        """Names of undefined dynamic symbols."""
        return frozenset(name for name, defined in self._dynamic_symbols if not defined)

    @cached_property
    def exports(self) -> frozenset[str]:
        """Names of defined dynamic symbols."""
        return frozenset(name for name, defined in self._dynamic_symbols if defined)

    @property
    def has_symbols(self) -> bool:
        """Whether the full symbol table is there: the file was not stripped."""
        return any(section.type == SHT_SYMTAB for section in self.sections)

    @cached_property
    def build_id(self) -> str:
        """NT_GNU_BUILD_ID in hex; empty without one."""
        places = [(each.offset, each.size) for each in self.segments if each.type == PT_NOTE]
        if not places:
            places = [(each.offset, each.size) for each in self.sections if each.type == SHT_NOTE]
        for offset, size in places:
            for owner, kind, value in self._notes(offset, min(size, MAX_NOTES)):
                if (owner, kind) == (b"GNU", NT_GNU_BUILD_ID):
                    return value[:64].hex()
        return ""

    @property
    def interpreter(self) -> str:
        """The loader that the file asks for; empty without one."""
        segment = self.segment(PT_INTERP)
        return "" if segment is None else _name(self._slice(segment.offset, min(segment.size, MAX_NAME)), 0)

    def segment(self, kind: int) -> Segment | None:
        """The first segment of a type."""
        return next((each for each in self.segments if each.type == kind), None)

    def tag(self, tag: int) -> int | None:
        """The value of the first dynamic entry with this tag."""
        return next((value for each, value in self.dynamic if each == tag), None)

    def section(self, name: str) -> bytes:
        """The content of a section; empty where there is none."""
        for each in self.sections:
            if each.name == name and each.type != SHT_NOBITS:
                return self._slice(each.offset, each.size)
        return b""

    def names_symbol(self, name: str) -> bool:
        """Whether the string table of the full symbol table holds this name."""
        for each in self.sections:
            if each.type == SHT_SYMTAB and each.link < len(self.sections):
                names = self.sections[each.link]
                end = min(names.offset + names.size, len(self.data))
                return self.data.find(b"\0" + name.encode() + b"\0", names.offset, end) >= 0
        return False

    def dynamic_string(self, at: int) -> str:
        """A text of the dynamic string table."""
        return _name(self._dynamic_names, at)

    def offset_of(self, address: int) -> int | None:
        """Where an address of memory lies in the file; None where no segment brings it."""
        for each in self.segments:
            if each.type == PT_LOAD and each.address <= address < each.address + each.size:
                return address - each.address + each.offset
        return None

    @cached_property
    def _dynamic_names(self) -> bytes:
        address, size = self.tag(DT_STRTAB), self.tag(DT_STRSZ)
        offset = None if address is None else self.offset_of(address)
        return b"" if offset is None or size is None else self._slice(offset, size)

    @cached_property
    def _dynamic_symbols(self) -> tuple[tuple[str, bool], ...]:
        address = self.tag(DT_SYMTAB)
        offset = None if address is None else self.offset_of(address)
        if address is None or offset is None:
            return ()
        wide = self.bits != NARROW
        pattern, size = ("IBBHQQ", 24) if wide else ("IIIBBH", 16)
        section_at = 3 if wide else 5
        count = min(self._symbol_count(address, offset, size), MAX_SYMBOLS)
        names = self._dynamic_names
        rows = self._rows(pattern, offset, size, count)
        return tuple((_name(names, row[0]), row[section_at] != 0) for row in rows if row[0])

    def _symbol_count(self, address: int, offset: int, size: int) -> int:
        """How many dynamic symbols there are; nothing in the dynamic section says so on all machines."""
        for each in self.sections:
            if each.type == SHT_DYNSYM and each.offset == offset:
                return each.size // size
        if (count := self.tag(DT_MIPS_SYMTABNO)) is not None and self.machine == "mips":
            return count
        table = self.tag(DT_HASH)
        at = None if table is None else self.offset_of(table)
        for row in self._rows("II", at, 8, 1) if at is not None else ():
            return row[1]
        strings = self.tag(DT_STRTAB) or 0
        return max(0, strings - address) // size  # linkers put the names right behind the symbols

    def _rows(self, pattern: str, offset: int, size: int, count: int) -> Iterator[tuple[int, ...]]:
        """The rows of a table, as many as the file holds."""
        row = struct.Struct(self.order + pattern)
        if size < row.size or offset < 0:
            return
        there = max(0, len(self.data) - offset) // size
        count = min(count, there)
        if size == row.size:
            yield from row.iter_unpack(self.data[offset : offset + size * count])
        else:
            for index in range(count):
                yield row.unpack_from(self.data, offset + size * index)

    def _notes(self, offset: int, size: int) -> Iterator[tuple[bytes, int, bytes]]:
        data, at = self._slice(offset, size), 0
        header = struct.Struct(self.order + "III")
        while at + header.size <= len(data):
            name_size, value_size, kind = header.unpack_from(data, at)
            at += header.size
            value_at = at + (name_size + 3) // 4 * 4
            yield data[at : at + name_size].rstrip(b"\0"), kind, data[value_at : value_at + value_size]
            at = value_at + (value_size + 3) // 4 * 4

    def _slice(self, offset: int, size: int) -> bytes:
        return self.data[offset : offset + size]


def parse_elf(data: bytes) -> Elf:
    """Read the headers of an ELF file; the rest is read when it is asked for.

    The same bytes are asked about by one cataloger after the other: the last answer is kept, of small files.

    Raises:
        NotElf: It is none, or its header is broken.
    """
    return _parsed(data) if len(data) <= MAX_KEPT else _parse(data)


def _parse(data: bytes) -> Elf:
    if not data.startswith(MAGIC):
        raise NotElf("there is no ELF magic")
    if len(data) < 16 or data[4] not in (1, 2) or data[5] not in (1, 2):  # noqa: PLR2004 -- e_ident
        raise NotElf("class or byte order are unknown")
    bits, order = NARROW * data[4], ByteOrder.LITTLE if data[5] == 1 else ByteOrder.BIG
    try:
        header = Fields("HHIIIIIHHHHHH" if data[4] == 1 else "HHIQQQIHHHHHH", order).unpack(data, 16)
    except EndOfData as short:
        raise NotElf(f"the header is cut off: {short}") from short
    kind, machine, _, _, segments_at, sections_at, flags, _, row_size, rows = header[:10]
    section_size, sections, names = header[10:]
    return Elf(
        data=data,
        bits=bits,
        order=order,
        type=kind,
        machine=MACHINES.get(machine, str(machine)),
        flags=flags,
        segment_table=(segments_at, row_size, rows),
        section_table=(sections_at, section_size, sections, names),
    )


_parsed = lru_cache(maxsize=1)(_parse)


def _name(table: bytes, at: int) -> str:
    end = table.find(b"\0", at, at + MAX_NAME)
    return table[at : end if end >= 0 else at + MAX_NAME].decode("utf-8", "backslashreplace")
