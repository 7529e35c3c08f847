"""Netgear CHK: the header of update files for routers of Netgear.

What it looks at
The header with its checksum, the id of the board, and the lengths of kernel and root file system.

Why it matters
It says for which board the file is. Its sums show damage and prove no origin.

How it can be wrong
The sums over kernel and root file system are not verified. Many files have everything in the first part.
"""

from itertools import accumulate
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly, text
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.source import Source, Window

MAGIC = b"\x2a\x23\x24\x5e"
HEADER: Final = Fields("4xI8x6I", ByteOrder.BIG)
SUM_AT = slice(36, 40)
MAX_HEADER = 256
LOW = 0xFFFF


def _open(source: Source) -> Opened:
    try:
        length, _, _, kernel, rootfs, _, total = HEADER.read(source, 0)
        if not HEADER.size < length <= MAX_HEADER:
            raise NotThisFormat(f"a header of {length} bytes is not likely")
        header = bytearray(read_exactly(source, 0, length))
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    header[SUM_AT] = bytes(4)
    if _sum(bytes(header)) != total:
        raise NotThisFormat("the sum of the header does not hold")
    end = length + kernel + rootfs
    if end > source.size:
        raise Damaged(f"it is truncated: {end} bytes by its header, {source.size} are there")
    stretches = (("kernel", length, kernel), ("rootfs", length + kernel, rootfs))
    parts = tuple(
        Part(name=name, source=Window(source, at, size), offset=at, opaque=name == "kernel")
        for name, at, size in stretches
        if size
    )
    return Opened(size=end, facts={"board": text(bytes(header[HEADER.size :]))}, parts=parts)


def _sum(data: bytes) -> int:
    """Two running sums, each folded to 16 bits."""
    return _folded(sum(accumulate(data))) << 16 | _folded(sum(data))


def _folded(value: int) -> int:
    once = (value & LOW) + (value >> 16 & LOW)
    return (once >> 16) + once & LOW


FORMAT: Final = Format(title="Netgear CHK", magics=(Magic(MAGIC),), open=_open)
