"""Secret: something in the image that ought to be known to one device only, other than keys and passwords."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret, never shown.

    Args:
        kind: ``wifi-passphrase``, ``api-token``, ``cloud-key``, ``basic-auth``, ``config-password``, ….
        name: What it is called where it stands. Untrusted text.
        fingerprint: ``scrypt:<hex>`` of the secret (n=2**14, r=8, p=1, 32 bytes, salt
            ``roadworthy secret fingerprint v1``), so that the same one in two products is seen and guessing
            is slow; ``sha256:<hex>`` of a random token; empty where a file system holds too many.
        evidence: Where it stands, masked.
    """

    kind: str
    name: str
    fingerprint: str
    evidence: tuple[Evidence, ...]
