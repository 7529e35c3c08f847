"""Property tables: ``properties/<family>.toml``, one table a property, as data."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Basis, Role
from roadworthy.model.property import Property

_TEXTS = ("question", "why", "remedy")
_KEYS = {*_TEXTS, "responsible", "answerable", "fresh_days"}
_EnumT = TypeVar("_EnumT", bound=StrEnum)


def parse_properties(family: str, text: str) -> tuple[Property, ...]:
    """Read one family of properties.

    Args:
        family: The part of the ids before the dot; the file's name.
        text: The file, TOML.

    Returns:
        The properties in the order of the file.

    Raises:
        InputError: It is no TOML, or a row is not a property; names the row and the key.
    """
    try:
        rows = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{family}.toml: {error}", hint="Mend the TOML at the place named.") from error
    return tuple(_property(f"{family}.{name}", row) for name, row in rows.items())


def _property(name: str, row: object) -> Property:
    if not isinstance(row, dict):
        raise _mistake(name, "is not a table", f"Write [{name.partition('.')[2]}] on a line of its own.")
    for key in sorted(row.keys() - _KEYS):
        raise _mistake(name, f"has an unknown key {key!r}", f"The keys are {', '.join(sorted(_KEYS))}.")
    fresh_days = row.get("fresh_days")
    if fresh_days is not None and (
        not isinstance(fresh_days, int) or isinstance(fresh_days, bool) or fresh_days < 1
    ):
        raise _mistake(
            name, "fresh_days is not a whole number of days", "Write fresh_days = 30, or leave it out."
        )
    question, why, remedy = (_text(name, row, key) for key in _TEXTS)
    try:
        return Property(
            id=name,
            question=question,
            why=why,
            remedy=remedy,
            responsible=_members(name, row, "responsible", Role),
            answerable=_members(name, row, "answerable", Basis),
            fresh_days=fresh_days,
        )
    except ValueError as error:
        raise InputError(str(error), hint="See `Property` for what a row must say.") from error


def _text(name: str, row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise _mistake(name, f"{key} is missing", f'Write {key} = "…" with a sentence in it.')
    return value


def _members(name: str, row: Mapping[str, object], key: str, kind: type[_EnumT]) -> tuple[_EnumT, ...]:
    values = row.get(key)
    try:
        return tuple(kind(str(value)) for value in (values if isinstance(values, list) else [values]))
    except ValueError as error:
        known = ", ".join(member.value for member in kind)
        raise _mistake(name, f"{key}: {error}", f"It is a list of: {known}.") from error


def _mistake(name: str, what: str, hint: str) -> InputError:
    return InputError(f"property {name}: {what}", hint=hint)
