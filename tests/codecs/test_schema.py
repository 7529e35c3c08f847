import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from roadworthy.codecs.envelope import to_json
from roadworthy.codecs.plain import from_plain, to_plain
from roadworthy.codecs.schema import schema
from roadworthy.codecs.signing import sign
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.errors import VerificationError
from roadworthy.model.outcome import Basis
from roadworthy.model.subject import Subject, SubjectKind
from roadworthy.testing.strategies import envelopes


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part.

    Args:
        size: Its size in bytes,
            counted twice.
    """

    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body."""

    parts: tuple[Part, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


SCHEMA = schema({"example/v1": Body})
ENVELOPE = Envelope(
    subject=Subject(kind=SubjectKind.DEVICE, maker="a", model="b", unit="1"),
    producer=Producer(tool="t", version="1", digests={}),
    as_of=datetime(2026, 1, 1, tzinfo=UTC),
    basis=Basis.DECLARED,
    findings=(),
    problems=(),
    body_type="example/v1",
    body={"parts": [{"size": 3}, {"size": None}], "facts": {"a": "b"}},
)


def is_valid(value: object) -> bool:
    return Draft202012Validator(SCHEMA).is_valid(value)


def test_it_is_a_schema_and_says_what_things_mean() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    definitions: Any = SCHEMA["$defs"]
    assert definitions["Part"]["description"] == "One part."
    assert definitions["Part"]["properties"]["size"]["description"] == "Its size in bytes, counted twice."
    assert definitions["Outcome"]["enum"] == ["pass", "fail", "unknown", "not_applicable", "error"]
    assert json.dumps(schema({"example/v1": Body})) == json.dumps(SCHEMA)


@given(envelopes)
def test_every_envelope_is_valid(envelope: Envelope) -> None:
    Draft202012Validator(SCHEMA).validate(to_json(envelope))


def test_a_signed_envelope_with_a_known_body_is_valid() -> None:
    Draft202012Validator(SCHEMA).validate(to_json(sign(ENVELOPE, Ed25519PrivateKey.generate())))


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.update(type="roadworthy.envelope/v2"),
        lambda e: e.update(verdict="good"),
        lambda e: e.pop("signatures"),
        lambda e: e.update(as_of="2026-01-01T00:00:00+01:00"),
        lambda e: e.update(as_of=20260101),
        lambda e: e.update(basis="guessed"),
        lambda e: e.update(body=[]),
        lambda e: e["body"].pop("parts"),
        lambda e: e["body"].update(more=1),
        lambda e: e["body"]["parts"][0].update(size="3"),
        lambda e: e["body"]["parts"][0].update(size=2**53),
        lambda e: e["body"]["facts"].update(a=1),
        lambda e: e["producer"].update(digests={"a": None}),
        lambda e: e.update(findings=[{}]),
        lambda e: e.update(signatures=[{"keyid": "x", "algorithm": "ed25519", "value": ""}]),
        lambda e: e["subject"].update(unit=""),
    ],
)
def test_a_wrong_document_is_invalid(change: Callable[[Any], object]) -> None:
    value: Any = to_json(ENVELOPE)
    assert is_valid(value)
    change(value)
    assert not is_valid(value)


def test_a_body_of_another_type_is_any_object() -> None:
    assert is_valid(to_json(replace(ENVELOPE, body_type="other/v1", body={"x": 1})))
    assert not is_valid(to_json(replace(ENVELOPE, body={"x": 1})))


subjects = st.fixed_dictionaries(
    {name: st.sampled_from(["", "x"]) for name in ("maker", "model", "version", "digest", "unit")}
)


@given(st.sampled_from(SubjectKind), subjects)
def test_schema_and_model_agree_on_what_names_a_subject(kind: SubjectKind, facts: dict[str, str]) -> None:
    subject: Any = {"kind": str(kind), **facts, "aliases": []}
    try:
        from_plain(Subject, subject)
    except VerificationError:
        named = False
    else:
        named = True
    assert is_valid({**to_json(ENVELOPE), "subject": subject}) is named


def test_two_types_of_one_name_are_kept_apart() -> None:
    @dataclass(frozen=True)
    class Subject:
        colour: str

    value = to_json(replace(ENVELOPE, body={"colour": "red"}))
    both = schema({"example/v1": Subject})
    assert Draft202012Validator(both).is_valid(value)
    assert not Draft202012Validator(both).is_valid({**value, "body": {"colour": 1}})


def test_a_type_without_json_form_is_refused() -> None:
    @dataclass(frozen=True)
    class Raw:
        data: bytes

    with pytest.raises(TypeError, match="bytes"):
        schema({"raw/v1": Raw})
    assert to_plain("text") == "text"
