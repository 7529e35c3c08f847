"""Partition table of EFI (GPT): images for memory cards, eMMC and disks.

What it looks at
The header with its checksum, the entries with theirs: name, kind, place and length of each partition.
Partitions are looked into in their turn.

Why it matters
Images of larger devices are those of a whole eMMC, often with two slots for safe updates.

How it can be wrong
The copy of the table at the end of the disk is not compared. Sectors of 512 bytes are taken for granted.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.source import Source, Window

SECTOR = 512
MAGIC = Magic(b"EFI PART", SECTOR)
HEADER: Final = Fields("8sIII4xQQQQ16sQIII", ByteOrder.LITTLE)  # UEFI Specification 2.10, 5.3.2
ENTRY: Final = Fields("16s16sQQQ72s", ByteOrder.LITTLE)
GUID: Final = Fields("IHH", ByteOrder.LITTLE)
CRC_AT = slice(16, 20)
MAX_HEADER = 512
MAX_ENTRIES, MAX_ENTRY = 1024, 4096
KINDS: Final[Mapping[str, str]] = {
    "c12a7328-f81f-11d2-ba4b-00a0c93ec93b": "EFI system",
    "0fc63daf-8483-4772-8e79-3d69d8477de4": "Linux",
    "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f": "Linux swap",
    "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7": "data",
    "21686148-6449-6e6f-744e-656564454649": "BIOS boot",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: str
    start: int
    length: int


def _open(source: Source) -> Opened:
    try:
        values = HEADER.read(source, SECTOR)
        _, _, size, crc, _, _, _, last, _, table, count, length, table_crc = values
        if not HEADER.size <= size <= MAX_HEADER or not ENTRY.size <= length <= MAX_ENTRY:
            raise NotThisFormat("no header of a partition table has such a length")
        header = bytearray(read_exactly(source, SECTOR, size))
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    header[CRC_AT] = bytes(4)
    if zlib.crc32(header) != crc:
        raise NotThisFormat("the checksum of the header does not hold")
    raw = source.read(table * SECTOR, min(count, MAX_ENTRIES) * length)
    entries = list(_entries(raw, length))
    facts = {
        f"partition {index}": f"{entry.name}, {KINDS.get(entry.kind, entry.kind)}, {entry.length} bytes"
        for index, entry in enumerate(entries, 1)
    }
    facts["checksum of the table"] = "holds" if zlib.crc32(raw) == table_crc else "does not hold"
    parts = tuple(_parts(source, entries))
    size = min((last + 1) * SECTOR, source.size)
    return Opened(size=max(size, 2 * SECTOR), facts=facts, parts=parts)


def _entries(raw: bytes, length: int) -> Iterator[_Entry]:
    for at in range(0, len(raw) - length + 1, length):
        kind, _, first, last, _, name = ENTRY.unpack(raw, at)
        if any(kind):
            text = name.decode("utf-16-le", "replace").partition("\0")[0]
            yield _Entry(text, _guid(kind), first * SECTOR, (last + 1 - first) * SECTOR)


def _guid(raw: bytes) -> str:
    """As text; its first three fields are little-endian: UEFI Specification 2.10, appendix A."""
    first, second, third = GUID.unpack(raw)
    rest = raw[GUID.size :].hex()
    return f"{first:08x}-{second:04x}-{third:04x}-{rest[:4]}-{rest[4:]}"


def _parts(source: Source, entries: list[_Entry]) -> Iterator[Part]:
    at = 2 * SECTOR
    for index, entry in sorted(enumerate(entries, 1), key=lambda pair: pair[1].start):
        if entry.start < at or entry.length <= 0:
            raise Damaged(f"partition {index} lies where another thing lies")
        at = entry.start + entry.length
        if entry.start < source.size:
            window = Window(source, entry.start, entry.length)
            opaque = KINDS.get(entry.kind) == "Linux swap"
            yield Part(
                name=entry.name or f"partition-{index}", source=window, offset=entry.start, opaque=opaque
            )


FORMAT: Final = Format(title="GPT partition table", magics=(MAGIC,), open=_open)
