"""The private key of a certificate authority in the image.

What it looks at

Private keys that belong to a certificate in the image which may sign others, and unencrypted ones that lie in
a file with such a certificate.

Why it matters

Such a key makes new identities. Whoever takes it out of the image can pass for any server or unit that trusts
the authority.

How it can be wrong

A unit that signs its own certificate often marks it as an authority although nobody else trusts it; the key
is then no worse than any other private key in the image. Keys behind a passphrase cannot be matched.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._looking import settled
from roadworthy.inspection.checks.keys._example_keys import (
    AUTHORITY,
    AUTHORITY_KEY,
    CERTIFICATE,
    PRIVATE_KEY,
)
from roadworthy.inspection.checks.keys._self_tests import used
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.outcome import Outcome, Severity

_NAME = 80


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each key; a pass if files were looked at and none holds one."""
    keys = used(inspection)
    authorities = {key.fingerprint: key for key in keys if key.authority and key.fingerprint}
    found: dict[str, list[KeyMaterial]] = {}
    for key in keys:
        if key.kind is KeyKind.PRIVATE_KEY and key.fingerprint in authorities:
            found.setdefault(key.fingerprint, []).append(key)
    failures = (_failure(same, authorities[print_]) for print_, same in found.items())
    good = "No private key in the image belongs to a certificate in it that may sign others."
    yield from settled(
        inspection, failures, many="keys of authorities lie in the image", good=good, programs=True
    )


def _failure(same: list[KeyMaterial], authority: KeyMaterial) -> Verdict:
    evidence = tuple(place for each in (*same, authority) for place in each.evidence)
    name = authority.subject[:_NAME] or "without a name"
    message = f"The private key of the authority {name} lies in {evidence[0].path[-1]}."
    return Verdict(Outcome.FAIL, message, evidence)


CHECK: Final = Check(
    shows="keys.no-authority-key-in-image",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files={"/etc/ssl/ca.pem": AUTHORITY_KEY + AUTHORITY}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/ca.crt": AUTHORITY, "/opt/ca.key": AUTHORITY_KEY}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/ca.crt": AUTHORITY}, outcome=Outcome.PASS),
        Example(files={"/etc/ssl/server.pem": PRIVATE_KEY + CERTIFICATE}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
