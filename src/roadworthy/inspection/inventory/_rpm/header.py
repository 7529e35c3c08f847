"""A package's header as the database holds it: an index of tags, then values (rpm, docs/manual/format.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields

START: Final = Fields("II", ByteOrder.BIG)  # entries of the index, bytes of values
ENTRY: Final = Fields("IIiI", ByteOrder.BIG)  # tag, type, offset, count
MAX_ENTRIES: Final = 4096
MAX_FILES: Final = 200_000
MAX_TEXT: Final = 4096
INT32, STRING, STRING_ARRAY, I18N_STRING = 4, 6, 8, 9
NAME, VERSION, RELEASE, EPOCH, VENDOR, LICENCE = 1000, 1001, 1002, 1003, 1011, 1014
ARCH, SOURCE_RPM, OLD_FILE_NAMES, DIR_INDEXES, BASE_NAMES, DIR_NAMES = 1022, 1044, 1027, 1116, 1117, 1118


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is wanted of one installed package. Untrusted text.

    Args:
        name: Its name.
        version: Upstream's version.
        release: The packager's release.
        epoch: The packager's epoch; empty without one.
        vendor: Who built it.
        licence: Its licence.
        arch: The processor it was built for.
        source: Name of the source package's file.
        files: Absolute paths.
    """

    name: str
    version: str
    release: str
    epoch: str
    vendor: str
    licence: str
    arch: str
    source: str
    files: tuple[str, ...]


def parse_header(blob: bytes) -> Header | None:
    """The header that a blob holds; None where it is none, or names no package."""
    try:
        count, size = START.unpack(blob, 0)
    except EndOfData:
        return None
    values_at = START.size + count * ENTRY.size
    if not 0 < count <= MAX_ENTRIES or values_at > len(blob):
        return None
    values = blob[values_at : values_at + size]
    index: dict[int, tuple[int, int, int]] = {}
    for number in range(count):
        tag, kind, offset, many = ENTRY.unpack(blob, START.size + number * ENTRY.size)
        if 0 <= offset < len(values):
            index.setdefault(tag, (kind, offset, many))
    name, version = _text(values, index, NAME), _text(values, index, VERSION)
    if not name or not version:
        return None
    return Header(
        name=name,
        version=version,
        release=_text(values, index, RELEASE),
        epoch=next((str(number) for number in _numbers(values, index, EPOCH, 1)), ""),
        vendor=_text(values, index, VENDOR),
        licence=_text(values, index, LICENCE),
        arch=_text(values, index, ARCH),
        source=_text(values, index, SOURCE_RPM),
        files=tuple(_files(values, index)),
    )


def _files(values: bytes, index: dict[int, tuple[int, int, int]]) -> Iterator[str]:
    """Paths, from directories and names, or whole as before rpm 4."""
    yield from _texts(values, index, OLD_FILE_NAMES)
    folders = list(_texts(values, index, DIR_NAMES))
    places = _numbers(values, index, DIR_INDEXES, MAX_FILES)
    for place, name in zip(places, _texts(values, index, BASE_NAMES), strict=False):
        if place < len(folders):
            yield folders[place] + name


def _text(values: bytes, index: dict[int, tuple[int, int, int]], tag: int) -> str:
    return next(_texts(values, index, tag), "")


def _texts(values: bytes, index: dict[int, tuple[int, int, int]], tag: int) -> Iterator[str]:
    kind, at, count = index.get(tag, (0, 0, 0))
    if kind not in (STRING, STRING_ARRAY, I18N_STRING):
        return
    for _ in range(min(count, MAX_FILES)):
        end = values.find(b"\0", at)
        if end < 0:
            return
        yield values[at : min(end, at + MAX_TEXT)].decode("utf-8", "backslashreplace")
        at = end + 1


def _numbers(values: bytes, index: dict[int, tuple[int, int, int]], tag: int, most: int) -> Iterator[int]:
    kind, at, count = index.get(tag, (0, 0, 0))
    if kind == INT32:
        for number in range(min(count, most, (len(values) - at) // 4)):
            yield int.from_bytes(values[at + 4 * number : at + 4 * number + 4], "big")
