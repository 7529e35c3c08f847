"""Remote login as root by password.

What it looks at

The SSH servers that start at boot: Dropbear's options (`-s`, `-g`, `-w`) and its settings in
`/etc/config/dropbear`; OpenSSH's `PermitRootLogin` and `PasswordAuthentication`. A root account that no
password opens settles it, too.

Why it matters

The name is known, so only the password has to be guessed. Success gives everything at once, and machines try
day and night.

How it can be wrong

A firewall may keep strangers from the port. Settings may be changed at the first start, and so may the
password. What `Match` blocks change is not looked at, nor what a script puts on the command line at run time.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import boot_is_known, doubt, settings, started
from roadworthy.model.credential import SecretState
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.service import Service

_OFF = frozenset(("off", "no", "0", "false", "disabled"))
_REFUSES = frozenset("sgw")  # dropbear(8): no passwords, none for root, no root at all
_CLOSED = (SecretState.LOCKED,)
_CLOSED_TO_ROOT = frozenset(("no", "prohibit-password", "without-password", "forced-commands-only"))


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each server that takes root's password; unknown where its start is in doubt."""
    servers = started(inspection, ("dropbear", "sshd"))
    if not servers:
        yield _none(inspection)
        return
    roots = [each for each in inspection.inventory.credentials if each.user == "root" and each.login]
    if roots and all(each.state in _CLOSED for each in roots):
        yield Verdict(Outcome.PASS, "SSH starts, and no password opens root.", roots[0].evidence)
        return
    verdicts = [_judged(server, inspection) for server in servers]
    yield from bounded(
        (each for each in verdicts if each.outcome is Outcome.FAIL), "servers take root's password"
    )
    yield from [each for each in verdicts if each.outcome is not Outcome.FAIL][:1]


def _none(inspection: Inspection) -> Verdict:
    if boot_is_known(inspection):
        return Verdict(Outcome.NOT_APPLICABLE, "The boot files start no SSH server.")
    return Verdict(
        Outcome.UNKNOWN, "No service was found that starts at boot, so nothing can be said of SSH."
    )


def _judged(server: Service, inspection: Inspection) -> Verdict:
    refuses = _dropbear(server, inspection) if server.name == "dropbear" else _sshd(inspection)
    if refuses:
        return Verdict(Outcome.PASS, f"{server.name} does not take root's password.", server.evidence)
    if server.enabled is None:
        return Verdict(Outcome.UNKNOWN, f"{doubt((server,))} It would take root's password.", server.evidence)
    message = f"{server.name} starts at boot and lets root log in with a password."
    return Verdict(Outcome.FAIL, message, server.evidence)


def _dropbear(server: Service, inspection: Inspection) -> bool:
    words = server.command.replace('"', "").replace("'", "").split()
    flags = {letter for word in words if word.startswith("-") and word.isascii() for letter in word[1:]}
    values = {each.name: each.value.lower() for each in settings(inspection, "dropbear")}
    configured = any(
        values.get(name, "on") in _OFF for name in ("RootPasswordAuth", "PasswordAuth", "RootLogin")
    )
    return bool(flags & _REFUSES) or configured


def _sshd(inspection: Inspection) -> bool:
    """OpenSSH refuses root's password unless told otherwise (sshd_config(5), since 7.0)."""
    values = {each.name.lower(): each.value.lower() for each in settings(inspection, "sshd")}
    return (
        values.get("permitrootlogin", "prohibit-password") in _CLOSED_TO_ROOT
        or values.get("passwordauthentication", "yes") in _OFF
    )


_DROPBEAR: Final[dict[str, str | bytes]] = {"/usr/sbin/dropbear": "\x7fELF"}
_SSHD_FILES: Final[dict[str, str | bytes]] = {
    "/usr/sbin/sshd": "\x7fELF",
    "/etc/init.d/rcS": "/usr/sbin/sshd\n",
}

CHECK: Final = Check(
    shows="auth.no-remote-root-password",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=_DROPBEAR | {"/etc/init.d/rcS": "dropbear -R\n"}, outcome=Outcome.FAIL),
        Example(
            files=_SSHD_FILES | {"/etc/ssh/sshd_config": "# no\nPermitRootLogin yes\n"}, outcome=Outcome.FAIL
        ),
        Example(files=_DROPBEAR | {"/etc/init.d/rcS": "dropbear -R -s\n"}, outcome=Outcome.PASS),
        Example(
            files=_DROPBEAR
            | {
                "/etc/init.d/rcS": "dropbear\n",
                "/etc/config/dropbear": "config dropbear\n\toption RootPasswordAuth 'off'\n",
            },
            outcome=Outcome.PASS,
        ),
        Example(files=_SSHD_FILES | {"/etc/ssh/sshd_config": "Port 22\n"}, outcome=Outcome.PASS),
        Example(
            files=_DROPBEAR | {"/etc/init.d/rcS": "dropbear\n", "/etc/passwd": "root:*:0:0::/root:/bin/sh\n"},
            outcome=Outcome.PASS,
        ),
        Example(
            files=_DROPBEAR | {"/etc/init.d/rcS": "[ -f /tmp/debug ] && dropbear\n"}, outcome=Outcome.UNKNOWN
        ),
        Example(
            files={"/usr/sbin/httpd": "\x7fELF", "/etc/init.d/rcS": "httpd\n"}, outcome=Outcome.NOT_APPLICABLE
        ),
        Example(files=_DROPBEAR, outcome=Outcome.UNKNOWN),
    ),
)
