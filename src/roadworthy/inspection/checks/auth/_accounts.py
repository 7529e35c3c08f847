"""What the checks on accounts have in common: which copies count how much, and how an account is named."""

from typing import Final

from roadworthy.inspection.check import Verdict
from roadworthy.model.credential import Credential
from roadworthy.model.outcome import Outcome, Severity

NO_ACCOUNTS: Final = Verdict(
    Outcome.UNKNOWN, "The image has no file of accounts; whoever can log in is decided elsewhere."
)
_IN_USE = ("/etc/passwd", "/etc/shadow")


def place_of(account: Credential) -> str:
    """The file inside the image that decides."""
    return account.evidence[-1].path[-1]


def severity_of(account: Credential) -> Severity:
    """How bad it is that a stranger gets in: worst for root in the file that logins read."""
    root = account.uid == 0 or (account.uid is None and account.user == "root")
    return Severity.CRITICAL if root and place_of(account) in _IN_USE else Severity.HIGH


def where_of(account: Credential) -> str:
    """Empty for the files that logins read; otherwise which copy it is."""
    place = place_of(account)
    return "" if place in _IN_USE else f", says {place}, a copy that a script may put to use"
