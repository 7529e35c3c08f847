"""The directory of a zip archive, and the files that it names."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._archive import ArchiveTree, Entry, node_of, normal
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.inspection.source import Source

LOCAL, CENTRAL = b"PK\3\4", b"PK\1\2"
LOCAL_HEADER: Final = Fields("4s22xHH", ByteOrder.LITTLE)
CENTRAL_HEADER: Final = Fields("4sH2xHHHHIIIHHHHHII", ByteOrder.LITTLE)  # APPNOTE 6.3.10, 4.3.12
STORED, DEFLATED = 0, 8
ENCRYPTED = 1
UNIX = 3
REGULAR, FOLDER = 0o100644, 0o40755
MAX_FILE = 128 * 1024 * 1024
MAX_TOTAL = 1024 * 1024 * 1024  # files may share their packed bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipEntry:
    """One file of the archive.

    Args:
        node: What it is.
        method: How it is packed.
        encrypted: Whether a password is needed.
        crc: CRC-32 of the content.
        length: Packed bytes.
        header: Where its own header stands.
    """

    node: Node
    method: int
    encrypted: bool
    crc: int
    length: int
    header: int


class ZipTree(ArchiveTree):
    """The files as a tree; they are unpacked when they are asked for."""

    def __init__(self, source: Source, entries: list[ZipEntry]) -> None:
        super().__init__(source, (Entry(entry.node, entry.header) for entry in entries), "")
        self._zip = source
        self._room = MAX_TOTAL
        self.files = {entry.node.path: entry for entry in entries if entry.node.kind is NodeKind.FILE}

    def read(self, node: Node) -> bytes:
        """See `Tree.read`."""
        entry = self.files.get(node.path)
        if entry is None:
            raise Damaged(f"{node.path} has no content")
        if node.size > MAX_FILE:
            raise Damaged(f"the file claims {node.size} bytes, more than the {MAX_FILE} that are read")
        self._room -= node.size
        if self._room < 0:
            raise Damaged(f"the files unpack to more than {MAX_TOTAL} bytes together; no more are read")
        data = self.start(entry, node.size + 1)
        if len(data) != node.size or zlib.crc32(data) != entry.crc:
            raise Damaged("the checksum of the file does not hold")
        return data

    def start(self, entry: ZipEntry, length: int) -> bytes:
        """The first bytes of a file."""
        if entry.encrypted:
            raise Damaged("the file is encrypted")
        raw = self._zip.read(self._content(entry), entry.length)
        if entry.method == STORED:
            return raw[:length]
        if entry.method != DEFLATED:
            raise Damaged(f"the file is packed in a way that is not known: method {entry.method}")
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, length)
        except zlib.error as error:
            raise Damaged(f"the file is no Deflate stream: {error}") from error

    def _content(self, entry: ZipEntry) -> int:
        try:
            mark, name, extra = LOCAL_HEADER.read(self._zip, entry.header)
        except EndOfData as error:
            raise Damaged(f"the file is not there: {error}") from error
        if mark != LOCAL:
            raise Damaged(f"no file begins at {entry.header:#x}")
        return int(entry.header + LOCAL_HEADER.size + name + extra)


def read_directory(source: Source, at: int, count: int) -> Iterator[ZipEntry]:
    """The entries of the directory.

    Raises:
        Damaged: It breaks off.
    """
    try:
        for _ in range(count):
            fields = CENTRAL_HEADER.read(source, at)
            mark, made_by, flags, method, clock, day, crc, length, size, name, extra, comment = fields[:12]
            attributes, header = fields[-2:]
            if mark != CENTRAL:
                raise Damaged(f"no entry of the directory stands at {at:#x}")
            raw = read_exactly(source, at + CENTRAL_HEADER.size, name)
            mode = attributes >> 16 if made_by >> 8 == UNIX else 0
            yield ZipEntry(
                node=replace(_node(raw, mode, size), mtime=_made(day, clock), inode=at, order=header),
                method=method,
                encrypted=bool(flags & ENCRYPTED),
                crc=crc,
                length=length,
                header=header,
            )
            at += CENTRAL_HEADER.size + name + extra + comment
    except EndOfData as error:
        raise Damaged(f"the directory breaks off: {error}") from error


def _node(raw: bytes, mode: int, size: int) -> Node:
    usual = FOLDER if raw.endswith(b"/") else REGULAR
    node = node_of(normal(raw), mode)
    if node is None or node.kind not in (NodeKind.FILE, NodeKind.DIRECTORY):
        kind = NodeKind.DIRECTORY if usual == FOLDER else NodeKind.FILE
        node = Node(path=normal(raw), kind=kind, mode=usual & 0o7777)
    return replace(node, size=size) if node.kind is NodeKind.FILE else node


def _made(day: int, clock: int) -> int:
    """The time of MS-DOS, without a zone, taken for UTC; 0 where it is none."""
    try:
        made = datetime(
            1980 + (day >> 9),
            day >> 5 & 15,
            day & 31,
            clock >> 11,
            clock >> 5 & 63,
            (clock & 31) * 2,
            tzinfo=UTC,
        )
    except ValueError:
        return 0
    return int(made.timestamp())
