"""UBIFS, the usual root file system on raw NAND flash.

What it looks at
The superblock and the newest master node, the index of all nodes, and the journal of what was
written since. Names, inodes and blocks of data count as a mount would take them. Content packed with LZO,
zlib or Zstandard comes out; every node must match its check sum.

Why it matters
Cameras, gateways and car units keep their programs, settings and secrets in it.

How it can be wrong
If the index is broken, every node that can be found is taken, and that is said: deleted files may
come back. Encrypted files are named and not read. Extended attributes are passed over. A file of more than
256 MiB, or with more than 64 MiB of holes, is named and not read.
"""

from typing import Final

from roadworthy.inspection.format import Format, Magic, Opened
from roadworthy.inspection.formats._ubifs.index import Census
from roadworthy.inspection.formats._ubifs.nodes import read_superblock
from roadworthy.inspection.formats._ubifs.tree import COMPRESSOR_NAMES, UbifsTree
from roadworthy.inspection.source import Source

# Length, type, group and padding of a superblock node; its magic alone stands before every node.
SUPERBLOCK = Magic(b"\x00\x10\x00\x00\x06\x00\x00\x00", 16)


def _open(source: Source) -> Opened:
    superblock = read_superblock(source)
    census = Census(source, superblock)
    nodes = census.nodes()
    facts = {
        "version": str(superblock.version),
        "erase block size": str(superblock.block),
        "compression": COMPRESSOR_NAMES.get(superblock.compression, str(superblock.compression)),
        "nodes": str(len(nodes)),
    }
    if superblock.encrypted:
        facts["encrypted"] = "in part or whole"
    size = min(superblock.block * superblock.blocks, source.size)
    return Opened(size=size, facts=facts, tree=UbifsTree(source, nodes, census.damage))


FORMAT: Final = Format(title="UBIFS", magics=(SUPERBLOCK,), open=_open)
