"""gzip: one packed file, such as a kernel, a ramdisk, an archive or a page of a web server.

What it looks at
The header and the Deflate stream behind it, with its checksum; several members in a row count as one.
What it unpacks to is looked into in its turn.

Why it matters
Kernels and ramdisks are packed so, and what they hold would otherwise stay unseen.

How it can be wrong
A stream that breaks off before 4 KiB were unpacked is taken for chance. One that would unpack to more than
128 MiB is refused. If nothing recognises the content and it does not look packed again, it is taken for a
program or a text, not for a file system.
"""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, text
from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._packed import Packing, open_packed
from roadworthy.inspection.source import Source

MAGIC = b"\x1f\x8b\x08"  # RFC 1952, 2.3.1: ID1, ID2, CM = deflate
FIELDS: Final = Fields("3xBIBB", ByteOrder.LITTLE)
EXTRA, NAME, RESERVED = 0x04, 0x08, 0xE0
EFFORTS = (0, 2, 4)  # XFL: not said, maximum, fastest
SYSTEMS = range(14)  # OS, RFC 1952, 2.3.1
UNKNOWN_SYSTEM = 255
MAX_NAME = 256


class _Inflater:
    """`zlib.decompressobj` with the manners of the other decompressors."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(zlib.MAX_WBITS | 16)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


PACKING: Final = Packing(name="gzip", start=_Inflater, errors=(zlib.error,), magic=MAGIC)


def _open(source: Source) -> Opened:
    try:
        flags, made, effort, system = FIELDS.read(source, 0)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    if flags & RESERVED or effort not in EFFORTS or not (system in SYSTEMS or system == UNKNOWN_SYSTEM):
        raise NotThisFormat("its header holds values that mean nothing")
    return open_packed(source, PACKING, _facts(source, flags, made))


def _facts(source: Source, flags: int, made: int) -> Mapping[str, str]:
    facts = {}
    if flags & NAME and not flags & EXTRA:
        facts["name"] = text(source.read(FIELDS.size, MAX_NAME))
    if made:
        facts["made"] = datetime.fromtimestamp(made, UTC).isoformat()
    return facts


FORMAT: Final = Format(title="gzip", magics=(Magic(MAGIC),), open=_open)
