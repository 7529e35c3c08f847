"""Secrets in the configuration of the image.

What it looks at

Radio passphrases, passwords, tokens and logins in addresses that stand in configuration files. They are shown
by name and place only.

Why it matters

An image can be downloaded and read. A secret in it is the same for all units, and opens a network or a server
to strangers.

How it can be wrong

A value may be a placeholder that the first start replaces, or protect nothing. Secrets inside programs and in
forms of a maker's own are not seen.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._looking import settled
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.secret import Secret

_TOLD: Final = {
    "wifi-passphrase": ("the passphrase of a radio network", Severity.HIGH),
    "cloud-key": ("the key to a cloud account", Severity.CRITICAL),
    "api-token": ("a token for a service", Severity.HIGH),
    "basic-auth": ("a login with its password", Severity.HIGH),
}
_OTHER: Final = ("a password or secret", Severity.MEDIUM)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each secret, wherever copies of it stand."""
    same: dict[tuple[str, str], list[Secret]] = {}
    for each in inspection.inventory.secrets:
        same.setdefault((each.kind, each.fingerprint), []).append(each)
    failures = [_failure(copies) for copies in same.values()]
    good = "No configuration file holds a secret in a form that is known."
    yield from settled(inspection, failures, many="secrets stand in configuration", good=good)


def _failure(copies: list[Secret]) -> Verdict:
    what, severity = _TOLD.get(copies[0].kind, _OTHER)
    evidence = tuple(place for each in copies for place in each.evidence)
    message = f"{evidence[0].path[-1]} holds {what} ({copies[0].name[:40]}), the same in every unit."
    return Verdict(Outcome.FAIL, message, evidence, severity)


CHECK: Final = Check(
    shows="data.no-secrets-in-image",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/etc/hostapd.conf": "wpa_passphrase=open-sesame\n"}, outcome=Outcome.FAIL),
        Example(files={"/etc/agent.conf": "mqtt_password = Jk39dkw\n"}, outcome=Outcome.FAIL),
        Example(files={"/etc/agent.conf": "mqtt_password =\npassword = $PASS\n"}, outcome=Outcome.PASS),
        Example(files={"/etc/hostapd.conf": "wpa=2\n"}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
