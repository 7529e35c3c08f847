"""Private keys in the image.

What it looks at

Private keys in any file, programs included: PEM, DER, PKCS#12 and Java key stores, and Dropbear's host keys.
One failure per key, wherever copies of it lie. A store that a password of everybody opens counts as open.

Why it matters

Everybody can download the image and take the key. It is the same in every unit: whoever has it can pose as
any of them, or as their server, and read what was sent to it.

How it can be wrong

It may be a test key that nothing uses, or be replaced at the first start. Those that GnuTLS and Mbed TLS
carry for their self-test are known, and do not count in the library itself. A passphrase helps only if it is
not in the image too. Keys in forms of a maker's own or in encrypted parts are not seen.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks.keys._example_keys import (
    CERTIFICATE,
    ENCRYPTED_KEY,
    PRIVATE_KEY,
    PUBLIC_KEY,
)
from roadworthy.inspection.checks.keys._self_tests import used
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.outcome import Outcome, Severity


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure per key; a pass if files were looked at and none holds one."""
    found = [key for key in used(inspection) if key.kind is KeyKind.PRIVATE_KEY]
    files = sum(node.kind is NodeKind.FILE for root in inspection.roots for node in root.nodes.values())
    certified = {
        key.fingerprint
        for key in inspection.inventory.keys
        if key.kind is KeyKind.CERTIFICATE and key.fingerprint
    }
    if found:
        yield from bounded(
            (
                _failure(list(copies), certified)
                for _, copies in groupby(sorted(found, key=_identity), key=_identity)
            ),
            "private keys lie in the image",
        )
    elif files:
        tests = any(key.kind is KeyKind.PRIVATE_KEY for key in inspection.inventory.keys)
        aside = ", but for the self-test of a library" if tests else ""
        message = f"None of the {files} files holds a private key in a form that is known{aside}."
        yield Verdict(Outcome.PASS, message)
    elif inspection.programs:
        yield Verdict(Outcome.PASS, "The program holds no private key in PEM.")
    else:
        yield Verdict(Outcome.UNKNOWN, "No file of the image could be looked at.")


def _identity(key: KeyMaterial) -> str:
    """The key itself; where it cannot be read, its place."""
    return key.fingerprint or key.evidence[0].place


def _failure(copies: list[KeyMaterial], certified: set[str]) -> Verdict:
    key = copies[0]
    evidence = tuple(place for copy in copies for place in copy.evidence)
    bits = f" of {key.bits} bits" if key.bits else ""
    name = f"{key.algorithm.upper()} key{bits}" if key.algorithm else "key"
    place = evidence[0].path[-1]
    more = f" and {len(evidence) - 1} more" if len(evidence) > 1 else ""
    if all(copy.encrypted for copy in copies):
        message = f"Every unit has the same private {name}, behind a passphrase, in {place}{more}."
        return Verdict(Outcome.FAIL, message, evidence, Severity.MEDIUM)
    matched = " and the certificate that goes with it" if key.fingerprint in certified else ""
    return Verdict(
        Outcome.FAIL, f"Every unit has the same private {name}{matched}, in {place}{more}.", evidence
    )


_BEGIN, _END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
_RECOGNISER = f"\x7fELF\0{_BEGIN}\0{_END}\0"  # the texts by which a program recognises a key
_FORM = f"{_BEGIN}\nput your key here\n{_END}\n"

CHECK: Final = Check(
    shows="keys.no-private-key-in-image",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files={"/etc/ssl/server.key": PRIVATE_KEY}, outcome=Outcome.FAIL),
        Example(files={"/usr/bin/httpd": "\x7fELF\0" + PRIVATE_KEY + "\0"}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/server.pem": PRIVATE_KEY + CERTIFICATE}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/server.key": ENCRYPTED_KEY}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/server.crt": CERTIFICATE, "/etc/key.pub": PUBLIC_KEY}, outcome=Outcome.PASS),
        Example(files={"/usr/lib/libcrypto.so": _RECOGNISER}, outcome=Outcome.PASS),
        Example(files={"/etc/ssl/README": _FORM}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
