"""Telnet and its kin, started at boot.

What it looks at

The services that the boot files start, and inetd's: telnet (telnetd, utelnetd, in.telnetd), rlogin, rsh and
rexec. A program that can start others, and names one which lies in the image, makes the answer unknown. If
none of them is started it also looks whether the program lies in the image.

Why it matters

These logins send the password in clear text and prove neither side to the other. They are the first door
that botnets try, and on many devices nobody knows that it is open.

How it can be wrong

The boot files are read, not run: a start that depends on the running system is "unknown". A vendor's own
program may start telnet by itself, on a hidden request for instance, with a command line that it puts
together at run time; that is not seen. A firewall may keep the port shut from outside.
"""

import posixpath
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import doubt, started
from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.inspection.rootfs import NodeKind, RootFS
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.service import Service

_CLEARTEXT = frozenset(
    f"{prefix}{name}" for prefix in ("", "in.") for name in ("telnetd", "rlogind", "rshd", "rexecd")
) | {"utelnetd"}
_SHELLS = frozenset(("sh", "ash", "bash", "msh", "hush"))
_PROGRAM_FOLDERS = frozenset(("bin", "sbin"))


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure per start line; unknown where a start is in doubt, or nothing is known to start."""
    mine = started(inspection, _CLEARTEXT)
    sure = [service for service in mine if service.enabled]
    doubtful = [service for service in mine if service.enabled is None]
    yield from bounded((_failure(service) for service in sure), "logins in clear text start at boot")
    if doubtful:
        yield Verdict(Outcome.UNKNOWN, doubt(doubtful), tuple(each.evidence[0] for each in doubtful))
    if not mine:
        yield _nothing_started(inspection)


def _failure(service: Service) -> Verdict:
    ports = f" on {', '.join(service.ports)}" if service.ports else ""
    if _asks_nothing(service):
        message = f"{service.name} starts at boot{ports} and gives a shell without asking for a password."
        return Verdict(Outcome.FAIL, message, service.evidence, Severity.CRITICAL)
    message = f"{service.name} starts at boot{ports} and takes passwords in clear text."
    return Verdict(Outcome.FAIL, message, service.evidence)


def _asks_nothing(service: Service) -> bool:
    """Whether a shell stands where the login program should (``telnetd -l /bin/sh``)."""
    words = service.command.replace("'", "").replace('"', "").split()
    following = (word for option, word in pairwise(words) if option == "-l")
    return any(posixpath.basename(word) in _SHELLS for word in following)


def _nothing_started(inspection: Inspection) -> Verdict:
    programs = tuple(place for root in inspection.roots for place in _programs(root))
    names = ", ".join(sorted({place.path[-1] for place in programs}))
    present = f" The program lies in the image ({names})." if programs else ""
    if not any(service.enabled for service in inspection.inventory.services):
        message = f"No service was found that starts at boot, so nothing can be said of telnet.{present}"
        return Verdict(Outcome.UNKNOWN, message, programs)
    return Verdict(Outcome.PASS, f"The boot files start no telnet, rlogin or rsh.{present}", programs)


def _programs(root: RootFS) -> Iterator[Evidence]:
    for path, node in sorted(root.nodes.items()):
        folder = posixpath.basename(posixpath.dirname(path))
        if node.name in _CLEARTEXT and folder in _PROGRAM_FOLDERS and node.kind is not NodeKind.DIRECTORY:
            yield Evidence(path=(*root.where, path))


_INITTAB = "::sysinit:/etc/init.d/rcS\n"
_TELNETD = {"/usr/sbin/telnetd": "\x7fELF", "/etc/inittab": _INITTAB}
_NO_START = "# telnetd &\nhttpd -p 80 # not telnetd\nkillall telnetd\necho 'telnetd &'\n"
_HTTPD = {"/usr/sbin/httpd": "\x7fELF"}
_STARTS_TELNET = SampleElf(imports=("system",)).build() + b"\0telnetd -l /bin/login &\0"

CHECK: Final = Check(
    shows="surface.no-cleartext-login",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(
            files=_TELNETD | {"/etc/init.d/rcS": "#!/bin/sh\nmount -a\n/usr/sbin/telnetd -l /bin/sh &\n"},
            outcome=Outcome.FAIL,
        ),
        Example(  # a multi-call link, and the script reached through another
            files={
                "/bin/busybox": "\x7fELF",
                "/sbin/utelnetd": "-> ../bin/busybox",
                "/etc/init.d/rcS": ". /etc/init.d/net\n",
                "/etc/init.d/net": "start() {\n  utelnetd -d\n}\nstart\n",
            },
            outcome=Outcome.FAIL,
        ),
        Example(
            files=_TELNETD
            | {
                "/usr/sbin/inetd": "\x7fELF",
                "/etc/init.d/rcS": "inetd\n",
                "/etc/inetd.conf": "telnet stream tcp nowait root /usr/sbin/telnetd telnetd\n",
            },
            outcome=Outcome.FAIL,
        ),
        Example(
            files=_TELNETD | _HTTPD | {"/etc/init.d/rcS": _NO_START},
            outcome=Outcome.PASS,
        ),
        Example(  # an init script that nothing starts
            files=_TELNETD
            | _HTTPD
            | {
                "/etc/init.d/rcS": "httpd\n",
                "/etc/init.d/telnet": 'case "$1" in\nstart) telnetd ;;\nesac\n',
            },
            outcome=Outcome.PASS,
        ),
        Example(
            files=_TELNETD | _HTTPD | {"/etc/init.d/rcS": "httpd\n[ -f /tmp/debug ] && telnetd\n"},
            outcome=Outcome.UNKNOWN,
        ),
        Example(files={"/usr/sbin/telnetd": "\x7fELF"}, outcome=Outcome.UNKNOWN),  # nothing says what starts
        Example(  # a program that can start it
            files=_TELNETD | {"/usr/sbin/httpd": _STARTS_TELNET, "/etc/init.d/rcS": "httpd\n"},
            outcome=Outcome.UNKNOWN,
        ),
        Example(  # the same in an image that has no telnet
            files={"/usr/sbin/httpd": _STARTS_TELNET, "/etc/init.d/rcS": "httpd\n"}, outcome=Outcome.PASS
        ),
    ),
)
