"""SquashFS 2, 3 and 4, the usual root file system of routers and cameras.

What it looks at
The superblock, the tables of inodes, directories, fragments and owners, and the blocks of
files, all in place, in either byte order, packed with zlib, LZMA, LZO, xz, LZ4 or Zstandard. Modes, owners,
times, links and device numbers come out as they are stored.

Why it matters
Unpacking tools drop setuid bits, owners and device nodes unless they run as root. Whoever
reads the tables sees what the device sees.

How it can be wrong
Makers changed the magic and put LZMA where zlib should be; the version field tells the byte
order then, and a first block that unpacks tells how blocks are packed. A packing that is not tried is damage.
SquashFS 1 is not read. SquashFS 2 dates only files and directories; the rest carry the time of the whole.
Extended attributes are passed over. A file of more than 256 MiB, or with more than 64 MiB of holes, is named
and not read.
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
        "byte order": superblock.order.name.lower() + "-endian",
        "compression": superblock.compressor.name,
        "block size": str(superblock.block_size),
        "inodes": str(superblock.inodes),
        "made": datetime.fromtimestamp(superblock.made, UTC).isoformat(),
    }


MAGICS: Final = (  # little-endian and big-endian
    b"hsqs", b"sqsh",  # by the book
    b"shsq", b"qshs",  # LZMA of many makers
    b"hsqt", b"tqsh",  # DD-WRT
    b"zlqs", b"sqlz",  # LZMA, older
)  # fmt: skip
FORMAT: Final = Format(title="SquashFS", magics=tuple(map(Magic, MAGICS)), open=_open)
