"""Envelope: what any wing learned, in one form. JSON, signable, kept by digest.

The form is published as a JSON schema (docs/reference/envelope.schema.json); `Envelope.type` names its
version, and a reader refuses a type that it does not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis
from roadworthy.model.problem import Problem
from roadworthy.model.subject import Subject

ENVELOPE_TYPE = "roadworthy.envelope/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """Who made an envelope, exactly enough for another lab to repeat it.

    Args:
        tool: Name of the tool, e.g. ``roadworthy inspect``.
        version: Its version.
        digests: What else decided the result, by name: rules, data, extensions; ``sha256:<hex>`` each.
    """

    tool: str
    version: str
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """An Ed25519 signature (RFC 8032) over the envelope's canonical bytes.

    Args:
        keyid: ``sha256:<hex>`` of the raw 32-byte public key.
        algorithm: Always ``ed25519``.
        value: The 64 signature bytes, base64 (RFC 4648 §4).
    """

    keyid: str
    algorithm: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Findings about one subject, with what they rest on.

    Args:
        subject: About what.
        producer: By what.
        as_of: The moment for which it speaks (UTC); not when it was written.
        basis: How it is known; one envelope has one basis.
        findings: What was found, in a stable order.
        problems: What could not be done.
        body_type: Name and version of the body's form, e.g. ``roadworthy.inspection/v1``.
        body: The wing's own document, JSON values only.
        signatures: Zero or more, over everything else.
        type: Name and version of this form.

    Raises:
        ValueError: `as_of` has no time zone.
    """

    subject: Subject
    producer: Producer
    as_of: datetime
    basis: Basis
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    body_type: str
    body: Mapping[str, object]
    signatures: tuple[Signature, ...] = ()
    type: str = ENVELOPE_TYPE

    def __post_init__(self) -> None:
        """Refuse a time without a zone: it names no moment."""
        if self.as_of.tzinfo is None:
            raise ValueError("as_of needs a time zone")
