import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from roadworthy.codecs.canonical import canonical, digest
from roadworthy.codecs.envelope import decode, encode, to_json
from roadworthy.model.envelope import Envelope, Producer, Signature
from roadworthy.model.errors import VerificationError
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome
from roadworthy.model.subject import Subject, SubjectKind
from roadworthy.testing.strategies import envelopes

ENVELOPE = Envelope(
    subject=Subject(kind=SubjectKind.RELEASE, digest="sha256:" + "0" * 64),
    producer=Producer(tool="roadworthy inspect", version="0.1.0", digests={"checks": "sha256:" + "1" * 64}),
    as_of=datetime(2026, 1, 1, tzinfo=UTC),
    basis=Basis.OBSERVED,
    findings=(
        Finding(
            property="auth.no-empty-password",
            check="auth.empty-password",
            outcome=Outcome.PASS,
            message="No account is open.",
            evidence=(Evidence(path=("camera.bin", "/etc/shadow"), line=1, excerpt="root:\x1b[2J…"),),
        ),
    ),
    problems=(),
    body_type="example/v1",
    body={"score": 1.5, "names": ["ü", None]},
    signatures=(Signature(keyid="sha256:" + "a" * 64, algorithm="ed25519", value="A" * 86 + "=="),),
)


@given(envelopes)
def test_an_envelope_survives_the_trip_through_a_file(envelope: Envelope) -> None:
    again = decode(encode(envelope))
    assert again == envelope
    assert encode(again) == encode(envelope)
    assert decode(canonical(to_json(envelope))) == envelope
    assert digest(again) == digest(envelope)


def test_the_file_is_for_people() -> None:
    text = encode(ENVELOPE).decode()
    assert text.startswith('{\n  "type": "roadworthy.envelope/v1",\n  "subject": {\n    "kind": "release",')
    assert text.endswith("}\n")
    assert '"as_of": "2026-01-01T00:00:00Z"' in text
    assert "ü" in text
    assert "\x1b" not in text
    assert list(json.loads(text))[-1] == "signatures"
    assert decode(encode(ENVELOPE)) == ENVELOPE


def changed(change: Callable[[Any], object]) -> bytes:
    value = json.loads(encode(ENVELOPE))
    change(value)
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: e.update(type="roadworthy.envelope/v2"), "$.type: this is no roadworthy.envelope/v1 but"),
        (lambda e: e.pop("type"), "this is no envelope"),
        (lambda e: e.update(verdict="good"), "$.verdict: this field is unknown"),
        (lambda e: e["findings"][0].update(weight=1), "$.findings[0].weight: this field is unknown"),
        (lambda e: e["findings"][0].pop("remedy"), "$.findings[0].remedy: this field is missing"),
        (
            lambda e: e["findings"][0].update(outcome="good"),
            "$.findings[0].outcome: Invalid enum value 'good'",
        ),
        (lambda e: e["subject"].update(digest=""), "$.subject: a release needs an image digest"),
        (lambda e: e["subject"].update(maker="m"), "$.subject: a subject has both maker and model"),
        (lambda e: e.update(as_of="2026-01-01"), "$.as_of: Invalid RFC3339"),
        (lambda e: e.update(as_of="2026-01-01T00:00:00"), "$: as_of needs a time zone"),
        (lambda e: e.update(as_of="2026-01-01t00:00:00z"), "$.as_of: '2026-01-01t00:00:00z' has to be"),
        (lambda e: e["body"].update(big=2**60), "$.body.big: 1152921504606846976 is beyond"),
        (lambda e: e.update(body=[]), "$.body: Expected `object`, got `array`"),
        (lambda e: e["signatures"][0].update(algorithm="none"), "$.signatures[0].algorithm: only ed25519"),
        (lambda e: e["signatures"][0].update(keyid="sha256:AA"), "$.signatures[0].keyid: a key id is"),
        (
            lambda e: e["signatures"][0].update(value="AA=="),
            "$.signatures[0].value: a signature has 64 bytes",
        ),
        (lambda e: e["signatures"][0].update(value="A" * 85 + "B=="), "$.signatures[0].value: this base64"),
        (lambda e: e["signatures"][0].update(value="*"), "$.signatures[0].value: "),
        (lambda e: e["signatures"][0].update(value="ü"), "$.signatures[0].value: "),
    ],
)
def test_a_wrong_envelope_is_refused_with_the_path(change: Callable[[Any], object], message: str) -> None:
    with pytest.raises(VerificationError) as caught:
        decode(changed(change))
    assert str(caught.value).startswith(message)
    assert caught.value.hint


@pytest.mark.parametrize(
    "data", [b"[]", b"3", b'"text"', b"null", b'{"type": null}', b'{"type": ["\\u001b"]}']
)
def test_what_is_no_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(VerificationError) as caught:
        decode(data)
    assert str(caught.value).isprintable()


def test_a_body_that_is_no_json_is_refused_when_written() -> None:
    with pytest.raises(VerificationError, match=r"^\$\.body\.when: a set has no JSON form"):
        encode(replace(ENVELOPE, body={"when": {1}}))
