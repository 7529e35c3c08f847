"""Key material: certificates and keys that lie in the image."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roadworthy.model.evidence import Evidence


class KeyKind(StrEnum):
    """What it is."""

    PRIVATE_KEY = "private-key"
    PUBLIC_KEY = "public-key"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMaterial:
    """One key or certificate.

    Args:
        kind: What it is.
        algorithm: ``rsa``, ``ec``, ``ed25519``, ``dsa``, …; empty when it could not be told.
        bits: Key size in bits; 0 when unknown.
        fingerprint: ``sha256:<hex>`` of the SubjectPublicKeyInfo (DER), the same for a private key, its
            public key and its certificate; empty when it could not be computed (encrypted, damaged).
        encrypted: Whether a passphrase protects it; for private keys.
        subject: Subject of a certificate, RFC 4514; empty otherwise. Untrusted text.
        issuer: Issuer of a certificate, RFC 4514; empty otherwise. Untrusted text.
        authority: Whether the certificate may sign others (basicConstraints cA).
        not_before: Start of a certificate's validity (UTC).
        not_after: End of a certificate's validity (UTC).
        signature_hash: Hash function of a certificate's signature: ``sha256``, ``sha1``, ``md5``; empty
            otherwise and where the algorithm names none.
        evidence: Where it lies. Never with the secret itself.
    """

    kind: KeyKind
    algorithm: str
    bits: int
    fingerprint: str
    encrypted: bool = False
    subject: str = ""
    issuer: str = ""
    authority: bool = False
    not_before: datetime | None = None
    not_after: datetime | None = None
    signature_hash: str = ""
    evidence: tuple[Evidence, ...]
