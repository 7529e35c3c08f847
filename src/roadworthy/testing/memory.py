"""A file system in memory: a few paths and their content stand for an image."""

import posixpath
from collections.abc import Iterator, Mapping

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.rootfs import Node, NodeKind, RootFS

LINK = "-> "


class MemoryTree:
    """A `Tree` over a mapping of paths to content.

    Args:
        files: Absolute path to content; text that starts with ``-> `` makes a symbolic link.
        modes: Permission bits by path, where they are not the usual ones: 0o755 for directories, ELF files
            and scripts with ``#!``, 0o644 for other files.
        damaged: Paths whose content cannot be read.
    """

    def __init__(
        self,
        files: Mapping[str, str | bytes],
        *,
        modes: Mapping[str, int] | None = None,
        damaged: frozenset[str] = frozenset(),
    ) -> None:
        self._content = {
            path: content.encode() if isinstance(content, str) else content for path, content in files.items()
        }
        self._modes = modes or {}
        self._damaged = damaged

    def nodes(self) -> Iterator[Node]:
        """See `Tree.nodes`."""
        folders = {folder for path in self._content for folder in _parents(path)} | {"/"}
        for path in sorted(folders):
            yield Node(path=path, kind=NodeKind.DIRECTORY, mode=self._modes.get(path, 0o755))
        for order, (path, content) in enumerate(sorted(self._content.items())):
            yield self._node(path, content, order)

    def read(self, node: Node) -> bytes:
        """See `Tree.read`."""
        if node.path in self._damaged:
            raise Damaged("made unreadable for a test")
        return self._content[node.path]

    def _node(self, path: str, content: bytes, order: int) -> Node:
        if content.startswith(LINK.encode()):
            target = content[len(LINK) :].decode()
            return Node(path=path, kind=NodeKind.SYMLINK, mode=0o777, target=target, order=order)
        usual = 0o755 if content.startswith((b"\x7fELF", b"#!")) else 0o644
        mode = self._modes.get(path, usual)
        return Node(path=path, kind=NodeKind.FILE, mode=mode, size=len(content), inode=order + 1, order=order)


def memory_root(
    files: Mapping[str, str | bytes],
    *,
    modes: Mapping[str, int] | None = None,
    damaged: frozenset[str] = frozenset(),
) -> RootFS:
    """A `RootFS` over a `MemoryTree`; same arguments."""
    tree = MemoryTree(files, modes=modes, damaged=damaged)
    return RootFS(tree, {node.path: node for node in tree.nodes()}, ("memory",))


def _parents(path: str) -> Iterator[str]:
    while path not in ("/", ""):
        path = posixpath.dirname(path)
        yield path
