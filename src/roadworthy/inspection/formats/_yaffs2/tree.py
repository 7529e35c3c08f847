"""The tree of a YAFFS: what the log adds up to when it is read from its end, as a mount does it."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from roadworthy.codecs.binary import ByteOrder
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._dirents import Walk, device_numbers, kind_of
from roadworthy.inspection.formats._yaffs2.header import (
    DELETED,
    DIRECTORY,
    FILE,
    HARD_LINK,
    LOST_AND_FOUND,
    MODES,
    ROOT,
    SIZE,
    UNLINKED,
    Header,
    parse_header,
)
from roadworthy.inspection.formats._yaffs2.scan import Log
from roadworthy.inspection.formats._yaffs2.tags import Kind
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.inspection.source import Source

ROOT_MODE = 0o755  # a log need not hold a header of its root
MAX_FILE = 256 * 1024 * 1024
MAX_HOLES = 64 * 1024 * 1024
UNBOUNDED = 1 << 62
DEVICES = (NodeKind.CHARACTER, NodeKind.BLOCK)
NOWHERE = (UNLINKED, DELETED)


@dataclass(slots=True)
class _Object:
    """What is known of an object, from the newest chunk on.

    Args:
        header: Its newest header.
        size: Bytes of a file, by its newest header and the chunks that are newer still.
        limit: What older chunks hold from here on was cut off.
        shadowed: Whether another object took its place.
        chunks: Row of the newest copy of each chunk.
    """

    header: Header | None = None
    size: int = 0
    limit: int = UNBOUNDED
    shadowed: bool = False
    chunks: dict[int, int] = field(default_factory=dict)


class YaffsTree:
    """A `Tree` over a YAFFS.

    Args:
        source: Its bytes.
        log: What a scan found in them.
    """

    def __init__(self, source: Source, log: Log) -> None:
        self._source = source
        self._log = log
        self._content = log.geometry.content
        self._first = log.geometry.kind is Kind.FIRST
        self._complete = log.fresh
        self._objects: dict[int, _Object] = {}
        self._folders: dict[int, dict[bytes, int]] = {}
        self._damage = list(log.damage)
        self._replay()
        self._sort()

    @property
    def objects(self) -> int:
        """How many objects there are, deleted ones not counted."""
        return sum(map(len, self._folders.values()))

    def nodes(self) -> Iterator[Node]:
        """See `Tree.nodes`."""
        return Walk(self, list(self._damage)).nodes(ROOT)

    def read(self, node: Node) -> bytes:
        """See `Tree.read`."""
        found = self._objects.get(node.inode)
        if found is None or found.header is None or found.header.kind != FILE:
            raise Damaged("no such file was listed")
        return self._read(found)

    def names(self, inode: int) -> Iterator[tuple[bytes, int]]:
        """See `Inodes.names`."""
        yield from sorted(self._folders.get(inode, {}).items())

    def node(self, path: str, inode: int) -> Node:
        """See `Inodes.node`."""
        found = self._objects.get(inode)
        header = found.header if found else None
        if found is None or header is None:
            if inode in (ROOT, LOST_AND_FOUND):
                return Node(path=path, kind=NodeKind.DIRECTORY, mode=ROOT_MODE, inode=inode)
            raise Damaged(f"there is no object {inode}")
        if header.kind == HARD_LINK:
            return self._twin(path, header)
        if stat.S_IFMT(header.mode) not in MODES[header.kind]:
            raise Damaged(f"its mode {header.mode:#o} does not fit what it is")
        kind = kind_of(header.mode)
        return Node(
            path=path,
            kind=kind,
            mode=header.mode & 0o7777,
            uid=header.uid,
            gid=header.gid,
            mtime=header.mtime,
            size=found.size if kind is NodeKind.FILE else 0,
            target=header.target.decode("utf-8", "backslashreplace") if kind is NodeKind.SYMLINK else "",
            device=_device(header.device) if kind in DEVICES else None,
            inode=inode,
            order=self._log.at(found.chunks[1]) if 1 in found.chunks else header.at,
        )

    def _twin(self, path: str, link: Header) -> Node:
        """The node of a hard link, which is that of the object it stands for."""
        found = self._objects.get(link.twin)
        if found is None or found.header is None or found.header.kind in (HARD_LINK, DIRECTORY):
            raise Damaged(f"it is a link to object {link.twin}, which cannot be linked to")
        return self.node(path, link.twin)

    def _replay(self) -> None:
        """Go through the log from its end: what comes first counts, and says what older chunks are worth."""
        log = self._log
        for row in log.newest_first():
            found = self._objects.get(log.objects[row])
            if found is None:
                found = self._objects[log.objects[row]] = _Object()
            if log.chunks[row]:
                self._take_data(found, row)
            else:
                self._take_header(found, row)

    def _take_data(self, found: _Object, row: int) -> None:
        chunk = self._log.chunks[row]
        start = (chunk - 1) * self._content
        if found.shadowed or start >= found.limit:
            return
        found.chunks.setdefault(chunk, row)
        if found.header is None or self._first:
            found.size = max(found.size, start + self._log.sizes[row])

    def _take_header(self, found: _Object, row: int) -> None:
        log = self._log
        at, geometry = log.at(row), log.geometry
        inband = geometry.kind is Kind.INBAND
        header = parse_header(self._source.read(at, SIZE), at, geometry.order, inband=inband)
        if header is None or (log.objects[row] == ROOT and header.kind != DIRECTORY):
            self._damage.append(f"the header at {at:#x} cannot be one")
        elif found.header is None and not found.shadowed:
            found.header = header
            found.size = max(found.size, header.size)
            found.limit = UNBOUNDED if self._first else min(found.limit, header.size)
            if header.shadows and header.shadows not in self._objects:
                self._objects[header.shadows] = _Object(shadowed=True)
        elif header.kind == FILE and not self._first and (header.shrinks or header.parent in NOWHERE):
            found.limit = min(found.limit, 0 if header.parent in NOWHERE else header.size)

    def _sort(self) -> None:
        """Put each object into its directory."""
        twice = 0
        for number, found in self._objects.items():
            header = found.header
            if header is None or number == ROOT or header.parent in NOWHERE:
                continue
            folder = self._folders.setdefault(header.parent, {})
            twice += header.name in folder
            folder.setdefault(header.name or b"obj%d" % number, number)
        if LOST_AND_FOUND in self._folders:
            self._folders.setdefault(ROOT, {}).setdefault(b"lost+found", LOST_AND_FOUND)
        if twice:
            self._damage.append(f"{twice} names stand twice in their directory")
        lost = self.objects - self._reached()
        if lost:
            self._damage.append(f"{lost} names lie in directories that are not there")

    def _reached(self) -> int:
        """How many names can be come by from the root."""
        todo, met, names = [ROOT], {ROOT}, 0
        while todo:
            inside = self._folders.get(todo.pop(), {})
            names += len(inside)
            new = {number for number in inside.values() if number not in met}
            met |= new
            todo.extend(number for number in new if number in self._folders and self._is_folder(number))
        return names

    def _is_folder(self, number: int) -> bool:
        found = self._objects.get(number)
        header = found.header if found else None
        return number == LOST_AND_FOUND or (header is not None and header.kind == DIRECTORY)

    def _read(self, found: _Object) -> bytes:
        """Every chunk in its place; what no chunk stands for is a hole, or lost."""
        size, count = found.size, -(-found.size // self._content)
        if size > MAX_FILE:
            raise Damaged(f"the file claims {size} bytes; {MAX_FILE} are read at most")
        missing = count - sum(chunk <= count for chunk in found.chunks)
        if missing and (self._complete or self._damage):
            raise Damaged(f"{missing} of its {count} chunks are not there")
        if missing * self._content > MAX_HOLES:
            holes = missing * self._content
            raise Damaged(f"{holes} bytes of the file are holes; {MAX_HOLES} are read at most")
        content = bytearray(size)
        for chunk, row in found.chunks.items():
            start = (chunk - 1) * self._content
            length = min(self._log.sizes[row], size - start)
            if length > 0:
                content[start : start + length] = self._source.read(self._log.at(row), length)
        return bytes(content)


def _device(number: int) -> tuple[int, int]:
    return device_numbers(number.to_bytes(4, "little"), ByteOrder.LITTLE)
