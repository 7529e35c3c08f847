"""Files of feeds: from a file, a folder or an archive, unpacked in memory; nothing is written to disk."""

import bz2
import gzip
import hashlib
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from roadworthy.model.errors import InputError, SourceError

_Stream = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
MAX_BYTES: Final = 2 * 1024**3
MAX_MEMBERS: Final = 500_000
MAX_DIGEST: Final = 1024
HALF: Final = "It may be half a download: fetch it again."
_PACKED: Final[tuple[tuple[bytes, Callable[[IO[bytes]], _Stream]], ...]] = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=stream)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
_SUFFIXES: Final = (".gz", ".bz2", ".xz")
_DATA: Final = frozenset(
    (".json", ".jsonl", ".csv", ".txt", ".yaml", ".yml", ".pm", ".gz", ".bz2", ".xz", ".zip", ".tgz")
)
_TAR_MAGIC: Final = slice(257, 262)
FAULTS: Final = (EOFError, OSError, lzma.LZMAError, zlib.error, tarfile.TarError, zipfile.BadZipFile)


def files_in(path: str) -> Iterator[str]:
    """A file itself; of a folder every file in it and below that looks like data, by name.

    Raises:
        InputError: There is nothing.
    """
    place = Path(path)
    if place.is_dir():
        found = sorted(str(each) for each in place.rglob("*") if each.suffix in _DATA and each.is_file())
        if not found:
            raise InputError(f"{path} has no files of feeds", hint="Give a folder with feeds, or one file.")
        yield from found
    elif place.is_file():
        yield path
    else:
        raise InputError(f"{path} does not exist", hint="Give a file or folder with feeds.")


def contents(path: str) -> Iterator[tuple[str, bytes]]:
    """What a file holds, unpacked: itself, or each member of an archive, with its name.

    Raises:
        InputError: It is damaged, is not what the digest beside it says (``FILE.sha256``, ``FILE.sha512``:
            CSAF 2.0 §7.1.18), or unpacks to too much.
        SourceError: It cannot be read.
    """
    try:
        _hold_to_digest(path)
        with Path(path).open("rb") as stream:
            yield from _unpacked(_bare(Path(path).name), stream)
    except PermissionError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}", hint="Check its permissions."
        ) from error
    except FAULTS as error:
        raise InputError(f"{path} is damaged: {error}", hint=HALF) from error


def _hold_to_digest(path: str) -> None:
    for algorithm in ("sha256", "sha512"):
        told = Path(f"{path}.{algorithm}")
        if not told.is_file():
            continue
        with Path(path).open("rb") as stream, told.open("rb") as beside:
            seen = hashlib.file_digest(stream, algorithm).hexdigest()
            wanted = beside.read(MAX_DIGEST).split()[:1]
        if wanted != [seen.encode()]:
            raise InputError(f"{path} is not what {told.name} beside it says", hint=HALF)


def _unpacked(name: str, stream: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    head = stream.read(512)
    stream.seek(0)
    for magic, opener in _PACKED:
        if head.startswith(magic):
            with opener(stream) as unpacked:
                yield from _members(name, _read(name, unpacked))
            return
    yield from _members(name, _read(name, stream))


def _members(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist()[:MAX_MEMBERS]:
                if not info.is_dir():
                    with archive.open(info) as member:
                        yield info.filename, _read(info.filename, member)
    elif data[_TAR_MAGIC] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for number, entry in enumerate(archive):
                packed = archive.extractfile(entry) if entry.isfile() else None
                if packed is not None and number < MAX_MEMBERS:
                    yield entry.name, _read(entry.name, packed)
    else:
        yield name, data


def _read(name: str, stream: IO[bytes] | _Stream) -> bytes:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"{name} unpacks to more than {MAX_BYTES} bytes", hint="That is no feed.")
    return data


def _bare(name: str) -> str:
    return next((name.removesuffix(each) for each in _SUFFIXES if name.endswith(each)), name)


def dated(path: str) -> datetime:
    """When a file was last changed: what stands in where it does not say when it was made."""
    return datetime.fromtimestamp(Path(path).stat().st_mtime, tz=UTC).replace(microsecond=0)
