import json
import os
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.codecs.canonical import canonical, unsigned
from roadworthy.codecs.envelope import decode, encode, to_json
from roadworthy.codecs.signing import is_weak, keyid, pae, sign, verify
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.errors import RoadworthyError, VerificationError
from roadworthy.model.outcome import Basis
from roadworthy.model.subject import Subject, SubjectKind
from roadworthy.testing.strategies import envelopes

ALICE = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
BOB = Ed25519PrivateKey.from_private_bytes(b"b" * 32)
ENVELOPE = Envelope(
    subject=Subject(kind=SubjectKind.PRODUCT, maker="a", model="b"),
    producer=Producer(tool="t", version="1", digests={}),
    as_of=datetime(2026, 1, 1, tzinfo=UTC),
    basis=Basis.DECLARED,
    findings=(),
    problems=(),
    body_type="",
    body={"a": "b"},
)
SIGNED = sign(ENVELOPE, ALICE)
COMPACT = canonical(to_json(SIGNED))
VECTORS = Path(
    os.environ.get("ROADWORTHY_ED25519_VECTORS")
    or Path(__file__).resolve().parents[3] / "shared/samples/lifetime/crypto/ed25519vectors.json"
)


def test_the_primitive_is_that_of_the_rfc() -> None:
    """RFC 8032 §7.1, test 1: the empty message."""
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    key = Ed25519PrivateKey.from_private_bytes(secret)
    assert key.public_key().public_bytes_raw().hex() == public
    assert key.sign(b"").hex() == signature


def test_what_is_signed_is_bound_to_its_kind() -> None:
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    raw = b64decode(SIGNED.signatures[0].value)
    payload = unsigned(ENVELOPE)
    prefix = b"DSSEv1 43 application/vnd.roadworthy.envelope.v1+json %d " % len(payload)
    ALICE.public_key().verify(raw, prefix + payload)


@given(envelopes)
def test_what_was_signed_verifies_after_a_trip_through_a_file(envelope: Envelope) -> None:
    signed = decode(encode(sign(sign(envelope, ALICE), BOB)))
    assert verify(signed, [BOB.public_key()]) == (keyid(BOB.public_key()),)
    assert verify(signed, [BOB.public_key(), ALICE.public_key()]) == (
        keyid(ALICE.public_key()),
        keyid(BOB.public_key()),
    )


def test_signing_again_replaces_ones_own_signature_only() -> None:
    both = sign(sign(SIGNED, BOB), ALICE)
    assert [each.keyid for each in both.signatures] == [keyid(BOB.public_key()), keyid(ALICE.public_key())]
    assert sign(both, BOB) == replace(both, signatures=both.signatures[::-1])


@given(st.integers(0, len(COMPACT) - 1), st.integers(1, 255))
def test_no_byte_of_a_signed_document_can_change(position: int, change: int) -> None:
    data = bytearray(COMPACT)
    data[position] ^= change
    with pytest.raises(RoadworthyError):
        verify(decode(bytes(data)), [ALICE.public_key()])


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_in_the_readable_file_fails_or_is_blank(position: int, change: int) -> None:
    data = bytearray(encode(SIGNED))
    data[position % len(data)] ^= change
    try:
        again = decode(bytes(data))
        verify(again, [ALICE.public_key()])
    except RoadworthyError:
        return
    assert again == SIGNED
    assert bytes(data).split() == encode(SIGNED).split()


def test_a_signature_moved_to_another_envelope_does_not_hold() -> None:
    moved = replace(ENVELOPE, body={"a": "c"}, signatures=SIGNED.signatures)
    with pytest.raises(VerificationError, match="does not hold"):
        verify(moved, [ALICE.public_key()])


def test_a_signature_in_anothers_name_does_not_hold() -> None:
    forged = replace(SIGNED.signatures[0], keyid=keyid(BOB.public_key()))
    with pytest.raises(VerificationError, match="does not hold"):
        verify(replace(SIGNED, signatures=(forged,)), [BOB.public_key()])


def test_one_bad_signature_of_a_trusted_key_is_not_outweighed_by_a_good_one() -> None:
    bad = replace(SIGNED.signatures[0], value="A" * 86 + "==")
    with pytest.raises(VerificationError, match="does not hold"):
        verify(replace(SIGNED, signatures=(*SIGNED.signatures, bad)), [ALICE.public_key()])


def test_an_unknown_key_proves_nothing_and_disturbs_nothing() -> None:
    with pytest.raises(VerificationError, match="no trusted key signed this envelope; signed by: sha256:"):
        verify(SIGNED, [BOB.public_key()])
    strange = replace(SIGNED.signatures[0], keyid="sha256:" + "0" * 64)
    mixed = replace(SIGNED, signatures=(strange, *SIGNED.signatures))
    assert verify(mixed, [ALICE.public_key()]) == (keyid(ALICE.public_key()),)


@pytest.mark.parametrize("trusted", [[], [ALICE.public_key()]])
def test_an_unsigned_envelope_or_no_trust_is_refused(trusted: list[Ed25519PublicKey]) -> None:
    with pytest.raises(VerificationError, match="no trusted key"):
        verify(ENVELOPE, trusted)
    with pytest.raises(VerificationError, match="no trusted key"):
        verify(SIGNED, [])


def test_another_algorithm_is_refused() -> None:
    other = replace(SIGNED.signatures[0], algorithm="none")
    with pytest.raises(VerificationError, match="only ed25519"):
        verify(replace(SIGNED, signatures=(other,)), [ALICE.public_key()])


def test_a_key_under_which_anybody_can_sign_is_refused() -> None:
    weak = Ed25519PublicKey.from_public_bytes(bytes(32))
    with pytest.raises(VerificationError, match="is weak"):
        verify(SIGNED, [weak])
    assert not is_weak(ALICE.public_key())


def test_all_keys_of_low_order_in_the_public_vectors_are_weak() -> None:
    if not VECTORS.is_file():
        pytest.skip(f"NO VECTORS at {VECTORS}: set ROADWORTHY_ED25519_VECTORS to ed25519vectors.json")
    seen = 0
    for vector in json.loads(VECTORS.read_text()):
        low = "low_order_A" in (vector["flags"] or [])
        seen += low
        assert is_weak(Ed25519PublicKey.from_public_bytes(bytes.fromhex(vector["key"]))) is low
    assert seen
