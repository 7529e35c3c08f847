"""Canonical JSON (RFC 8785, JCS): the one sequence of bytes that digests and signatures are made over."""

import hashlib
from dataclasses import fields

import rfc8785

from roadworthy.codecs.plain import to_plain
from roadworthy.model.envelope import Envelope


def canonical(value: object) -> bytes:
    """The canonical bytes of a value (RFC 8785 §3.2).

    Args:
        value: Anything that `to_plain` takes.

    Raises:
        VerificationError: It holds something that JSON cannot carry without loss: an integer beyond
            ±(2^53 - 1), NaN, infinity, half of a surrogate pair. Names the JSON path.
    """
    return rfc8785.dumps(to_plain(value))


def unsigned(envelope: Envelope) -> bytes:
    """The canonical bytes of an envelope without its signatures: what is signed, and what has the digest."""
    names = (each.name for each in fields(envelope) if each.name != "signatures")
    return canonical({name: getattr(envelope, name) for name in names})


def digest(envelope: Envelope) -> str:
    """The name under which an envelope is filed: ``sha256:<hex>`` of `unsigned`.

    Signing does not change it: two labs that come to the same result file it under the same digest.
    """
    return "sha256:" + hashlib.sha256(unsigned(envelope)).hexdigest()
