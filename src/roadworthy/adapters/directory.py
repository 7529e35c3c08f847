"""An unpacked tree as a file system: a folder, or ``/`` of a running Linux device.

Every step of a path is opened from the one before it, and no link is followed (openat(2), O_NOFOLLOW): a tree
that somebody else made can point anywhere, and nothing outside it is read. Owners, modes, links and times are
those of the folder. Where a file is read only by others, or another file system is mounted, that is said.

``/`` is a running system: what is mounted from its disks and its flash belongs to it and is looked into; what
the kernel makes, what lies in memory and what comes over the network is not.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from roadworthy.adapters.image_file import image_name
from roadworthy.adapters.mounts import Mount, judged, mounted
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.report import Image
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.errors import InputError

LIVE: Final = frozenset(
    {b"proc", b"sys", b"dev"}
)  # of a running system: made by the kernel, not by the maker
MAX_DEPTH: Final = 128
MAX_FILE: Final = 256 * 1024 * 1024
MAX_DAMAGE: Final = 1000
SHOWN: Final = 3
CHUNK: Final = 1024 * 1024
DIGEST_TYPE: Final = b"roadworthy.tree/v1\0"
RUNNING_TYPE: Final = b"roadworthy.system/v1\0"
FIRST: Final = (
    b"etc",
    b"bin",
    b"sbin",
    b"lib",
    b"lib32",
    b"lib64",
    b"boot",
    b"usr",
)  # what a system is made of
GIVE_FOLDER: Final = "Give the path of an unpacked root file system that you may read."
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe is not waited for
KINDS: Final = {
    stat.S_IFREG: NodeKind.FILE,
    stat.S_IFDIR: NodeKind.DIRECTORY,
    stat.S_IFLNK: NodeKind.SYMLINK,
    stat.S_IFCHR: NodeKind.CHARACTER,
    stat.S_IFBLK: NodeKind.BLOCK,
    stat.S_IFIFO: NodeKind.FIFO,
    stat.S_IFSOCK: NodeKind.SOCKET,
}

Steps = tuple[bytes, ...]


class DirectoryTree:
    """A `Tree` over a folder. Use it in a ``with`` block.

    Args:
        path: The folder. A link is followed here, and nowhere below.
        mounts: Mount points in it, seen from its top, and the types of what is mounted there. Without them
            those of this system, where the folder is its root; else none is entered.

    Raises:
        InputError: It is no folder, or may not be read.
    """

    def __init__(self, path: Path, mounts: Mapping[bytes, str] | None = None) -> None:
        try:
            self._root = os.open(path, _FOLDER & ~os.O_NOFOLLOW)
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}", hint=GIVE_FOLDER) from error
        self._device = os.fstat(self._root).st_dev
        self._mounts = mounts if mounts is not None else mounted() if is_running_system(path) else None
        self._odd: dict[str, Steps] = {}  # names that are no UTF-8, which a path cannot tell

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._root)

    def nodes(self) -> Iterator[Node]:
        """See `Tree.nodes`. Names are in the order of their bytes."""
        damage: list[str] = []
        yield _node("/", os.fstat(self._root), "")
        todo: list[Steps] = [()]
        while todo and len(damage) < MAX_DAMAGE:
            steps = todo.pop()
            try:
                below = list(self._list(steps, damage))
            except OSError as error:
                damage.append(f"{_path(steps)}: it cannot be listed: {error.strerror}")
                continue
            for inner, node, status in below:
                if b"/" + b"/".join(inner) != node.path.encode():
                    self._odd[node.path] = inner
                yield node
                if node.kind is NodeKind.DIRECTORY and self._is_ours(inner, status, damage):
                    todo.append(inner)
        if damage:
            more = f"; and {len(damage) - SHOWN} more" if len(damage) > SHOWN else ""
            raise Damaged(f"parts of the tree were not seen: {'; '.join(damage[:SHOWN])}{more}")

    def read(self, node: Node) -> bytes:
        """See `Tree.read`."""
        data = b"".join(self.pieces(node, MAX_FILE))
        if len(data) > MAX_FILE:
            raise Damaged(f"the file has more than the {MAX_FILE} bytes that are read")
        return data

    def pieces(self, node: Node, most: int) -> Iterator[bytes]:
        """The content of a file in pieces, up to the first that goes beyond `most` bytes.

        Raises:
            Damaged: It cannot be read.
        """
        try:
            file = self._open(self._odd.get(node.path) or tuple(node.path.encode().split(b"/")[1:]))
            try:
                while most >= 0 and (piece := os.read(file, CHUNK)):
                    most -= len(piece)
                    yield piece
            finally:
                os.close(file)
        except OSError as error:
            raise Damaged(f"it cannot be read: {error.strerror}") from error

    def _open(self, steps: Steps) -> int:
        folder = self._folder(steps[:-1])
        try:
            file = os.open(steps[-1], _FILE, dir_fd=folder)
        finally:
            os.close(folder)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise OSError(0, "it is no file any more")
        return file

    def _folder(self, steps: Steps) -> int:
        at = os.dup(self._root)
        for step in steps:
            try:
                below = os.open(step, _FOLDER, dir_fd=at)
            finally:
                os.close(at)
            at = below
        return at

    def _list(self, steps: Steps, damage: list[str]) -> Iterator[tuple[Steps, Node, os.stat_result]]:
        folder = self._folder(steps)
        try:
            for name in sorted(map(os.fsencode, os.listdir(folder))):  # noqa: PTH208 -- of a descriptor, which pathlib cannot
                inner = (*steps, name)
                try:
                    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
                    is_link = stat.S_ISLNK(status.st_mode)
                    target = os.fsdecode(os.readlink(name, dir_fd=folder)) if is_link else ""
                except OSError as error:
                    damage.append(f"{_path(inner)}: {error.strerror}")
                    continue
                yield inner, _node(_path(inner), status, _text(os.fsencode(target))), status
        finally:
            os.close(folder)

    def _is_ours(self, steps: Steps, status: os.stat_result, damage: list[str]) -> bool:
        """Whether a directory is to be looked into."""
        if len(steps) == 1 and steps[0] in LIVE:
            return False
        if len(steps) > MAX_DEPTH:
            damage.append(f"{_path(steps)}: it lies deeper than {MAX_DEPTH} directories")
            return False
        return status.st_dev == self._device or self._is_ours_mounted(steps, damage)

    def _is_ours_mounted(self, steps: Steps, damage: list[str]) -> bool:
        """Whether a directory on another device is to be looked into."""
        if self._mounts is None:
            damage.append(f"{_path(steps)}: another file system is mounted there; inspect it by itself")
            return False
        point = b"/" + b"/".join(steps)
        if point not in self._mounts:
            return True  # below a mount point that was entered
        mount = judged(point, self._mounts[point])
        if mount is Mount.FOREIGN:
            damage.append(f"{_path(steps)}: {self._mounts[point]} is mounted there; it was not looked into")
        return mount is Mount.OURS


def is_running_system(path: Path) -> bool:
    """Whether a folder is the root of the system that runs here."""
    try:
        return path.samefile("/")
    except OSError:
        return False


def identify_tree(path: Path) -> Image:
    """Name, size and digest of an unpacked tree, or of a running system.

    The digest is SHA-256 over ``roadworthy.tree/v1`` and then, for each name in the order of the paths' UTF-8
    bytes, four fields: path, kind, permission bits (four octal digits) and content. That is the SHA-256 of a
    file (hex), ``unreadable`` for one that cannot be read, the target of a link, ``major:minor`` of a device,
    and nothing for others. Every field ends with a zero byte. Owners, times and the folder's own name do not
    count, because unpacking changes them.

    A running system changes while one looks at it, and may hold more than can be read twice. There the digest
    begins with ``roadworthy.system/v1``, the names stand as they are listed, and the fourth field of a file
    is its size: it tells what was there to look at, and does not vouch for what stood in it.

    Raises:
        InputError: It cannot be read.
    """
    running = is_running_system(path)
    digest, size = hashlib.sha256(RUNNING_TYPE if running else DIGEST_TYPE), 0
    with DirectoryTree(path) as tree:
        seen = _seen(tree)
        for node in seen if running else sorted(seen, key=lambda each: each.path.encode()):
            size += node.size
            last = _told(node) if running else _content(tree, node)
            fields = (node.path, node.kind.value, f"{node.mode:04o}", last)
            digest.update("".join(f"{field}\0" for field in fields).encode())
    name = image_name(path.resolve()) or "/"
    return Image(name=name, size=size, sha256=digest.hexdigest())


def _seen(tree: DirectoryTree) -> Iterator[Node]:
    """All that can be seen; the inspection says what could not."""
    with suppress(Damaged):
        yield from tree.nodes()


def _told(node: Node) -> str:
    """What a node is without a look into it."""
    if node.kind is NodeKind.FILE:
        return str(node.size)
    return "{}:{}".format(*node.device) if node.device else node.target


def _content(tree: DirectoryTree, node: Node) -> str:
    if node.kind is not NodeKind.FILE:
        return _told(node)
    digest = hashlib.sha256()
    try:
        for piece in tree.pieces(node, 2**63):
            digest.update(piece)
    except Damaged:
        return "unreadable"
    return digest.hexdigest()


def _node(path: str, status: os.stat_result, target: str) -> Node:
    kind = KINDS.get(stat.S_IFMT(status.st_mode), NodeKind.SOCKET)
    special = kind in (NodeKind.CHARACTER, NodeKind.BLOCK)
    return Node(
        path=path,
        kind=kind,
        mode=stat.S_IMODE(status.st_mode),
        uid=status.st_uid,
        gid=status.st_gid,
        mtime=int(status.st_mtime),
        size=status.st_size if kind is NodeKind.FILE else 0,
        target=target,
        device=(os.major(status.st_rdev), os.minor(status.st_rdev)) if special else None,
        inode=status.st_dev << 64 | status.st_ino,
        order=_rank(path),
    )


def _rank(path: str) -> int:
    """What is read first, should there be too much: the system's own folders."""
    top = path[1:].partition("/")[0].encode()
    return FIRST.index(top) if top in FIRST else len(FIRST)


def _path(steps: Steps) -> str:
    return "/" + "/".join(map(_text, steps))


def _text(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")
