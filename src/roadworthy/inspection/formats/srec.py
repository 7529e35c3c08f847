"""Motorola S-records: the program of a microcontroller as text, with the address of each line.

What it looks at
The lines with their sums, up to the one that ends the file. The stretches of memory that they fill are looked
into one by one.

Why it matters
Makers of small devices hand their programs out so.

How it can be wrong
Only files that begin with a header line (S0) are recognised. Lines after the first one that does not fit are
left alone.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import text
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._memory import Record, checked, lines, opened
from roadworthy.inspection.source import Source

STARTS = (b"S00", b"S01", b"S02", b"S03")  # a header of up to 60 characters
HEADER = b"0"
ADDRESS: Final = {b"0": 2, b"1": 2, b"2": 3, b"3": 4, b"5": 2, b"6": 3, b"7": 4, b"8": 3, b"9": 2}
DATA, LAST = (b"1", b"2", b"3"), (b"7", b"8", b"9")
FULL = 0xFF


def _open(source: Source) -> Opened:
    records: list[Record] = []
    name = ""
    for kind, address, data, end in _records(source):
        if kind in LAST:
            return opened(end, records, {"name": name} if name else {})
        if kind == HEADER:
            name = text(data)
        elif kind in DATA:
            records.append((address, data))
    if not records:
        raise NotThisFormat("no line of data stands there")
    raise Damaged(f"it breaks off after {len(records)} lines of data")


def _records(source: Source) -> Iterator[tuple[bytes, int, bytes, int]]:
    """Kind, address and data of each line, and where it ends."""
    for line, end in lines(source):
        kind, raw = line[1:2], checked(line[2:]) if line.startswith(b"S") else None
        width = ADDRESS.get(kind)
        if raw is None or width is None or len(raw) < width + 2:
            return
        if len(raw) != raw[0] + 1 or sum(raw) & FULL != FULL:
            return
        yield kind, int.from_bytes(raw[1 : 1 + width], "big"), raw[1 + width : -1], end


FORMAT: Final = Format(title="Motorola S-records", magics=tuple(map(Magic, STARTS)), open=_open, program=True)
