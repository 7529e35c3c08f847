"""TRX: the header before kernel and root file system on routers with chips of Broadcom.

What it looks at
The header of versions 1 and 2: the checksum, and where the parts begin.

Why it matters
It says what the parts are, and its checksum shows a damaged download. It proves no origin.

How it can be wrong
The header does not say what its parts are; by custom they are a loader, the kernel and the root file system.
A part that nothing recognises counts as not read only if it looks packed or encrypted.
"""

import zlib
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.formats._packed import looks_packed
from roadworthy.inspection.source import Source, Window

MAGIC = b"HDR0"
HEADER: Final = Fields("4x2I2H", ByteOrder.LITTLE)
OFFSETS: Final = {1: Fields("3I", ByteOrder.LITTLE), 2: Fields("4I", ByteOrder.LITTLE)}
CHECKED_FROM = 12
CHUNK = 1024 * 1024


def _open(source: Source) -> Opened:
    try:
        length, crc, _, version = HEADER.read(source, 0)
        if version not in OFFSETS:
            raise NotThisFormat(f"there is no version {version}")
        offsets = sorted({each for each in OFFSETS[version].read(source, HEADER.size) if each})
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    header = HEADER.size + OFFSETS[version].size
    if not offsets or offsets[0] < header or offsets[-1] >= length:
        raise NotThisFormat("no part lies where it could")
    if length > source.size:
        raise Damaged(f"it is truncated: {length} bytes by its header, {source.size} are there")
    parts = tuple(
        Part(name=f"part-{index}", source=window, offset=start, opaque=not looks_packed(window))
        for index, (start, end) in enumerate(zip(offsets, [*offsets[1:], length], strict=True), 1)
        if (window := Window(source, start, end - start))
    )
    holds = _checksum(source, length) == crc
    facts = {"version": str(version), "checksum": "holds" if holds else "does not hold"}
    return Opened(size=length, facts=facts, parts=parts)


def _checksum(source: Source, length: int) -> int:
    """CRC-32 without the last inversion."""
    crc = 0
    for at in range(CHECKED_FROM, length, CHUNK):
        crc = zlib.crc32(source.read(at, min(CHUNK, length - at)), crc)
    return crc ^ 0xFFFFFFFF


FORMAT: Final = Format(title="TRX", magics=(Magic(MAGIC),), open=_open)
