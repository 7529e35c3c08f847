"""What an ELF program needs to start: its loader and its shared libraries."""

import struct
from dataclasses import dataclass

PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
DT_NULL, DT_NEEDED, DT_STRTAB = 0, 1, 5
IS_64 = 2


@dataclass(frozen=True, slots=True)
class Segment:
    """One program header: what it is and where it lies, in the file and in memory."""

    kind: int
    offset: int
    address: int
    size: int


def read_segments(data: bytes) -> list[Segment]:
    """The program headers of a little-endian ELF file (System V ABI, chapter 5)."""
    if data[4] == IS_64:
        start, entry, count = struct.unpack_from("<32xQ14xHH", data)
        rows = [struct.unpack_from("<I4xQQ8xQ", data, start + i * entry) for i in range(count)]
    else:
        start, entry, count = struct.unpack_from("<28xI10xHH", data)
        rows = [struct.unpack_from("<III4xI", data, start + i * entry) for i in range(count)]
    return [Segment(*row) for row in rows]


def read_needed(data: bytes) -> tuple[str, ...]:
    """Sonames it is linked against, and the path of its loader; empty for a static program or a script."""
    if not data.startswith(b"\x7fELF"):
        return ()
    segments = read_segments(data)
    names = [_text(data, s.offset) for s in segments if s.kind == PT_INTERP]
    for dynamic in (s for s in segments if s.kind == PT_DYNAMIC):
        form = "<qQ" if data[4] == IS_64 else "<iI"
        rows = list(struct.iter_unpack(form, _whole(data, dynamic, struct.calcsize(form))))
        table = next((_file_offset(segments, value) for tag, value in rows if tag == DT_STRTAB), 0)
        names += [_text(data, table + value) for tag, value in rows if tag == DT_NEEDED]
    return tuple(names)


def _whole(data: bytes, segment: Segment, step: int) -> bytes:
    return data[segment.offset : segment.offset + segment.size // step * step]


def _file_offset(segments: list[Segment], address: int) -> int:
    for segment in segments:
        if segment.kind == PT_LOAD and segment.address <= address < segment.address + segment.size:
            return address - segment.address + segment.offset
    return 0


def _text(data: bytes, offset: int) -> str:
    return data[offset : data.index(b"\0", offset)].decode()
