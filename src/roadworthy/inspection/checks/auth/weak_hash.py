"""Stored passwords whose hash is fast to guess.

What it looks at

The scheme of every password hash in files like `passwd` and `shadow`: DES and its kin, NT hashes and md5crypt
are weak. Accounts that cannot log in count as well, for the hash can be used elsewhere.

Why it matters

Whoever gets a copy of the file guesses at leisure. With these schemes common hardware tries from millions to
billions of passwords a second; DES even ignores all beyond the eighth character.

How it can be wrong

The file may be replaced at the first start by one with better hashes. A strong scheme does not help a weak
password: that is another check.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks.auth._accounts import NO_ACCOUNTS, place_of
from roadworthy.model.credential import Credential
from roadworthy.model.outcome import Outcome, Severity

_WEAK: Final = {
    "descrypt": Severity.HIGH,
    "bsdicrypt": Severity.HIGH,
    "nthash": Severity.HIGH,
    "md5crypt": Severity.MEDIUM,
    "sunmd5": Severity.MEDIUM,
    "sha1crypt": Severity.LOW,
}


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each stored hash; not applicable where no password is stored."""
    accounts = inspection.inventory.credentials
    if not accounts:
        yield NO_ACCOUNTS
        return
    weak: dict[str, list[Credential]] = {}
    for account in accounts:
        if account.scheme in _WEAK:
            weak.setdefault(account.fingerprint, []).append(account)
    yield from bounded((_failure(same) for same in weak.values()), "passwords are stored with weak hashes")
    if not weak and any(account.scheme for account in accounts):
        yield Verdict(Outcome.PASS, "All stored passwords are hashed with slow schemes.")
    elif not weak:
        yield Verdict(Outcome.NOT_APPLICABLE, "The files of accounts hold no password hash.")


def _failure(same: list[Credential]) -> Verdict:
    first = same[0]
    evidence = tuple(account.evidence[-1] for account in same)
    message = (
        f"The password of {first.user} in {place_of(first)} is hashed with {first.scheme}, which is weak."
    )
    return Verdict(Outcome.FAIL, message, evidence, _WEAK[first.scheme])


_LINE = "root:{}:0:0:root:/root:/bin/sh\n"
_SHA512 = "$6$" + "s" * 8 + "$" + "a" * 86

CHECK: Final = Check(
    shows="auth.strong-password-storage",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/etc/passwd": _LINE.format("ab" + "c" * 11)}, outcome=Outcome.FAIL),
        Example(files={"/etc/passwd": _LINE.format("$1$salt$" + "a" * 22)}, outcome=Outcome.FAIL),
        Example(files={"/etc/passwd": _LINE.format(_SHA512)}, outcome=Outcome.PASS),
        Example(files={"/etc/passwd": _LINE.format("*")}, outcome=Outcome.NOT_APPLICABLE),
        Example(files={"/etc/motd": "$1$salt$" + "a" * 22}, outcome=Outcome.UNKNOWN),
    ),
)
