"""Credential: an account that somebody can log in with, and what is known of its secret."""

from dataclasses import dataclass
from enum import StrEnum

from roadworthy.model.evidence import Evidence


class SecretState(StrEnum):
    """What is known of a credential's secret.

    `EMPTY`: none is asked for. `KNOWN`: it is a publicly known default. `UNKNOWN`: there is one, and it is
    not on the list that was tried. `UNTRIED`: there is one, and it could not be tried (scheme or cost).
    `LOCKED`: no password opens it. `INVALID`: the entry is malformed; systems differ in what they do.
    """

    EMPTY = "empty"
    KNOWN = "known"
    UNKNOWN = "unknown"
    UNTRIED = "untried"
    LOCKED = "locked"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One account of one release.

    Args:
        user: Account name. Untrusted text.
        state: What is known of the secret.
        scheme: How the secret is kept: ``md5crypt``, ``sha512crypt``, ``descrypt``, …; empty without one.
        secret: The secret itself, only where it is a publicly known default; empty otherwise.
        fingerprint: ``sha256:<hex>`` of the stored hash, so that the same secret in two products is seen
            without showing it; empty if there is none.
        login: Whether the account has a shell that lets one in.
        uid: Numeric user id; None when the source does not say (shadow).
        evidence: The line that says so, masked.
    """

    user: str
    state: SecretState
    scheme: str
    secret: str
    fingerprint: str
    login: bool
    uid: int | None
    evidence: tuple[Evidence, ...]
