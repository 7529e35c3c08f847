"""EROFS, the read-only file system of Android, ChromeOS and newer embedded Linux.

What it looks at
The superblock, inodes, names and content, in place: plain, inline, in chunks and compressed (LZ4, LZMA,
deflate, Zstandard), with large clusters, packed tails and fragments.

Why it matters
It takes the place of SquashFS where files are read at random: in phones, set-top boxes and cars.

How it can be wrong
Its checksum (CRC-32C) is not verified. Images that spread over several devices, and those with addresses of
48 bits, are named and not read. Extended attributes are passed over. Inodes of the short form have no time
of their own: they get that of the image.
"""

from collections.abc import Mapping
from typing import Final

from roadworthy.inspection.format import Format, Magic, Opened
from roadworthy.inspection.formats._erofs.superblock import MAGIC, OFFSET, Superblock, read_superblock
from roadworthy.inspection.formats._erofs.volume import ErofsVolume
from roadworthy.inspection.formats._walk import WalkedTree
from roadworthy.inspection.source import Source


def _open(source: Source) -> Opened:
    superblock = read_superblock(source)
    tree = WalkedTree(ErofsVolume(source, superblock))
    return Opened(size=superblock.blocks << superblock.block_bits, facts=_facts(superblock), tree=tree)


def _facts(superblock: Superblock) -> Mapping[str, str]:
    facts = {
        "label": superblock.label,
        "block size": str(superblock.block),
        "inodes": str(superblock.inodes),
    }
    return {name: value for name, value in facts.items() if value}


FORMAT: Final = Format(title="EROFS", magics=(Magic(MAGIC, OFFSET),), open=_open)
