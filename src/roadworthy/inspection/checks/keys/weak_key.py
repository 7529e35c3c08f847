"""Keys that are too short.

What it looks at

Algorithm and size of every private key, public key and certificate in the image: RSA below 2048 bits,
elliptic curves below 224 bits, and DSA. Roots of others that the device only trusts are told file by file, as
a smaller matter.

Why it matters

Whoever computes the private half signs and decrypts as the owner does. RSA of 512 bits falls in hours on
rented machines, 1024 bits is within reach of states, and DSA has been given up.

How it can be wrong

The key may be a test key that nothing uses, or one that the first start replaces. Sizes of keys of an unknown
kind are not known.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import MAX_FINDINGS, bounded
from roadworthy.inspection.checks._looking import NOTHING_READ, looked
from roadworthy.inspection.checks.keys._example_keys import CERTIFICATE, PRIVATE_KEY, SHORT_KEY_CERTIFICATE
from roadworthy.inspection.checks.keys._self_tests import used
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.outcome import Outcome, Severity

_LEAST: Final = {
    "rsa": 2048,
    "dsa": 1 << 20,
    "ec": 224,
}  # NIST SP 800-57 part 1 rev. 5, table 2; DSA: FIPS 186-5
_BROKEN = 1024


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each key, and one for each file of roots; not applicable where there is no key."""
    keys = [key for key in used(inspection) if key.bits]
    private = {key.fingerprint for key in keys if key.kind is KeyKind.PRIVATE_KEY}
    weak: dict[str, list[KeyMaterial]] = {}
    roots: dict[str, list[KeyMaterial]] = {}
    for key in keys:
        if key.bits < _LEAST.get(key.algorithm, 0):
            trusted = key.authority and key.fingerprint not in private
            group, name = (roots, key.evidence[0].place) if trusted else (weak, key.fingerprint)
            group.setdefault(name.rpartition(":")[0] if trusted else name, []).append(key)
    yield from bounded((_failure(same) for same in weak.values()), "keys are too short")
    yield from bounded((_roots(same) for same in roots.values()), "files hold roots with short keys")
    if not keys:
        yield _none(inspection)
    elif not weak and not roots:
        yield Verdict(Outcome.PASS, f"All {len(keys)} keys and certificates are long enough.")


def _none(inspection: Inspection) -> Verdict:
    if looked(inspection):
        return Verdict(Outcome.NOT_APPLICABLE, "The image holds no key whose size is known.")
    return NOTHING_READ


def _failure(same: list[KeyMaterial]) -> Verdict:
    key = same[0]
    evidence = tuple(place for each in same for place in each.evidence)[:MAX_FINDINGS]
    message = f"The {key.algorithm.upper()} key of {key.bits} bits in {evidence[0].path[-1]} is weak."
    severity = Severity.HIGH if key.bits < _BROKEN else Severity.MEDIUM
    return Verdict(Outcome.FAIL, message, evidence, severity)


def _roots(same: list[KeyMaterial]) -> Verdict:
    evidence = tuple(place for each in same for place in each.evidence)[:MAX_FINDINGS]
    noun = "root certificate has a short key" if len(same) == 1 else "root certificates have short keys"
    return Verdict(Outcome.FAIL, f"{len(same)} {noun} in {evidence[0].path[-1]}.", evidence, Severity.LOW)


CHECK: Final = Check(
    shows="keys.strong-key-sizes",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/etc/ssl/server.crt": SHORT_KEY_CERTIFICATE}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/server.pem": PRIVATE_KEY + CERTIFICATE}, outcome=Outcome.PASS),
        Example(files={"/etc/ssl/README": "no key\n"}, outcome=Outcome.NOT_APPLICABLE),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
