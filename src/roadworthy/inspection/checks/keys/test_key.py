"""Keys and certificates that were made for tests.

What it looks at

The names in certificates: those of the test authorities that ship with TLS libraries (PolarSSL and mbed TLS,
wolfSSL, OpenSSL, GnuTLS), Debian's snake oil, and `localhost.localdomain` with its `SomeOrganization`. Inside
a program the matter is smaller: a library may carry its self-test.

Why it matters

The private halves are published with the source. A product that uses such a certificate, or trusts such an
authority, has no lock.

How it can be wrong

The certificate may lie there unused. A maker's own test keys under names of its own are not known.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._looking import settled
from roadworthy.inspection.checks.keys._example_keys import CERTIFICATE, TEST_CERTIFICATE
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.outcome import Outcome, Severity

_TEST: Final = re.compile(
    r"(?i)PolarSSL (?:Server|Client)|PolarSSL Test|mbed ?TLS Test|www\.wolfssl\.com|wolfSSL Inc|Sawtooth"
    r"|OpenSSL (?:RSA )?test|Test (?:PCA|CA \(1024 bit\))|GnuTLS Test|snake ?oil|SomeOrganization"
    r"|CN=localhost\.localdomain"
)
_NAME = 80


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each certificate; a pass if files were looked at and none is known as a test's."""
    found: dict[tuple[str, str], list[KeyMaterial]] = {}
    for key in inspection.inventory.keys:
        if key.kind is KeyKind.CERTIFICATE and _TEST.search(f"{key.subject},{key.issuer}"):
            found.setdefault((key.fingerprint, key.subject), []).append(key)
    good = "No certificate in the image bears the name of a known test."
    yield from settled(
        inspection, (_failure(same) for same in found.values()), many="test keys", good=good, programs=True
    )


def _failure(same: list[KeyMaterial]) -> Verdict:
    evidence = tuple(place for each in same for place in each.evidence)
    in_program = all(place.offset is not None for place in evidence)
    message = f"The certificate {same[0].subject[:_NAME]} in {evidence[0].path[-1]} was made for tests."
    return Verdict(Outcome.FAIL, message, evidence, Severity.LOW if in_program else Severity.HIGH)


CHECK: Final = Check(
    shows="keys.no-test-keys",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files={"/etc/ssl/server.crt": TEST_CERTIFICATE}, outcome=Outcome.FAIL),
        Example(files={"/usr/lib/libtls.so": "\x7fELF\0" + TEST_CERTIFICATE + "\0"}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/server.crt": CERTIFICATE}, outcome=Outcome.PASS),
        Example(files={"/etc/motd": "PolarSSL Test\n"}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
