"""Small ELF programs for examples: headers and names only, nothing that could run."""

import struct
from dataclasses import dataclass

from roadworthy.codecs.binary import ByteOrder
from roadworthy.codecs.elf import (
    DF_1_NOW,
    DF_1_PIE,
    DT_FLAGS_1,
    DT_HASH,
    DT_NEEDED,
    DT_RUNPATH,
    DT_SONAME,
    DT_STRSZ,
    DT_STRTAB,
    DT_SYMTAB,
    ET_DYN,
    ET_EXEC,
    MACHINES,
    MAGIC,
    NARROW,
    NT_GNU_BUILD_ID,
    PF_X,
    PT_DYNAMIC,
    PT_GNU_RELRO,
    PT_GNU_STACK,
    PT_INTERP,
    PT_LOAD,
    PT_NOTE,
)

ROWS = 6
_TAGS = (DT_NEEDED, DT_SONAME, DT_RUNPATH)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleElf:
    """What the program shall look like; without arguments it is well protected.

    Args:
        pie: Position independent.
        executable_stack: PT_GNU_STACK with or without PF_X; None leaves it out.
        relro: ``none``, ``partial`` or ``full``.
        imports: Undefined dynamic symbols.
        needed: Libraries.
        soname: Makes it a library.
        runpath: DT_RUNPATH.
        bits: 32 or 64.
        order: Byte order.
        machine: As in `MACHINES`.
        build_id: Hexadecimal digits; empty leaves the note out.
    """

    pie: bool = True
    executable_stack: bool | None = False
    relro: str = "full"
    imports: tuple[str, ...] = ("__stack_chk_fail", "__memcpy_chk")
    needed: tuple[str, ...] = ("libc.so.6",)
    soname: str = ""
    runpath: str = ""
    bits: int = NARROW
    order: ByteOrder = ByteOrder.LITTLE
    machine: str = "arm"
    build_id: str = ""

    def build(self) -> bytes:
        """Its bytes."""
        narrow = self.bits == NARROW
        header_size, row_size = (52, 32) if narrow else (64, 56)
        interpreter = b"" if self.soname else b"/lib/ld.so\0"
        strings, at = self._strings()
        symbols = self._symbols(at)
        start = header_size + ROWS * row_size
        places = [start]
        for part in (
            interpreter.ljust(16, b"\0"),
            strings,
            symbols,
            self._pack("II", 1, len(at["imports"]) + 1),
        ):
            places.append(places[-1] + len(part))
        dynamic = self._dynamic(
            at, strings_at=places[1], size=len(strings), symbols_at=places[2], hash_at=places[3]
        )
        end, note = places[4] + len(dynamic), self._note()
        rows = [
            (PT_LOAD, 5, 0, end + len(note)),
            (PT_DYNAMIC, 6, places[4], len(dynamic)),
            (PT_INTERP if interpreter else 0, 4, start, len(interpreter)),
            (
                0 if self.executable_stack is None else PT_GNU_STACK,
                6 | (PF_X if self.executable_stack else 0),
                0,
                0,
            ),
            (PT_GNU_RELRO if self.relro != "none" else 0, 4, places[4], len(dynamic)),
            (PT_NOTE if note else 0, 4, end, len(note)),
        ]
        content = (
            interpreter.ljust(16, b"\0") + strings + symbols + self._pack("II", 1, len(at["imports"]) + 1)
        )
        return (
            self._header(header_size, row_size)
            + b"".join(self._row(*row) for row in rows)
            + content
            + dynamic
            + note
        )

    def _note(self) -> bytes:
        """NT_GNU_BUILD_ID, if there is one."""
        value = bytes.fromhex(self.build_id)
        return self._pack("III", 4, len(value), NT_GNU_BUILD_ID) + b"GNU\0" + value if value else b""

    def _pack(self, pattern: str, *values: int) -> bytes:
        return struct.pack(self.order + pattern, *values)

    def _header(self, header_size: int, row_size: int) -> bytes:
        narrow = self.bits == NARROW
        ident = MAGIC + bytes((1 if narrow else 2, 1 if self.order is ByteOrder.LITTLE else 2, 1)) + bytes(9)
        machine = next(number for number, name in MACHINES.items() if name == self.machine)
        kind = ET_DYN if self.pie or self.soname else ET_EXEC
        pattern = "HHIIIIIHHHHHH" if narrow else "HHIQQQIHHHHHH"
        return ident + self._pack(
            pattern, kind, machine, 1, 0, header_size, 0, 0, header_size, row_size, ROWS, 0, 0, 0
        )

    def _row(self, kind: int, flags: int, offset: int, size: int) -> bytes:
        if self.bits == NARROW:
            return self._pack("IIIIIIII", kind, offset, offset, offset, size, size, flags, 4)
        return self._pack("IIQQQQQQ", kind, flags, offset, offset, offset, size, size, 8)

    def _strings(self) -> tuple[bytes, dict[str, list[int]]]:
        """The string table, and where each name stands in it."""
        table = b"\0"
        at: dict[str, list[int]] = {}
        for field in ("imports", "needed", "soname", "runpath"):
            value = getattr(self, field)
            at[field] = []
            for name in (value,) if isinstance(value, str) else value:
                if name:
                    at[field].append(len(table))
                    table += name.encode() + b"\0"
        return table.ljust((len(table) + 7) // 8 * 8, b"\0"), at

    def _symbols(self, at: dict[str, list[int]]) -> bytes:
        pattern = "IIIBBH" if self.bits == NARROW else "IBBHQQ"
        return b"".join(self._pack(pattern, name, 0, 0, 0, 0, 0) for name in (0, *at["imports"]))

    def _dynamic(
        self, at: dict[str, list[int]], *, strings_at: int, size: int, symbols_at: int, hash_at: int
    ) -> bytes:
        names = zip(_TAGS, ("needed", "soname", "runpath"), strict=True)
        entries = [(tag, place) for tag, field in names for place in at[field]]
        entries += [(DT_STRTAB, strings_at), (DT_STRSZ, size), (DT_SYMTAB, symbols_at), (DT_HASH, hash_at)]
        flags = (DF_1_NOW if self.relro == "full" else 0) | (DF_1_PIE if self.pie and not self.soname else 0)
        entries += [(DT_FLAGS_1, flags), (0, 0)]
        return b"".join(self._pack("II" if self.bits == NARROW else "QQ", *entry) for entry in entries)
