"""cpio archive: the ramdisk of Linux kernels, and the content of RPM packages.

What it looks at
The entries in the new ASCII form, with or without checksums, and in the portable form of POSIX.1-1988: names,
owners, modes, times, device numbers, links. Files that are images themselves are opened in their turn.

Why it matters
The whole root file system of a device may be a ramdisk inside its kernel.

How it can be wrong
The binary forms of old are not read. A ramdisk without any file, which every kernel holds, is not counted as
a file system. Sums of the form with checksums are not verified.
"""

import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from roadworthy.codecs.binary import EndOfData, read_exactly
from roadworthy.inspection.format import Format, Magic, NotThisFormat, Opened
from roadworthy.inspection.formats._archive import Entry, linked, node_of, normal, open_archive
from roadworthy.inspection.formats._archive import text as as_text
from roadworthy.inspection.source import Source

NEW, CHECKED, PORTABLE = b"070701", b"070702", b"070707"
NEW_HEADER, PORTABLE_HEADER = 110, 76
MAX_NAME = 4096
MAX_LINK = 4096
MAX_ENTRIES = 200_000
TRAILER = b"TRAILER!!!"
BLOCK = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    inode: tuple[int, ...]
    mode: int
    uid: int
    gid: int
    links: int
    mtime: int
    device: tuple[int, int]
    name: int
    size: int
    length: int
    alignment: int


def _new(raw: bytes) -> _Header:
    ino, mode, uid, gid, links, mtime, size, major, minor, rmajor, rminor, name, _ = (
        _number(raw[at : at + 8], 16) for at in range(6, NEW_HEADER, 8)
    )
    return _Header(
        inode=(ino, major, minor), mode=mode, uid=uid, gid=gid, links=links, mtime=mtime,
        device=(rmajor, rminor), name=name, size=size, length=NEW_HEADER, alignment=4,
    )  # fmt: skip


def _portable(raw: bytes) -> _Header:
    device, ino, mode, uid, gid, links, rdev = (_number(raw[at : at + 6], 8) for at in range(6, 48, 6))
    mtime, name, size = _number(raw[48:59], 8), _number(raw[59:65], 8), _number(raw[65:76], 8)
    return _Header(
        inode=(ino, device), mode=mode, uid=uid, gid=gid, links=links, mtime=mtime,
        device=(rdev >> 8, rdev & 0xFF), name=name, size=size, length=PORTABLE_HEADER, alignment=1,
    )  # fmt: skip


FORMS: Final[dict[bytes, tuple[int, Callable[[bytes], _Header]]]] = {
    NEW: (NEW_HEADER, _new),
    CHECKED: (NEW_HEADER, _new),
    PORTABLE: (PORTABLE_HEADER, _portable),
}


def _number(digits: bytes, base: int) -> int:
    if not digits.isalnum():  # int() takes signs, spaces and underscores
        raise NotThisFormat("a number in the header is none")
    try:
        return int(digits, base)
    except ValueError as error:
        raise NotThisFormat("a number in the header is none") from error


def _open(source: Source) -> Opened:
    read = _read(source)
    if not read.entries:
        raise NotThisFormat(read.damage or "the archive is empty")
    form = "portable" if source.read(0, len(PORTABLE)) == PORTABLE else "new"
    facts = {"form": form, "entries": str(len(read.entries))}
    size = read.end + _padding(source, read.end)
    return open_archive(source, size, _with_links(read.entries), damage=read.damage, facts=facts)


@dataclass(slots=True)
class _Read:
    entries: list[Entry]
    end: int = 0
    damage: str = ""


def _read(source: Source) -> _Read:
    """All entries up to the trailer, or to where the archive breaks off."""
    read = _Read([])
    numbers: dict[tuple[int, ...], int] = {}
    try:
        while len(read.entries) < MAX_ENTRIES:
            at = read.end
            header, name = _read_header(source, at)
            content = _aligned(at + header.length + header.name, header)
            end = _aligned(content + header.size, header)
            if name == TRAILER:
                read.end = end
                return read
            read_exactly(source, content + header.size - 1, 1)  # all of it is there
            number = numbers.setdefault(header.inode, at + 1) if header.links > 1 else at + 1
            read.entries.append(_entry(source, header, name, number, content))
            read.end = end
    except (EndOfData, NotThisFormat) as error:
        read.damage = f"the archive breaks off at {read.end:#x}: {error}"
    else:
        read.damage = f"the archive has more than {MAX_ENTRIES} entries; no more were read"
    return read


def _read_header(source: Source, at: int) -> tuple[_Header, bytes]:
    form = FORMS.get(source.read(at, 6))
    if form is None:
        raise NotThisFormat("no header stands there")
    length, read = form
    header = read(read_exactly(source, at, length))
    if not 1 < header.name <= MAX_NAME:
        raise NotThisFormat(f"a name of {header.name} bytes is not likely")
    name = read_exactly(source, at + length, header.name)
    if name.find(b"\0") != len(name) - 1:
        raise NotThisFormat("a name does not end where it should")
    return header, name[:-1]


def _entry(source: Source, header: _Header, name: bytes, number: int, content: int) -> Entry:
    node = node_of(normal(name), header.mode)
    if node is None:
        raise NotThisFormat(f"mode {header.mode:o} is none")
    special = stat.S_ISCHR(header.mode) or stat.S_ISBLK(header.mode)
    link = stat.S_ISLNK(header.mode)
    node = replace(
        node,
        uid=header.uid,
        gid=header.gid,
        mtime=header.mtime,
        size=header.size if stat.S_ISREG(header.mode) else 0,
        target=as_text(source.read(content, min(header.size, MAX_LINK))) if link else "",
        device=header.device if special else None,
        inode=number,
        order=content,
    )
    return Entry(node, content)


def _with_links(entries: list[Entry]) -> list[Entry]:
    """Of several links to one file, the last entry has the content: the others get it from there."""
    full = {entry.node.inode: entry for entry in entries if entry.node.size}
    return [
        linked(full[entry.node.inode], entry.node.path) if entry.node.inode in full else entry
        for entry in entries
    ]


def _aligned(at: int, header: _Header) -> int:
    return at + -at % header.alignment


def _padding(source: Source, at: int) -> int:
    rest = source.read(at, -at % BLOCK)
    return 0 if rest.strip(b"\0") else len(rest)


FORMAT: Final = Format(title="cpio", magics=tuple(map(Magic, FORMS)), open=_open)
