"""Zstandard: one packed file, such as a kernel, a ramdisk or an archive.

What it looks at
The frame header, the blocks, whose lengths lead to the end of the frame, and the checksum. What it unpacks
to is looked into in its turn.

Why it matters
Kernels, ramdisks and packages of recent devices are packed so.

How it can be wrong
A frame that needs a dictionary kept elsewhere, a window of more than 128 MiB, or that would unpack to more
than 128 MiB is named and not unpacked. If nothing recognises the content and it does not look packed again,
it is taken for a program or a text, not for a file system.
"""

from collections.abc import Iterator
from typing import Final

import zstandard

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._packed import MAX_UNPACKED, packed
from roadworthy.inspection.source import Source

MAGIC = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1
MAX_BLOCKS = 65_536
MAX_BLOCK = 128 * 1024  # RFC 8878, 3.1.1.2.4
MAX_FRAMES = 4096
DICTIONARY_BYTES = (0, 1, 2, 4)
LENGTH_BYTES = (0, 2, 4, 8)
SINGLE_SEGMENT, RESERVED, CHECKSUM = 0x20, 0x08, 0x04
DESCRIPTOR: Final = Fields("4xB", ByteOrder.LITTLE)
REPEATED, RESERVED_KIND = 1, 3  # kinds of block, RFC 8878, 3.1.1.2.2


def _open(source: Source) -> Opened:
    try:
        frames = list(_frames(source))
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    pieces: list[bytes] = []
    at = room = 0
    for end in frames:
        room = MAX_UNPACKED - sum(map(len, pieces))
        pieces.append(_unpacked(read_exactly(source, at, end - at), room))
        at = end
    data = b"".join(pieces)
    if not data:
        raise NotThisFormat("nothing is packed in it")
    return packed(size=at, data=data, facts={"frames": str(len(frames))} if len(frames) > 1 else {})


def _frames(source: Source) -> Iterator[int]:
    """Where each frame of the row ends. The first must be whole."""
    at = _frame_end(source, 0)
    yield at
    for _ in range(MAX_FRAMES):
        if source.read(at, len(MAGIC)) != MAGIC:
            return
        at = _frame_end(source, at)
        yield at


def _frame_end(source: Source, at: int) -> int:
    (descriptor,) = DESCRIPTOR.read(source, at)
    if descriptor & RESERVED:
        raise NotThisFormat("a reserved bit of the frame header is set")
    single = bool(descriptor & SINGLE_SEGMENT)
    length = LENGTH_BYTES[descriptor >> 6] or int(single)
    at += DESCRIPTOR.size + (not single) + DICTIONARY_BYTES[descriptor & 3] + length
    for _ in range(MAX_BLOCKS):
        header = int.from_bytes(read_exactly(source, at, 3), "little")
        kind, size = header >> 1 & 3, header >> 3
        if kind == RESERVED_KIND or size > MAX_BLOCK:
            raise NotThisFormat("no block of a Zstandard frame begins like this")
        at += 3 + (1 if kind == REPEATED else size)
        if header & 1:
            end = at + (4 if descriptor & CHECKSUM else 0)
            read_exactly(source, end - 1, 1)
            return end
    raise NotThisFormat("the blocks have no end")


def _unpacked(frame: bytes, room: int) -> bytes:
    try:
        with zstandard.ZstdDecompressor(max_window_size=MAX_UNPACKED).stream_reader(frame) as reader:
            data = reader.read(room + 1)
    except (zstandard.ZstdError, MemoryError) as error:
        raise Damaged(f"the Zstandard frame cannot be unpacked: {error}") from error
    if len(data) > room:
        raise Damaged(f"the Zstandard frame unpacks to more than {MAX_UNPACKED} bytes")
    return data


FORMAT: Final = Format(title="Zstandard", magics=(Magic(MAGIC),), open=_open)
