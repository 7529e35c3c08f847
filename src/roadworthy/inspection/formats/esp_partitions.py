"""Partition table of an ESP32 and its relatives, and the flash memory that it divides.

What it looks at
The entries with kind, place, size, name and flags, the MD5 behind them, and the partitions themselves where
the file holds them, as a dump of the whole flash does.

Why it matters
It shows whether the device can take an update over the air and go back to the last one, and which
partitions are meant to be encrypted.

How it can be wrong
The table says where partitions lie in the flash, not where it lies itself; it is taken to stand one sector
before the first of them, as the build system of ESP-IDF arranges it. Whether flash encryption is on is a fuse
of the chip; of a partition without an image header and with high entropy that is said, and not more.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, text
from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.source import Source, Window
from roadworthy.inspection.texture import entropy

MAGIC = b"\xaa\x50"
MD5_MAGIC = b"\xeb\xeb" + b"\xff" * 14
END = b"\xff" * 32
ENTRY: Final = Fields("2sBBII16sI", ByteOrder.LITTLE)
SECTOR = 4096
MAX_ENTRIES = 95  # ESP_PARTITION_TABLE_MAX_ENTRIES
MAX_FLASH = 256 * 1024 * 1024
APP, DATA = 0, 1
ENCRYPTED = 1
IMAGE = b"\xe9"
RANDOM = 7.8  # bits per byte
KINDS: Final = {
    (APP, 0x00): "app, factory",
    (APP, 0x20): "app, test",
    (DATA, 0x00): "data, OTA choice",
    (DATA, 0x01): "data, radio calibration",
    (DATA, 0x02): "data, settings (NVS)",
    (DATA, 0x03): "data, core dump",
    (DATA, 0x04): "data, NVS keys",
    (DATA, 0x05): "data, simulated fuses",
    (DATA, 0x81): "data, FAT",
    (DATA, 0x82): "data, SPIFFS",
    (DATA, 0x83): "data, LittleFS",
}
OTA_SLOTS = range(0x10, 0x20)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    kind: int
    detail: int
    offset: int
    length: int
    label: str
    flags: int

    @property
    def said(self) -> str:
        known = KINDS.get((self.kind, self.detail), f"kind {self.kind}, {self.detail:#x}")
        what = f"app, slot {self.detail - 0x10}" if self._is_slot else known
        secret = ", to be encrypted" if self.flags & ENCRYPTED else ""
        return f"{what}, {self.length} bytes at {self.offset:#x}{secret}"

    @property
    def _is_slot(self) -> bool:
        return self.kind == APP and self.detail in OTA_SLOTS


def _open(source: Source) -> Opened:
    try:
        entries = list(_entries(source))
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    _believe(entries)
    behind = len(entries) * ENTRY.size
    facts = {f"partition {entry.label}": entry.said for entry in entries}
    checked = source.read(behind, ENTRY.size)
    if checked.startswith(MD5_MAGIC):
        digest = hashlib.md5(source.read(0, behind), usedforsecurity=False).digest()
        facts["MD5"] = "holds" if checked.endswith(digest) else "does not hold"
        behind += ENTRY.size
    elif checked.ljust(ENTRY.size, b"\xff") != END:
        raise NotThisFormat("the table has no end")
    parts = tuple(_parts(source, entries))
    size = max((_end(part) for part in parts), default=behind)
    return Opened(size=size, facts={**facts, **_encryption(parts, entries)}, parts=parts)


def _entries(source: Source) -> Iterator[_Entry]:
    for index in range(MAX_ENTRIES):
        if source.read(index * ENTRY.size, len(MAGIC)) != MAGIC:
            return
        _, kind, detail, offset, length, label, flags = ENTRY.read(source, index * ENTRY.size)
        yield _Entry(kind=kind, detail=detail, offset=offset, length=length, label=text(label), flags=flags)


def _believe(entries: list[_Entry]) -> None:
    at = SECTOR
    if not any(entry.kind == APP for entry in entries):
        raise NotThisFormat("no partition holds a program")
    for entry in sorted(entries, key=lambda each: each.offset):
        if entry.offset < at or entry.offset % SECTOR or not entry.length or not entry.label:
            raise NotThisFormat("the partitions overlap, or lie where none can")
        at = entry.offset + entry.length
    if at > MAX_FLASH:
        raise NotThisFormat(f"no chip has {at} bytes of flash memory")


def _parts(source: Source, entries: list[_Entry]) -> Iterator[Part]:
    """The partitions that the source reaches."""
    table = min(entry.offset for entry in entries) - SECTOR
    for entry in entries:
        offset = entry.offset - table
        if offset < source.size:
            yield Part(
                name=entry.label,
                source=Window(source, offset, entry.length),
                offset=offset,
                opaque=entry.kind == APP,
            )


def _end(part: Part) -> int:
    return (part.offset or 0) + part.source.size


def _encryption(parts: tuple[Part, ...], entries: list[_Entry]) -> Mapping[str, str]:
    apps = {entry.label for entry in entries if entry.kind == APP}
    odd = [part.name for part in parts if part.name in apps and _looks_encrypted(part.source)]
    return {"no image header, high entropy": ", ".join(odd)} if odd else {}


def _looks_encrypted(source: Source) -> bool:
    return source.read(0, 1) != IMAGE and entropy(Window(source, 0, SECTOR * 16)) > RANDOM


FORMAT: Final = Format(
    title="ESP32 partition table", magics=(Magic(MAGIC + b"\x01"), Magic(MAGIC + b"\x00")), open=_open
)
