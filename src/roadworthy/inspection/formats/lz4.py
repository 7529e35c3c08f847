"""LZ4: one packed file, such as the kernel of a device that must start fast.

What it looks at
The frame with its checksums, and the older form that the kernel's build writes. What it unpacks to is looked
into in its turn.

Why it matters
Kernels and ramdisks of recent devices are packed so.

How it can be wrong
The older form has no checksum and does not say where it ends: it is taken to end where no further block
begins. What would unpack to more than 128 MiB is refused. If nothing recognises the content and it does not
look packed again, it is taken for a program or a text, not for a file system.
"""

from typing import Final

import lz4.block
import lz4.frame

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._packed import MAX_UNPACKED, TRIAL, Packing, open_packed, packed
from roadworthy.inspection.source import Source

MAGIC = b"\x04\x22\x4d\x18"  # LZ4 Frame Format 1.6
LEGACY = b"\x02\x21\x4c\x18"
LEGACY_BLOCK = 8 * 1024 * 1024
LENGTH: Final = Fields("I", ByteOrder.LITTLE)

PACKING: Final = Packing(
    name="LZ4", start=lz4.frame.LZ4FrameDecompressor, errors=(RuntimeError, MemoryError), magic=MAGIC
)


def _open(source: Source) -> Opened:
    if source.read(0, len(LEGACY)) == LEGACY:
        return _legacy(source)
    return open_packed(source, PACKING, {})


def _legacy(source: Source) -> Opened:
    pieces: list[bytes] = []
    at = len(LEGACY)
    while (piece := _block(source, at, first=not pieces)) is not None:
        data, at = piece
        pieces.append(data)
        if sum(map(len, pieces)) > MAX_UNPACKED:
            raise Damaged(f"the LZ4 stream unpacks to more than {MAX_UNPACKED} bytes")
        if len(data) < LEGACY_BLOCK:
            break
    data = b"".join(pieces)
    if len(data) < TRIAL:
        raise NotThisFormat("hardly anything is packed in it")
    return packed(size=at, data=data, facts={"form": "legacy"})


def _block(source: Source, at: int, *, first: bool) -> tuple[bytes, int] | None:
    """One block and where it ends; None where none begins."""
    try:
        (length,) = LENGTH.read(source, at)
    except EndOfData:
        return None
    if not 0 < length <= LEGACY_BLOCK + LEGACY_BLOCK // 255 + 16 or at + length > source.size:
        return None
    try:
        data = lz4.block.decompress(source.read(at + LENGTH.size, length), uncompressed_size=LEGACY_BLOCK)
    except (lz4.block.LZ4BlockError, MemoryError) as error:
        if first:
            raise NotThisFormat(f"no block of LZ4: {error}") from error
        return None
    return data, at + LENGTH.size + length


FORMAT: Final = Format(title="LZ4", magics=(Magic(MAGIC), Magic(LEGACY)), open=_open)
