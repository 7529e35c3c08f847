"""JFFS2, the file system of the writable part of small flash chips.

What it looks at
Every node of the log, in either byte order: names and pieces of files, each with its version
and check sums. The newest version of each name and each piece counts, deletions included. Content packed with
zlib, rtime, LZO or LZMA comes out.

Why it matters
It holds what the maker put there for the first start: settings, accounts, keys.

How it can be wrong
Two such file systems that follow each other without anything between them are taken for one.
What was deleted and still lies in the log is not shown. The rubin compressors of the first years and extended
attributes are not read. A file of more than 256 MiB, or with more than 64 MiB of holes, is named, not read.
"""

from typing import Final

from roadworthy.codecs.binary import ByteOrder
from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._jffs2.scan import (
    CLEANMARKER,
    DIRENT,
    INODE,
    MAGIC,
    PADDING,
    SUMMARY,
    Scanner,
)
from roadworthy.inspection.formats._jffs2.tree import JffsTree
from roadworthy.inspection.source import Source

FIRST = (DIRENT, INODE, CLEANMARKER, PADDING, SUMMARY)


def _open(source: Source) -> Opened:
    order = ByteOrder.LITTLE if source.read(0, 1) == b"\x85" else ByteOrder.BIG
    scanner = Scanner(source, order)
    if scanner.header(0) is None:
        raise NotThisFormat("the first node does not match its check sum")
    log = scanner.scan()
    if not log.size:
        raise NotThisFormat("the first node is cut off")
    facts = {
        "byte order": f"{order.name.lower()}-endian",
        "nodes": str(log.nodes),
        "inodes": str(len(log.inodes)),
    }
    used = log.names or log.inodes or log.damage
    return Opened(size=log.size, facts=facts, tree=JffsTree(source, log) if used else None)


def _magics() -> tuple[Magic, ...]:
    return tuple(
        Magic(MAGIC.to_bytes(2, order) + kind.to_bytes(2, order))
        for order in ("little", "big")
        for kind in FIRST
    )


FORMAT: Final = Format(title="JFFS2", magics=_magics(), open=_open)
