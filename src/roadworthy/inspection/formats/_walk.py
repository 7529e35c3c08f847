"""A walk over the directories of a file system that stores inodes: it loses nothing but what is broken."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from roadworthy.codecs.binary import EndOfData
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.rootfs import Node, NodeKind

MAX_DEPTH = 128
MAX_PATH = 4096  # as Linux: PATH_MAX
MAX_NAME = 255  # as Linux: NAME_MAX, in characters: some file systems store UTF-16
MAX_DAMAGE = 1000  # places, then the walk ends
MAX_LISTINGS = 256 * 1024 * 1024  # bytes of all directories together: they may claim the same blocks
MAX_FILE = 256 * 1024 * 1024
MAX_HOLES = 64 * 1024 * 1024  # bytes of one file that no block stands for
SHOWN = 3  # how many damaged places a message names
NOT_NAMES = (b"", b".", b"..")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inode:
    """What a name stands for.

    Args:
        kind: What it is.
        mode: Permission bits.
        uid: Owner.
        gid: Group.
        mtime: Seconds since 1970.
        size: Bytes of content, of a file; bytes of its listing, of a directory.
        target: Target of a symbolic link, as stored.
        device: Major and minor number.
        number: What hard links share.
        order: Where the content begins in the image.
    """

    kind: NodeKind
    mode: int
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    size: int = 0
    target: bytes = b""
    device: tuple[int, int] | None = None
    number: int = 0
    order: int = 0


class Volume(Protocol):
    """What a format knows of its own structures. Whatever is broken in them is raised as `Damaged`."""

    @property
    def root(self) -> int:
        """Reference of the root directory."""
        ...

    def inode(self, reference: int) -> Inode:
        """The inode that a reference names."""
        ...

    def names(self, reference: int) -> Iterator[tuple[bytes, int]]:
        """Each name of a directory with the reference of its inode; ``.`` and ``..`` may be among them."""
        ...

    def content(self, reference: int) -> bytes:
        """The whole content of a file. Bounds are the volume's to keep: `MAX_FILE`, `MAX_HOLES`."""
        ...


@dataclass(frozen=True, slots=True)
class _Listing:
    path: str
    reference: int
    depth: int


@dataclass(slots=True)
class _Walk:
    """What a walk has met so far.

    Args:
        todo: Directories to list.
        met: Numbers of the directories that were met; each has one name only.
        damage: What could not be read.
        listed: Bytes of the listings so far.
    """

    todo: list[_Listing] = field(default_factory=list)
    met: set[int] = field(default_factory=set)
    damage: list[str] = field(default_factory=list)
    listed: int = 0

    def descend(self, path: str, reference: int, inode: Inode, depth: int) -> None:
        """Have a directory listed later, unless it cannot be one."""
        if inode.kind is not NodeKind.DIRECTORY:
            return
        if inode.number in self.met:
            raise Damaged("the directory has a second name, which would let it contain itself")
        if depth > MAX_DEPTH:
            raise Damaged(f"it lies deeper than {MAX_DEPTH} directories")
        self.listed += inode.size
        if self.listed > MAX_LISTINGS:
            raise Damaged(f"the directories claim more than {MAX_LISTINGS} bytes together")
        self.met.add(inode.number)
        self.todo.append(_Listing(path, reference, depth))


class WalkedTree:
    """A `Tree` over a volume.

    Args:
        volume: Its structures.

    Raises:
        Damaged: The root directory cannot be read: then nothing can.
    """

    def __init__(self, volume: Volume) -> None:
        self._volume = volume
        self._references: dict[str, int] = {}
        self._root = _inode(volume, volume.root)
        if self._root.kind is not NodeKind.DIRECTORY:
            raise Damaged("its root is no directory")

    def nodes(self) -> Iterator[Node]:
        """See `Tree.nodes`."""
        walk = _Walk()
        walk.descend("/", self._volume.root, self._root, 1)
        yield _node("/", self._root)
        while walk.todo and len(walk.damage) < MAX_DAMAGE:
            yield from self._list(walk.todo.pop(), walk)
        if walk.damage:
            raise Damaged(_summary(walk.damage))

    def read(self, node: Node) -> bytes:
        """See `Tree.read`."""
        reference = self._references.get(node.path)
        if reference is None:
            raise Damaged("no such file was listed")
        if node.size > MAX_FILE:
            raise Damaged(f"the file claims {node.size} bytes; {MAX_FILE} are read at most")
        try:
            return self._volume.content(reference)
        except EndOfData as error:
            raise Damaged(f"it is cut off: {error}") from error

    def _list(self, listing: _Listing, walk: _Walk) -> Iterator[Node]:
        try:
            for name, reference in _distinct(self._volume.names(listing.reference)):
                yield from self._enter(listing, name, reference, walk)
        except (Damaged, EndOfData) as damage:
            walk.damage.append(f"{listing.path}: {damage}")

    def _enter(self, listing: _Listing, raw: bytes, reference: int, walk: _Walk) -> Iterator[Node]:
        path = posixpath.join(listing.path, raw.decode("utf-8", "backslashreplace").replace("/", r"\x2f"))
        try:
            _check(raw, path)
            inode = _inode(self._volume, reference)
            node = _node(path, inode)
            walk.descend(path, reference, inode, listing.depth + 1)
        except Damaged as damage:
            if len(walk.damage) >= MAX_DAMAGE:
                raise
            walk.damage.append(f"{path[:MAX_PATH]}: {damage}")
            return
        self._references[path] = reference
        yield node


def _distinct(names: Iterator[tuple[bytes, int]]) -> Iterator[tuple[bytes, int]]:
    met: set[bytes] = set()
    for name, reference in names:
        if name in met:
            raise Damaged(f"the name {name!r} stands there twice")
        if name not in NOT_NAMES:
            met.add(name)
            yield name, reference


def _inode(volume: Volume, reference: int) -> Inode:
    try:
        return volume.inode(reference)
    except EndOfData as error:
        raise Damaged(f"inode {reference} is cut off: {error}") from error


def _check(name: bytes, path: str) -> None:
    if b"/" in name or b"\0" in name or len(name) > 4 * MAX_NAME:
        raise Damaged(f"{name[:MAX_NAME]!r} cannot be a name")
    if len(path) > MAX_PATH:
        raise Damaged(f"its path is longer than {MAX_PATH}")


def _node(path: str, inode: Inode) -> Node:
    is_file = inode.kind is NodeKind.FILE
    return Node(
        path=path,
        kind=inode.kind,
        mode=inode.mode,
        uid=inode.uid,
        gid=inode.gid,
        mtime=inode.mtime,
        size=inode.size if is_file else 0,
        target=inode.target.decode("utf-8", "backslashreplace"),
        device=inode.device,
        inode=inode.number,
        order=inode.order if is_file else 0,
    )


def _summary(damage: list[str]) -> str:
    more = f"; and {len(damage) - SHOWN} more" if len(damage) > SHOWN else ""
    return f"parts of the tree are lost: {'; '.join(damage[:SHOWN])}{more}"
