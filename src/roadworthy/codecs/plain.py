"""Typed values as plain JSON values, and back, without losing anything on the way.

What is signed must mean the same to everybody who reads it. So there is one way to write a value: every
field is there, none is unknown, times are UTC, numbers are such as every JSON reader holds exactly
(RFC 7493, I-JSON). Whatever deviates is refused with its JSON path, never repaired and never dropped.
"""

import json
import re
import reprlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NoReturn, TypeVar

import msgspec

from roadworthy.model.errors import InputError, VerificationError

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
T = TypeVar("T")

MAX_BYTES = 64 * 1024 * 1024
MAX_VALUES = 2_000_000
MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1  # RFC 7493 §2.2: beyond it, readers disagree
EXPONENT_FROM = 1e21  # from here on ECMAScript writes an exponent (RFC 8785 §3.2.2.3)
# Cc beyond ASCII (JSON escapes that itself), Cf, Zl and Zp of Unicode: invisible, or turning text around.
_INVISIBLE = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_MISSING = ": this field is missing"
NOT_JSON = "Give a file that Roadworthy wrote, unchanged."
SPLIT = "Report it: a document of this size has to be split."
NOT_OURS = "It was changed by hand, or made by another version; get it again from whoever made it."


def read(data: bytes) -> Json:
    """The JSON value that some bytes hold.

    Args:
        data: UTF-8 without byte order mark, at most `MAX_BYTES` and `MAX_VALUES`.

    Raises:
        InputError: It is no JSON (says the line), too large or too deep, or an object names a field twice:
            readers disagree about which of the two counts (RFC 7493 §2.3).
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"{len(data)} bytes are more than the {MAX_BYTES} that are read", hint=NOT_JSON)
    if sum(map(data.count, b",[{")) > MAX_VALUES:  # small bytes make large objects: [[],[],…
        raise InputError(f"it holds more than the {MAX_VALUES} values that are read", hint=NOT_JSON)
    try:
        value: Json = json.loads(data.decode(), object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError as error:
        raise InputError("the JSON is nested too deeply", hint=NOT_JSON) from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"this is no JSON: {place}: {error.msg}", hint=NOT_JSON) from error
    except ValueError as error:  # no UTF-8; a field twice; an integer of thousands of digits
        raise InputError(f"this is no JSON: {error}", hint=NOT_JSON) from error
    return value


def write(value: Json) -> bytes:
    """A JSON value for people: two blanks a level, fields in their order, a newline at the end.

    Characters that a terminal would obey or that cannot be seen stand escaped, which means the same in JSON.

    Raises:
        VerificationError: It has more than `MAX_BYTES`, so that nobody could read it.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    visible = _INVISIBLE.sub(lambda each: json.dumps(each[0])[1:-1], text)
    data = msgspec.json.format(visible.encode(), indent=2) + b"\n"
    if len(data) > MAX_BYTES:
        raise VerificationError(f"{len(data)} bytes are more than the {MAX_BYTES} that are read", hint=SPLIT)
    return data


def to_plain(value: object, at: str = "$") -> Json:
    """A typed value as plain JSON values: dataclasses as objects, fields in the order of their declaration.

    Args:
        value: Dataclasses, mappings with text keys, lists, tuples, text, numbers, times, enumerations, None.
        at: JSON path of the value, for errors.

    Raises:
        VerificationError: Something in it cannot be written as JSON without loss. Names the JSON path.
    """
    try:
        return _plain(value, 0)
    except _UnfitError as error:
        raise VerificationError(f"{at}{error.path}: {_shown(error.what)}", hint=NOT_OURS) from error


def from_plain(kind: type[T], value: Json, at: str = "$", *, older: bool = False) -> T:
    """The typed value that plain JSON values stand for; the exact inverse of `to_plain`.

    Args:
        kind: A dataclass whose fields are typed.
        value: JSON values.
        at: JSON path of the value, for errors.
        older: Whether fields that have a default may be missing: an older version did not know them.

    Raises:
        VerificationError: A field is missing, unknown, of another type or written in another way than
            `to_plain` writes it, or the type refuses what it holds. Names the JSON path.
    """
    given = to_plain(value, at)
    try:
        typed = msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise VerificationError(_relocated(str(error), at), hint=NOT_OURS) from error
    rebuilt = to_plain(typed, at)
    if given != rebuilt:
        differences = _differences(given, rebuilt, at)
        told = next((each for each in differences if not (older and each.endswith(_MISSING))), "")
        if told:
            raise VerificationError(told, hint=NOT_OURS)
    return typed


class _UnfitError(Exception):
    """A value that JSON cannot hold. Its path grows while the error rises."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.path = ""


def _plain(value: object, depth: int) -> Json:
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case int() | float():
            return _number(value)
        case datetime():
            return _time(value)
        case date():
            return value.isoformat()
    if depth == MAX_DEPTH:
        raise _UnfitError(f"nested more than {MAX_DEPTH} levels deep")
    return _container(value, depth + 1)


def _container(value: object, depth: int) -> Json:
    if isinstance(value, Mapping):
        return _members(((_text(key), item) for key, item in value.items()), depth)
    if isinstance(value, (list, tuple)):
        return _items(value, depth)
    if is_dataclass(value) and not isinstance(value, type):
        return _members(((name, getattr(value, name)) for name in _names(type(value))), depth)
    raise _UnfitError(f"a {type(value).__name__} has no JSON form")


def _members(pairs: Iterable[tuple[str, object]], depth: int) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for name, item in pairs:
        try:
            members[name] = _plain(item, depth)
        except _UnfitError as error:
            error.path = _step(name) + error.path
            raise
    return members


def _items(sequence: Sequence[object], depth: int) -> list[Json]:
    items: list[Json] = []
    for item in sequence:
        try:
            items.append(_plain(item, depth))
        except _UnfitError as error:
            error.path = f"[{len(items)}]{error.path}"
            raise
    return items


@lru_cache(maxsize=256)
def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _UnfitError(f"a field name must be text, not {type(value).__name__}")
    text = str(value)  # an enumeration becomes its value
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise _UnfitError(f"half of a surrogate pair at character {error.start}") from error
    return text


def _number(value: float) -> int | float:
    if not -MAX_INTEGER <= value <= MAX_INTEGER and not _only_a_float(value):
        raise _UnfitError(f"{value!r} is beyond what every JSON reader holds exactly (±(2^53 - 1))")
    return value


def _only_a_float(value: float) -> bool:
    """Whether a large number is finite and still a float when it was written canonically and read again."""
    return isinstance(value, float) and EXPONENT_FROM <= abs(value) < float("inf")


def _time(value: datetime) -> str:
    if value.tzinfo is None:
        raise _UnfitError("a time needs a zone")
    try:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError as error:
        raise _UnfitError("the time lies outside the years 1 to 9999") from error


def _relocated(message: str, at: str) -> str:
    """A message of msgspec (``Expected … - at `$.a[0]```) with the path first and from the whole document."""
    what, _, path = message.rpartition(" - at `$")
    return f"{at}{_shown(path.rstrip('`'))}: {_shown(what)}" if what else f"{at}: {_shown(message)}"


def _differences(given: Json, rebuilt: Json, at: str) -> Iterator[str]:
    if isinstance(given, dict) and isinstance(rebuilt, dict):
        yield from (f"{at}{_step(name)}: this field is unknown" for name in given if name not in rebuilt)
        yield from (f"{at}{_step(name)}{_MISSING}" for name in rebuilt if name not in given)
        for name in given:
            yield from _differences(given[name], rebuilt[name], at + _step(name))
    elif isinstance(given, list) and isinstance(rebuilt, list):
        for index, (mine, other) in enumerate(zip(given, rebuilt, strict=True)):
            yield from _differences(mine, other, f"{at}[{index}]")
    elif given != rebuilt:
        yield f"{at}: {reprlib.repr(given)} has to be written as {reprlib.repr(rebuilt)}"


def _step(name: str) -> str:
    """One step of a JSON path (RFC 9535 §2.3.1); names that are no plain words stand in quotes, escaped."""
    if re.fullmatch(r"[A-Za-z_]\w{0,60}", name, re.ASCII):
        return f".{name}"
    return f"[{json.dumps(name[:60])}]"


def _shown(text: str) -> str:
    """Text of unknown origin for a message: short, and without anything that a terminal would obey."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text[:300])


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        name, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"an object has the field {reprlib.repr(name)} twice")
    return members


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
