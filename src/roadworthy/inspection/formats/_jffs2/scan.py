"""The scan of a JFFS2: node after node through the whole log, as a mount does it."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from roadworthy.codecs.binary import ByteOrder, Fields
from roadworthy.inspection.source import Source

MAGIC = 0x1985
ACCURATE = 0x2000  # cleared when the node is obsolete; the check sum counts it as set
DIRENT, INODE, CLEANMARKER, PADDING, SUMMARY = 0xE001, 0xE002, 0x2003, 0x2004, 0x2006
HEADER = "2H2I"  # magic, type, length, check sum of these
DIRENT_REST = "4I2B2x2I"  # parent, version, inode, time, length of name, type, check sums of node and name
INODE_REST = "3I2H7I2BH2I"  # inode, version, mode, owner, group, size, times, offset, lengths, compressor, …
UNCHECKED = 8  # bytes at the end of a node's fixed part that its check sum does not cover
SMALL_CHUNK, CHUNK = 64, 64 * 1024
MAX_DAMAGE = 100  # messages
MAX_GAP = (
    256 * 1024
)  # bytes that are no node and not erased, as a spoilt erase block; beyond is something else
MAX_NODES = 500_000
MAX_FALSE = 200_000  # magics that no node follows


def checksum(data: bytes) -> int:
    """The CRC-32 of JFFS2: it starts with zero and is not inverted."""
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Dirent:
    """One name; an inode of 0 takes it away."""

    version: int
    inode: int


@dataclass(slots=True)
class Log:
    """What a scan found.

    Args:
        order: Byte order of every number.
        size: Bytes from the start to the end of the last node, and the erased flash after it.
        nodes: How many nodes were met.
        names: For each directory, the newest entry of each name.
        inodes: For each inode, version and offset of its nodes.
        damage: What does not add up.
    """

    order: ByteOrder
    size: int = 0
    nodes: int = 0
    names: dict[int, dict[bytes, Dirent]] = field(default_factory=dict)
    inodes: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)

    def broken(self, what: str) -> None:
        """Note what does not add up, up to a bound."""
        if len(self.damage) < MAX_DAMAGE:
            self.damage.append(what)


class Scanner:
    """Reads the nodes of one file system.

    Args:
        source: Bytes that start with its first node.
        order: Their byte order.
    """

    def __init__(self, source: Source, order: ByteOrder) -> None:
        self._source = source
        self._header = Fields(HEADER, order)
        self._dirent = Fields(HEADER + DIRENT_REST, order)
        self._inode = Fields(HEADER + INODE_REST, order)
        self._signature = MAGIC.to_bytes(2, "little" if order is ByteOrder.LITTLE else "big")
        self._log = Log(order)
        self._left = MAX_FALSE

    def scan(self) -> Log:
        """Read to the end of the log."""
        log = self._log
        for at, kind, length in self._nodes():
            log.nodes += 1
            if log.nodes > MAX_NODES:
                log.broken(f"only the first {MAX_NODES} nodes were read")
                break
            if kind == DIRENT:
                self._take_dirent(at, length)
            elif kind == INODE:
                self._take_inode(at, length)
        log.size = min(self._erased(log.size), self._source.size) if log.size else 0
        return log

    def header(self, at: int) -> tuple[int, int] | None:
        """Type and length of the node at an offset; None where none begins."""
        data = self._source.read(at, self._header.size)
        if len(data) < self._header.size:
            return None
        magic, kind, length, check = self._header.unpack(data)
        if magic != MAGIC or length < self._header.size:
            return None
        if check == checksum(data[:8]):
            return kind, length
        whole = self._header.unpack(data)[1] | ACCURATE
        as_written = data[:2] + whole.to_bytes(2, "little" if data[0] == MAGIC & 0xFF else "big") + data[4:8]
        return (kind, length) if check == checksum(as_written) else None

    def _nodes(self) -> Iterator[tuple[int, int, int]]:
        at = 0
        while at < self._source.size:
            found = self.header(at)
            if found is None:
                at = self._next(at)
                if at < 0:
                    return
                continue
            kind, length = found
            if at + length > self._source.size:
                self._log.broken(f"the node at {at:#x} is cut off")
                length = self._source.size - at
            else:
                yield at, kind, length
            at += length + -length % 4
            self._log.size = at

    def _next(self, at: int) -> int:
        """Where the next node begins, over erased flash and a bounded stretch of anything else; or -1."""
        start = self._erased(at)
        found = start
        while 0 <= found < start + MAX_GAP and self._left:
            self._left -= 1
            if found % 4 == 0 and self.header(found) is not None:
                if found > start:
                    self._log.broken(f"{found - start} bytes at {start:#x} are no nodes")
                return found
            found = self._source.find(self._signature, found + 1, start + MAX_GAP)
        return -1

    def _erased(self, at: int) -> int:
        """The first byte from an offset on that is not erased."""
        step = SMALL_CHUNK
        while chunk := self._source.read(at, step):
            rest = len(chunk.lstrip(b"\xff"))
            at += len(chunk) - rest
            if rest:
                break
            step = min(step * 4, CHUNK)
        return at

    def _take_dirent(self, at: int, length: int) -> None:
        fixed = self._source.read(at, self._dirent.size)
        if length < self._dirent.size:
            self._log.broken(f"the name at {at:#x} is too short")
            return
        _, _, _, _, parent, version, inode, _, size, _, check, name_check = self._dirent.unpack(fixed)
        name = self._source.read(at + self._dirent.size, size)
        if check != checksum(fixed[:-UNCHECKED]) or name_check != checksum(name):
            self._log.broken(f"the name at {at:#x} does not match its check sum")
            return
        names = self._log.names.setdefault(parent, {})
        known = names.get(name)
        if known is None or version >= known.version:
            names[name] = Dirent(version, inode)

    def _take_inode(self, at: int, length: int) -> None:
        fixed = self._source.read(at, self._inode.size)
        if length < self._inode.size:
            self._log.broken(f"the inode at {at:#x} is too short")
            return
        values = self._inode.unpack(fixed)
        if values[-1] != checksum(fixed[:-UNCHECKED]):
            self._log.broken(f"the inode at {at:#x} does not match its check sum")
            return
        self._log.inodes.setdefault(values[4], []).append((values[5], at))
