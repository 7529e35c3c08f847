"""The evidence envelope as JSON: for people to read, for machines to check, and back without loss."""

import re
from base64 import b64decode, b64encode

from roadworthy.codecs.plain import Json, from_plain, read, to_plain, write
from roadworthy.model.envelope import ENVELOPE_TYPE, Envelope, Signature
from roadworthy.model.errors import VerificationError

ALGORITHM = "ed25519"
KEYID = r"sha256:[0-9a-f]{64}"
SIGNATURE_BYTES = 64
OTHER_VERSION = "Read it with the version of Roadworthy that made it, or a newer one."
BROKEN_SIGNATURE = "Remove this signature, or get the envelope again from whoever signed it."


def to_json(envelope: Envelope) -> dict[str, Json]:
    """An envelope as JSON values: `type` first, `signatures` last, the rest in the order of the model.

    Raises:
        VerificationError: The body holds something that has no JSON form. Names the JSON path.
    """
    members = to_plain(envelope)
    assert isinstance(members, dict)  # noqa: S101 -- tells the type checker what a dataclass becomes
    signatures = members.pop("signatures")
    return {"type": members.pop("type"), **members, "signatures": signatures}


def encode(envelope: Envelope) -> bytes:
    """An envelope as a file: indented JSON in UTF-8, equal for equal envelopes.

    Raises:
        VerificationError: As `to_json`.
    """
    return write(to_json(envelope))


def decode(data: bytes) -> Envelope:
    """The envelope that a file holds. Nothing in the file is lost: what is not understood is refused.

    Signatures are not verified here, only their form.

    Args:
        data: The bytes of the file.

    Raises:
        InputError: The file is no JSON.
        VerificationError: It is no envelope of a version that we know, or holds a field that this version
            does not know, or a value that breaks a rule of the model. Names the JSON path.
    """
    value = read(data)
    kind = value.get("type") if isinstance(value, dict) else None
    if kind != ENVELOPE_TYPE:
        what = f"$.type: this is no {ENVELOPE_TYPE} but {str(kind)[:60]!a}" if kind else "this is no envelope"
        raise VerificationError(what, hint=OTHER_VERSION)
    envelope = from_plain(Envelope, value)
    for index, signature in enumerate(envelope.signatures):
        _check(signature, f"$.signatures[{index}]")
    return envelope


def signature_bytes(signature: Signature) -> bytes:
    """The 64 bytes of a signature.

    Raises:
        ValueError: It is not base64 in its one canonical form (RFC 4648 §3.5), or of another length.
    """
    raw = b64decode(signature.value, validate=True)
    if b64encode(raw).decode() != signature.value:
        raise ValueError("this base64 has another, canonical form")
    if len(raw) != SIGNATURE_BYTES:
        raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes, not {len(raw)}")
    return raw


def _check(signature: Signature, at: str) -> None:
    if signature.algorithm != ALGORITHM:
        raise VerificationError(f"{at}.algorithm: only {ALGORITHM} is known", hint=OTHER_VERSION)
    if not re.fullmatch(KEYID, signature.keyid):
        raise VerificationError(f"{at}.keyid: a key id is sha256:<64 hex digits>", hint=BROKEN_SIGNATURE)
    try:
        signature_bytes(signature)
    except ValueError as error:
        raise VerificationError(f"{at}.value: {error}", hint=BROKEN_SIGNATURE) from error
