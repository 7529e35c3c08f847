"""Records of large JSON files, one after the other: a year of advisories never becomes objects all at once.

The file is held as bytes; a record becomes objects when it is asked for, and is gone when the next one is.
A record that is no JSON, or nested too deeply, costs itself only.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from roadworthy.model.errors import InputError

MAX_RECORD: Final = 8 * 1024 * 1024
FAULTS: Final = (msgspec.DecodeError, RecursionError, ValueError)  # ValueError: what is no UTF-8
HALF: Final = "It may be half a download: fetch it again."


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Args:
        place: Where it stands: ``vulnerabilities[17]``, ``line 3``.
        value: The object; None where it cannot be read.
        fault: Why it cannot; empty otherwise.
    """

    place: str
    value: Mapping[str, object] | None
    fault: str = ""


def head_of(data: bytes, keys: frozenset[str]) -> Mapping[str, object]:
    """The members of the outermost object with some names; large arrays are not looked into otherwise.

    Raises:
        InputError: It is no JSON object.
    """
    raw = _top(data)
    try:
        return {key: _decode(raw[key]) for key in keys if key in raw and len(bytes(raw[key])) < MAX_RECORD}
    except FAULTS as error:
        raise InputError(f"this is no JSON object: {error}", hint=HALF) from error


def records_in(data: bytes, key: str) -> Iterator[Record]:
    """The objects of the array that the outermost object has under a name; of a bare array for no name.

    Raises:
        InputError: It is no such JSON document.
    """
    try:
        if key:
            top = _top(data)
            if key not in top:
                raise InputError(f"the JSON has no {key!r}", hint=HALF)
            array = msgspec.json.decode(top[key], type=list[msgspec.Raw])
        else:
            array = msgspec.json.decode(data, type=list[msgspec.Raw])
    except FAULTS as error:
        raise InputError(f"{key or 'this'} is no JSON array: {error}", hint=HALF) from error
    for number, raw in enumerate(array):
        yield _record(f"{key}[{number}]", bytes(raw))


def record_of(data: bytes, *, limit: int = MAX_RECORD) -> Record:
    """The whole file as one record of at most `limit` bytes."""
    return _record("", data, limit)


def lines_in(data: bytes) -> Iterator[Record]:
    """The objects of a file with one on each line (JSON Lines); empty lines are skipped."""
    start, number = 0, 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        number += 1
        line = data[start:end].strip()
        start = end + 1
        if line:
            yield _record(f"line {number}", line)


def _top(data: bytes) -> Mapping[str, msgspec.Raw]:
    try:
        return msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except FAULTS as error:
        raise InputError(f"this is no JSON object: {error}", hint=HALF) from error


def _record(place: str, raw: bytes, limit: int = MAX_RECORD) -> Record:
    if len(raw) > limit:
        return Record(place, None, f"{len(raw)} bytes are more than a record may have")
    try:
        value = _decode(raw)
    except FAULTS as error:
        return Record(place, None, f"no JSON: {error}")
    return Record(place, value) if isinstance(value, dict) else Record(place, None, "no JSON object")


def _decode(raw: bytes | msgspec.Raw) -> object:
    value: object = msgspec.json.decode(raw)
    return value


def compact(value: object) -> str:
    """JSON in the fewest characters, for a column of a table."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
