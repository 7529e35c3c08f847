"""Certificates signed with MD5 or SHA-1.

What it looks at

The hash function in the signature of every certificate that somebody else signed. The signature that a root
makes on itself proves nothing anyway and is left out.

Why it matters

Two different documents with the same MD5 or SHA-1 hash can be made. A signature on one is then a signature on
the other, and a stranger may hold the other one.

How it can be wrong

The certificate may not be in use. Making a false one needs the help, or the neglect, of the authority that
signs.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import NOTHING_READ, looked
from roadworthy.inspection.checks.keys._example_keys import (
    CERTIFICATE,
    SHA1_CERTIFICATE,
    SHA1_ROOT,
    TEST_CERTIFICATE,
)
from roadworthy.inspection.checks.keys._self_tests import used
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.outcome import Outcome, Severity

_WEAK: Final = {"md2": Severity.HIGH, "md5": Severity.HIGH, "sha1": Severity.MEDIUM}
_NAME = 80


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each certificate; not applicable where nobody signed one."""
    signed = [
        key for key in used(inspection) if key.kind is KeyKind.CERTIFICATE and key.subject != key.issuer
    ]
    weak: dict[tuple[str, str], list[KeyMaterial]] = {}
    for key in signed:
        if key.signature_hash in _WEAK:
            weak.setdefault((key.fingerprint, key.subject), []).append(key)
    yield from bounded((_failure(same) for same in weak.values()), "certificates are weakly signed")
    if not looked(inspection):
        yield NOTHING_READ
    elif not signed:
        yield Verdict(Outcome.NOT_APPLICABLE, "The image holds no certificate that somebody else signed.")
    elif not weak:
        yield Verdict(Outcome.PASS, f"All {len(signed)} signed certificates use a strong hash.")


def _failure(same: list[KeyMaterial]) -> Verdict:
    key = same[0]
    name = key.subject[:_NAME] or "without a name"
    evidence = tuple(place for each in same for place in each.evidence)
    message = f"The certificate {name} in {evidence[0].path[-1]} is signed with {key.signature_hash.upper()}."
    severity = Severity.LOW if key.authority else _WEAK[key.signature_hash]  # an anchor is trusted as it is
    return Verdict(Outcome.FAIL, message, evidence, severity)


CHECK: Final = Check(
    shows="keys.strong-signatures",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/etc/ssl/server.crt": SHA1_CERTIFICATE}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/server.crt": TEST_CERTIFICATE}, outcome=Outcome.PASS),
        Example(
            files={"/etc/ssl/server.crt": CERTIFICATE},
            outcome=Outcome.NOT_APPLICABLE,
        ),
        Example(files={"/etc/ssl/ca.crt": SHA1_ROOT}, outcome=Outcome.NOT_APPLICABLE),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
