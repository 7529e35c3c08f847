"""bzip2: one packed file.

What it looks at
The blocks with their checksums; several streams in a row count as one. What it unpacks to is looked into in
its turn.

Why it matters
Kernels, ramdisks and archives of older devices are packed so.

How it can be wrong
A stream that would unpack to more than
128 MiB is refused. If nothing recognises the content and it does not look packed again, it is taken for a
program or a text, not for a file system.
"""

import bz2
from typing import Final

from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._packed import Packing, open_packed
from roadworthy.inspection.source import Source

START = b"BZh"
LEVELS = b"123456789"
BLOCK = Magic(b"1AY&SY", 4)  # pi: starts each block; the first one stands right behind the header

PACKING: Final = Packing(
    name="bzip2", start=bz2.BZ2Decompressor, errors=(OSError, ValueError), magic=START, certain=True
)


def _open(source: Source) -> Opened:
    header = source.read(0, BLOCK.offset)
    if not header.startswith(START) or header[-1] not in LEVELS:
        raise NotThisFormat("there is a block without a header before it")
    return open_packed(source, PACKING, {"level": chr(header[-1])})


FORMAT: Final = Format(title="bzip2", magics=(BLOCK,), open=_open)
