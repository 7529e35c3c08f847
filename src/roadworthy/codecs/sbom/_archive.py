"""Archives of documents: tar (POSIX.1-2017, pax, ustar), plain or packed with Zstandard (RFC 8878).

Only what is wanted is kept in memory; the rest is passed over while it is unpacked.
"""

import io
from collections.abc import Callable, Iterator
from typing import IO, Final

import zstandard

from roadworthy.codecs.sbom.bill import MAX_PATH, Mistake

ZSTD: Final = b"\x28\xb5\x2f\xfd"
MAX_UNPACKED: Final = 4 * 1024**3
MAX_MEMBER: Final = 64 * 1024**2
MAX_KEPT: Final = 256 * 1024**2
MAX_WINDOW: Final = 128 * 1024**2
_BLOCK: Final = 512
_PIECE: Final = 1024**2
_MAX_NAME: Final = 64 * 1024
_CUT_OFF: Final = "It may have been cut off on the way; get it again."
_TOO_LARGE: Final = "Write it without sources (SPDX_INCLUDE_SOURCES = 0) and give that."


def is_archive(data: bytes) -> bool:
    """Whether it is an archive, packed or not."""
    return data.startswith(ZSTD) or data[257:262] == b"ustar"


def members(data: bytes, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each wanted file. Raises `Mistake` where the archive is broken or too large."""
    try:
        with _opened(data) as stream:
            yield from _members(_Stream(stream), wanted)
    except zstandard.ZstdError as error:
        raise Mistake("", f"the archive cannot be unpacked: {error}", _CUT_OFF) from error


def _opened(data: bytes) -> IO[bytes]:
    if data.startswith(ZSTD):
        unpacker = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        return unpacker.stream_reader(data, read_across_frames=True)
    return io.BytesIO(data)


class _Stream:
    """What has been unpacked so far, counted."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = MAX_UNPACKED

    def take(self, size: int) -> bytes:
        """So many bytes."""
        pieces = list(self._pieces(size))
        return b"".join(pieces)

    def skip(self, size: int) -> None:
        """Pass over so many bytes."""
        for _ in self._pieces(size):
            pass

    def _pieces(self, size: int) -> Iterator[bytes]:
        self._left -= size
        if self._left < 0:
            raise Mistake("", f"it unpacks to more than {MAX_UNPACKED} bytes", _TOO_LARGE)
        while size:
            piece = self._stream.read(min(size, _PIECE))
            if not piece:
                raise Mistake("", "the archive ends in the middle of a file", _CUT_OFF)
            size -= len(piece)
            yield piece


def _members(stream: _Stream, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    longer, kept = "", 0
    while any(header := stream.take(_BLOCK)):
        size, kind = _number(header[124:136]), header[156:157]
        padding = -size % _BLOCK
        if kind in (b"x", b"L"):
            if size > _MAX_NAME:
                raise Mistake("", "a name in the archive is too long", _CUT_OFF)
            longer = _longer(kind, stream.take(size)) or longer
            stream.skip(padding)
            continue
        name, longer = longer or _name(header), ""
        if kind in (b"0", b"\0") and wanted(name):
            kept += size
            if size > MAX_MEMBER or kept > MAX_KEPT:
                raise Mistake(name, "the documents are too large", _TOO_LARGE)
            yield name, stream.take(size)
            stream.skip(padding)
        else:
            stream.skip(size + padding)


def _name(header: bytes) -> str:
    prefix = _text(header[345:500]) if header[257:262] == b"ustar" else ""
    name = _text(header[:100])
    return (f"{prefix}/{name}" if prefix else name).removeprefix("./")


def _longer(kind: bytes, content: bytes) -> str:
    """A name that did not fit: of GNU, or the record ``path`` of pax (``29 path=…``, a line each)."""
    if kind == b"L":
        return _text(content)[:MAX_PATH]
    for record in content.split(b"\n"):
        key, _, value = record.partition(b" ")[2].partition(b"=")
        if key == b"path":
            return value.decode("utf-8", "backslashreplace")[:MAX_PATH]
    return ""


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "backslashreplace")


def _number(field: bytes) -> int:
    """A size: octal digits, or GNU's binary form."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if not digits or digits.strip(b"01234567"):
        raise Mistake("", "the archive is damaged: a size is no number", _CUT_OFF)
    return int(digits, 8)
