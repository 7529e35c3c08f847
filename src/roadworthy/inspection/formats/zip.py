"""zip archive: how makers hand out their updates.

What it looks at
The directory at the end, with modes where the archive was made on Unix, and the files. Those that are images
themselves are opened in their turn.

Why it matters
The file that one downloads from a maker is most often a zip archive with the image in it.

How it can be wrong
The files beside an image (a manual, a licence) are not looked at. Archives of more than 4 GiB (Zip64) or of
several volumes are not read. Stored and deflated files are read; files packed otherwise, encrypted ones, and
those of more than 128 MiB are named. A symbolic link is shown as the file that holds its target.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.formats._archive import MAX_PARTS, looks_like_image
from roadworthy.inspection.formats._zip import CENTRAL, LOCAL, ZipEntry, ZipTree, read_directory
from roadworthy.inspection.source import BytesSource, Source

LAST = b"PK\5\6"
LAST_HEADER: Final = Fields("4x4H2IH", ByteOrder.LITTLE)
MAX_TRIES = 64
MAX_IMAGES = 192 * 1024 * 1024  # bytes unpacked for a look inside
BINARIES = (".bin", ".img", ".chk", ".trx", ".ubi", ".itb", ".upd", ".fw", ".rom", ".dwn", ".hex", ".elf")
HEAD = 2048
MAX_BESIDE = 32  # a larger archive is a collection of files, not the wrapping of an image


def _open(source: Source) -> Opened:
    size, count, central = _last(source)
    tree = ZipTree(source, list(read_directory(source, central, count)))
    parts = tuple(_images(tree))
    wraps = bool(parts) and len(tree.files) <= MAX_BESIDE
    return Opened(size=size, facts={"entries": str(count)}, tree=None if wraps else tree, parts=parts)


def _last(source: Source) -> tuple[int, int, int]:
    """Where the archive ends, how many entries it has, and where its directory begins."""
    at = -1
    for _ in range(MAX_TRIES):
        at = source.find(LAST, at + 1)
        try:
            _, _, _, count, length, central, comment = LAST_HEADER.read(source, at)
        except EndOfData:
            break
        if count and central + length == at and source.read(central, len(CENTRAL)) == CENTRAL:
            return min(at + LAST_HEADER.size + comment, source.size), count, central
    raise NotThisFormat("no directory ends the archive")


def _images(tree: ZipTree) -> Iterator[Part]:
    """The files that are images, unpacked."""
    room = MAX_IMAGES
    chosen = [entry for entry in tree.files.values() if _is_image(tree, entry)]
    for entry in chosen[:MAX_PARTS]:
        room -= entry.node.size
        if room < 0:
            return
        with suppress(Damaged):  # told when the file itself is read
            data = BytesSource(tree.read(entry.node))
            named = entry.node.name.lower().endswith(BINARIES)
            yield Part(name=entry.node.path.lstrip("/"), source=data, offset=None, opaque=not named)


def _is_image(tree: ZipTree, entry: ZipEntry) -> bool:
    with suppress(Damaged):
        head = BytesSource(tree.start(entry, HEAD))
        return looks_like_image(head) or (
            entry.node.size > HEAD and entry.node.name.lower().endswith(BINARIES)
        )
    return False


FORMAT: Final = Format(title="zip", magics=(Magic(LOCAL),), open=_open)
