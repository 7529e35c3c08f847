"""A walk over inodes and names that a log gave, as in JFFS2 and UBIFS; it loses only what is broken."""

import posixpath
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from roadworthy.codecs.binary import ByteOrder
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.rootfs import Node, NodeKind

MAX_DEPTH = 128
MAX_PATH = 4096  # as Linux: PATH_MAX
MAX_NAME = 255
MAX_DAMAGE = 1000  # places, then the walk ends
SHOWN = 3  # how many damaged places a message names
NOT_NAMES = (b"", b".", b"..")
KINDS: Final[Mapping[int, NodeKind]] = {
    stat.S_IFREG: NodeKind.FILE,
    stat.S_IFDIR: NodeKind.DIRECTORY,
    stat.S_IFLNK: NodeKind.SYMLINK,
    stat.S_IFCHR: NodeKind.CHARACTER,
    stat.S_IFBLK: NodeKind.BLOCK,
    stat.S_IFIFO: NodeKind.FIFO,
    stat.S_IFSOCK: NodeKind.SOCKET,
}


def kind_of(mode: int) -> NodeKind:
    """What an inode is, by its mode.

    Raises:
        Damaged: There is no such kind.
    """
    kind = KINDS.get(stat.S_IFMT(mode))
    if kind is None:
        raise Damaged(f"its mode {mode:#o} is of no kind")
    return kind


def device_numbers(data: bytes, order: ByteOrder) -> tuple[int, int]:
    """Major and minor number out of the two, four or eight bytes that stand for a device.

    Raises:
        Damaged: It has another length.
    """
    number = int.from_bytes(data, "little" if order is ByteOrder.LITTLE else "big")
    if len(data) == 2:  # noqa: PLR2004 -- old_encode_dev() of Linux
        return number >> 8, number & 0xFF
    if len(data) == 4:  # noqa: PLR2004 -- new_encode_dev(): minor[31:20] major[19:8] minor[7:0]
        return (number >> 8) & 0xFFF, (number & 0xFF) | ((number >> 12) & 0xFFF00)
    if len(data) == 8:  # noqa: PLR2004 -- huge_encode_dev(), which is the same with room
        return (number >> 8) & 0xFFF, (number & 0xFF) | ((number >> 12) & ~0xFF)
    raise Damaged(f"a device number of {len(data)} bytes cannot be")


class Inodes(Protocol):
    """What a walk needs of a file system."""

    def node(self, path: str, inode: int) -> Node:
        """The inode under a name. Raises `Damaged` if it is not there or broken."""
        ...

    def names(self, inode: int) -> Iterator[tuple[bytes, int]]:
        """Each name in a directory, once, with its inode."""
        ...


@dataclass(frozen=True, slots=True)
class _Listing:
    node: Node
    depth: int


@dataclass(slots=True)
class Walk:
    """One walk.

    Args:
        inodes: The file system.
        damage: What could not be read; a file system may begin with what it knows already.
    """

    inodes: Inodes
    damage: list[str]
    _todo: list[_Listing] = field(default_factory=list)
    _met: set[int] = field(default_factory=set)

    def nodes(self, root: int) -> Iterator[Node]:
        """Every node once, the root first.

        Raises:
            Damaged: Something is broken; raised after what could be read.
        """
        yield from self._enter("/", root, 0)
        while self._todo and len(self.damage) < MAX_DAMAGE:
            listing = self._todo.pop()
            for raw, inode in self.inodes.names(listing.node.inode):
                if len(self.damage) >= MAX_DAMAGE:
                    break
                yield from self._name(listing, raw, inode)
        if self.damage:
            more = f"; and {len(self.damage) - SHOWN} more" if len(self.damage) > SHOWN else ""
            raise Damaged(f"parts of the tree are lost: {'; '.join(self.damage[:SHOWN])}{more}")

    def _name(self, listing: _Listing, raw: bytes, inode: int) -> Iterator[Node]:
        if raw in NOT_NAMES or len(raw) > MAX_NAME or b"/" in raw or b"\0" in raw:
            self.damage.append(f"{listing.node.path}: {raw[:MAX_NAME]!r} cannot be a name")
            return
        path = posixpath.join(listing.node.path, raw.decode("utf-8", "backslashreplace"))
        yield from self._enter(path, inode, listing.depth)

    def _enter(self, path: str, inode: int, depth: int) -> Iterator[Node]:
        try:
            node = self.inodes.node(path, inode)
            self._descend(node, depth + 1)
        except Damaged as damage:
            self.damage.append(f"{path}: {damage}")
            return
        yield node

    def _descend(self, node: Node, depth: int) -> None:
        if len(node.path) > MAX_PATH:
            raise Damaged(f"its path is longer than {MAX_PATH}")
        if node.kind is not NodeKind.DIRECTORY:
            return
        if node.inode in self._met:
            raise Damaged("the directory has a second name, which would let it contain itself")
        if depth > MAX_DEPTH:
            raise Damaged(f"it lies deeper than {MAX_DEPTH} directories")
        self._met.add(node.inode)
        self._todo.append(_Listing(node, depth))
