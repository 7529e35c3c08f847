"""Waivers as they are written: a TOML file beside the image's source.

[[waiver]]
accepts = "auth.no-default-password"   # a property, or a check
path = ["/etc/passwd", "/etc/shadow"]  # optional: only failures that show nowhere else
reason = "The installer asks for a new one; see ticket 4711."
author = "Jo Ericsson"
expires = 2027-01-31
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Final

from roadworthy.inspection.waiver import Waiver
from roadworthy.model.errors import InputError

MAX_BYTES: Final = 1024 * 1024
TABLE: Final = re.compile(r"\s*\[\[\s*waiver\s*\]\]")
FIELDS: Final = ("accepts", "path", "reason", "author", "expires")
FORM: Final = (
    'A waiver is a table [[waiver]] with accepts = "PROPERTY or CHECK", reason = "…", author = "…", '
    'expires = 2027-01-31, and perhaps path = "/etc/*.pem".'
)


def parse_waivers(name: str, data: bytes, known: Collection[str]) -> tuple[Waiver, ...]:
    """The waivers in a file.

    Args:
        name: What to call the file in messages.
        data: Its bytes.
        known: Ids of all properties and checks.

    Raises:
        InputError: There is a mistake in it; the message names the line.
    """
    try:
        text = data.decode()
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}:{line}: this is no UTF-8", hint=FORM) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: {error}", hint=FORM) from error
    unknown = sorted(document.keys() - {"waiver"})
    tables = document.get("waiver", [])
    if unknown or not isinstance(tables, list):
        line = _line_of(unknown[0] if unknown else "waiver", text.splitlines(), 0)
        raise InputError(f"{name}:{line}: only tables [[waiver]] can stand here", hint=FORM)
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if TABLE.match(line)]
    return tuple(
        _waiver(table, _Place(name, lines, starts[index] if index < len(starts) else 0), known)
        for index, table in enumerate(tables)
    )


class _Place:
    """Where one waiver stands in its file."""

    def __init__(self, name: str, lines: list[str], start: int) -> None:
        self._name, self._lines, self._start = name, lines, start

    def of(self, key: str = "") -> str:
        """``file:line`` of a key; of the table itself where the key is not found."""
        return f"{self._name}:{_line_of(key, self._lines, self._start)}"


def _line_of(key: str, lines: list[str], start: int) -> int:
    for number in range(start, len(lines)):
        if number > start and TABLE.match(lines[number]):
            break
        if key and re.match(rf"\s*\[*\s*\"?{re.escape(key)}\"?\s*(?:=|\]|\.)", lines[number]):
            return number + 1
    return start + 1


def _waiver(table: object, place: _Place, known: Collection[str]) -> Waiver:
    if not isinstance(table, Mapping):
        raise InputError(f"{place.of()}: a waiver is a table", hint=FORM)
    for key in table:
        if key not in FIELDS:
            raise InputError(f"{place.of(key)}: a waiver has no {key!r}", hint=FORM)
    return Waiver(
        accepts=_accepts(table, place, known),
        paths=_paths(table, place),
        reason=_text(table, "reason", place),
        author=_text(table, "author", place),
        expires=_expires(table, place),
        place=place.of(),
    )


def _text(table: Mapping[str, object], key: str, place: _Place) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f'{place.of(key)}: a waiver needs {key} = "…"', hint=FORM)
    return value.strip()


def _accepts(table: Mapping[str, object], place: _Place, known: Collection[str]) -> str:
    name = _text(table, "accepts", place)
    if name not in known:
        near = get_close_matches(name, sorted(known), 3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`roadworthy explain` lists them all."
        raise InputError(f"{place.of('accepts')}: there is no property or check {name!r}", hint=hint)
    return name


def _paths(table: Mapping[str, object], place: _Place) -> tuple[str, ...]:
    value = table.get("path", [])
    paths = [value] if isinstance(value, str) else value
    if not isinstance(paths, list) or not all(isinstance(each, str) and each for each in paths):
        raise InputError(f"{place.of('path')}: path is a pattern, or a list of patterns", hint=FORM)
    if "path" in table and not paths:
        raise InputError(f"{place.of('path')}: path names no pattern; leave it out to mean all", hint=FORM)
    return tuple(paths)


def _expires(table: Mapping[str, object], place: _Place) -> date:
    value = table.get("expires")
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InputError(f"{place.of('expires')}: a waiver needs expires = 2027-01-31, a date", hint=FORM)
    return value
