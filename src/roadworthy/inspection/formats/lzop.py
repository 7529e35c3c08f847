"""lzop: one file packed with LZO, such as the kernel of a device that must start fast.

What it looks at
The header with its checksum, and every block with the checksums that stand before it; several members in a
row count as one. What it unpacks to is looked into in its turn.

Why it matters
Kernels and ramdisks of small devices are packed so, in U-Boot images too.

How it can be wrong
What would unpack to more than 128 MiB is refused (16 MiB, if it went through a filter), and so is an archive
that was split. Files of lzop before 0.94, and those packed with zlib instead of LZO, are not recognised.
If nothing recognises the content and it does not look packed again, it is taken for a program or a text, not
for a file system.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly, text
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._packed import MAX_MEMBERS, MAX_UNPACKED, packed
from roadworthy.inspection.formats._unpack import unpack_lzo
from roadworthy.inspection.source import Source

# conf.h of lzop 1.04
MAGIC = b"\x89LZO\x00\x0d\x0a\x1a\x0a"
VERSIONS: Final = Fields("3H2BI", ByteOrder.BIG)  # lzop, LZO, needed to unpack, method, level, flags
FIRST_VERSION = 0x0940
STAMP: Final = Fields("3IB", ByteOrder.BIG)  # mode, time in two halves, length of the name
NUMBER: Final = Fields("I", ByteOrder.BIG)
METHODS: Final = {1: "LZO1X-1", 2: "LZO1X-1(15)", 3: "LZO1X-999"}
ADLER_PLAIN, ADLER_PACKED, EXTRA, CRC_PLAIN, CRC_PACKED = 0x1, 0x2, 0x40, 0x100, 0x200
FILTER, CRC_HEADER = 0x800, 0x1000
MAX_BLOCK = 64 * 1024 * 1024
MAX_FILTER = 16
MAX_FILTERED = 16 * 1024 * 1024  # bytes; undoing a filter is slow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """What stands before the blocks; `end` is where it ends."""

    version: int
    method: int
    flags: int
    distance: int
    made: int
    name: str
    end: int


def _open(source: Source) -> Opened:
    try:
        header = _read_header(source, 0)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    pieces: list[bytes] = []
    total = at = 0
    try:
        for piece, end in _members(source, header):
            at = end
            pieces.append(piece)
            total += len(piece)
            if total > MAX_UNPACKED:
                raise Damaged(f"the lzop file unpacks to more than {MAX_UNPACKED} bytes")
    except EndOfData as error:
        raise Damaged(f"the lzop file breaks off after {total} unpacked bytes: {error}") from error
    if not total:
        raise NotThisFormat("nothing is packed in it")
    return packed(size=at, data=b"".join(pieces), facts=_facts(header))


def _members(source: Source, header: _Header) -> Iterator[tuple[bytes, int]]:
    """The pieces of one member after the other, each with where it ends."""
    at, filtered = header.end, 0
    for _ in range(MAX_MEMBERS):
        for piece, end in _blocks(source, header, at):
            yield piece, end
            at = end
            filtered += len(piece) if header.distance else 0
            if filtered > MAX_FILTERED:
                raise Damaged(f"more than {MAX_FILTERED} bytes of it went through a filter")
        at += NUMBER.size
        yield b"", at
        if source.read(at, len(MAGIC)) != MAGIC:
            return
        try:
            header = _read_header(source, at)
        except NotThisFormat:  # only looks like one more member
            return
        at = header.end


def _read_header(source: Source, start: int) -> _Header:
    at = start + len(MAGIC)
    version, _, _, method, _, flags = VERSIONS.read(source, at)
    if version < FIRST_VERSION or method not in METHODS:
        raise NotThisFormat("its header holds values that mean nothing")
    end, distance = at + VERSIONS.size, 0
    if flags & FILTER:
        (distance,) = NUMBER.read(source, end)
        end += NUMBER.size
    _, low, high, length = STAMP.read(source, end)
    name = read_exactly(source, end + STAMP.size, length)
    end += STAMP.size + length
    checksum = (zlib.crc32 if flags & CRC_HEADER else zlib.adler32)(read_exactly(source, at, end - at))
    if NUMBER.read(source, end) != (checksum,):
        raise NotThisFormat("the checksum of the header does not hold")
    end += NUMBER.size
    if flags & EXTRA:
        end += NUMBER.read(source, end)[0] + 2 * NUMBER.size
    if distance > MAX_FILTER:
        raise Damaged(f"it went through a filter {distance}, which is none")
    made = 0 if high else low
    return _Header(
        version=version,
        method=method,
        flags=flags,
        distance=distance,
        made=made,
        name=text(name),
        end=end,
    )


def _blocks(source: Source, header: _Header, at: int) -> Iterator[tuple[bytes, int]]:
    """What each block unpacks to, and where it ends; the mark at the end of a file is not among them."""
    flags = header.flags
    while (length := NUMBER.read(source, at)[0]) != 0:
        (stored,) = NUMBER.read(source, at + NUMBER.size)
        if length > MAX_BLOCK or not 0 < stored <= length:
            raise Damaged(f"there is no block at {at:#x}")
        at += 2 * NUMBER.size
        plain, at = _checksums(source, at, flags & ADLER_PLAIN, flags & CRC_PLAIN)
        before, at = (
            _checksums(source, at, flags & ADLER_PACKED, flags & CRC_PACKED)
            if stored < length
            else (_Sums(), at)
        )
        data = read_exactly(source, at, stored)
        before.check(data, at)
        piece = data if stored == length else unpack_lzo(data, length)
        if len(piece) != length:
            raise Damaged(f"the block at {at:#x} unpacks to {len(piece)} bytes instead of {length}")
        piece = _unfiltered(piece, header.distance)
        plain.check(piece, at)
        at += stored
        yield piece, at


@dataclass(frozen=True, slots=True)
class _Sums:
    """The checksums of some bytes, where there are any."""

    adler: int | None = None
    crc: int | None = None

    def check(self, data: bytes, at: int) -> None:
        """Raises `Damaged` if one does not hold."""
        if self.adler not in (None, zlib.adler32(data)) or self.crc not in (None, zlib.crc32(data)):
            raise Damaged(f"the checksum of the block at {at:#x} does not hold")


def _checksums(source: Source, at: int, adler: int, crc: int) -> tuple[_Sums, int]:
    """The checksums that the flags announce, and where they end."""
    numbers: list[int | None] = []
    for flag in (adler, crc):
        numbers.append(NUMBER.read(source, at)[0] if flag else None)
        at += NUMBER.size if flag else 0
    return _Sums(*numbers), at


def _unfiltered(piece: bytes, distance: int) -> bytes:
    """A filter stores each byte as the difference to the one so far before it, block by block."""
    if not distance:
        return piece
    whole = bytearray(piece)
    for first in range(distance):
        whole[first::distance] = bytes(each & 0xFF for each in accumulate(whole[first::distance]))
    return bytes(whole)


def _facts(header: _Header) -> Mapping[str, str]:
    facts = {"version": f"{header.version:#06x}", "method": METHODS[header.method]}
    if header.name:
        facts["name"] = header.name
    if header.made:
        facts["made"] = datetime.fromtimestamp(header.made, UTC).isoformat()
    return facts


FORMAT: Final = Format(title="lzop", magics=(Magic(MAGIC),), open=_open)
