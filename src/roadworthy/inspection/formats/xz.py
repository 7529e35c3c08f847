"""xz: one packed file, such as a kernel, a ramdisk or an archive.

What it looks at
The header with its checksum, the blocks, the index and the checks over the content; several streams in a row
count as one. What it unpacks to is looked into in its turn.

Why it matters
Kernels, ramdisks and packages are packed so, and what they hold would otherwise stay unseen.

How it can be wrong
A stream that would unpack to more than
128 MiB, or needs more than 160 MiB of memory, is refused. If nothing recognises the content and it does not
look packed again, it is taken for a program or a text, not for a file system.
"""

import lzma
import zlib
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._packed import Packing, open_packed
from roadworthy.inspection.source import Source

MAGIC = b"\xfd7zXZ\0"  # The .xz File Format, 2.1.1.1
FIELDS: Final = Fields("6x2sI", ByteOrder.LITTLE)
CHECKS: Final = {0: "none", 1: "CRC32", 4: "CRC64", 10: "SHA-256"}  # 2.1.1.2
MEMORY = 160 * 1024 * 1024


def _start() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, MEMORY)


PACKING: Final = Packing(
    name="xz", start=_start, errors=(lzma.LZMAError, MemoryError), magic=MAGIC, certain=True
)


def _open(source: Source) -> Opened:
    try:
        flags, crc = FIELDS.read(source, 0)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    if zlib.crc32(flags) != crc:
        raise NotThisFormat("the checksum of the header does not hold")
    return open_packed(source, PACKING, {"check": CHECKS.get(flags[1], f"number {flags[1]}")})


FORMAT: Final = Format(title="xz", magics=(Magic(MAGIC),), open=_open)
