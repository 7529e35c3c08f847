"""LZMA with the header of the first LZMA utilities: the usual way to pack a kernel for a router.

What it looks at
The header of 13 bytes (parameters, dictionary, length) and the stream behind it. What it unpacks to is looked
into in its turn.

Why it matters
Kernels and boot loaders of routers are packed so, and what they hold would otherwise stay unseen.

How it can be wrong
The format has no magic and no checksum. A header counts only with the parameters that kernels and vendors
use, a dictionary of a usual size, a length of 4 KiB to 128 MiB or none, and a stream that really unpacks to
that length. If nothing recognises the content and it does not look packed again, it is taken for a program
or a text, not for a file system.
"""

import lzma
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._packed import MAX_UNPACKED, TRIAL, Packing, open_packed
from roadworthy.inspection.source import Source

FIELDS: Final = Fields("BIQB", ByteOrder.LITTLE)  # the last one is the first byte of the stream
PARAMETERS: Final = {0x5D: "lc=3 lp=0 pb=2", 0x6D: "lc=1 lp=2 pb=2", 0x5E: "lc=4 lp=0 pb=2"}
DICTIONARIES: Final = frozenset(base << power for power in range(15, 26) for base in (2, 3))
NO_LENGTH = 2**64 - 1  # the end is marked in the stream
MEMORY = 160 * 1024 * 1024


def _start() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, MEMORY)


PACKING: Final = Packing(name="LZMA", start=_start, errors=(lzma.LZMAError, MemoryError))


def _open(source: Source) -> Opened:
    try:
        parameters, dictionary, length, first = FIELDS.read(source, 0)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    if parameters not in PARAMETERS or dictionary not in DICTIONARIES or first:
        raise NotThisFormat("no LZMA stream begins like this")
    if length != NO_LENGTH and not TRIAL <= length <= MAX_UNPACKED:
        raise NotThisFormat(f"an LZMA stream of {length} bytes is not likely")
    facts = {"parameters": PARAMETERS[parameters], "dictionary": str(dictionary)}
    return open_packed(source, PACKING, facts)


FORMAT: Final = Format(
    title="LZMA alone",
    magics=tuple(Magic(bytes((parameters, 0, 0))) for parameters in PARAMETERS),
    open=_open,
)
