"""SquashFS 4.0, the usual root file system of routers and cameras.

What it looks at
The superblock, the tables of inodes, directories, fragments and owners, and the blocks of
files, all in place. Modes, owners, times, links and device numbers come out as they are stored.

Why it matters
Unpacking tools drop setuid bits, owners and device nodes unless they run as root. Whoever
reads the tables sees what the device sees.

How it can be wrong
SquashFS 1 to 3, images of big-endian makers and makers' own magics are not read yet,
nor are the compressors LZO, LZ4 and Zstandard. Extended attributes are passed over. A file of more than
256 MiB, or with more than 64 MiB of holes, is named and not read.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from roadworthy.inspection.format import Format, Magic, Opened
from roadworthy.inspection.formats._squashfs.superblock import Superblock, read_superblock
from roadworthy.inspection.formats._squashfs.tree import SquashTree
from roadworthy.inspection.source import Source

PADDED_TO = 4096  # mksquashfs fills up with zeros to this


def _open(source: Source) -> Opened:
    superblock = read_superblock(source)
    tree = SquashTree(source, superblock)
    return Opened(size=_padded(source, superblock), facts=_facts(superblock), tree=tree)


def _padded(source: Source, superblock: Superblock) -> int:
    length = -superblock.bytes_used % PADDED_TO
    padding = source.read(superblock.bytes_used, length)
    return superblock.bytes_used + (0 if padding.strip(b"\0") else len(padding))


def _facts(superblock: Superblock) -> Mapping[str, str]:
    major, minor = superblock.version
    return {
        "version": f"{major}.{minor}",
        "compression": superblock.compressor.name,
        "block size": str(superblock.block_size),
        "inodes": str(superblock.inodes),
        "made": datetime.fromtimestamp(superblock.made, UTC).isoformat(),
    }


FORMAT: Final = Format(title="SquashFS", magics=(Magic(b"hsqs"),), open=_open)
