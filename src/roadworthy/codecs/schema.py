"""The published form of the envelope: JSON Schema 2020-12, made from the types and their docstrings."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

from roadworthy.codecs.envelope import ALGORITHM, KEYID
from roadworthy.codecs.plain import MAX_INTEGER, Json
from roadworthy.model.envelope import ENVELOPE_TYPE, Envelope, Signature
from roadworthy.model.subject import Subject, SubjectKind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Json]

_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z$"
_ARGUMENT = re.compile(r"^    (\w+): (.*(?:\n     .*)*)", re.MULTILINE)
_SCALARS: dict[object, Schema] = {
    object: {},
    NoneType: {"type": "null"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    int: {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time", "pattern": _TIME},
}
_FORMS: dict[tuple[type, str], Schema] = {
    (Envelope, "type"): {"const": ENVELOPE_TYPE},
    (Signature, "algorithm"): {"const": ALGORITHM},
    (Signature, "keyid"): {"pattern": f"^{KEYID}$"},
    (Signature, "value"): {"pattern": "^[A-Za-z0-9+/]{85}[AQgw]==$"},  # 64 bytes, RFC 4648 §3.5
}


def schema(bodies: Mapping[str, type]) -> Schema:
    """The JSON schema of an envelope.

    All that `decode` takes is valid under it. The other way round, four things are beyond a schema: a field
    that is named twice, a number that is not exact everywhere, a day that no calendar has, half of a
    surrogate pair.

    Args:
        bodies: By body type, the dataclass that describes the body; a body of another type is any object.

    Raises:
        TypeError: A field has a type that has no JSON form.
    """
    types = _Types()
    envelope = types.of(Envelope)
    branches: list[Json] = [
        {"if": _where("body_type", {"const": name}), "then": _where("body", types.of(kind))}
        for name, kind in sorted(bodies.items())
    ]
    whole: Schema = {"$schema": DIALECT, "title": ENVELOPE_TYPE, **envelope}
    if branches:
        whole["allOf"] = branches
    return {**whole, "$defs": dict(sorted(types.definitions.items()))}


class _Types:
    """Types become schemas; each dataclass and enumeration is defined once and referred to by name."""

    def __init__(self) -> None:
        self.definitions: dict[str, Json] = {}
        self._names: dict[type, str] = {}

    def of(self, kind: object) -> Schema:
        if kind in _SCALARS:
            return dict(_SCALARS[kind])
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return {"anyOf": [self.of(each) for each in arguments]}
        if origin is tuple and arguments[1:] == (...,):
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is Mapping and arguments[0] is str:
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, StrEnum)):
            return {"$ref": f"#/$defs/{self._define(kind)}"}
        raise TypeError(f"{kind!r} has no JSON form")

    def _define(self, kind: type) -> str:
        if kind not in self._names:
            name = kind.__name__
            if name in self.definitions:
                name = f"{kind.__module__}.{name}"
            self._names[kind] = name
            self.definitions[name] = None
            self.definitions[name] = _enumeration(kind) if issubclass(kind, StrEnum) else self._object(kind)
        return self._names[kind]

    def _object(self, kind: type) -> Schema:
        hints, text = get_type_hints(kind), inspect.getdoc(kind) or ""
        notes = {name: _flat(note) for name, note in _ARGUMENT.findall(text)}
        properties: Schema = {
            each.name: {
                **self.of(hints[each.name]),
                **_FORMS.get((kind, each.name), {}),
                **_note(notes.get(each.name, "")),
            }
            for each in fields(kind)
        }
        return {
            **_note(_flat(text.partition("\n\n")[0])),
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
            **_RULES.get(kind, {}),
        }


def _enumeration(kind: type[StrEnum]) -> Schema:
    summary = (inspect.getdoc(kind) or "").partition("\n\n")[0]
    return {**_note(_flat(summary)), "type": "string", "enum": [str(each) for each in kind]}


def _naming(kind: SubjectKind, *facts: str) -> Schema:
    present: Schema = {name: {"minLength": 1} for name in facts}
    return {"properties": {"kind": {"const": str(kind)}, **present}}


# What the types do not say: which facts name a subject.
_RULES: dict[type, Schema] = {
    Subject: {
        "anyOf": [
            _naming(SubjectKind.PRODUCT, "maker", "model"),
            _naming(SubjectKind.RELEASE, "digest"),
            _naming(SubjectKind.RELEASE, "maker", "model", "version"),
            _naming(SubjectKind.DEVICE, "maker", "model", "unit"),
        ],
        "oneOf": [
            {"properties": {"maker": {"minLength": 1}, "model": {"minLength": 1}}},
            {"properties": {"maker": {"const": ""}, "model": {"const": ""}}},
        ],
    },
}


def _where(name: str, value: Schema) -> Schema:
    return {"properties": {name: value}}


def _note(text: str) -> Schema:
    return {"description": text} if text else {}


def _flat(text: str) -> str:
    return " ".join(text.split())
