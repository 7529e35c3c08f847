"""Serving MUD files and their signatures: what is on the shelf, and what each question is answered.

A file is served at the path of its own MUD URL, and its signature where the file says, or beside it. So what
is asked for is looked up among these paths and never made into the name of a file.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from roadworthy.codecs.cms import MAX_BYTES as SIGNATURE_BYTES
from roadworthy.model.errors import InputError, RoadworthyError
from roadworthy.network.mud.emission import fault_of
from roadworthy.network.mud.file import MudFile
from roadworthy.network.mud.reading import read_mud
from roadworthy.network.mud.signature import last_update
from roadworthy.reports.blocks import Block, Document, Heading, Table, Text

SERVED_TYPE: Final = "roadworthy.profiles-served/v1"
MUD_JSON: Final = "application/mud+json"  # RFC 8520 §17.4
SIGNATURE_TYPE: Final = "application/pkcs7-signature"  # RFC 8520 §13.2
HOUR: Final = 3600
DEFAULT_HOURS, MOST_HOURS = 48, 168  # RFC 8520 §3.5
OK, UNCHANGED, NOT_FOUND, NOT_ALLOWED = 200, 304, 404, 405
METHODS: Final = ("GET", "HEAD")
ONE_HOST: Final = "Serve them from two folders, each by its own server."


class Page(NamedTuple):
    """What is at one path."""

    data: bytes
    media_type: str
    tag: str
    max_age: int


class Served(NamedTuple):
    """One file that is served, and its signature; an empty name for none."""

    url: str
    path: str
    name: str
    signature: str
    mud: MudFile


class Answer(NamedTuple):
    """What a question is answered."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What there is.

    Args:
        pages: By path.
        served: The files, by path.
        passed_over: Names of files that are not served, each with why.
    """

    pages: Mapping[str, Page]
    served: tuple[Served, ...]
    passed_over: tuple[tuple[str, str], ...]


def shelve(files: Mapping[str, bytes]) -> Shelf:
    """The shelf that the files of a folder make.

    Of several versions of one file the newest is served. Those that are no MUD files, or have no MUD URL that
    can be used, are passed over, and told.

    Args:
        files: By name: MUD files and signatures.

    Raises:
        InputError: Two hosts have a file at the same path.
    """
    making = _Making()
    for name in sorted(files):
        if name.endswith(".json"):
            making.take(name, files)
    return Shelf(
        pages=making.pages(),
        served=tuple(each for _, each in sorted(making.served.items())),
        passed_over=tuple(making.passed_over),
    )


def answer(shelf: Shelf, method: str, target: str, known: str) -> Answer:
    """The answer to one question (RFC 9110, RFC 9111).

    Args:
        shelf: What there is.
        method: As it stands in the request.
        target: Likewise: a path, or a whole URL.
        known: The field If-None-Match; empty for none.
    """
    if method not in METHODS:
        return _told(NOT_ALLOWED, "Only GET and HEAD.", ("Allow", ", ".join(METHODS)))
    page = shelf.pages.get(_path(target))
    if page is None:
        return _told(NOT_FOUND, "There is nothing here.", ("Cache-Control", "no-store"))
    headers = [("ETag", page.tag), ("Cache-Control", f"max-age={page.max_age}")]
    if _is_known(page.tag, known):
        return Answer(UNCHANGED, headers, b"")
    headers += [
        ("Content-Type", page.media_type),
        ("Content-Length", str(len(page.data))),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return Answer(OK, headers, page.data if method == "GET" else b"")


def served_page(shelf: Shelf, address: str) -> Document:
    """What is served, where, and what is not.

    Args:
        shelf: What there is.
        address: Where the server listens, ``https://host:port``.
    """
    rows = tuple(
        (
            each.url,
            address + each.path,
            each.name,
            each.signature or "not signed",
            each.mud.about.last_update[:10],
            "yes" if each.mud.about.is_supported else "no: its maker has ended support",
        )
        for each in shelf.served
    )
    title = f"Serving {len(rows)} profiles at {address}"
    blocks: list[Block] = [Heading(title, 1)]
    if rows:
        blocks.append(Table(("MUD URL", "here", "file", "signature", "of", "gets updates"), rows))
    else:
        blocks.append(
            Text("None, so far: files that are put into the folder are served as soon as they are there.")
        )
    if shelf.passed_over:
        blocks += [Heading("Not served"), Table(("file", "why"), shelf.passed_over)]
    return Document(
        title=title,
        blocks=tuple(blocks),
        data={
            "type": SERVED_TYPE,
            "address": address,
            "served": [
                {"mud_url": row[0], "url": row[1], "file": row[2], "signature": each.signature}
                for row, each in zip(rows, shelf.served, strict=True)
            ],
            "passed_over": [{"file": name, "why": why} for name, why in shelf.passed_over],
        },
    )


@dataclass
class _Making:
    """A shelf in the making."""

    served: dict[str, Served] = field(default_factory=dict)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    found: dict[str, bytes] = field(default_factory=dict)
    signatures: dict[str, bytes] = field(default_factory=dict)

    def take(self, name: str, files: Mapping[str, bytes]) -> None:
        data = files[name]
        try:
            mud = read_mud(data, name)
            updated = last_update(data)
        except RoadworthyError as error:
            self.passed_over.append((name, str(error)))
            return
        url = mud.about.mud_url
        if fault := fault_of(url):
            self.passed_over.append((name, f"its MUD URL cannot be used: {fault}"))
            return
        path = _path(url)
        held = self.served.get(path)
        if held is not None and held.url != url:
            what = f"{held.name} and {name} have the same path on two hosts: {held.url} and {url}"
            raise InputError(what, hint=ONE_HOST)
        if held is not None and updated <= last_update(self.found[path]):
            self.passed_over.append((name, f"{held.name} is newer, of the same URL"))
            return
        if held is not None:
            self.passed_over.append((held.name, f"{name} is newer, of the same URL"))
        signature = _signature(name, files)
        self.served[path] = Served(url, path, name, signature, mud)
        self.found[path] = data
        self.signatures[path] = files.get(signature, b"")

    def pages(self) -> dict[str, Page]:
        """Files first: no signature takes the path of a file."""
        made = {path: _page(self.found[path], MUD_JSON, each.mud) for path, each in self.served.items()}
        for path, each in self.served.items():
            if each.signature:
                page = _page(self.signatures[path], SIGNATURE_TYPE, each.mud)
                for place in _places(each.url, each.mud):
                    made.setdefault(place, page)
        return made


def _signature(name: str, files: Mapping[str, bytes]) -> str:
    """The name of the signature beside a file: with ``.p7s`` after its name, or in place of ``.json``."""
    for beside in (f"{name}.p7s", f"{name.removesuffix('.json')}.p7s"):
        if 0 < len(files.get(beside, b"")) <= SIGNATURE_BYTES:
            return beside
    return ""


def _places(url: str, mud: MudFile) -> Iterator[str]:
    """The paths at which a signature is looked for: the one that the file names, if on the same host."""
    if mud.about.mud_signature:
        named = urljoin(url, mud.about.mud_signature)
        if not fault_of(named) and urlsplit(named).netloc == urlsplit(url).netloc:
            yield _path(named)
        return
    path = urlsplit(url).path
    if path.endswith(".json"):
        yield f"{path.removesuffix('.json')}.p7s"
    yield f"{path}.p7s"


def _page(data: bytes, media_type: str, mud: MudFile) -> Page:
    """A file that its maker changes no more may be kept for as long as any (RFC 8520 §3.5, §3.6)."""
    about = mud.about
    hours = about.cache_validity or DEFAULT_HOURS
    if not about.is_supported:
        hours = MOST_HOURS
    return Page(
        data, media_type, f'"{hashlib.sha256(data).hexdigest()}"', min(max(hours, 1), MOST_HOURS) * HOUR
    )


def _path(target: str) -> str:
    """Path and query of a target, as they stand."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_known(tag: str, known: str) -> bool:
    """Whether a tag is among those of If-None-Match (RFC 9110 §13.1.2, weak comparison)."""
    said = [each.strip().removeprefix("W/") for each in known.split(",")]
    return tag in said or said == ["*"]


def _told(status: int, text: str, *headers: tuple[str, str]) -> Answer:
    body = f"{text}\n".encode()
    given = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), *headers]
    return Answer(status, given, body)
