"""Files that write bytes to addresses: what would stand in the memory of the device afterwards."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from roadworthy.inspection.format import NotThisFormat, Opened, Part
from roadworthy.inspection.source import BytesSource, Source

MAX_TEXT: Final = 64 * 1024 * 1024
MAX_SEGMENTS: Final = 256
MIN_BYTES: Final = 64
CHUNK: Final = 1024 * 1024
MAX_LINE: Final = 600
FIRST: Final = 1024  # a first look, for most candidates are chance

Record = tuple[int, bytes]


def opened(size: int, records: Iterable[Record], facts: Mapping[str, str]) -> Opened:
    """What such a file is: a container of the stretches of memory that it fills.

    Raises:
        NotThisFormat: It hardly fills any.
    """
    segments = _segments(records)
    if sum(len(data) for _, data in segments) < MIN_BYTES:
        raise NotThisFormat("it fills hardly any memory")
    parts = tuple(
        Part(name=f"segment-{address:08x}", source=BytesSource(bytes(data)), offset=None, opaque=True)
        for address, data in segments
    )
    return Opened(size=size, facts=facts, parts=parts)


def _segments(records: Iterable[Record]) -> list[tuple[int, bytearray]]:
    segments: list[tuple[int, bytearray]] = []
    for address, data in records:
        if segments and segments[-1][0] + len(segments[-1][1]) == address:
            segments[-1][1].extend(data)
        elif len(segments) < MAX_SEGMENTS:
            segments.append((address, bytearray(data)))
        else:
            raise NotThisFormat(f"it fills more than {MAX_SEGMENTS} stretches of memory")
    return segments


def lines(source: Source) -> Iterator[tuple[bytes, int]]:
    """The lines of a text, each with where it ends."""
    at, rest = 0, b""
    while at < min(source.size, MAX_TEXT):
        chunk = source.read(at, CHUNK if at else FIRST)
        start = at - len(rest)
        pieces = (rest + chunk).splitlines(keepends=True)
        at += len(chunk)
        rest = pieces.pop() if at < source.size and pieces else b""
        for piece in pieces:
            start += len(piece)
            yield piece.strip(b"\r\n"), start
        if len(rest) > MAX_LINE:
            return


def checked(digits: bytes) -> bytes | None:
    """The bytes that a row of hexadecimal digits stands for; None if it is none."""
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None
