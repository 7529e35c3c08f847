"""The tree of a SquashFS: a walk over its directories that loses nothing but what is broken."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from roadworthy.codecs.binary import EndOfData, Fields
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._squashfs.content import Content
from roadworthy.inspection.formats._squashfs.directory import DirectoryTable
from roadworthy.inspection.formats._squashfs.inode import Inode, InodeTable
from roadworthy.inspection.formats._squashfs.metadata import Metadata
from roadworthy.inspection.formats._squashfs.old_inode import OldInodeTable
from roadworthy.inspection.formats._squashfs.superblock import Superblock
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.inspection.source import Source

MAX_DEPTH = 128
MAX_PATH = 4096  # as Linux: PATH_MAX
MAX_DAMAGE = 1000  # places, then the walk ends
SHOWN = 3  # how many damaged places a message names


@dataclass(frozen=True, slots=True)
class _Listing:
    path: str
    inode: Inode
    depth: int


@dataclass(slots=True)
class _Walk:
    """What a walk has met so far.

    Args:
        todo: Directories to list.
        met: Numbers of the directories that were met; each has one name only.
        damage: What could not be read.
    """

    todo: list[_Listing] = field(default_factory=list)
    met: set[int] = field(default_factory=set)
    damage: list[str] = field(default_factory=list)


class SquashTree:
    """A `Tree` over a SquashFS.

    Args:
        source: Its bytes.
        superblock: Its superblock.

    Raises:
        Damaged: The root directory or the owners cannot be read: then nothing can.
    """

    def __init__(self, source: Source, superblock: Superblock) -> None:
        metadata = Metadata(source, superblock)
        self._content = Content(source, metadata, superblock)
        current = superblock.version >= (4, 0)
        self._inodes = (InodeTable if current else OldInodeTable)(metadata, superblock)
        self._directories = DirectoryTable(metadata, superblock)
        self._ids = (_read_ids if current else _read_short_ids)(source, metadata, superblock)
        self._root = self._inodes.read(superblock.root)
        self._references: dict[str, int] = {}
        if self._root.kind is not NodeKind.DIRECTORY:
            raise Damaged("its root is no directory")

    def nodes(self) -> Iterator[Node]:
        """See `Tree.nodes`."""
        walk = _Walk()
        yield self._node("/", self._root)
        walk.met.add(self._root.number)
        walk.todo.append(_Listing("/", self._root, 1))
        while walk.todo and len(walk.damage) < MAX_DAMAGE:
            yield from self._list(walk.todo.pop(), walk)
        if walk.damage:
            raise Damaged(_summary(walk.damage))

    def read(self, node: Node) -> bytes:
        """See `Tree.read`."""
        reference = self._references.get(node.path)
        if reference is None:
            raise Damaged("no such file was listed")
        return self._content.read(self._inodes.read(reference))

    def _list(self, listing: _Listing, walk: _Walk) -> Iterator[Node]:
        try:
            for name, reference in _distinct(self._directories.names(listing.inode)):
                yield from self._enter(listing, name, reference, walk)
        except Damaged as damage:
            walk.damage.append(f"{listing.path}: {damage}")

    def _enter(self, listing: _Listing, name: str, reference: int, walk: _Walk) -> Iterator[Node]:
        path = posixpath.join(listing.path, name)
        try:
            inode = self._inodes.read(reference)
            node = self._node(path, inode)
            _descend(_Listing(path, inode, listing.depth + 1), walk)
        except Damaged as damage:
            if len(walk.damage) >= MAX_DAMAGE:
                raise
            walk.damage.append(f"{path}: {damage}")
            return
        self._references[path] = reference
        yield node

    def _node(self, path: str, inode: Inode) -> Node:
        is_file = inode.kind is NodeKind.FILE
        return Node(
            path=path,
            kind=inode.kind,
            mode=inode.mode,
            uid=self._id(inode.owner),
            gid=self._id(inode.group),
            mtime=inode.mtime,
            size=inode.size if is_file else 0,
            target=inode.target.decode("utf-8", "backslashreplace"),
            device=inode.device,
            inode=inode.number,
            order=self._content.place(inode) if is_file else 0,
        )

    def _id(self, index: int) -> int:
        if index >= len(self._ids):
            raise Damaged(f"its owner is number {index} of {len(self._ids)}")
        return self._ids[index]


def _read_ids(_source: Source, metadata: Metadata, superblock: Superblock) -> tuple[int, ...]:
    number = Fields("I", superblock.order)
    return tuple(metadata.entry(superblock.id_table, at, number)[0] for at in range(superblock.ids))


def _read_short_ids(source: Source, _metadata: Metadata, superblock: Superblock) -> tuple[int, ...]:
    """Owners, then groups; before version 4 they lie open, 255 of each at most."""
    owners = Fields(f"{superblock.ids}I", superblock.order)
    groups = Fields(f"{superblock.groups}I", superblock.order)
    try:
        return (*owners.read(source, superblock.id_table), *groups.read(source, superblock.group_table))
    except EndOfData as error:
        raise Damaged(f"the owners are cut off: {error}") from error


def _distinct(names: Iterator[tuple[bytes, int]]) -> Iterator[tuple[str, int]]:
    met: set[str] = set()
    for raw, reference in names:
        name = raw.decode("utf-8", "backslashreplace")
        if name in met:
            raise Damaged(f"the name {name!r} stands there twice")
        met.add(name)
        yield name, reference


def _descend(listing: _Listing, walk: _Walk) -> None:
    if len(listing.path) > MAX_PATH:
        raise Damaged(f"its path is longer than {MAX_PATH}")
    if listing.inode.kind is not NodeKind.DIRECTORY:
        return
    if listing.inode.number in walk.met:
        raise Damaged("the directory has a second name, which would let it contain itself")
    if listing.depth > MAX_DEPTH:
        raise Damaged(f"it lies deeper than {MAX_DEPTH} directories")
    walk.met.add(listing.inode.number)
    walk.todo.append(listing)


def _summary(damage: list[str]) -> str:
    more = f"; and {len(damage) - SHOWN} more" if len(damage) > SHOWN else ""
    return f"parts of the tree are lost: {'; '.join(damage[:SHOWN])}{more}"
