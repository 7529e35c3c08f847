"""Certificates of the device that practically never end.

What it looks at

The span of validity of certificates whose private key is in the image, and of those that an authority signed
for somebody who may not sign further: more than ten years is too long.

Why it matters

Hardly anything on a device asks whether a certificate was withdrawn, so its end is the only thing that takes
a lost key out of use.

How it can be wrong

It may be a template that every unit replaces, or the certificate of somebody else that the device pins; then
a change of the key comes with an update.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import NOTHING_READ, looked
from roadworthy.inspection.checks.keys._example_keys import (
    AUTHORITY,
    CERTIFICATE,
    LONG_CERTIFICATE,
    LONG_KEY,
    PRIVATE_KEY,
)
from roadworthy.inspection.checks.keys._self_tests import used
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.outcome import Outcome, Severity

_LONGEST: Final = timedelta(days=3660)
_NAME = 80


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each certificate; not applicable where the device has none of its own."""
    keys = used(inspection)
    private = {key.fingerprint for key in keys if key.kind is KeyKind.PRIVATE_KEY}
    own: dict[tuple[str, str], KeyMaterial] = {}
    for key in keys:
        if key.kind is KeyKind.CERTIFICATE and (key.fingerprint in private or _issued(key)):
            own.setdefault((key.fingerprint, key.subject), key)
    long = [key for key in own.values() if _years(key)]
    yield from bounded((_failure(key) for key in long), "certificates are valid for more than ten years")
    if not looked(inspection):
        yield NOTHING_READ
    elif not own:
        yield Verdict(Outcome.NOT_APPLICABLE, "The image holds no certificate other than of authorities.")
    elif not long:
        yield Verdict(Outcome.PASS, "No certificate of the device itself is valid for more than ten years.")


def _issued(key: KeyMaterial) -> bool:
    """Whether an authority signed it for somebody; what signed itself is a root unless its key is here."""
    return not key.authority and key.subject != key.issuer


def _years(key: KeyMaterial) -> int:
    """Length of the validity in years where it is too long; otherwise 0."""
    if key.not_before is None or key.not_after is None or key.not_after - key.not_before <= _LONGEST:
        return 0
    return round((key.not_after - key.not_before).days / 365.25)


def _failure(key: KeyMaterial) -> Verdict:
    name = key.subject[:_NAME] or "without a name"
    message = f"The certificate {name} in {key.evidence[0].path[-1]} is valid for {_years(key)} years."
    return Verdict(Outcome.FAIL, message, key.evidence)


CHECK: Final = Check(
    shows="keys.limited-validity",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/etc/ssl/server.pem": LONG_KEY + LONG_CERTIFICATE}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/roots.pem": LONG_CERTIFICATE}, outcome=Outcome.NOT_APPLICABLE),
        Example(files={"/etc/ssl/server.pem": PRIVATE_KEY + CERTIFICATE}, outcome=Outcome.PASS),
        Example(files={"/etc/ssl/ca.crt": AUTHORITY}, outcome=Outcome.NOT_APPLICABLE),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
