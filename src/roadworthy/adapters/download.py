"""Downloads: over TLS, resumed where they were cut off, whole or not there.

A file that is being fetched is called ``NAME.part``. When it is cut off, it stays, and the next try asks for
the rest of it (RFC 9110 §14.2); if the server's file has changed meanwhile (its validator is another), it
begins anew. It gets its name when it is complete.
"""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

from roadworthy.model.errors import InputError, SourceError

TIMEOUT: Final = 60.0
CHUNK: Final = 1024 * 1024
MAX_BYTES: Final = 4 * 1024**3
TRIES: Final = 4
AGAIN: Final = "Run the command again: it goes on where it stopped."
OFFLINE: Final = "Without a network, fetch the files elsewhere and give their folder with --from."
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_PARTIAL, _NOT_SATISFIABLE = 206, 416
Told = Callable[[str, int, int], None]


def fetch(address: str, folder: Path, told: Told) -> Path:
    """Fetch a file into a folder, or as much of it as is missing.

    Args:
        address: Where it is; ``https``, or ``http`` on this machine only.
        folder: Where it goes.
        told: Is told its name, how many bytes are there, and how many there will be (0 where nobody knows).

    Returns:
        The file.

    Raises:
        InputError: The address cannot be used.
        SourceError: It could not be fetched.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise InputError(f"{address} is no https address", hint="Give an https address, a file or a folder.")
    name = parts.path.rpartition("/")[2] or "feed"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part, mark = folder / f"{name}.part", folder / f"{name}.part.validator"
    for tries_left in reversed(range(TRIES)):
        try:
            if _go_on(address, part, mark, told):
                break
        except urllib.error.HTTPError as error:
            error.close()
            what = f"{address}: the server says {error.code} {error.reason}"
            raise SourceError(what, hint=OFFLINE) from error
        except (OSError, http.client.HTTPException) as error:
            if not tries_left:
                what = f"{address} could not be fetched: {getattr(error, 'reason', error)}"
                raise SourceError(what, hint=f"{AGAIN} {OFFLINE}") from error
    else:
        raise SourceError(f"{address} was cut off {TRIES} times", hint=AGAIN)
    whole = folder / name
    part.replace(whole)
    mark.unlink(missing_ok=True)
    return whole


def _go_on(address: str, part: Path, mark: Path, told: Told) -> bool:
    """Fetch the rest; whether it is whole now."""
    have = part.stat().st_size if part.exists() else 0
    validator = mark.read_text("ascii", "replace") if mark.exists() else ""
    if not validator:
        have = 0
    request = urllib.request.Request(address, headers={"User-Agent": "roadworthy"})  # noqa: S310 -- scheme was checked
    if have:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", validator)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 -- as above
            resumed = answer.status == _PARTIAL
            start = have if resumed else 0
            mark.write_text(_validator(answer.headers), "ascii", "replace")
            size = int(answer.headers.get("Content-Length") or 0)
            with part.open("ab" if resumed else "wb") as file:
                for done in _copied(answer, file, start):
                    told(part.name, done, start + size if size else 0)
            return not size or part.stat().st_size == start + size
    except urllib.error.HTTPError as error:
        if error.code != _NOT_SATISFIABLE:
            raise
        error.close()
        part.unlink(missing_ok=True)  # what we have is longer than what is there
        return False


def _copied(answer: IO[bytes], file: IO[bytes], done: int) -> Iterator[int]:
    """Copy what comes; how many bytes are there after each piece."""
    while chunk := answer.read(CHUNK):
        file.write(chunk)
        done += len(chunk)
        if done > MAX_BYTES:
            raise SourceError(f"it is larger than {MAX_BYTES} bytes", hint="That is no feed.")
        yield done


def _validator(headers: Mapping[str, str]) -> str:
    """What tells two versions of a file apart (RFC 9110 §13.1.5): a strong ETag, or the date of change."""
    tag = headers.get("ETag") or ""
    return tag if tag and not tag.startswith("W/") else headers.get("Last-Modified") or ""
