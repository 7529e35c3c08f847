"""Signatures on envelopes: Ed25519 (RFC 8032) over the canonical JSON (RFC 8785).

What is signed is the pre-authentication encoding of DSSE (in-toto, protocol.md, version 1): it binds the
bytes to what they are. So what a key signs elsewhere, now or later, can never pass for an envelope, nor an
envelope for something else; and a verifier of DSSE can check our signatures with its own code.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from roadworthy.codecs.canonical import unsigned
from roadworthy.codecs.envelope import ALGORITHM, signature_bytes
from roadworthy.model.envelope import Envelope, Signature
from roadworthy.model.errors import VerificationError

PAYLOAD_TYPE = "application/vnd.roadworthy.envelope.v1+json"
P = 2**255 - 19
_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_LOW_ORDER = frozenset({0, 1, P - 1, P, P + 1, _ORDER_8, P - _ORDER_8})
WRONG_KEY = "Ask the signer which key is theirs, over another way than the one that the envelope took."
CHANGED = (
    "Do not use this envelope: it was changed after it was signed, or the signature belongs to another one."
)


def keyid(key: Ed25519PublicKey) -> str:
    """The name of a key: ``sha256:<hex>`` of its 32 raw bytes."""
    return "sha256:" + hashlib.sha256(key.public_bytes_raw()).hexdigest()


def is_weak(key: Ed25519PublicKey) -> bool:
    """Whether a key is a point of low order, under which anybody can make signatures that hold for any text.

    RFC 8032 §5.1.7 lets such keys pass; nobody who made theirs honestly has one.
    """
    y = int.from_bytes(key.public_bytes_raw(), "little") & (2**255 - 1)
    return y in _LOW_ORDER


def signed_bytes(envelope: Envelope) -> bytes:
    """What is signed: DSSE's pre-authentication encoding of the envelope's canonical bytes."""
    return pae(PAYLOAD_TYPE, unsigned(envelope))


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding (protocol.md, "Signature Definition")."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(envelope: Envelope, key: Ed25519PrivateKey) -> Envelope:
    """The envelope with one more signature; one by the same key is replaced.

    Raises:
        VerificationError: The body holds something that has no JSON form.
    """
    public = key.public_key()
    mine = Signature(
        keyid=keyid(public),
        algorithm=ALGORITHM,
        value=b64encode(key.sign(signed_bytes(envelope))).decode(),
    )
    others = (each for each in envelope.signatures if each.keyid != mine.keyid)
    return replace(envelope, signatures=(*others, mine))


def verify(envelope: Envelope, trusted: Iterable[Ed25519PublicKey]) -> tuple[str, ...]:
    """Check the signatures by trusted keys. Signatures by other keys prove nothing and are passed over.

    Args:
        envelope: The envelope.
        trusted: The keys whose word counts.

    Returns:
        The ids of the trusted keys that signed, in the order of the signatures; at least one.

    Raises:
        VerificationError: A trusted key is weak, no trusted key signed, or what stands there in its name
            does not hold.
    """
    keys = {keyid(key): key for key in trusted}
    for name, key in keys.items():
        if is_weak(key):
            raise VerificationError(f"the key {name} is weak: anybody can sign under it", hint=WRONG_KEY)
    candidates = [each for each in envelope.signatures if each.keyid in keys]
    if not candidates:
        signers = ", ".join(each.keyid for each in envelope.signatures) or "nobody"
        raise VerificationError(f"no trusted key signed this envelope; signed by: {signers}", hint=WRONG_KEY)
    message = signed_bytes(envelope)
    for signature in candidates:
        _verify(signature, keys[signature.keyid], message)
    return tuple(dict.fromkeys(each.keyid for each in candidates))


def _verify(signature: Signature, key: Ed25519PublicKey, message: bytes) -> None:
    what = f"the signature by {signature.keyid} does not hold"
    if signature.algorithm != ALGORITHM:
        raise VerificationError(f"{what}: only {ALGORITHM} is known", hint=CHANGED)
    try:
        key.verify(signature_bytes(signature), message)
    except (InvalidSignature, ValueError) as error:
        raise VerificationError(what, hint=CHANGED) from error
