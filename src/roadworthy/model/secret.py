"""Secret: something in the image that ought to be known to one device only, other than keys and passwords."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret, never shown.

    Args:
        kind: ``wifi-passphrase``, ``api-token``, ``cloud-key``, ``basic-auth``, ``config-password``, ….
        name: What it is called where it stands. Untrusted text.
        fingerprint: ``sha256:<hex>`` of the secret, so that the same one in two products is seen.
        evidence: Where it stands, masked.
    """

    kind: str
    name: str
    fingerprint: str
    evidence: tuple[Evidence, ...]
