"""romfs, the smallest file system of Linux: initial ramdisks and boot stages of small devices.

What it looks at
The header, and the chain of file headers of each directory, all in place.

Why it matters
uClinux devices keep their whole root file system in it.

How it can be wrong
romfs stores no owners, times or permissions, only whether a file may be run: what is shown is what Linux
shows. Checksums are verified for the header only. A file of more than 256 MiB is named and not read.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly, text
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._walk import MAX_NAME, Inode, WalkedTree
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import Source

# Linux documentation, filesystems/romfs: everything is big-endian and aligned to 16 bytes.
MAGIC: Final = b"-rom1fs-"
HEADER: Final = Fields("8s2I", ByteOrder.BIG)
FILE: Final = Fields("4I", ByteOrder.BIG)
WORD: Final = Fields("I", ByteOrder.BIG)
ALIGNMENT: Final = 16
CHECKED: Final = 512
LINK_TYPE, RUN_BIT, TYPE_BITS = 0, 8, 7
MAX_LINKS: Final = 8
MAX_TARGET: Final = 4096
KINDS: Final = {
    1: NodeKind.DIRECTORY,
    2: NodeKind.FILE,
    3: NodeKind.SYMLINK,
    4: NodeKind.BLOCK,
    5: NodeKind.CHARACTER,
    6: NodeKind.SOCKET,
    7: NodeKind.FIFO,
}
MODES: Final = {NodeKind.DIRECTORY: 0o755, NodeKind.SYMLINK: 0o777, NodeKind.FILE: 0o644}


class RomVolume:
    """Meets `Volume`. A reference is the offset of a file header.

    Args:
        source: The bytes.
        root: Offset of the first file header, which is the root's.
    """

    def __init__(self, source: Source, root: int) -> None:
        self._source = source
        self.root = root

    def inode(self, reference: int) -> Inode:
        """See `Volume.inode`. Hard links are followed to what they name."""
        at, kind_bits, info, size = self._header(reference)
        kind = KINDS[kind_bits & TYPE_BITS]
        start = self._content_at(at)
        special = kind in (NodeKind.BLOCK, NodeKind.CHARACTER)
        if kind is NodeKind.SYMLINK and size > MAX_TARGET:
            raise Damaged(f"a link of {size} bytes is none")
        return Inode(
            kind=kind,
            mode=MODES.get(kind, 0o600) | (0o111 if kind is NodeKind.FILE and kind_bits & RUN_BIT else 0),
            size=size if kind is NodeKind.FILE else 0,
            target=read_exactly(self._source, start, size) if kind is NodeKind.SYMLINK else b"",
            device=(info >> 16, info & 0xFFFF) if special else None,
            number=at,
            order=start,
        )

    def names(self, reference: int) -> Iterator[tuple[bytes, int]]:
        """See `Volume.names`. ``.`` and ``..`` are hard links among them."""
        met: set[int] = set()
        at = self._header(reference)[2] & -ALIGNMENT
        while at:
            if at in met:
                raise Damaged("its chain of names is a loop")
            met.add(at)
            yield self._name(at), at
            at = FILE.read(self._source, at)[0] & -ALIGNMENT

    def content(self, reference: int) -> bytes:
        """See `Volume.content`."""
        at, _kind, _info, size = self._header(reference)
        return read_exactly(self._source, self._content_at(at), size)

    def _header(self, at: int) -> tuple[int, int, int, int]:
        """Offset, type, what that means, and size of a file, behind its hard links."""
        for _ in range(MAX_LINKS):
            following, info, size, _checksum = FILE.read(self._source, at)
            if following & TYPE_BITS != LINK_TYPE:
                return at, following & (TYPE_BITS | RUN_BIT), info, size
            at = info & -ALIGNMENT
        raise Damaged("it is a link to a link, too often")

    def _name(self, at: int) -> bytes:
        name, end, _rest = self._source.read(at + FILE.size, MAX_NAME + 1).partition(b"\0")
        if not end:
            raise Damaged("a name has no end")
        return name

    def _content_at(self, at: int) -> int:
        return _aligned(at + FILE.size + len(self._name(at)) + 1)


def _aligned(offset: int) -> int:
    return offset + -offset % ALIGNMENT


def _open(source: Source) -> Opened:
    try:
        magic, size, _checksum = HEADER.read(source, 0)
        head = read_exactly(source, 0, min(size, CHECKED) & -WORD.size)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    words = (WORD.unpack(head, at)[0] for at in range(0, len(head), WORD.size))
    if magic != MAGIC or size < HEADER.size + ALIGNMENT or sum(words) & 0xFFFFFFFF:
        raise NotThisFormat("no header, or its checksum does not fit")
    name, end, _rest = source.read(HEADER.size, MAX_NAME + 1).partition(b"\0")
    if not end:
        raise NotThisFormat("its name has no end")
    root = _aligned(HEADER.size + len(name) + 1)
    label = text(name)
    return Opened(
        size=size, facts={"label": label} if label else {}, tree=WalkedTree(RomVolume(source, root))
    )


FORMAT: Final = Format(title="romfs", magics=(Magic(MAGIC),), open=_open)
