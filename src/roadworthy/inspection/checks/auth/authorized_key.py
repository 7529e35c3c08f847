"""Keys that may log in to every unit.

What it looks at

Public keys in files named `authorized_keys`, wherever they lie in the image.

Why it matters

Whoever holds the private half has a login on every unit, and so has whoever steals it. The owner neither sees
nor can change it.

How it can be wrong

The folder may not be the one that the server reads, or the server may not run. A file that is filled in at
the first start or by a server is not in the image.
"""

import posixpath
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._looking import settled
from roadworthy.model.key_material import KeyMaterial
from roadworthy.model.outcome import Outcome, Severity

_NAMES: Final = ("authorized_keys", "authorized_keys2")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each key; a pass if files were looked at and none authorises a key."""
    keys = [key for key in inspection.inventory.keys if _name(key) in _NAMES]
    good = "No file of the image authorises a key to log in."
    yield from settled(inspection, (_failure(key) for key in keys), many="keys may log in", good=good)


def _name(key: KeyMaterial) -> str:
    return posixpath.basename(key.evidence[0].path[-1])


def _failure(key: KeyMaterial) -> Verdict:
    kind = f"{key.algorithm.upper()} key" if key.algorithm else "key"
    message = f"{key.evidence[0].path[-1]} lets the holder of one {kind} into every unit."
    return Verdict(Outcome.FAIL, message, key.evidence)


_ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

CHECK: Final = Check(
    shows="auth.no-shipped-authorized-keys",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files={"/root/.ssh/authorized_keys": f"{_ED25519} me@desk\n"}, outcome=Outcome.FAIL),
        Example(
            files={"/etc/dropbear/authorized_keys": f'command="/bin/sync" {_ED25519}\n'},
            outcome=Outcome.FAIL,
        ),
        Example(files={"/root/.ssh/authorized_keys": f"# {_ED25519}\n"}, outcome=Outcome.PASS),
        Example(files={"/root/.ssh/authorized_keys": "", "/bin/sh": "\x7fELF"}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
