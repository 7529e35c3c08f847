"""The tree of a JFFS2: what the nodes of the log add up to; the newest version of everything wins."""

from collections.abc import Iterator
from dataclasses import dataclass

from roadworthy.codecs.binary import Fields
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._dirents import Walk, device_numbers, kind_of
from roadworthy.inspection.formats._jffs2.compression import ZERO, unpack_node
from roadworthy.inspection.formats._jffs2.scan import HEADER, INODE_REST, Log, checksum
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.inspection.source import Source

ROOT = 1
ROOT_MODE = 0o040755  # a log need not hold an inode for its root
MAX_FILE = 256 * 1024 * 1024
MAX_HOLES = 64 * 1024 * 1024
MAX_NODE = 1024 * 1024  # bytes of a packed node, unpacked; Linux writes a page at a time
MAX_REWRITTEN = 4  # times that the pieces of a file may overlap
MAX_TARGET = 4096  # as Linux: PATH_MAX


@dataclass(frozen=True, slots=True)
class _Inode:
    """The fixed part of one inode node."""

    at: int
    length: int
    version: int
    mode: int
    uid: int
    gid: int
    size: int
    mtime: int
    offset: int
    packed: int
    unpacked: int
    compressor: int
    check: int


class JffsTree:
    """A `Tree` over a JFFS2.

    Args:
        source: Its bytes.
        log: What a scan found in them.
    """

    def __init__(self, source: Source, log: Log) -> None:
        self._source = source
        self._log = log
        self._fields = Fields(HEADER + INODE_REST, log.order)
        self._targets: dict[int, str] = {}

    def nodes(self) -> Iterator[Node]:
        """See `Tree.nodes`."""
        return Walk(self, list(self._log.damage)).nodes(ROOT)

    def read(self, node: Node) -> bytes:
        """See `Tree.read`."""
        versions = self._log.inodes.get(node.inode)
        if not versions:
            raise Damaged("no such file was listed")
        return self._content(versions)

    def names(self, inode: int) -> Iterator[tuple[bytes, int]]:
        """See `Inodes.names`."""
        for name, dirent in sorted(self._log.names.get(inode, {}).items()):
            if dirent.inode:
                yield name, dirent.inode

    def node(self, path: str, inode: int) -> Node:
        """See `Inodes.node`."""
        versions = self._log.inodes.get(inode)
        if not versions:
            if inode == ROOT:
                return Node(path=path, kind=NodeKind.DIRECTORY, mode=ROOT_MODE & 0o7777, inode=inode)
            raise Damaged(f"there is no inode {inode}")
        newest = self._inode(max(versions)[1])
        kind = kind_of(newest.mode)
        target, device = "", None
        if kind is NodeKind.SYMLINK:
            target = self._target(inode, newest)
        elif kind in (NodeKind.CHARACTER, NodeKind.BLOCK):
            device = device_numbers(self._data(newest), self._log.order)
        return Node(
            path=path,
            kind=kind,
            mode=newest.mode & 0o7777,
            uid=newest.uid,
            gid=newest.gid,
            mtime=newest.mtime,
            size=newest.size if kind is NodeKind.FILE else 0,
            target=target,
            device=device,
            inode=inode,
            order=min(at for _, at in versions),
        )

    def _inode(self, at: int) -> _Inode:
        values = self._fields.unpack(self._source.read(at, self._fields.size))
        length, version, mode, uid, gid, size = values[2], *values[5:10]
        _atime, mtime, _ctime, offset, packed, unpacked, compressor = values[10:17]
        return _Inode(
            at, length, version, mode, uid, gid, size, mtime, offset, packed, unpacked, compressor, values[19]
        )

    def _content(self, versions: list[tuple[int, int]]) -> bytes:
        """Every piece written over the older ones, cut to the size that the newest gives."""
        inodes = [self._inode(at) for _, at in sorted(versions)]
        size = inodes[-1].size
        if size > MAX_FILE:
            raise Damaged(f"the file claims {size} bytes; {MAX_FILE} are read at most")
        pieces = {
            (each.offset, each.unpacked): each for each in inodes if each.unpacked
        }  # the newest of each
        written = sum(each.unpacked for each in pieces.values())
        stored = sum(each.unpacked for each in pieces.values() if each.compressor != ZERO)
        if written > MAX_REWRITTEN * size + MAX_HOLES or size - stored > MAX_HOLES:
            raise Damaged(f"the file of {size} bytes was written {written} bytes, {stored} of them not zero")
        content = bytearray(size)
        for each in sorted(pieces.values(), key=_version):
            length = max(0, min(each.unpacked, size - each.offset))
            if length:
                piece = bytes(length) if each.compressor == ZERO else self._data(each)[:length]
                content[each.offset : each.offset + length] = piece
        return bytes(content)

    def _target(self, inode: int, newest: _Inode) -> str:
        """The target of a symbolic link, which one node holds; links may have many names."""
        if inode not in self._targets:
            if newest.unpacked > MAX_TARGET:
                raise Damaged(f"a symbolic link claims a target of {newest.unpacked} bytes")
            target = self._data(newest).partition(b"\0")[0]
            self._targets[inode] = target.decode("utf-8", "backslashreplace")
        return self._targets[inode]

    def _data(self, inode: _Inode) -> bytes:
        if inode.unpacked > MAX_NODE or inode.packed > inode.length - self._fields.size:
            raise Damaged(f"the node at {inode.at:#x} cannot hold {inode.packed} bytes for {inode.unpacked}")
        data = self._source.read(inode.at + self._fields.size, inode.packed)
        if inode.check != checksum(data):
            raise Damaged(f"the data at {inode.at:#x} does not match its check sum")
        return unpack_node(inode.compressor, data, inode.unpacked)


def _version(inode: _Inode) -> int:
    return inode.version
