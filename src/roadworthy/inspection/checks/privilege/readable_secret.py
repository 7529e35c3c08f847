"""Secret files that every account may read.

What it looks at

Files named `shadow` and their copies that hold a password hash, and files that hold a private key: others may
not read them.

Why it matters

A flaw that lets a stranger read one file, the mildest of flaws, then gives him keys and password hashes.

How it can be wrong

The folder above may be closed. Where every program runs as root, modes protect nothing. Public copies of an
image may have lost the true modes.
"""

import posixpath
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._looking import nodes, settled
from roadworthy.inspection.checks.keys._example_keys import CERTIFICATE, PRIVATE_KEY
from roadworthy.inspection.checks.keys._self_tests import used
from roadworthy.model.key_material import KeyKind
from roadworthy.model.outcome import Outcome, Severity

_OTHERS_READ: Final = 0o004


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each file; a pass if files were looked at and none lies open."""
    hashes = {
        place.path
        for account in inspection.inventory.credentials
        if account.scheme
        for place in account.evidence[-1:]
        if "shadow" in posixpath.basename(place.path[-1])
    }
    keys = {
        key.evidence[0].path
        for key in used(inspection)
        if key.kind is KeyKind.PRIVATE_KEY and not key.encrypted
    }
    failures = [
        Verdict(Outcome.FAIL, f"{node.path} holds {what} and is open to every account.", (place,))
        for node, place in nodes(inspection)
        for what, wanted in (("password hashes", hashes), ("a private key", keys))
        if place.path in wanted and node.mode & _OTHERS_READ
    ]
    good = "No file with password hashes or private keys is open to every account."
    yield from settled(inspection, failures, many="secret files are open", good=good)


_SHADOW = "root:$6$" + "s" * 8 + "$" + "a" * 86 + ":1:0:99999:7:::\n"

CHECK: Final = Check(
    shows="privilege.secrets-unreadable-to-others",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/etc/shadow": _SHADOW}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/server.key": PRIVATE_KEY}, outcome=Outcome.FAIL),
        Example(files={"/etc/shadow": _SHADOW}, modes={"/etc/shadow": 0o600}, outcome=Outcome.PASS),
        Example(files={"/etc/shadow": "root:*:1:0:99999:7:::\n"}, outcome=Outcome.PASS),
        Example(files={"/etc/ssl/server.crt": CERTIFICATE}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
