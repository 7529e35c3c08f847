"""tar archive: update files, packages, and root file systems of containers.

What it looks at
The headers of POSIX.1-1988 (ustar), of GNU tar and of pax with long names and large numbers: owners, modes,
times, device numbers, links. Files that are images themselves are opened in their turn: the parts of an
update file, the data of a package.

Why it matters
Many devices take their updates as a tar archive of kernel and root file system.

How it can be wrong
Archives older than ustar have no magic and are not recognised. Files with holes of GNU tar are named and not
read. Owners are the numbers; names of owners are passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly
from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._archive import Entry, linked, normal, open_archive
from roadworthy.inspection.formats._archive import text as as_text
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.inspection.source import Source

BLOCK = 512
RECORD = 20 * BLOCK
MAGIC = Magic(b"ustar", 257)
HEADER: Final = Fields("100s8s8s8s12s12s8sc100s6s2s32s32s8s8s155s12x", ByteOrder.BIG)
SUM_AT = slice(148, 156)
MAX_EXTENSION = 64 * 1024
MAX_ENTRIES = 200_000
MAX_NUMBER = 2**62
BINARY = 0x80
LONG_NAME, LONG_TARGET, PAX, PAX_FOR_ALL = b"L", b"K", b"x", b"g"
HARD_LINK, HOLES = b"1", b"S"
WITH_CONTENT = (b"0", b"\0", b"7", HOLES)
PAX_NUMBERS: Final = ("size", "uid", "gid", "mtime")
KINDS: Final = {
    b"0": NodeKind.FILE,
    b"\0": NodeKind.FILE,
    b"7": NodeKind.FILE,
    HARD_LINK: NodeKind.FILE,
    b"2": NodeKind.SYMLINK,
    b"3": NodeKind.CHARACTER,
    b"4": NodeKind.BLOCK,
    b"5": NodeKind.DIRECTORY,
    b"6": NodeKind.FIFO,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    name: bytes
    target: bytes
    kind: bytes
    mode: int
    numbers: Mapping[str, int]
    device: tuple[int, int]


@dataclass(slots=True)
class _Read:
    source: Source
    entries: dict[str, Entry] = field(default_factory=dict)
    end: int = 0
    damage: str = ""
    skipped: int = 0
    said: dict[bytes, bytes] = field(default_factory=dict)  # what extensions say of the next entry

    def all(self) -> None:
        """Read the entries up to the end mark, or to where the archive breaks off."""
        try:
            for _ in range(MAX_ENTRIES):
                raw = self.source.read(self.end, BLOCK)
                if not raw.strip(b"\0"):
                    return
                self._one(_header(raw))
        except (EndOfData, NotThisFormat) as error:
            self.damage = f"the archive breaks off at {self.end:#x}: {error}"
        else:
            self.damage = f"the archive has more than {MAX_ENTRIES} headers; no more were read"

    def _one(self, header: _Header) -> None:
        content = self.end + BLOCK
        extension = header.kind in (LONG_NAME, LONG_TARGET, PAX, PAX_FOR_ALL)
        if not extension:
            header = _extended(header, self.said)
        size = header.numbers["size"] if extension or header.kind in WITH_CONTENT else 0
        read_exactly(self.source, content + size - 1, 1)  # all of it is there
        if extension:
            self._extension(header.kind, self.source.read(content, min(size, MAX_EXTENSION)))
        else:
            self.said = {}
            self._entry(header, content, size)
        self.end = content + size + -size % BLOCK

    def _extension(self, kind: bytes, data: bytes) -> None:
        if kind == LONG_NAME:
            self.said[b"path"] = data.rstrip(b"\0")
        elif kind == LONG_TARGET:
            self.said[b"linkpath"] = data.rstrip(b"\0")
        elif kind == PAX:
            self.said |= _pax(data)

    def _entry(self, header: _Header, content: int, size: int) -> None:
        path, kind = normal(header.name), KINDS.get(header.kind)
        if kind is None:
            self.skipped += 1
            return
        if header.kind == HARD_LINK:
            first = self.entries.get(normal(header.target))
            if first is not None:
                self.entries[path] = linked(first, path)
            return
        node = Node(
            path=path,
            kind=kind,
            mode=header.mode & 0o7777,
            uid=header.numbers["uid"],
            gid=header.numbers["gid"],
            mtime=header.numbers["mtime"],
            size=size,
            target=as_text(header.target) if kind is NodeKind.SYMLINK else "",
            device=header.device if kind in (NodeKind.CHARACTER, NodeKind.BLOCK) else None,
            inode=content,
            order=content,
        )
        self.entries[path] = Entry(node, content)


def _open(source: Source) -> Opened:
    read = _Read(source)
    read.all()
    if not read.entries:
        raise NotThisFormat(read.damage or "the archive is empty")
    facts = {"entries": str(len(read.entries))}
    if read.skipped:
        facts["not read"] = f"{read.skipped} entries of kinds that are not known"
    size = read.end + _end_mark(source, read.end)
    return open_archive(source, size, read.entries.values(), damage=read.damage, facts=facts)


def _header(raw: bytes) -> _Header:
    name, mode, uid, gid, size, mtime, total, kind, target, magic, _, _, _, major, minor, prefix = (
        HEADER.unpack(raw)
    )
    blank = raw[: SUM_AT.start] + b" " * 8 + raw[SUM_AT.stop :]
    if _number(total) != sum(blank):
        raise NotThisFormat("the sum of the header does not hold")
    name, prefix = _field(name), _field(prefix)
    if prefix and magic == b"ustar\0":  # GNU tar keeps other things there
        name = prefix + b"/" + name
    numbers = {"size": _number(size), "uid": _number(uid), "gid": _number(gid), "mtime": _number(mtime)}
    if not all(0 <= number < MAX_NUMBER for number in numbers.values()):
        raise NotThisFormat("a number in the header is out of bounds")
    device = (_number(major), _number(minor))
    target = _field(target)
    return _Header(name=name, target=target, kind=kind, mode=_number(mode), numbers=numbers, device=device)


def _field(raw: bytes) -> bytes:
    return raw.partition(b"\0")[0]


def _number(raw: bytes) -> int:
    """Octal digits; or, where the first bit is set, a binary number as GNU tar writes large ones."""
    if raw[0] & BINARY:
        return int.from_bytes(raw[1:], "big") if raw[0] == BINARY else -1
    digits = raw.strip(b" \0")
    if digits.strip(b"01234567"):
        raise NotThisFormat("a number in the header is none")
    return int(digits or b"0", 8)


def _pax(data: bytes) -> dict[bytes, bytes]:
    """The records of an extended header, each with length, key and value: POSIX.1-2001, pax."""
    said, at = {}, 0
    while at < len(data):
        length, space, _ = data[at : at + 20].partition(b" ")
        if not space or not length.isdigit() or int(length) <= len(length) + 1:
            break
        key, _, value = data[at + len(length) + 1 : at + int(length) - 1].partition(b"=")
        said[key] = value
        at += int(length)
    return said


def _extended(header: _Header, said: Mapping[bytes, bytes]) -> _Header:
    """A header with what the extensions before it say."""
    if not said:
        return header
    numbers = dict(header.numbers)
    for name in PAX_NUMBERS:
        whole = said.get(name.encode(), b"").partition(b".")[0]
        if whole.isdigit() and len(whole) < len(str(MAX_NUMBER)):
            numbers[name] = int(whole)
    return replace(
        header,
        name=said.get(b"path", header.name),
        target=said.get(b"linkpath", header.target),
        numbers=numbers,
    )


def _end_mark(source: Source, at: int) -> int:
    """The zeros that fill the last record."""
    for length in (-at % RECORD, 2 * BLOCK, BLOCK):
        rest = source.read(at, length)
        if len(rest) == length and not rest.strip(b"\0"):
            return length
    return 0


FORMAT: Final = Format(title="tar", magics=(MAGIC,), open=_open)
