from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from roadworthy.adapters import documents, keys
from roadworthy.adapters.workspace import Workspace
from roadworthy.codecs.canonical import digest
from roadworthy.codecs.envelope import encode, to_json
from roadworthy.inspection.report import Region
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.errors import InputError, PolicyError, VerificationError
from roadworthy.model.outcome import Basis
from roadworthy.model.subject import Subject, SubjectKind
from roadworthy.usecases.evidence import (
    ListOptions,
    MakeKeyOptions,
    ShowOptions,
    SignOptions,
    VerifyOptions,
    list_evidence,
    make_key,
    schema,
    show,
    sign_file,
    verify_file,
)

ENVELOPE = Envelope(
    subject=Subject(kind=SubjectKind.PRODUCT, maker="a", model="b"),
    producer=Producer(tool="t", version="1", digests={}),
    as_of=datetime(2026, 1, 1, tzinfo=UTC),
    basis=Basis.DECLARED,
    findings=(),
    problems=(),
    body_type="x/v1",
    body={"a": "b"},
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "envelope.json"
    path.write_bytes(encode(ENVELOPE))
    return path


def test_what_is_filed_can_be_listed_and_shown_by_the_beginning_of_its_digest(tmp_path: Path) -> None:
    store = Workspace(tmp_path)
    name = store.put(ENVELOPE)
    (entry,) = list_evidence(ListOptions(), store=store)
    assert entry.digest == name
    assert list_evidence(ListOptions(subject="product:a/c"), store=store) == ()
    for beginning in (name, name[:15], name.removeprefix("sha256:")[:4]):
        assert show(ShowOptions(digest=beginning), store=store) == ENVELOPE


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("abc", "at least 4 hex digits"),
        ("", "at least 4 hex digits"),
        ("camera.bin\x1b", "at least 4 hex digits"),
        ("%%%%", "at least 4 hex digits"),
        ("0000", "no digest begins with 0000"),
    ],
)
def test_a_digest_that_names_nothing_is_told(tmp_path: Path, given: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        show(ShowOptions(digest=given), store=Workspace(tmp_path))
    assert "evidence list" in caught.value.hint
    assert str(caught.value).isprintable()


def test_a_digest_that_is_not_clear_is_told(tmp_path: Path) -> None:
    store = Workspace(tmp_path)
    beginnings: dict[str, Envelope] = {}
    for number in range(5000):
        envelope = replace(ENVELOPE, body={"n": number})
        name = digest(envelope)[7:11]
        if name in beginnings:
            break
        beginnings[name] = envelope
    store.put(envelope)
    store.put(beginnings[name])
    with pytest.raises(InputError, match=f"2 digests begin with {name}"):
        show(ShowOptions(digest=name), store=store)


def test_signed_with_a_new_key_it_verifies_with_its_public_half_only(tmp_path: Path, file: Path) -> None:
    pair = make_key(MakeKeyOptions(name=str(tmp_path / "lab")), keys=keys)
    other = make_key(MakeKeyOptions(name=str(tmp_path / "other")), keys=keys)
    signed = sign_file(SignOptions(file=str(file), key=pair.private), read=documents.read, keys=keys)
    assert file.read_bytes() == encode(ENVELOPE)
    file.write_bytes(encode(signed))

    options = VerifyOptions(file=str(file), keys=(other.public, pair.public))
    verified = verify_file(options, read=documents.read, keys=keys)
    assert verified.keyids == (pair.keyid,)
    assert verified.envelope == signed

    with pytest.raises(VerificationError, match="no trusted key signed"):
        verify_file(VerifyOptions(file=str(file), keys=(other.public,)), read=documents.read, keys=keys)
    file.write_bytes(file.read_bytes().replace(b'"a": "b"', b'"a": "c"'))
    with pytest.raises(VerificationError, match="does not hold"):
        verify_file(options, read=documents.read, keys=keys)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    options = MakeKeyOptions(name=str(tmp_path / "lab"))
    make_key(options, keys=keys)
    with pytest.raises(PolicyError, match="is there already"):
        make_key(options, keys=keys)


def test_what_is_no_envelope_is_not_signed(tmp_path: Path, file: Path) -> None:
    pair = make_key(MakeKeyOptions(name=str(tmp_path / "lab")), keys=keys)
    options = SignOptions(file=str(file), key=pair.private)
    file.write_bytes(b"{}")
    with pytest.raises(VerificationError, match="this is no envelope"):
        sign_file(options, read=documents.read, keys=keys)
    file.write_bytes(b"{")
    with pytest.raises(InputError, match="line 1"):
        sign_file(options, read=documents.read, keys=keys)


def test_the_schema_describes_envelope_and_body() -> None:
    validator = Draft202012Validator(dict(schema({"x/v1": Region})))
    assert validator.is_valid(to_json(replace(ENVELOPE, body_type="y/v1")))
    assert not validator.is_valid(to_json(ENVELOPE))
