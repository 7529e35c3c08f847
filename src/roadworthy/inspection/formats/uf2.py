"""UF2: the program of a microcontroller as blocks that are copied to it like files to a memory stick.

What it looks at
The blocks of 512 bytes with their magics, addresses and numbers. The stretches of memory that they fill are
looked into one by one.

Why it matters
Boards with chips such as the RP2040 take their programs so. Nothing in a block is signed.

How it can be wrong
Blocks that are not meant for the flash memory, and data behind the payload of a block, are passed over.
"""

from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._memory import Record, opened
from roadworthy.inspection.source import Source

MAGIC = b"UF2\n\x57\x51\x5d\x9e"
BLOCK: Final = Fields("8s6I476sI", ByteOrder.LITTLE)
LAST = 0x0AB16F30
NOT_FLASH, FAMILY = 0x1, 0x2000
MAX_DATA = 476
MAX_BLOCKS = 262_144
FAMILIES: Final = {
    0xE48BFF56: "RP2040",
    0xE48BFF59: "RP2350",
    0x1C5F21B0: "ESP32",
    0xBFDD4EEE: "ESP32-S2",
    0xC47E5767: "ESP32-S3",
    0xD42BA06C: "ESP32-C3",
    0xADA52840: "nRF52840",
    0x68ED2B88: "SAMD21",
    0x55114460: "SAMD51",
    0x57755A57: "STM32F4",
}


def _open(source: Source) -> Opened:
    try:
        count, family = _block(source, 0)[1:3]
        records: list[Record] = []
        for index in range(count):
            record, _, _ = _block(source, index)
            if record is not None:
                records.append(record)
    except EndOfData as error:
        raise Damaged(f"it breaks off: {error}") from error
    facts = {"blocks": str(count)}
    if family:
        facts["family"] = FAMILIES.get(family, f"{family:#010x}")
    return opened(count * BLOCK.size, records, facts)


def _block(source: Source, index: int) -> tuple[Record | None, int, int]:
    """What a block writes, how many there are, and for which family of chips."""
    magic, flags, address, length, number, count, family, data, last = BLOCK.read(source, index * BLOCK.size)
    if magic != MAGIC or last != LAST or number != index or length > MAX_DATA or not 0 < count <= MAX_BLOCKS:
        what = f"block {index} does not fit"
        raise Damaged(what) if index else NotThisFormat(what)
    record = None if flags & NOT_FLASH else (address, data[:length])
    return record, count, family if flags & FAMILY else 0


FORMAT: Final = Format(title="UF2", magics=(Magic(MAGIC),), open=_open, program=True)
