"""Passwords that are fixed in the image.

What it looks at

Every account in files like `passwd` and `shadow` that has a password hash and whose shell lets one in.

Why it matters

The hash is the same in every unit of the release, and everybody can download it. Whoever finds the password,
by guessing for a week or by asking somebody who knows, opens all units.

How it can be wrong

The first start may replace the password by one of the unit's own, or lock the account; the image does not
always show that. A copy of the file may never be put to use.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks.auth._accounts import NO_ACCOUNTS, where_of
from roadworthy.model.credential import Credential, SecretState
from roadworthy.model.outcome import Outcome, Severity

_FIXED = (SecretState.KNOWN, SecretState.UNKNOWN, SecretState.UNTRIED)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each hash; unknown where passwords are kept elsewhere."""
    accounts = [account for account in inspection.inventory.credentials if account.login]
    fixed: dict[str, list[Credential]] = {}
    for account in accounts:
        if account.state in _FIXED and account.scheme:
            fixed.setdefault(account.fingerprint, []).append(account)
    elsewhere = [each for each in accounts if each.state in (SecretState.UNTRIED, SecretState.INVALID)]
    yield from bounded((_failure(same) for same in fixed.values()), "passwords are fixed in the image")
    if not inspection.inventory.credentials:
        yield NO_ACCOUNTS
    elif not fixed and elsewhere:
        message = f"The secret of {elsewhere[0].user} is malformed or kept outside the image."
        yield Verdict(Outcome.UNKNOWN, message, tuple(each.evidence[-1] for each in elsewhere))
    elif not fixed:
        yield Verdict(Outcome.PASS, "No account that lets one in has a password in the image.")


def _failure(same: list[Credential]) -> Verdict:
    users = " and ".join(sorted({account.user for account in same}))
    message = f"The password of {users} is in the image, the same in every unit{where_of(same[0])}."
    return Verdict(Outcome.FAIL, message, tuple(account.evidence[-1] for account in same))


_LINE = "root:{}:0:0:root:/root:{}\n"
_HASH = "$6$" + "s" * 8 + "$" + "a" * 86

CHECK: Final = Check(
    shows="auth.no-shared-password",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/etc/passwd": _LINE.format(_HASH, "/bin/sh")}, outcome=Outcome.FAIL),
        Example(files={"/etc/passwd": _LINE.format("$y$j9T$salt$" + "a" * 43, "")}, outcome=Outcome.FAIL),
        Example(files={"/etc/passwd": _LINE.format("*", "/bin/sh")}, outcome=Outcome.PASS),
        Example(files={"/etc/passwd": _LINE.format(_HASH, "/bin/false")}, outcome=Outcome.PASS),
        Example(files={"/etc/passwd": _LINE.format("x", "/bin/sh")}, outcome=Outcome.UNKNOWN),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
