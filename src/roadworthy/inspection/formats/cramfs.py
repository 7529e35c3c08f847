"""cramfs, the packed file system of cameras, recorders and routers before SquashFS.

What it looks at
The superblock, inodes and names, and packed pages, all in place and in both byte orders.

Why it matters
Devices that are sold for ten years and longer still carry it, with the software of its time.

How it can be wrong
cramfs stores no times, and only 8 bits of a group's number. Its checksum is not verified, and pages are
taken to be of 4096 bytes, as nearly all makers had them. An image that begins 512 bytes before its
superblock is not read.
"""

from collections.abc import Mapping
from typing import Final

from roadworthy.inspection.format import Format, Magic, Opened
from roadworthy.inspection.formats._cramfs.superblock import Superblock, read_superblock
from roadworthy.inspection.formats._cramfs.volume import CramVolume
from roadworthy.inspection.formats._walk import WalkedTree
from roadworthy.inspection.source import Source


def _open(source: Source) -> Opened:
    superblock = read_superblock(source)
    tree = WalkedTree(CramVolume(source, superblock))
    return Opened(size=superblock.size or source.size, facts=_facts(superblock), tree=tree)


def _facts(superblock: Superblock) -> Mapping[str, str]:
    facts = {
        "byte order": superblock.order.name.lower(),
        "label": superblock.label,
        "files": str(superblock.files) if superblock.files else "",
    }
    return {name: value for name, value in facts.items() if value}


FORMAT: Final = Format(
    title="cramfs", magics=(Magic(b"\x45\x3d\xcd\x28"), Magic(b"\x28\xcd\x3d\x45")), open=_open
)
