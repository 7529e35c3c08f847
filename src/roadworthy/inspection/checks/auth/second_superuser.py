"""More than one account with user number 0.

What it looks at

The user numbers in each file like `passwd`. Two names with number 0 in one file are one superuser too many.

Why it matters

The second name has all rights of root. It is easily forgotten when root's password is changed or locked, and
it is a favourite way to leave a door open.

How it can be wrong

The second account may be locked; it then waits to be unlocked. A copy of the file may never be put to use.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks.auth._accounts import NO_ACCOUNTS
from roadworthy.model.credential import Credential, SecretState
from roadworthy.model.outcome import Outcome, Severity


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each file that has more than one superuser."""
    accounts = inspection.inventory.credentials
    numbered: dict[tuple[str, ...], dict[str, Credential]] = {}
    for account in accounts:
        if account.uid == 0:
            numbered.setdefault(account.evidence[0].path, {})[account.user] = account
    crowded = [list(each.values()) for each in numbered.values() if len(each) > 1]
    yield from bounded((_failure(each) for each in crowded), "files have several superusers")
    if not numbered:
        yield NO_ACCOUNTS
    elif not crowded:
        yield Verdict(Outcome.PASS, "Each file of accounts has one superuser.")


def _failure(accounts: list[Credential]) -> Verdict:
    users = ", ".join(account.user for account in accounts)
    locked = all(account.state is SecretState.LOCKED or not account.login for account in accounts[1:])
    message = f"{users} all have user number 0 in {accounts[0].evidence[0].path[-1]}."
    evidence = tuple(account.evidence[0] for account in accounts)
    return Verdict(Outcome.FAIL, message, evidence, Severity.LOW if locked else Severity.MEDIUM)


_ROOT = "root:*:0:0:root:/root:/bin/sh\n"

CHECK: Final = Check(
    shows="auth.one-superuser",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/etc/passwd": _ROOT + "service:*:0:0::/:/bin/sh\n"}, outcome=Outcome.FAIL),
        Example(files={"/etc/passwd": _ROOT + "www:*:33:33::/:/bin/false\n"}, outcome=Outcome.PASS),
        Example(  # two copies of one account
            files={"/etc/passwd": _ROOT, "/etc/passwd.bak": _ROOT}, outcome=Outcome.PASS
        ),
        Example(files={"/etc/passwd": "admin:*:0:0::/:/bin/sh\n"}, outcome=Outcome.PASS),
        Example(files={"/etc/hosts": "127.0.0.1 localhost\n"}, outcome=Outcome.UNKNOWN),
    ),
)
