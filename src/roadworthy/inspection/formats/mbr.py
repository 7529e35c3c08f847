"""Partition table of the PC (MBR): images for memory cards and disks.

What it looks at
The four entries in the first sector: kind, place and length of each partition. Partitions are looked into in
their turn.

Why it matters
Images for single-board computers and gateways are those of a whole memory card.

How it can be wrong
Partitions inside an extended partition are found by carving only. The table has no checksum: it counts only
if its entries can be true together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.source import Source, Window

END = Magic(b"\x55\xaa", 510)
ENTRY: Final = Fields("B3xB3xII", ByteOrder.LITTLE)
TABLE, ENTRIES = 446, 4
SECTOR = 512
STATES = (0x00, 0x80)
PROTECTIVE = 0xEE
SWAP = 0x82
KINDS: Final = {
    0x01: "FAT12",
    0x04: "FAT16",
    0x05: "extended",
    0x06: "FAT16",
    0x07: "NTFS or exFAT",
    0x0B: "FAT32",
    0x0C: "FAT32",
    0x0E: "FAT16",
    0x0F: "extended",
    SWAP: "Linux swap",
    0x83: "Linux",
    0x85: "extended",
    0x8E: "Linux LVM",
    0xA2: "boot loader",
    0xEF: "EFI system",
    0xFD: "Linux RAID",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    start: int
    length: int


def _open(source: Source) -> Opened:
    try:
        entries = sorted(_entries(source), key=lambda each: each.start)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    _believe(source, entries)
    parts = tuple(_part(source, index, entry) for index, entry in enumerate(entries, 1))
    facts = {
        f"partition {index}": f"{KINDS.get(entry.kind, f'kind {entry.kind:#x}')}, {entry.length} bytes"
        for index, entry in enumerate(entries, 1)
    }
    last = entries[-1]
    return Opened(size=last.start + last.length, facts=facts, parts=parts)


def _entries(source: Source) -> Iterator[_Entry]:
    for index in range(ENTRIES):
        state, kind, start, length = ENTRY.read(source, TABLE + index * ENTRY.size)
        if state not in STATES or (kind and not (start and length)) or (length and not kind):
            raise NotThisFormat("no table of partitions stands there")
        if kind:
            yield _Entry(kind, start * SECTOR, length * SECTOR)


def _believe(source: Source, entries: list[_Entry]) -> None:
    if not entries or any(entry.kind == PROTECTIVE for entry in entries):
        raise NotThisFormat("no partition stands there")
    if not any(entry.kind in KINDS for entry in entries):
        raise NotThisFormat("no partition is of a kind that is known")
    at = SECTOR
    for entry in entries:
        if entry.start < at or entry.start >= source.size:
            raise NotThisFormat("partitions overlap, or lie behind the end")
        at = entry.start + entry.length


def _part(source: Source, index: int, entry: _Entry) -> Part:
    window = Window(source, entry.start, entry.length)
    return Part(name=f"partition-{index}", source=window, offset=entry.start, opaque=entry.kind == SWAP)


FORMAT: Final = Format(title="MBR partition table", magics=(END,), open=_open)
