"""RootFS: a file system as it lies in the image, with its true owners, modes, links and times."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MAX_LINKS = 40  # as Linux: path_resolution(7), ELOOP


class NodeKind(StrEnum):
    """What an inode is."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    CHARACTER = "character"
    BLOCK = "block"
    FIFO = "fifo"
    SOCKET = "socket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    r"""One name in a file system.

    Args:
        path: Absolute path, ``/`` separated, normalised, without ``.`` or ``..``. Bytes that are no UTF-8
            stand as ``\\xNN``. Untrusted text: escape it to show it.
        kind: What it is.
        mode: Permission bits with setuid, setgid and sticky (``0o7777``).
        uid: Owner.
        gid: Group.
        mtime: Seconds since 1970, UTC.
        size: Bytes of content; 0 for what has none.
        target: Target of a symbolic link, as written; empty otherwise.
        device: ``(major, minor)`` of a device node.
        inode: Number that hard links to the same content share; unique within one file system.
        order: Where the content lies in the image: reading in this order is fastest.
    """

    path: str
    kind: NodeKind
    mode: int
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    size: int = 0
    target: str = ""
    device: tuple[int, int] | None = None
    inode: int = 0
    order: int = 0

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rpartition("/")[2]


class Tree(Protocol):
    """What a file system format gives: its nodes, and their bytes on demand."""

    def nodes(self) -> Iterator[Node]:
        """Every node once, the root included. A damaged directory is raised after what could be read."""
        ...

    def read(self, node: Node) -> bytes:
        """The whole content of a file.

        Raises:
            Damaged: It cannot be read.
        """
        ...


class RootFS:
    """One file system, indexed by path.

    Args:
        tree: The format's view of it.
        nodes: Its nodes.
        where: Path of the file system inside the image, outermost first, for evidence.
    """

    def __init__(self, tree: Tree, nodes: Mapping[str, Node], where: tuple[str, ...]) -> None:
        self.tree = tree
        self.nodes = nodes
        self.where = where

    def get(self, path: str) -> Node | None:
        """The node at a path, symbolic links followed as a process inside would see them.

        ``..`` never leaves the root, absolute targets start at it, and loops end in None.
        """
        todo = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        at, links = "/", 0
        while todo:
            part = todo.pop()
            if part == "..":
                at = posixpath.dirname(at)
                continue
            node = self.nodes.get(posixpath.join(at, part))
            if node is None:
                return None
            if node.kind is not NodeKind.SYMLINK:
                at = node.path
                continue
            links += 1
            if links > MAX_LINKS:
                return None
            if node.target.startswith("/"):
                at = "/"
            todo.extend(step for step in reversed(node.target.split("/")) if step not in ("", "."))
        return self.nodes.get(at)
