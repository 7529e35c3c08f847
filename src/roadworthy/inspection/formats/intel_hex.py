"""Intel HEX: the program of a microcontroller as text, with the address of each line.

What it looks at
The lines with their sums, up to the one that ends the file. The stretches of memory that they fill are looked
into one by one.

Why it matters
Makers of small devices hand their programs out so.

How it can be wrong
A file of less than 64 bytes of content counts as text. Lines after the first one that does not fit are left
alone.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._memory import Record, checked, lines, opened
from roadworthy.inspection.source import Source

STARTS = (b":020000", b":10")  # an extended address; a line of 16 bytes
DATA, LAST, SEGMENT, LINEAR = 0, 1, 2, 4
KINDS = range(6)
FRAME = 5  # bytes besides the data: length, address, kind, sum


def _open(source: Source) -> Opened:
    records: list[Record] = []
    base = 0
    for kind, address, data, end in _records(source):
        if kind == LAST:
            return opened(end, records, {"form": "Intel HEX"})
        if kind == SEGMENT:
            base = int.from_bytes(data, "big") << 4
        elif kind == LINEAR:
            base = int.from_bytes(data, "big") << 16
        elif kind == DATA:
            records.append((base + address, data))
    if not records:
        raise NotThisFormat("no line of data stands there")
    raise Damaged(f"it breaks off after {len(records)} lines of data")


def _records(source: Source) -> Iterator[tuple[int, int, bytes, int]]:
    """Kind, address and data of each line, and where it ends."""
    for line, end in lines(source):
        raw = checked(line[1:]) if line.startswith(b":") else None
        if raw is None or len(raw) < FRAME or len(raw) != FRAME + raw[0] or sum(raw) & 0xFF:
            return
        if raw[3] not in KINDS:
            return
        yield raw[3], int.from_bytes(raw[1:3], "big"), raw[4:-1], end


FORMAT: Final = Format(title="Intel HEX", magics=tuple(map(Magic, STARTS)), open=_open, program=True)
