"""Acme box: eight bytes of magic, the payload's length (big-endian, 4 bytes), the payload.

How it can be wrong
The header has no checksum; a text that contains the magic is told apart by its length only.
"""

from typing import Final

from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.source import Source, Window

MAGIC: Final = b"ACMEBOX1"
HEADER: Final = len(MAGIC) + 4


def open_box(source: Source) -> Opened:
    """Open it in place."""
    length = int.from_bytes(source.read(len(MAGIC), 4), "big")
    if not 0 < length <= source.size - HEADER:
        raise NotThisFormat(f"a payload of {length} bytes does not fit")
    part = Part(name="payload", source=Window(source, HEADER, length), offset=HEADER)
    return Opened(size=HEADER + length, parts=(part,))


FORMAT: Final = Format(title="Acme box", magics=(Magic(MAGIC),), open=open_box)
