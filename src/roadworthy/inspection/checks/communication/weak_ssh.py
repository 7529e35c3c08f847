"""Weak algorithms that an SSH server is told to accept.

What it looks at

The settings in `sshd_config` that name protocol versions, ciphers, key exchanges, message codes and host
keys: protocol 1, CBC, RC4 and 3DES, key exchange over group 1, MD5, and DSA. Where the configuration names
none, the server's own choice counts, which is not judged.

Why it matters

They have known weaknesses, and a server that offers them can be led to use them.

How it can be wrong

The server may be too new to know what it is told, and then refuses to start. It may not start at all.
Dropbear's algorithms are built in and not looked at.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import settings
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.setting import Setting

_WEAK: Final = {
    "protocol": re.compile(r"1|2,1|1,2"),
    "ciphers": re.compile(r"3des-cbc|arcfour\d*|blowfish-cbc|cast128-cbc|des"),
    "macs": re.compile(r"hmac-md5(?:-96)?(?:-etm@openssh\.com)?"),
    "kexalgorithms": re.compile(r"diffie-hellman-group1-sha1"),
    "hostkeyalgorithms": re.compile(r"ssh-dss(?:-cert-v01@openssh\.com)?"),
    "pubkeyacceptedkeytypes": re.compile(r"ssh-dss(?:-cert-v01@openssh\.com)?"),
    "pubkeyacceptedalgorithms": re.compile(r"ssh-dss(?:-cert-v01@openssh\.com)?"),
}


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each setting; unknown where no setting names an algorithm."""
    named = [each for each in settings(inspection, "sshd") if each.name.lower() in _WEAK]
    weak = [each for each in named if _weak(each)]
    yield from bounded((_failure(each) for each in weak), "settings allow weak algorithms")
    if not named:
        yield Verdict(Outcome.UNKNOWN, "No SSH configuration names the algorithms that the server accepts.")
    elif not weak:
        places = tuple(place for each in named for place in each.evidence)
        yield Verdict(Outcome.PASS, "The SSH configuration names no weak algorithm.", places)


def _weak(setting: Setting) -> list[str]:
    """The weak words of a list; one that begins with ``-`` takes them out (sshd_config(5))."""
    if setting.value.startswith("-"):
        return []
    pattern = _WEAK[setting.name.lower()]
    whole = [setting.value] if setting.name.lower() == "protocol" else setting.value.lstrip("+^").split(",")
    return [word for word in whole if pattern.fullmatch(word.strip())]


def _failure(setting: Setting) -> Verdict:
    words = ", ".join(_weak(setting))
    message = f"{setting.evidence[0].path[-1]} lets the SSH server use {setting.name} {words}."
    return Verdict(Outcome.FAIL, message, setting.evidence)


_FILE = "/etc/ssh/sshd_config"

CHECK: Final = Check(
    shows="communication.modern-ssh-only",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={_FILE: "Protocol 2,1\n"}, outcome=Outcome.FAIL),
        Example(files={_FILE: "Ciphers aes256-ctr,3des-cbc\n"}, outcome=Outcome.FAIL),
        Example(files={_FILE: "HostKeyAlgorithms +ssh-dss\n"}, outcome=Outcome.FAIL),
        Example(files={_FILE: "Ciphers aes256-gcm@openssh.com\n"}, outcome=Outcome.PASS),
        Example(files={_FILE: "Ciphers -3des-cbc\n"}, outcome=Outcome.PASS),
        Example(files={_FILE: "#Protocol 1\nPort 22\n"}, outcome=Outcome.UNKNOWN),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
