"""Accounts whose password is a publicly known default.

What it looks at

Every account in files like `passwd` and `shadow`, copies included, that has a password and whose shell lets
one in. The stored hash is tried against a short list of passwords known from manuals, published research
and the source of botnets, and against words made from the account's name.

Why it matters

The hash is the same in every unit of the release. Once one person has found the password, all units are
open, and the lists that botnets try are made of such finds.

How it can be wrong

A password that is not on the list is not thereby unknown to strangers: it is still shared by all units and
can be cracked at leisure, so the answer is then "unknown", never a pass. A copy of the file may never be
put to use. Passwords of web interfaces and in configuration files are not looked at here.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks.auth._accounts import NO_ACCOUNTS, severity_of, where_of
from roadworthy.model.credential import Credential, SecretState
from roadworthy.model.outcome import Outcome, Severity

_DOUBT = {
    SecretState.UNKNOWN: "Every unit has the same password for {user}, and it is none of the known defaults.",
    SecretState.UNTRIED: "The password of {user} could not be tried, for its scheme, its cost or its place.",
    SecretState.INVALID: "The password field of {user} is malformed; systems differ in what they make of it.",
    SecretState.EMPTY: "{user} asks for no password, so there is none to try.",
}


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure per account with a known password, one unknown per kind of doubt."""
    accounts = inspection.inventory.credentials
    if not accounts:
        yield NO_ACCOUNTS
        return
    lets_in = [account for account in accounts if account.login and account.state is not SecretState.LOCKED]
    known = [account for account in lets_in if account.state is SecretState.KNOWN]
    yield from bounded((_failure(account) for account in known), "accounts have a publicly known password")
    for state, message in _DOUBT.items():
        doubtful = [account for account in lets_in if account.state is state]
        if doubtful:
            yield _doubt(doubtful, message)
    if not lets_in:
        yield Verdict(Outcome.PASS, f"No password opens any of the {len(accounts)} accounts.")


def _failure(account: Credential) -> Verdict:
    message = (
        f"{account.user} logs in with the publicly known password `{account.secret}`{where_of(account)}."
    )
    return Verdict(Outcome.FAIL, message, account.evidence, severity_of(account))


def _doubt(accounts: list[Credential], message: str) -> Verdict:
    more = f" So it is with {len(accounts) - 1} more." if len(accounts) > 1 else ""
    evidence = tuple(account.evidence[-1] for account in accounts)
    return Verdict(Outcome.UNKNOWN, message.format(user=accounts[0].user) + more, evidence)


def _shadow(user: str, stored: str) -> dict[str, str]:
    return {
        "/etc/passwd": f"{user}:x:0:0::/:/bin/sh\n",
        "/etc/shadow": f"{user}:{stored}:15000:0:99999:7:::\n",
    }


_MD5_ADMIN = "$1$abcdefgh$l/LAqC8oJERu7Cmx6trtY/"
_MD5_1234_UNSALTED = "$1$$iC.dUsGpxNNJGeOm1dFio/"
_MD5_UNLISTED = "$1$abcdefgh$E2IUOVGWn4QIROUcRm1wO/"
_DES_ROOT = "ab6TRGT20sY26"
_SHA256_CAMERA123 = "$5$rounds=1000$abcdefgh$m3OeZ2DJw/hHqrh9dtx4TJJuos20EXxLjYcmNoZ/BM."
_SHA512_ENDLESS = "$6$rounds=999999999$abcdefgh$" + "x" * 86
_YESCRYPT = "$y$j9T$abcdefgh$" + "x" * 43

CHECK: Final = Check(
    shows="auth.no-default-password",
    severity=Severity.CRITICAL,
    run=run,
    examples=(
        Example(files=_shadow("root", _MD5_ADMIN), outcome=Outcome.FAIL),
        Example(files=_shadow("root", _DES_ROOT), outcome=Outcome.FAIL),
        Example(files=_shadow("camera", _SHA256_CAMERA123), outcome=Outcome.FAIL),  # from the account's name
        Example(
            files={"/etc/passwd.bak": f"admin:{_MD5_1234_UNSALTED}:0:0:root:/:/bin/sh\n"},
            outcome=Outcome.FAIL,
        ),
        Example(files=_shadow("root", "*"), outcome=Outcome.PASS),
        Example(files=_shadow("root", "!" + _MD5_ADMIN), outcome=Outcome.PASS),  # locked, the hash kept
        Example(
            files={"/etc/passwd": f"daemon:{_MD5_ADMIN}:1:1::/:/bin/false\n"}, outcome=Outcome.PASS
        ),  # no shell, no way in
        Example(files=_shadow("root", _MD5_UNLISTED), outcome=Outcome.UNKNOWN),
        Example(files=_shadow("root", _SHA512_ENDLESS), outcome=Outcome.UNKNOWN),  # beyond any budget
        Example(files=_shadow("root", _YESCRYPT), outcome=Outcome.UNKNOWN),
        Example(files=_shadow("root", ""), outcome=Outcome.UNKNOWN),  # open, but not by a password
        Example(files={"/etc/hostname": "camera\n"}, outcome=Outcome.UNKNOWN),
    ),
)
