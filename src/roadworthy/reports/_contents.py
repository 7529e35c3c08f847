"""The inventory of an image as tables, one for each kind of fact."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from roadworthy.model.key_material import KeyKind
from roadworthy.reports._programs import programs
from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Block, Heading, Table, Text

MAX_ROWS: Final = 100
MAX_MANY: Final = 40  # of what images hold by the hundred
SUBJECT: Final = re.compile(r"CN=(?:[^,\\]|\\.)+")
SECRETS: Final = {
    "empty": "none asked for",
    "known": "publicly known",
    "unknown": "set, not on the list tried",
    "untried": "set, could not be tried",
    "locked": "locked",
    "invalid": "malformed entry",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list of the inventory as a table.

    Args:
        key: Its name in the inventory.
        title: For people.
        columns: Titles of the columns.
        cells: How one entry becomes a row.
        most: How many entries are shown.
        later: Whether an entry stands behind the others.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    cells: Callable[[Row], tuple[str, ...]]
    most: int = MAX_ROWS
    later: Callable[[Row], bool] = lambda _: False


def contents(inventory: Row) -> Iterator[Block]:
    """The chapter about what was found inside, without judgement."""
    yield Heading("What was found inside")
    for shelf in SHELVES:
        rows = inventory.rows(shelf.key)
        if rows:
            yield Heading(f"{shelf.title} ({len(rows)})", 3)
            yield _table(shelf, rows)
    if inventory.rows("programs"):
        yield from programs(inventory.rows("programs"))
    titles = {shelf.key: shelf.title.lower() for shelf in SHELVES} | {
        "services": "services",
        "programs": "programs",
    }
    empty = [title for key, title in titles.items() if not inventory.rows(key)]
    if empty:
        yield Text(f"Not found: {', '.join(empty)}.")


def _table(shelf: Shelf, rows: Sequence[Row]) -> Table:
    rows = sorted(rows, key=shelf.later)
    more = len(rows) - shelf.most
    caption = f"The first {shelf.most}; the JSON report has {more} more." if more > 0 else ""
    return Table(shelf.columns, tuple(shelf.cells(row) for row in rows[: shelf.most]), caption)


def _component(row: Row) -> tuple[str, ...]:
    confidence = row.number("confidence")
    sure = "" if confidence is None else f"{100 * confidence:.0f} %"
    return row.text("name"), row.text("version") or "?", row.text("identified_by"), sure, _place(row)


def _credential(row: Row) -> tuple[str, ...]:
    state = row.text("state")
    secret = f"publicly known: {row.text('secret')}" if state == "known" else SECRETS.get(state, state)
    login = {True: "yes", False: "no"}.get(row.flag("login") is True, "")
    return row.text("user"), row.text("uid"), login, secret, row.text("scheme"), _place(row)


def _key(row: Row) -> tuple[str, ...]:
    strength = " ".join(
        part for part in (row.text("algorithm"), row.text("bits").strip("0") and row.text("bits")) if part
    )
    name = SUBJECT.search(row.text("subject"))
    subject = name[0] if name else row.text("subject")
    return row.text("kind"), strength, subject, row.text("not_after")[:10], _place(row)


def _certificate(row: Row) -> bool:
    """Certificates come after the keys: most are those of authorities."""
    return row.text("kind") == KeyKind.CERTIFICATE


def _endpoint(row: Row) -> tuple[str, ...]:
    place = _place(row)
    named_by = "" if place.startswith(row.text("named_by")) else row.text("named_by")
    return row.text("host"), row.text("port"), row.text("protocol"), named_by, place


def _setting(row: Row) -> tuple[str, ...]:
    return row.text("scope"), row.text("name"), row.text("value"), _place(row)


def _secret(row: Row) -> tuple[str, ...]:
    return row.text("kind"), row.text("name"), _place(row)


def _platform(row: Row) -> tuple[str, ...]:
    return row.text("aspect"), row.text("value"), _place(row)


def _place(row: Row) -> str:
    """Where the first evidence points to, in the innermost file system."""
    for evidence in row.rows("evidence"):
        path = evidence.texts("path")
        line = evidence.text("line")
        return (path[-1] if path else "") + (f":{line}" if line else "")
    return ""


SHELVES: Final = (
    Shelf("platforms", "Platform", ("aspect", "what it is", "where"), _platform),
    Shelf("components", "Software", ("name", "version", "identified by", "sure", "where"), _component),
    Shelf("credentials", "Accounts", ("user", "uid", "login", "password", "kept as", "where"), _credential),
    Shelf(
        "keys",
        "Keys and certificates",
        ("kind", "strength", "subject", "ends", "where"),
        _key,
        MAX_MANY,
        _certificate,
    ),
    Shelf("secrets", "Other secrets", ("secret", "name", "where"), _secret),
    Shelf("settings", "Settings", ("of", "name", "value", "where"), _setting, MAX_MANY),
    Shelf("endpoints", "Addresses", ("host", "port", "protocol", "named by", "where"), _endpoint, MAX_MANY),
)
