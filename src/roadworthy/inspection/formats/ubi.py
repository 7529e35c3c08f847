"""UBI, which spreads volumes over raw flash and moves them about as the flash wears.

What it looks at
The header of every physical erase block, which logical block of which volume it holds, and the
volume table with the names. The newest block counts; copies and static volumes must match their check sums.
Each volume is then searched as if it lay in one piece.

Why it matters
Cameras, gateways and car units with NAND flash have their root file system in such a volume.

How it can be wrong
Blocks that do not match their check sums are counted and left out: what was in them is missing
from the volume. An erase block size that is no multiple of 4 KiB, or above 16 MiB, is not found.
Dumps with spare (OOB) areas between the pages must be freed of them first.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields, text
from roadworthy.inspection.format import Format, Magic, Opened, Part
from roadworthy.inspection.formats._ubi.blocks import COUNTER_MAGIC, Blocks, checksum, read_blocks
from roadworthy.inspection.formats._ubi.volume import Volume
from roadworthy.inspection.source import Source

LAYOUT_VOLUME = 0x7FFFEFFF  # holds the volume table, twice
MAX_VOLUMES = 128
RECORD = Fields("3I2BH128sB23xI", ByteOrder.BIG)


def _open(source: Source) -> Opened:
    blocks = read_blocks(source)
    names = _names(source, blocks)
    parts = tuple(_parts(source, blocks, names))
    facts = {
        "erase block size": str(blocks.geometry.block),
        "erase blocks": str(blocks.count),
        "volumes": ", ".join(part.name for part in parts),
    }
    if blocks.broken:
        facts["broken erase blocks"] = str(blocks.broken)
    size = min(blocks.count * blocks.geometry.block, source.size)
    return Opened(size=size, facts=facts, parts=parts)


def _names(source: Source, blocks: Blocks) -> Mapping[int, str]:
    """The names in the volume table; the first copy that can be read counts."""
    names: dict[int, str] = {}
    for _, mapping in sorted(blocks.volumes.get(LAYOUT_VOLUME, {}).items()):
        for index in range(MAX_VOLUMES):
            raw = source.read(mapping.at + index * RECORD.size, RECORD.size)
            if len(raw) < RECORD.size:
                break
            reserved, _, _, _, _, length, name, _, check = RECORD.unpack(raw)
            if reserved and check == checksum(raw[:-4]):
                names.setdefault(index, text(name[:length]))
    return names


def _parts(source: Source, blocks: Blocks, names: Mapping[int, str]) -> Iterator[Part]:
    """The volumes, all of them together no longer than the blocks that there are."""
    left = blocks.count
    for number, volume in sorted(blocks.volumes.items()):
        if number >= MAX_VOLUMES:
            continue
        inside = {index: mapping for index, mapping in volume.items() if index < left}
        blocks.broken += len(volume) - len(inside)
        if not inside:
            continue
        last = max(inside)
        left -= last + 1
        newest = inside[last]
        length = blocks.geometry.block - blocks.geometry.data - newest.padding
        end = newest.length if newest.static else length
        places = {index: mapping.at for index, mapping in inside.items()}
        name = names.get(number) or f"volume-{number}"
        yield Part(name=name, source=Volume(source, places, length, last * length + end), offset=None)


FORMAT: Final = Format(title="UBI", magics=(Magic(COUNTER_MAGIC),), open=_open)
