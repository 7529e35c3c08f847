"""The tree of a UBIFS: what its nodes add up to, the newest of each name, inode and block."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from roadworthy.codecs.binary import EndOfData, Fields
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._dirents import Walk, device_numbers, kind_of
from roadworthy.inspection.formats._ubifs.nodes import (
    DATA,
    DATA_KEPT,
    DIRENT,
    HEADER,
    INODE,
    ORDER,
    TRUNCATION,
    Found,
    node_at,
)
from roadworthy.inspection.formats._unpack import unpack_deflate, unpack_lzo, unpack_zstd
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.inspection.source import Source

ROOT = 1
BLOCK = 4096
BLOCK_BITS = 29  # of the second half of a key; what is above is its type
MAX_FILE = 256 * 1024 * 1024
MAX_HOLES = 64 * 1024 * 1024
MAX_TIME = 1 << 34  # seconds; beyond is nonsense
ENCRYPTED_FILE = 0x40
KEY = Fields("2I", ORDER)  # inode; type, and block or hash of the name
INODE_REST = Fields("16x5Q9I", ORDER)
INODE_DATA = 160
DIRENT_REST = Fields("16xQ2BHI", ORDER)
DATA_REST = Fields("16xI2H", ORDER)
TRUNCATION_REST = Fields("I12x2Q", ORDER)


def _unpack_copy(data: bytes, _length: int) -> bytes:
    return data


COMPRESSORS: Final[Mapping[int, Callable[[bytes, int], bytes]]] = {  # UBIFS_COMPR_*
    0: _unpack_copy,
    1: unpack_lzo,
    2: unpack_deflate,
    3: unpack_zstd,
}
COMPRESSOR_NAMES: Final[Mapping[int, str]] = {0: "none", 1: "lzo", 2: "zlib", 3: "zstd"}


@dataclass(frozen=True, slots=True)
class _Inode:
    size: int
    mtime: int
    uid: int
    gid: int
    mode: int
    flags: int
    data: bytes


@dataclass(slots=True)
class Contents:
    """What nodes add up to, taken in one after the other, the oldest first.

    Args:
        inodes: The newest of each.
        names: For each directory, the inode of each name; 0 for a name that was deleted.
        blocks: For each inode, where each of its blocks lies.
    """

    inodes: dict[int, _Inode] = field(default_factory=dict)
    names: dict[int, dict[bytes, int]] = field(default_factory=dict)
    blocks: dict[int, dict[int, int]] = field(default_factory=dict)

    def take(self, node: Found) -> None:
        """Take in one node; what is neither inode, name nor data says nothing here.

        Raises:
            EndOfData: It is too short.
        """
        if node.kind == TRUNCATION:
            self._truncate(node)
            return
        if node.kind not in (INODE, DATA, DIRENT):
            return
        inode, rest = KEY.unpack(node.data, HEADER.size)
        if node.kind == INODE:
            self._take_inode(inode, node)
        elif node.kind == DATA:
            self.blocks.setdefault(inode, {})[rest & ((1 << BLOCK_BITS) - 1)] = node.at
        else:
            target, _, _, length, _ = DIRENT_REST.unpack(node.data, HEADER.size)
            start = HEADER.size + DIRENT_REST.size
            self.names.setdefault(inode, {})[node.data[start : start + length]] = target

    def _take_inode(self, number: int, node: Found) -> None:
        values = INODE_REST.unpack(node.data, HEADER.size)
        _created, size, _atime, _ctime, mtime, _, _, _, links, uid, gid, mode, flags, length = values
        if not links:
            self.inodes.pop(number, None)
            self.blocks.pop(number, None)
            return
        data = node.data[INODE_DATA : INODE_DATA + length]
        self.inodes[number] = _Inode(size, min(mtime, MAX_TIME), uid, gid, mode, flags, data)

    def _truncate(self, node: Found) -> None:
        inode, _, size = TRUNCATION_REST.unpack(node.data, HEADER.size)
        kept = {block: at for block, at in self.blocks.get(inode, {}).items() if block * BLOCK < size}
        if kept:
            self.blocks[inode] = kept
        else:
            self.blocks.pop(inode, None)


class UbifsTree:
    """A `Tree` over a UBIFS.

    Args:
        source: Its bytes.
        nodes: The nodes that count, the oldest first.
        damage: What is known to be broken.
    """

    def __init__(self, source: Source, nodes: list[Found], damage: list[str]) -> None:
        self._source = source
        self._damage = damage
        self._contents = Contents()
        for node in nodes:
            try:
                self._contents.take(node)
            except EndOfData:
                self._damage.append(f"the node at {node.at:#x} is too short")

    def nodes(self) -> Iterator[Node]:
        """See `Tree.nodes`."""
        return Walk(self, list(self._damage)).nodes(ROOT)

    def names(self, inode: int) -> Iterator[tuple[bytes, int]]:
        """See `Inodes.names`."""
        for name, target in sorted(self._contents.names.get(inode, {}).items()):
            if target:
                yield name, target

    def node(self, path: str, inode: int) -> Node:
        """See `Inodes.node`."""
        found = self._contents.inodes.get(inode)
        if found is None:
            raise Damaged(f"there is no inode {inode}")
        kind = kind_of(found.mode)
        is_device = kind in (NodeKind.CHARACTER, NodeKind.BLOCK)
        target = found.data if kind is NodeKind.SYMLINK else b""
        return Node(
            path=path,
            kind=kind,
            mode=found.mode & 0o7777,
            uid=found.uid,
            gid=found.gid,
            mtime=found.mtime,
            size=found.size if kind is NodeKind.FILE else 0,
            target=target.decode("utf-8", "backslashreplace"),
            device=device_numbers(found.data, ORDER) if is_device else None,
            inode=inode,
            order=next(iter(self._contents.blocks.get(inode, {}).values()), 0),
        )

    def read(self, node: Node) -> bytes:
        """See `Tree.read`."""
        found = self._contents.inodes.get(node.inode)
        if found is None:
            raise Damaged("no such file was listed")
        if found.flags & ENCRYPTED_FILE:
            raise Damaged("the file is encrypted")
        if found.size > MAX_FILE:
            raise Damaged(f"the file claims {found.size} bytes; {MAX_FILE} are read at most")
        blocks = self._contents.blocks.get(node.inode, {})
        if found.size - len(blocks) * BLOCK > MAX_HOLES:
            raise Damaged(f"the file has more than {MAX_HOLES} bytes of holes")
        content = bytearray(found.size)
        for number, at in blocks.items():
            start = number * BLOCK
            if start < found.size:
                piece = self._block(at)[: found.size - start]
                content[start : start + len(piece)] = piece
        return bytes(content)

    def _block(self, at: int) -> bytes:
        head = self._source.read(at, DATA_KEPT)
        found = node_at(self._source, at, DATA_KEPT + 2 * BLOCK)
        if found is None or found.length < DATA_KEPT:
            raise Damaged(f"the data node at {at:#x} is broken")
        size, compressor, _ = DATA_REST.unpack(head, HEADER.size)
        if size > BLOCK or compressor not in COMPRESSORS:
            raise Damaged(f"the data node at {at:#x} cannot hold {size} bytes packed with {compressor}")
        packed = self._source.read(at + DATA_KEPT, found.length - DATA_KEPT)
        content = COMPRESSORS[compressor](packed, BLOCK)
        if len(content) != size:
            raise Damaged(f"the data node at {at:#x} holds {len(content)} bytes instead of {size}")
        return content
