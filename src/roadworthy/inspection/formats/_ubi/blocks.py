"""The physical erase blocks of a UBI image, and which logical erase block of which volume lies in each."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from roadworthy.codecs.binary import ByteOrder, Fields
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.source import Source

COUNTER_MAGIC, VOLUME_MAGIC = b"UBI#", b"UBI!"
COUNTER = Fields(
    "4sB3xQ3I32xI", ByteOrder.BIG
)  # magic, version, counter, offsets of the next two, image, check
VOLUME = Fields("4s4B2I4x4I4xQ12xI", ByteOrder.BIG)
VERSION = 1
STATIC = 2
MIN_BLOCK = 4096
MAX_BLOCK = 16 * 1024 * 1024
MAX_BLOCKS = 1 << 18
MAX_UNREADABLE = 64  # blocks in a row that are not UBI's: it has ended
PROBED = 1024  # bytes that tell an erased block


def checksum(data: bytes) -> int:
    """The CRC-32 of UBI and UBIFS: without the inversion at the end."""
    return zlib.crc32(data) ^ 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """How the blocks are laid out.

    Args:
        block: Bytes of a physical erase block.
        header: Where in it the volume header lies.
        data: Where in it the content begins.
        image: Number that all blocks of one image share; 0 for none.
    """

    block: int
    header: int
    data: int
    image: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One physical block that holds a logical one.

    Args:
        at: Where its content begins.
        volume: Id of the volume.
        number: Which logical block of it.
        static: Whether the volume is static: it says then how much of the block is used.
        copied: Whether it is a copy, which holds only if its check sum does.
        length: Bytes that are used, of a static volume or a copy.
        blocks: How many blocks a static volume has.
        padding: Bytes at the end that are not used.
        check: Check sum of the content, of a static volume or a copy.
        sequence: The higher, the newer.
    """

    at: int
    volume: int
    number: int
    static: bool
    copied: bool
    length: int
    blocks: int
    padding: int
    check: int
    sequence: int


@dataclass(slots=True)
class Blocks:
    """What was found.

    Args:
        geometry: How the blocks are laid out.
        count: How many blocks there are, erased ones included.
        volumes: The logical blocks of each volume.
        broken: How many blocks or mappings do not match their check sums.
    """

    geometry: Geometry
    count: int = 0
    volumes: dict[int, dict[int, Mapping]] = field(default_factory=dict)
    broken: int = 0


def read_blocks(source: Source) -> Blocks:
    """Find all blocks from the start of a source on.

    Raises:
        NotThisFormat: The first header does not match its check sum.
        Damaged: Its offsets cannot be.
    """
    first = _counter(source, 0)
    if first is None:
        raise NotThisFormat("the first erase counter header does not match its check sum")
    header, data, image = first
    block = _block_size(source, data)
    if not COUNTER.size <= header <= header + VOLUME.size <= data < block:
        raise Damaged(f"headers at {header} and content at {data} do not fit into a block of {block} bytes")
    blocks = Blocks(Geometry(block=block, header=header, data=data, image=image))
    for number, mapping in _mappings(source, blocks):
        blocks.count = number + 1
        if mapping is not None:
            _take(source, blocks, mapping)
    return blocks


def _counter(source: Source, at: int) -> tuple[int, int, int] | None:
    """The offsets and the image number of an erase counter header; None where there is none."""
    raw = source.read(at, COUNTER.size)
    if len(raw) < COUNTER.size:
        return None
    magic, version, _, header, data, image, check = COUNTER.unpack(raw)
    if magic != COUNTER_MAGIC or version != VERSION or check != checksum(raw[:-4]):
        return None
    return header, data, image


def _block_size(source: Source, data: int) -> int:
    """The distance to the next erase counter header; all that is there, if there is none."""
    at, end = max(data, COUNTER.size), min(source.size, MAX_BLOCK + COUNTER.size)
    while (at := source.find(COUNTER_MAGIC, at, end)) >= 0:
        if at % MIN_BLOCK == 0 and _counter(source, at) is not None:
            return at
        at += 1
    return min(source.size, MAX_BLOCK)


def _mappings(source: Source, blocks: Blocks) -> Iterator[tuple[int, Mapping | None]]:
    """Each block that is UBI's, by number, with what lies in it."""
    geometry, unreadable = blocks.geometry, 0
    for number in range(min(-(-source.size // geometry.block), MAX_BLOCKS)):
        at = number * geometry.block
        found = _counter(source, at)
        if found is None:
            unreadable += 1
            if unreadable > MAX_UNREADABLE:
                return
            continue
        if found[2] != geometry.image and found[2] and geometry.image:
            return
        blocks.broken += unreadable
        unreadable = 0
        yield number, _mapping(source, at, blocks)


def _mapping(source: Source, at: int, blocks: Blocks) -> Mapping | None:
    raw = source.read(at + blocks.geometry.header, VOLUME.size)
    if len(raw) < VOLUME.size or not raw.strip(b"\xff"):
        return None
    values = VOLUME.unpack(raw)
    if values[0] != VOLUME_MAGIC or values[-1] != checksum(raw[:-4]):
        blocks.broken += 1
        return None
    _, _, kind, copied, _, volume, number, length, used, padding, check, sequence, _ = values
    return Mapping(
        at=at + blocks.geometry.data,
        volume=volume,
        number=number,
        static=kind == STATIC,
        copied=bool(copied),
        length=length,
        blocks=used,
        padding=padding,
        check=check,
        sequence=sequence,
    )


def _take(source: Source, blocks: Blocks, mapping: Mapping) -> None:
    """Keep the newest block; a copy, and a block of a static volume, only if its check sum holds."""
    volume = blocks.volumes.setdefault(mapping.volume, {})
    known = volume.get(mapping.number)
    if known is not None and known.sequence > mapping.sequence:
        return
    room = blocks.geometry.block - blocks.geometry.data
    if mapping.padding >= room or mapping.length > room - mapping.padding:
        blocks.broken += 1
        return
    checked = mapping.static or mapping.copied
    if checked and checksum(source.read(mapping.at, mapping.length)) != mapping.check:
        blocks.broken += 1
        if known is not None:
            return
    volume[mapping.number] = mapping
