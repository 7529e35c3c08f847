"""Advisories as rows of the database: reading them back. `advisory_store` writes them."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from roadworthy.model.advisory import Advisory, AffectedRange, Feed

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_LOOKUP: Final = """
SELECT a.number, a.feed, a.id, a.as_of, a.published, a.withdrawn, a.score, a.cvss, a.weaknesses, a.aliases,
  a.summary, p.key, r.scheme, r.introduced, r.after, r.fixed, r.last_affected, r.versions, r.only_with,
  EXISTS (SELECT 1 FROM exploited AS e WHERE e.id = a.id), l.score
FROM product AS p JOIN affected AS r ON r.product = p.number JOIN advisory AS a ON a.number = r.advisory
LEFT JOIN likelihood AS l ON l.id = a.id
"""


def feeds_in(connection: sqlite3.Connection) -> tuple[Feed, ...]:
    """The feeds that are there, by id."""
    rows = connection.execute("SELECT id, title, as_of, records, years, digest FROM feed ORDER BY id")
    return tuple(
        Feed(
            id=name,
            title=title,
            as_of=moment_of(as_of) or EPOCH,
            records=records,
            years=tuple(int(each) for each in years.strip("[]").split(",") if each),
            digest=digest,
        )
        for name, title, as_of, records, years, digest in rows
    )


def known_in(connection: sqlite3.Connection, keys: Collection[str]) -> frozenset[str]:
    """Those of some keys that are there."""
    _want(connection, keys)
    query = "SELECT key FROM product WHERE key IN (SELECT key FROM temp.wanted)"
    return frozenset(key for (key,) in connection.execute(query))


def lookup_in(connection: sqlite3.Connection, keys: Collection[str]) -> Iterator[Advisory]:
    """The advisories that list one of some keys, with the ranges of these keys; none that was withdrawn."""
    _want(connection, keys)
    where = "WHERE p.key IN (SELECT key FROM temp.wanted) AND NOT a.withdrawn ORDER BY a.number"
    yield from _grouped(connection.execute(f"{_LOOKUP} {where}"))


def _want(connection: sqlite3.Connection, keys: Collection[str]) -> None:
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (key TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM temp.wanted")
    connection.executemany("INSERT OR IGNORE INTO temp.wanted VALUES (?)", [(each,) for each in keys])


def about_in(connection: sqlite3.Connection, name: str) -> tuple[Advisory, ...]:
    """What each source says of one flaw, by its id or an alias."""
    query = f"{_LOOKUP} WHERE a.id = ? OR ' ' || a.aliases || ' ' LIKE '% ' || ? || ' %' ORDER BY a.number"
    return tuple(_grouped(connection.execute(query, (name, name))))


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Iterator[Advisory]:
    """Rows of one advisory follow each other: one advisory with all their ranges."""
    number: object = None
    head: tuple[Any, ...] = ()
    spans: list[AffectedRange] = []
    for row in rows:
        if row[0] != number and head:
            yield _advisory(head, spans)
            spans = []
        number, head = row[0], row
        spans.append(_span(row))
    if head:
        yield _advisory(head, spans)


def _span(row: Sequence[Any]) -> AffectedRange:
    return AffectedRange(
        product=row[11],
        scheme=row[12],
        introduced=row[13],
        after=row[14],
        fixed=row[15],
        last_affected=row[16],
        versions=tuple(row[17].split("\n")) if row[17] else (),
        only_with=tuple(row[18].split()),
    )


def _advisory(row: Sequence[Any], spans: Iterable[AffectedRange]) -> Advisory:
    return Advisory(
        id=row[2],
        aliases=tuple(row[9].split()),
        source=row[1],
        as_of=moment_of(row[3]) or EPOCH,
        summary=row[10],
        affected=tuple(dict.fromkeys(spans)),
        cvss=row[7],
        score=row[6],
        exploited=bool(row[19]),
        epss=row[20],
        published=moment_of(row[4]),
        weaknesses=tuple(row[8].split()),
        withdrawn=bool(row[5]),
    )


def seconds(moment: datetime | None) -> int | None:
    """A time as whole seconds since 1970, as the file has it."""
    return None if moment is None else (moment - EPOCH) // _SECOND


def moment_of(value: object) -> datetime | None:
    """The inverse of `seconds`; None for what is none."""
    return EPOCH + value * _SECOND if isinstance(value, int) else None
