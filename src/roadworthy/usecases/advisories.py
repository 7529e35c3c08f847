"""Advisories: import feeds into the store, list what is there, show what is said of one flaw."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from roadworthy.catalogue import Catalogue
from roadworthy.model.advisory import Advisory, Feed
from roadworthy.model.errors import InputError, RoadworthyError, SourceError
from roadworthy.model.problem import Problem
from roadworthy.usecases.inspect import Progress
from roadworthy.vulnerability.findings import FIRST_YEAR
from roadworthy.vulnerability.source import STAGE, AdvisorySource, Row, problem

HEAD: Final = 4096
ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
DIGEST: Final = re.compile(rb"sha256:([0-9A-Fa-f]{64})")
FETCH_ANEW: Final = "Run the command again; if it stays so, do not use the file."
KNOWN_SOURCES: Final = "`roadworthy advisories list` says which sources can be read."
MORE: Final = (
    "`roadworthy advisories list` says what is at hand; `roadworthy advisories update` fetches more."
)


class Imported(Protocol):
    """What came of importing one feed."""

    @property
    def feed(self) -> Feed:
        """The feed as it is now."""
        ...

    @property
    def taken(self) -> int:
        """How many records were new or newer."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be understood."""
        ...


class Store(Protocol):
    """Where advisories are kept."""

    def import_feed(
        self, source: str, title: str, rows: Iterable[Row], now: datetime, digest: Callable[[], str]
    ) -> Imported:
        """Take in what one feed says: all of it, or nothing."""
        ...


class Reader(Protocol):
    """What is at hand of advisories."""

    def feeds(self) -> Sequence[Feed]:
        """The feeds."""
        ...

    def about(self, name: str) -> Sequence[Advisory]:
        """What each source says of one flaw."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOptions:
    """What the user may choose.

    Args:
        given: Files, folders and https addresses of feeds; where the sources say if there is none.
        sources: Only feeds of these sources; of all if there is none.
    """

    given: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What updating needs from outside.

    Args:
        store: Where they are kept.
        clock: Tells the time, UTC.
        fetch: Fetches what is at an address, and gives the file.
        files: The files that a path means.
        contents: What a file holds, unpacked, by name.
        dated: When a file was last changed.
    """

    store: Store
    clock: Callable[[], datetime]
    fetch: Callable[[str], str]
    files: Callable[[str], Iterable[str]]
    contents: Callable[[str], Iterable[tuple[str, bytes]]]
    dated: Callable[[str], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """What came of it.

    Args:
        imported: By source.
        problems: Files that no source knows, or that are damaged, and addresses that could not be fetched.
    """

    imported: tuple[Imported, ...]
    problems: tuple[Problem, ...]

    @property
    def exit_code(self) -> int:
        """3 if nothing was imported, or a file or address could not be used; else 0."""
        return 3 if self.problems or not self.imported else 0


def update(options: UpdateOptions, *, outside: Outside, catalogue: Catalogue, progress: Progress) -> Updated:
    """Import feeds.

    A file that cannot be used costs only itself; what a source says is imported whole or not at all.

    Raises:
        InputError: A source is not known, or a path does not exist.
    """
    sources = _chosen(options.sources, catalogue)
    now = outside.clock()
    problems: list[Problem] = []
    paths = list(_paths(options.given, sources, now, outside, problems))
    by_source: dict[str, list[str]] = {}
    for path in paths:
        name = _recognised(path, sources, outside, problems)
        if name:
            by_source.setdefault(name, []).append(path)
    imported: list[Imported] = []
    for done, (name, files) in enumerate(sorted(by_source.items())):
        progress.step(f"importing {name}", done, len(by_source))
        reading = _Reading(name, sources[name], files, now, outside)
        try:
            got = outside.store.import_feed(name, sources[name].title, reading.rows(), now, reading.digest)
        except InputError as error:
            problems.append(_unusable(name, error))
        else:
            imported.append(got)
    progress.step("importing", len(by_source), len(by_source))
    return Updated(imported=tuple(imported), problems=tuple(problems))


class _Reading:
    """Reads the files of one source, one after the other, and remembers what it read."""

    def __init__(
        self, name: str, source: AdvisorySource, files: Sequence[str], now: datetime, outside: Outside
    ) -> None:
        self._name, self._source, self._files, self._now, self._outside = name, source, files, now, outside
        self._hash = hashlib.sha256()

    def rows(self) -> Iterator[Row]:
        """All that they say."""
        for path in self._files:
            changed = min(self._now, self._outside.dated(path))
            for name, data in self._outside.contents(path):
                self._hash.update(hashlib.sha256(data).digest())
                if self._source.accepts(name, data[:HEAD]):
                    yield from self._source.parse(name, data, changed)
                else:
                    yield problem(name, "", f"it is no file of {self._name}")

    def digest(self) -> str:
        """``sha256:<hex>`` over all that was read so far."""
        return f"sha256:{self._hash.hexdigest()}"


def _chosen(wanted: Sequence[str], catalogue: Catalogue) -> Mapping[str, AdvisorySource]:
    known = {name: each.object for name, each in catalogue.advisory_sources.items()}
    for each in wanted:
        if each not in known:
            raise InputError(f"there is no source {each!r}", hint=f"Known are {', '.join(known)}.")
    return {name: source for name, source in known.items() if not wanted or name in wanted}


def _paths(
    given: Sequence[str],
    sources: Mapping[str, AdvisorySource],
    now: datetime,
    outside: Outside,
    problems: list[Problem],
) -> Iterator[str]:
    for each in given or tuple(_addresses(sources, now)):
        if not ADDRESS.match(each):
            yield from outside.files(each)
            continue
        try:
            path = outside.fetch(each)
            _check(each, path, sources, outside)
        except SourceError as error:
            problems.append(_unusable(each, error))
        else:
            yield path


def _check(address: str, path: str, sources: Mapping[str, AdvisorySource], outside: Outside) -> None:
    """Hold a file that was fetched against the digest that its source gives, if it gives one.

    Raises:
        SourceError: It is another file. It is fetched anew the next time.
    """
    for source in sources.values():
        told = source.checked_by
        if told is None or not address.endswith(told[0]) or not _is_from(address, source):
            continue
        meta = outside.fetch(address.removesuffix(told[0]) + told[1])
        wanted = DIGEST.search(b"".join(data for _, data in outside.contents(meta)))
        seen = hashlib.sha256(b"".join(data for _, data in outside.contents(path))).hexdigest()
        if wanted is None or wanted[1].decode().lower() != seen:
            raise SourceError(f"{address} is not what its source says it is", hint=FETCH_ANEW)


def _is_from(address: str, source: AdvisorySource) -> bool:
    name = address.rpartition("/")[2]
    forms = (re.escape(each.rpartition("/")[2]).replace(r"\{year\}", r"\d{4}") for each in source.urls)
    return any(re.fullmatch(each, name) for each in forms)


def _addresses(sources: Mapping[str, AdvisorySource], now: datetime) -> Iterator[str]:
    for source in sources.values():
        for address in source.urls:
            if "{year}" in address:
                yield from (address.format(year=year) for year in range(FIRST_YEAR, now.year + 1))
            else:
                yield address


def _recognised(
    path: str, sources: Mapping[str, AdvisorySource], outside: Outside, problems: list[Problem]
) -> str:
    """The source of a file, by what its first part holds; empty where none knows it."""
    try:
        for name, data in outside.contents(path):
            head = data[:HEAD]
            known = (each for each, source in sources.items() if source.accepts(name, head))
            found = next(known, "")
            if found or not _is_note(name):
                break
        else:
            found = ""
    except RoadworthyError as error:
        problems.append(_unusable(path, error))
        return ""
    if not found:
        what = "no source knows it"
        problems.append(Problem(stage=STAGE, where=path, what=what, hint=KNOWN_SOURCES))
    return found


def _is_note(name: str) -> bool:
    return "readme" in name.lower() or "licen" in name.lower()


def _unusable(where: str, error: RoadworthyError) -> Problem:
    return Problem(stage=STAGE, where=where, what=str(error), hint=error.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is at hand.

    Args:
        feeds: The feeds.
        missing: CVE years that none of them covers.
        now: For when that holds.
    """

    feeds: tuple[Feed, ...]
    missing: tuple[int, ...]
    now: datetime


def show(name: str, reader: Reader) -> tuple[Advisory, ...]:
    """What each source says of one flaw. Raises `InputError` where none says anything."""
    found = tuple(reader.about(name.strip().upper())) or tuple(reader.about(name.strip()))
    if not found:
        raise InputError(f"no source at hand says anything of {name}", hint=MORE)
    return found
