"""Accounts that let one in without a password.

What it looks at

Every account in files like `passwd` and `shadow`, copies included, whose password field is empty or holds
the hash of an empty password, and whose shell lets one in.

Why it matters

Nothing has to be guessed. Whoever reaches a login (telnet, SSH, the serial port) is in, as root where it is
root's account. Worms try this first.

How it can be wrong

A copy of the file may never be put to use; a script may set the password before the network is up. SSH
servers may refuse empty passwords, while telnet and the serial console take them. Accounts made at the
first start are not seen.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks.auth._accounts import NO_ACCOUNTS, severity_of, where_of
from roadworthy.model.credential import Credential, SecretState
from roadworthy.model.outcome import Outcome, Severity


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure per open account; otherwise whatever is least certain."""
    accounts = inspection.inventory.credentials
    if not accounts:
        yield NO_ACCOUNTS
        return
    lets_in = [account for account in accounts if account.login]
    opened = [account for account in lets_in if account.state is SecretState.EMPTY]
    unclear = [account for account in lets_in if _is_unclear(account)]
    yield from bounded((_failure(account) for account in opened), "accounts let one in without a password")
    for account in unclear[:1]:
        yield Verdict(
            Outcome.UNKNOWN,
            f"{len(unclear)} of {len(accounts)} accounts cannot be judged: the secret of {account.user} is "
            "malformed or kept outside the image.",
            tuple(account.evidence[-1] for account in unclear),
        )
    if not opened and not unclear:
        yield Verdict(Outcome.PASS, f"None of the {len(accounts)} accounts lets one in without a password.")


def _is_unclear(account: Credential) -> bool:
    return account.state is SecretState.INVALID or (
        account.state is SecretState.UNTRIED and not account.scheme
    )


def _failure(account: Credential) -> Verdict:
    message = f"{account.user} logs in without a password{where_of(account)}."
    return Verdict(Outcome.FAIL, message, account.evidence, severity_of(account))


_LOCKED = "root:*:0:0:99999:7:::\n"
_OPEN = "root::0:0:99999:7:::\n"
_ROOT = "root:x:0:0:root:/root:/bin/sh\n"

CHECK: Final = Check(
    shows="auth.no-empty-password",
    severity=Severity.CRITICAL,
    run=run,
    examples=(
        Example(files={"/etc/passwd": _ROOT, "/etc/shadow": _OPEN}, outcome=Outcome.FAIL),
        Example(files={"/etc/passwd": "root::0:0:root:/root:/bin/sh\n"}, outcome=Outcome.FAIL),
        Example(files={"/etc_ro/passwd": "admin::0:0::/:/bin/sh\n"}, outcome=Outcome.FAIL),
        Example(  # the hash of nothing at all
            files={"/etc/passwd": "root:$1$$qRPK7m23GJusamGpoGLby/:0:0:root:/:/bin/sh\n"},
            outcome=Outcome.FAIL,
        ),
        Example(files={"/etc/passwd": _ROOT, "/etc/shadow": _LOCKED}, outcome=Outcome.PASS),
        Example(  # no shell, no way in
            files={"/etc/passwd": "ftp::55:55:ftp:/home/ftp:/bin/false\nroot:!:0:0::/:/bin/sh\n"},
            outcome=Outcome.PASS,
        ),
        Example(
            files={"/etc/passwd": _ROOT}, outcome=Outcome.UNKNOWN
        ),  # the shadow file comes from elsewhere
        Example(files={"/bin/passwd": "\x7fELF"}, outcome=Outcome.UNKNOWN),  # named like one, and none
    ),
)
