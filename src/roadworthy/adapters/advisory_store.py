"""The advisories at hand: one SQLite file in the workspace, and the facts that come with Roadworthy.

Plain `sqlite3`: an import writes millions of small rows, and each layer above it doubles the time. A feed is
imported in one transaction, so whoever stops it, by whatever means, leaves the old records in use.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from roadworthy.adapters.advisory_rows import (
    EPOCH,
    about_in,
    feeds_in,
    known_in,
    lookup_in,
    moment_of,
    seconds,
)
from roadworthy.codecs.records import compact
from roadworthy.model.advisory import Advisory, Feed
from roadworthy.model.errors import InputError, SourceError
from roadworthy.model.problem import Problem
from roadworthy.vulnerability.source import Exploited, Likelihood, Row, Stamp

FILE: Final = "advisories.sqlite"
VERSION: Final = 1
PATIENCE: Final = 30.0  # seconds that one writer waits for another
MAX_PROBLEMS: Final = 1000
ANEW: Final = "Move it away and run `roadworthy advisories update` again; nothing else is lost with it."
_FORM: Final = """
CREATE TABLE feed (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, as_of INTEGER NOT NULL, imported INTEGER NOT NULL,
  records INTEGER NOT NULL, years TEXT NOT NULL, digest TEXT NOT NULL
);
CREATE TABLE advisory (
  number INTEGER PRIMARY KEY, feed TEXT NOT NULL, id TEXT NOT NULL, as_of INTEGER NOT NULL, published INTEGER,
  withdrawn INTEGER NOT NULL, score REAL, cvss TEXT NOT NULL, weaknesses TEXT NOT NULL, aliases TEXT NOT NULL,
  summary TEXT NOT NULL, UNIQUE (feed, id)
);
CREATE TABLE product (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE affected (
  product INTEGER NOT NULL, advisory INTEGER NOT NULL, scheme TEXT NOT NULL, introduced TEXT NOT NULL,
  after TEXT NOT NULL, fixed TEXT NOT NULL, last_affected TEXT NOT NULL, versions TEXT NOT NULL,
  only_with TEXT NOT NULL
);
CREATE INDEX affected_product ON affected (product);
CREATE INDEX affected_advisory ON affected (advisory);
CREATE TABLE exploited (
  id TEXT NOT NULL, feed TEXT NOT NULL, since INTEGER, PRIMARY KEY (id, feed)
) WITHOUT ROWID;
CREATE TABLE likelihood (id TEXT PRIMARY KEY, score REAL NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of importing one feed.

    Args:
        feed: The feed as it is now.
        taken: How many records were new or newer.
        problems: What could not be understood; the first thousand.
    """

    feed: Feed
    taken: int
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Tally:
    """What has happened in one import so far."""

    taken: int = 0
    as_of: datetime = EPOCH
    years: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    touched: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)


class AdvisoryStore:
    """Advisories in a file. Several processes may read it while one writes.

    Args:
        path: The file. It is made when something is first imported.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def import_feed(
        self, source: str, title: str, rows: Iterable[Row], now: datetime, digest: Callable[[], str]
    ) -> Imported:
        """Take in what one feed says: all of it, or nothing.

        A record that is there already is replaced if what is said of it is not older. What a feed says twice
        at once adds up.

        Args:
            source: Id of the feed.
            title: For people.
            rows: What it says.
            now: The moment of the import.
            digest: ``sha256:<hex>`` of what the rows were read from, asked when all are read.

        Raises:
            SourceError: The file cannot be used.
        """
        tally = _Tally()
        with self._told():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(_open(self._path)) as connection, _transaction(connection):
                _make(connection)
                tally.products = dict(connection.execute("SELECT key, number FROM product"))
                for row in rows:
                    _take(connection, source, row, tally)
                _sum_up(
                    connection, Feed(id=source, title=title, as_of=now, records=0, digest=digest()), tally
                )
                feed = next(each for each in feeds_in(connection) if each.id == source)
        return Imported(feed=feed, taken=tally.taken, problems=tuple(tally.problems))

    def feeds(self) -> tuple[Feed, ...]:
        """What is there."""
        with self._reading() as connection:
            return () if connection is None else feeds_in(connection)

    def lookup(self, keys: Collection[str]) -> Iterator[Advisory]:
        """See `usecases.vulnerabilities.Advisories.lookup`."""
        with self._reading() as connection:
            if connection is not None:
                yield from lookup_in(connection, keys)

    def known(self, keys: Collection[str]) -> frozenset[str]:
        """See `usecases.vulnerabilities.Advisories.known`."""
        with self._reading() as connection:
            return frozenset() if connection is None else known_in(connection, keys)

    def about(self, name: str) -> tuple[Advisory, ...]:
        """What each source says of one flaw, by its id or an alias."""
        with self._reading() as connection:
            return () if connection is None else about_in(connection, name)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        with self._told():
            if not self._path.exists():
                yield None
                return
            with closing(_open(self._path, writes=False)) as connection:
                _check(connection, self._path)
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SourceError(f"{self._path} cannot be used: {error}", hint=ANEW) from error
        except OSError as error:
            raise SourceError(f"{self._path} cannot be used: {error.strerror}", hint=ANEW) from error


class PackagedStore:
    """A database held in memory: the facts that come with Roadworthy.

    Args:
        image: The bytes of a SQLite file.
    """

    def __init__(self, image: bytes) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.deserialize(image)

    def feeds(self) -> tuple[Feed, ...]:
        """What is there."""
        return feeds_in(self._connection)

    def lookup(self, keys: Collection[str]) -> Iterator[Advisory]:
        """See `usecases.vulnerabilities.Advisories.lookup`."""
        return lookup_in(self._connection, keys)

    def known(self, keys: Collection[str]) -> frozenset[str]:
        """See `usecases.vulnerabilities.Advisories.known`."""
        return known_in(self._connection, keys)

    def about(self, name: str) -> tuple[Advisory, ...]:
        """What each source says of one flaw."""
        return about_in(self._connection, name)


class Union:
    """Several stores as one. Of a record that several have from one feed, the newest counts.

    Args:
        stores: Those that were imported before those that come with Roadworthy.
    """

    def __init__(self, stores: Sequence[AdvisoryStore | PackagedStore]) -> None:
        self._stores = stores

    def feeds(self) -> tuple[Feed, ...]:
        """What is there, feeds of one id as one."""
        found: dict[str, Feed] = {}
        for each in (feed for store in self._stores for feed in store.feeds()):
            old = found.get(each.id)
            found[each.id] = each if old is None else _joined(old, each)
        return tuple(found[name] for name in sorted(found))

    def lookup(self, keys: Collection[str]) -> Iterator[Advisory]:
        """See `usecases.vulnerabilities.Advisories.lookup`."""
        newest: dict[tuple[str, str], Advisory] = {}
        for each in (advisory for store in self._stores for advisory in store.lookup(keys)):
            old = newest.get((each.source, each.id))
            if old is None or each.as_of > old.as_of:
                newest[each.source, each.id] = _merged(each, old)
            elif old is not None:
                newest[each.source, each.id] = _merged(old, each)
        yield from newest.values()

    def known(self, keys: Collection[str]) -> frozenset[str]:
        """See `usecases.vulnerabilities.Advisories.known`."""
        return frozenset().union(*(store.known(keys) for store in self._stores))

    def about(self, name: str) -> tuple[Advisory, ...]:
        """What each source says of one flaw."""
        found = {(each.source, each.id): each for store in self._stores[::-1] for each in store.about(name)}
        return tuple(found[key] for key in sorted(found))


def _joined(one: Feed, other: Feed) -> Feed:
    newer = max(one, other, key=lambda each: each.as_of)
    digests = sorted({one.digest, other.digest})
    both = f"sha256:{sha256(' '.join(digests).encode()).hexdigest()}"
    return replace(
        newer,
        records=max(one.records, other.records),
        years=tuple(sorted({*one.years, *other.years})),
        digest=both if digests[1:] else digests[0],
    )


def _merged(newer: Advisory, older: Advisory | None) -> Advisory:
    """The newer record, with what both know of its use."""
    if older is None:
        return newer
    return replace(
        newer,
        exploited=newer.exploited or older.exploited,
        epss=older.epss if newer.epss is None else newer.epss,
        summary=newer.summary or older.summary,
    )


def _open(path: Path, *, writes: bool = True) -> sqlite3.Connection:
    mode = "rwc" if writes else "ro"
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA cache_size = -65536")
    if writes:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _make(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        for statement in _FORM.split(";"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    elif version != VERSION:
        raise sqlite3.DatabaseError(f"it has form {version}; this Roadworthy knows form {VERSION}")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in (0, VERSION):
        raise SourceError(f"{path} has form {version}; this Roadworthy knows form {VERSION}", hint=ANEW)
    if version == 0:  # made, and nothing imported yet
        raise InputError(f"{path} holds no advisories", hint=ANEW)


def _take(connection: sqlite3.Connection, source: str, row: Row, tally: _Tally) -> None:
    match row:
        case Advisory():
            _take_advisory(connection, source, row, tally)
        case Exploited():
            connection.execute(
                "INSERT OR REPLACE INTO exploited VALUES (?, ?, ?)", (row.id, source, seconds(row.since))
            )
            tally.taken += 1
        case Likelihood():
            connection.execute("INSERT OR REPLACE INTO likelihood VALUES (?, ?)", (row.id, row.score))
            tally.taken += 1
        case Stamp():
            tally.as_of = max(tally.as_of, row.as_of)
            tally.years.update(row.years)
        case Problem():
            if len(tally.problems) < MAX_PROBLEMS:
                tally.problems.append(row)


def _take_advisory(connection: sqlite3.Connection, source: str, row: Advisory, tally: _Tally) -> None:
    touched = tally.touched.get(row.id)
    if touched is None:
        stored = connection.execute(
            "SELECT as_of, number FROM advisory WHERE feed = ? AND id = ?", (source, row.id)
        ).fetchone()
        if stored is not None and stored[0] > (seconds(row.as_of) or 0):
            return
        number = _write(connection, source, row, stored[1] if stored else None)
    elif row.as_of < touched[0]:
        return
    elif row.as_of > touched[0]:
        number = _write(connection, source, row, touched[1])
    else:
        number = touched[1]  # said twice at once: it adds up
    tally.touched[row.id] = (row.as_of, number)
    tally.taken += touched is None
    connection.executemany(
        "INSERT INTO affected VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                _product(connection, each.product, tally),
                number,
                each.scheme,
                each.introduced,
                each.after,
                each.fixed,
                each.last_affected,
                "\n".join(each.versions),
                " ".join(each.only_with),
            )
            for each in row.affected
        ],
    )


def _write(connection: sqlite3.Connection, source: str, row: Advisory, number: int | None) -> int:
    if number is not None:
        connection.execute("DELETE FROM affected WHERE advisory = ?", (number,))
        connection.execute("DELETE FROM advisory WHERE number = ?", (number,))
    cursor = connection.execute(
        "INSERT INTO advisory VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            source,
            row.id,
            seconds(row.as_of),
            seconds(row.published),
            row.withdrawn,
            row.score,
            row.cvss,
            " ".join(row.weaknesses),
            " ".join(row.aliases),
            row.summary,
        ),
    )
    return int(cursor.lastrowid or 0)


def _product(connection: sqlite3.Connection, key: str, tally: _Tally) -> int:
    number = tally.products.get(key)
    if number is None:
        cursor = connection.execute("INSERT INTO product (key) VALUES (?)", (key,))
        number = tally.products[key] = int(cursor.lastrowid or 0)
    return number


def _sum_up(connection: sqlite3.Connection, feed: Feed, tally: _Tally) -> None:
    """Write down what the feed is now; `feed` says what is imported, and when."""
    old = next((each for each in feeds_in(connection) if each.id == feed.id), None)
    as_of = tally.as_of
    if as_of == EPOCH:
        newest = "SELECT max(as_of) FROM advisory WHERE feed = ?"
        as_of = moment_of(connection.execute(newest, (feed.id,)).fetchone()[0]) or feed.as_of
    years = sorted(tally.years | set(old.years if old else ()))
    records = sum(
        connection.execute(query, (feed.id,)).fetchone()[0]
        for query in (
            "SELECT count(*) FROM advisory WHERE feed = ?",
            "SELECT count(*) FROM exploited WHERE feed = ?",
            "SELECT count(*) FROM likelihood WHERE ? = 'epss'",
        )
    )
    row = (
        feed.id,
        feed.title,
        seconds(max(as_of, old.as_of) if old else as_of),
        seconds(feed.as_of),
        records,
        compact(years),
        _chained(old.digest if old else "", feed.digest),
    )
    connection.execute("INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _chained(old: str, new: str) -> str:
    """The digest of all that was imported, in order."""
    return new if not old or old == new else f"sha256:{sha256(f'{old} {new}'.encode()).hexdigest()}"
