"""Android sparse image: how partitions are handed to a flashing tool, with the empty blocks left out.

What it looks at
The header and every chunk: stored blocks, blocks filled with one pattern, blocks that do not matter, and
checksums. What it stands for is then looked into as one image, in place: what was left out reads as zeros.

Why it matters
The root file systems of Android devices, set-top boxes and cars (ext4, EROFS) come packed so.

How it can be wrong
A checksum over more than 1 GiB is not computed. An image that leaves out more than 4 GiB is named, not read.
One that was cut into several files must be joined first: each of them is seen alone.
"""

import zlib
from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.formats._sparse import Extent, SparseSource
from roadworthy.inspection.source import Source

# system/core/libsparse/sparse_format.h of the Android Open Source Project
MAGIC = b"\x3a\xff\x26\xed"
HEADER: Final = Fields("4x4H4I", ByteOrder.LITTLE)
CHUNK: Final = Fields("H2x2I", ByteOrder.LITTLE)
NUMBER: Final = Fields("I", ByteOrder.LITTLE)
RAW, FILL, DONT_CARE, CRC32 = 0xCAC1, 0xCAC2, 0xCAC3, 0xCAC4
MAJOR = 1
MAX_HEADER = 4096
MAX_BLOCK = 1024 * 1024
MAX_CHUNKS = 200_000
MAX_CHECKED = 1024 * 1024 * 1024
MAX_HOLES = 4 * 1024 * 1024 * 1024
HOLES_FOR_ONE = 8  # searching a byte that was left out costs about so much less than unpacking one
STRETCH = 1024 * 1024


def _open(source: Source) -> Opened:
    try:
        major, minor, header, per_chunk, block, blocks, chunks, checksum = HEADER.read(source, 0)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    if not (
        major == MAJOR
        and HEADER.size <= header <= MAX_HEADER
        and CHUNK.size <= per_chunk <= MAX_HEADER
        and block % 4 == 0
        and 0 < block <= MAX_BLOCK
    ):
        raise NotThisFormat("its header holds values that mean nothing")
    if chunks > MAX_CHUNKS:
        raise Damaged(f"it claims {chunks} chunks; {MAX_CHUNKS} are read at most")
    reader = _Reader(source, block, per_chunk, header)
    inside = SparseSource(source, list(reader.extents(chunks)), reader.blocks * block)
    if reader.blocks != blocks:
        raise Damaged(f"its chunks are {reader.blocks} blocks together instead of {blocks}")
    if not blocks:
        raise NotThisFormat("there is nothing in it")
    if inside.holes > MAX_HOLES:
        raise Damaged(f"it leaves out {inside.holes} bytes; {MAX_HOLES} are looked through at most")
    facts = {
        "version": f"{major}.{minor}",
        "block size": str(block),
        "chunks": str(chunks),
        "unpacked": f"{inside.size} bytes",
    }
    sums = [*reader.sums, *([(inside.size, checksum)] if checksum else [])]
    if sums:
        facts["checksum"] = _checked(inside, sums)
    part = Part(name="image", source=inside, offset=None, weight=inside.holes // HOLES_FOR_ONE)
    return Opened(size=min(reader.at, source.size), facts=facts, parts=(part,))


class _Reader:
    """Goes from chunk to chunk.

    Args:
        source: The image.
        block: Bytes of a block.
        header: Bytes of the header of a chunk.
        at: Where the first chunk begins.
    """

    def __init__(self, source: Source, block: int, header: int, at: int) -> None:
        self._source = source
        self._block = block
        self._header = header
        self.at = at
        self.blocks = 0
        self.sums: list[tuple[int, int]] = []

    def extents(self, chunks: int) -> Iterator[Extent]:
        """What each chunk stands for.

        Raises:
            NotThisFormat: The first chunk is none.
            Damaged: Another one is none, or cut off.
        """
        for index in range(chunks):
            try:
                yield from self._next()
            except EndOfData as error:
                raise Damaged(f"it is truncated in chunk {index + 1} of {chunks}: {error}") from error
            except Damaged as damage:
                raise damage if index else NotThisFormat(str(damage)) from damage

    def _next(self) -> Iterator[Extent]:
        kind, blocks, total = CHUNK.read(self._source, self.at)
        data, size, start = self.at + self._header, blocks * self._block, self.blocks * self._block
        stored = {RAW: size, FILL: NUMBER.size, DONT_CARE: 0, CRC32: NUMBER.size}.get(kind)
        if stored is None or total != self._header + stored or (kind == CRC32 and blocks):
            raise Damaged(f"there is no chunk at {self.at:#x}")
        if data + stored > self._source.size:
            raise EndOfData(f"{stored} bytes are needed at {data:#x}")
        self.at = data + stored
        self.blocks += blocks
        if kind == CRC32:
            self.sums.append((start, NUMBER.read(self._source, data)[0]))
        elif size:
            fill = self._source.read(data, NUMBER.size) if kind == FILL else bytes(NUMBER.size)
            yield Extent(start=start, size=size, at=data if kind == RAW else None, fill=fill)


def _checked(inside: SparseSource, sums: list[tuple[int, int]]) -> str:
    """Whether each checksum holds: it is one of everything before it, what was left out taken as zeros."""
    if inside.size > MAX_CHECKED:
        return "not computed"
    at = checksum = 0
    for end, wanted in sums:
        while at < end:
            data = inside.read(at, min(STRETCH, end - at))
            checksum = zlib.crc32(data, checksum)
            at += len(data)
        if checksum != wanted:
            return "does not hold"
    return "holds"


FORMAT: Final = Format(title="Android sparse image", magics=(Magic(MAGIC),), open=_open)
