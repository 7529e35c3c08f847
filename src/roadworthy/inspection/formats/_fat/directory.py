"""Directory entries with their short and long names (ECMA-107 § 11; FAT specification §§ 6, 7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields

ENTRY: Final = Fields("8s3sBBB4H2HHI", ByteOrder.LITTLE)
LONG: Final = Fields("B10sBBB12sH4s", ByteOrder.LITTLE)
READ_ONLY, LABEL, DIRECTORY, LONG_NAME = 0x01, 0x08, 0x10, 0x0F
ATTRIBUTES: Final = 0x3F
END, DELETED, REPLACED = 0x00, 0xE5, 0x05
LAST_PIECE, MAX_PIECES = 0x40, 20
LOWER_NAME, LOWER_SUFFIX = 0x08, 0x10  # as Windows NT and Linux write names that are all lower case


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry.

    Args:
        name: Its name, the long one if there is one; UTF-8, where the name is text at all.
        at: Where it stands in its directory.
        attributes: What it is, and what may be done to it.
        cluster: First cluster of its content; 0 without content.
        size: Bytes of content; 0 for directories.
        mtime: Seconds since 1970, taken as UTC although the maker's local time is meant.
    """

    name: bytes
    at: int
    attributes: int
    cluster: int
    size: int
    mtime: int


def entries(listing: bytes) -> Iterator[Entry]:
    """The entries of a directory, the volume's label among them, up to its end mark."""
    pieces: dict[int, bytes] = {}
    checksum = -1
    for at in range(0, len(listing) - ENTRY.size + 1, ENTRY.size):
        raw = listing[at : at + ENTRY.size]
        if raw[0] == END:
            return
        if raw[0] == DELETED:
            pieces = {}
        elif raw[11] & ATTRIBUTES == LONG_NAME:
            pieces, checksum = _gathered(raw, pieces, checksum)
        else:
            yield _entry(raw, at, _long_name(pieces) if checksum == _checksum(raw[:11]) else b"")
            pieces = {}


def _gathered(raw: bytes, pieces: dict[int, bytes], checksum: int) -> tuple[dict[int, bytes], int]:
    """The pieces of a long name so far; they stand in falling order, and all repeat one checksum."""
    number, first, _attributes, _type, says, second, _cluster, third = LONG.unpack(raw)
    if number & LAST_PIECE:
        pieces = {}
    elif says != checksum:
        return {}, says
    index = number & ~LAST_PIECE
    return ({**pieces, index: first + second + third} if 0 < index <= MAX_PIECES else {}), says


def _long_name(pieces: dict[int, bytes]) -> bytes:
    if sorted(pieces) != list(range(1, len(pieces) + 1)):
        return b""
    name = b"".join(pieces[index] for index in sorted(pieces)).decode("utf-16-le", "surrogatepass")
    return name.partition("\0")[0].encode("utf-8", "surrogatepass")


def _checksum(name: bytes) -> int:
    total = 0
    for byte in name:
        total = ((total & 1) << 7 | total >> 1) + byte & 0xFF
    return total


def _entry(raw: bytes, at: int, long_name: bytes) -> Entry:
    (
        name, suffix, attributes, case, _tenths, _created, _day, _accessed, cluster_high,
        time, date, cluster_low, size,
    ) = ENTRY.unpack(raw)  # fmt: skip
    label = attributes & LABEL
    return Entry(
        name=(name + suffix).rstrip() if label else long_name or _short_name(name, suffix, case),
        at=at,
        attributes=attributes,
        cluster=cluster_high << 16 | cluster_low,
        size=size,
        mtime=_moment(date, time),
    )


def _short_name(name: bytes, suffix: bytes, case: int) -> bytes:
    if name[0] == REPLACED:
        name = bytes([DELETED]) + name[1:]
    stem, end = name.rstrip(b" ").decode("cp437"), suffix.rstrip(b" ").decode("cp437")
    stem = stem.lower() if case & LOWER_NAME else stem
    end = end.lower() if case & LOWER_SUFFIX else end
    return (f"{stem}.{end}" if end else stem).encode()


def _moment(date: int, time: int) -> int:
    try:
        moment = datetime(
            1980 + (date >> 9),
            date >> 5 & 15,
            date & 31,
            time >> 11,
            time >> 5 & 63,
            (time & 31) * 2,
            tzinfo=UTC,
        )
    except ValueError:  # there is no such day or time, or none was written
        return 0
    return int(moment.timestamp())
