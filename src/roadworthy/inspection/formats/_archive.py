"""What the archives have in common: their entries become a tree, and images among them are opened in turn."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from roadworthy.inspection.format import Damaged, Opened, Part
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.inspection.source import Source, Window

MAX_PARTS: Final = 64
MIN_IMAGE: Final = 128
FOLDER: Final = 0o755
HEADS: Final = (  # how what is worth opening begins
    (0, b"\x1f\x8b\x08"),
    (0, b"BZh"),
    (0, b"\xfd7zXZ\0"),
    (0, b"\x28\xb5\x2f\xfd"),
    (0, b"\x5d\0\0"),
    (0, b"hsqs"),
    (0, b"sqsh"),
    (0, b"UBI#"),
    (0, b"\x31\x18\x10\x06"),  # UBIFS
    (0, b"\x85\x19"),  # JFFS2
    (0, b"\x19\x85"),
    (0, b"\x27\x05\x19\x56"),  # U-Boot
    (0, b"\xd0\x0d\xfe\xed"),
    (0, b"HDR0"),
    (0, b"07070"),
    (0, b"!<arch>\n"),
    (0, b"\x3a\xff\x26\xed"),  # Android sparse
    (0, b"\x89LZO\0"),
    (0, b"\3\0\0\0\1\0\0\0\xff\xff"),  # YAFFS
    (0, b"\0\0\0\3\0\0\0\1\xff\xff"),
    (0, b"-rom1fs-"),
    (0, b"\x45\x3d\xcd\x28"),  # cramfs
    (257, b"ustar"),
    (0x438, b"\x53\xef"),  # ext2 to ext4
    (510, b"\x55\xaa"),
)
HEAD_BYTES: Final = 0x43A
KINDS: Final = {
    0o01: NodeKind.FIFO,
    0o02: NodeKind.CHARACTER,
    0o04: NodeKind.DIRECTORY,
    0o06: NodeKind.BLOCK,
    0o10: NodeKind.FILE,
    0o12: NodeKind.SYMLINK,
    0o14: NodeKind.SOCKET,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an archive.

    Args:
        node: What it is.
        offset: Where its content lies in the archive.
    """

    node: Node
    offset: int


class ArchiveTree:
    """The entries as a file system; a folder that has no entry is there all the same.

    Args:
        source: The archive.
        entries: Its entries; of two with the same path the later one holds.
        damage: What is wrong behind the last one; empty if nothing is.
    """

    def __init__(self, source: Source, entries: Iterable[Entry], damage: str) -> None:
        self._source = source
        self._entries = {entry.node.path: entry for entry in entries}
        self._damage = damage

    @property
    def entries(self) -> Iterable[Entry]:
        """What is in it, each path once."""
        return self._entries.values()

    def nodes(self) -> Iterator[Node]:
        """See `Tree.nodes`."""
        told = {"/"} | self._entries.keys()
        if "/" not in self._entries:
            yield Node(path="/", kind=NodeKind.DIRECTORY, mode=FOLDER)
        for entry in self._entries.values():
            for folder in _missing(entry.node.path, told):
                told.add(folder)
                yield Node(path=folder, kind=NodeKind.DIRECTORY, mode=FOLDER)
            yield entry.node
        if self._damage:
            raise Damaged(self._damage)

    def read(self, node: Node) -> bytes:
        """See `Tree.read`."""
        entry = self._entries.get(node.path)
        if entry is None or node.kind is not NodeKind.FILE:
            raise Damaged(f"{node.path} has no content")
        data = self._source.read(entry.offset, node.size)
        if len(data) < node.size:
            raise Damaged(f"{node.size} bytes at {entry.offset:#x} are not all there")
        return data


def open_archive(
    source: Source, size: int, entries: Iterable[Entry], *, damage: str = "", facts: Mapping[str, str]
) -> Opened:
    """What an archive is: a tree, and the images among its files as parts.

    Without a file that has content it is no file system, as the empty ramdisk that each kernel holds.
    """
    tree = ArchiveTree(source, entries, damage)
    if not any(entry.node.kind is NodeKind.FILE and entry.node.size for entry in tree.entries):
        if damage:
            raise Damaged(damage)
        return Opened(size=size, facts={**facts, "files": "none with content"})
    parts: list[Part] = []
    for entry in tree.entries:
        window = Window(source, entry.offset, entry.node.size)
        if entry.node.kind is NodeKind.FILE and looks_like_image(window) and len(parts) < MAX_PARTS:
            parts.append(Part(name=entry.node.path.lstrip("/"), source=window, offset=None, opaque=True))
    return Opened(size=size, facts=facts, tree=tree, parts=tuple(parts))


def looks_like_image(source: Source) -> bool:
    """Whether bytes begin as containers and file systems do."""
    if source.size < MIN_IMAGE:
        return False
    head = source.read(0, HEAD_BYTES)
    return any(head.startswith(value, offset) for offset, value in HEADS)


def normal(name: bytes) -> str:
    """A name in an archive as an absolute path that leaves nothing."""
    return posixpath.normpath("/" + text(name).lstrip("/"))


def text(name: bytes) -> str:
    r"""Bytes as text; those that are no UTF-8 stand as ``\\xNN``."""
    return name.decode("utf-8", "backslashreplace")


def node_of(path: str, mode: int) -> Node | None:
    """A node from a path and the mode as stat(2) has it; None if it is of no known kind."""
    kind = KINDS.get(mode >> 12 & 0o17)
    return None if kind is None else Node(path=path, kind=kind, mode=mode & 0o7777)


def linked(entry: Entry, path: str) -> Entry:
    """A hard link to an entry."""
    return Entry(replace(entry.node, path=path), entry.offset)


def _missing(path: str, told: set[str]) -> list[str]:
    """The folders above a path that were not told, outermost first."""
    missing = []
    while (path := posixpath.dirname(path)) not in told:
        missing.append(path)
    return missing[::-1]
