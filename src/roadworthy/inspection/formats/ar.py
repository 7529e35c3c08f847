"""ar archive: packages of Debian, and libraries for static linking.

What it looks at
The members by name and length. Those that are images or archives themselves, such as the data of a package,
are opened in their turn.

Why it matters
An update that is made of Debian packages holds its files there.

How it can be wrong
A library for static linking is recognised, and its members are not told apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.formats._archive import looks_like_image, text
from roadworthy.inspection.source import Source, Window

MAGIC = b"!<arch>\n"
HEADER: Final = Fields("16s12s6s6s8s10s2s", ByteOrder.BIG)
END_OF_HEADER = b"`\n"
MAX_MEMBERS = 100_000
DEBIAN = "debian-binary"


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    offset: int
    length: int


def _open(source: Source) -> Opened:
    members = list(_members(source))
    last = members[-1]
    parts = tuple(
        Part(name=member.name, source=window, offset=member.offset, opaque=True)
        for member in members
        if looks_like_image(window := Window(source, member.offset, member.length))
    )
    facts = {"members": str(len(members))}
    if members[0].name == DEBIAN:
        version = source.read(members[0].offset, min(members[0].length, 16))
        facts["Debian package, version"] = text(version.strip())
    end = last.offset + last.length
    return Opened(size=min(end + end % 2, source.size), facts=facts, parts=parts)


def _members(source: Source) -> Iterator[_Member]:
    at = len(MAGIC)
    for count in range(MAX_MEMBERS):
        try:
            name, _, _, _, _, length, end = HEADER.read(source, at)
        except EndOfData:
            end = b""
        if end != END_OF_HEADER or not length.strip(b" ").isdigit():
            if not count:
                raise NotThisFormat("no member stands behind the magic")
            return
        size = int(length)
        at += HEADER.size
        if at + size > source.size:
            raise Damaged(
                f"it is truncated: member {count + 1} has {size} bytes, {source.size - at} are there"
            )
        yield _Member(text(name.strip(b" ").removesuffix(b"/")), at, size)
        at += size + size % 2


FORMAT: Final = Format(title="ar", magics=(Magic(MAGIC),), open=_open)
