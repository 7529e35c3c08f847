"""YAFFS, the file system of older devices with raw NAND flash.

What it looks at
Every chunk with its tags, in the order in which they were written: the newest header and the newest copy of
each piece of a file count, deletions and cuts included. Images made by mkyaffs2image and dumps of flash with
its spare areas are read, in either byte order: tags in the spare area, with or without check bits, inband
tags, and the tags of YAFFS1.

Why it matters
Set-top boxes, routers and the first Android devices have their root file system or their settings in one.

How it can be wrong
Nothing states what lies where: pages, spare areas and tags are found by trying usual sizes, and nothing is
found if the first page is not the header of a name in the root directory. What lies before such a header in
a dump is not seen, which can be told only if it begins inside an erase block. Tags that the flash driver
scattered over the spare area, and dumps without spare areas (but for inband tags), are not read. One wrong
bit in tags with check bits is mended, none in the content. Two file systems that a driver wrote, one behind
the other, are taken for one, which is said where their blocks have the same numbers. In a running system a
piece that was lost cannot be told from a hole, unless other damage was seen. Extended attributes are not
read. All this follows the published descriptions and was compared with other readers; no image of a real
device was at hand.
"""

from typing import Final

from roadworthy.codecs.binary import ByteOrder
from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._yaffs2.geometry import find_geometry
from roadworthy.inspection.formats._yaffs2.header import DIRECTORY, FILE, ROOT, SPECIAL, SYMLINK
from roadworthy.inspection.formats._yaffs2.scan import Scanner
from roadworthy.inspection.formats._yaffs2.tags import Kind
from roadworthy.inspection.formats._yaffs2.tree import YaffsTree
from roadworthy.inspection.source import Source

KINDS = (FILE, SYMLINK, DIRECTORY, SPECIAL)  # a hard link comes after what it stands for
NO_SUM = b"\xff\xff"  # where the first versions had a sum of the name


def _open(source: Source) -> Opened:
    order = ByteOrder.BIG if source.read(0, 1) == b"\0" else ByteOrder.LITTLE
    geometry = find_geometry(source, order)
    log = Scanner(source, geometry).scan()
    tree = YaffsTree(source, log)
    if not tree.objects:
        raise NotThisFormat("there is nothing in it")
    spare = 0 if geometry.kind is Kind.INBAND else geometry.stride - geometry.content
    facts = {
        "version": "1" if geometry.kind is Kind.FIRST else "2",
        "byte order": f"{order.name.lower()}-endian",
        "page": f"{geometry.stride - spare} bytes",
        "spare area": f"{spare} bytes",
        "tags": _told(geometry.kind, checked=geometry.checked),
        "objects": str(tree.objects),
    }
    if log.skipped:
        facts["skipped"] = f"{log.skipped} pages without tags, as in bad blocks"
    return Opened(size=log.size, facts=facts, tree=tree)


def _told(kind: Kind, *, checked: bool) -> str:
    return f"{kind}, with check bits" if checked else str(kind)


def _magics() -> tuple[Magic, ...]:
    """How the header of a name in the root directory begins: its kind, its parent, no sum of its name."""
    return tuple(
        Magic(kind.to_bytes(4, order) + ROOT.to_bytes(4, order) + NO_SUM)
        for order in ("little", "big")
        for kind in KINDS
    )


FORMAT: Final = Format(title="YAFFS", magics=_magics(), open=_open)
