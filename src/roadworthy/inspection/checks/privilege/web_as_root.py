"""A web server that runs as root.

What it looks at

The web servers that start at boot: the user in the configuration of lighttpd, nginx, Boa and thttpd, the
option `-u` of BusyBox httpd, mini_httpd and thttpd, and what the boot files say.

Why it matters

Web servers and the pages behind them hold the most flaws of all. What runs as root hands over the whole
device with the first of them.

How it can be wrong

A server may drop its rights by itself; of those that are not known nothing can be said. uhttpd runs as root
by design, and so do the scripts that it calls.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_files import IDLE, boots
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import boot_is_known, settings, started
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.service import Service

_USER: Final = {"lighttpd": "server.username", "nginx": "user", "boa": "User", "thttpd": "user"}
_OPTION: Final = ("mini_httpd", "thttpd")
_ALWAYS: Final = ("uhttpd",)
_OTHERS: Final = ("httpd", "goahead", "webs", "appweb")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each server that keeps root's rights; unknown for those that cannot be judged."""
    servers = {each.name: each for each in started(inspection, (*_USER, *_OPTION, *_ALWAYS, *_OTHERS))}
    if not servers:
        known = boot_is_known(inspection)
        outcome = Outcome.NOT_APPLICABLE if known else Outcome.UNKNOWN
        yield Verdict(outcome, "No web server is known to start at boot.")
        return
    verdicts = [_judged(server, inspection) for server in servers.values()]
    yield from bounded((each for each in verdicts if each.outcome is Outcome.FAIL), "web servers run as root")
    yield from [each for each in verdicts if each.outcome is not Outcome.FAIL]


def _judged(server: Service, inspection: Inspection) -> Verdict:
    user, places = _user(server, inspection)
    evidence = (*server.evidence[:1], *places)
    if user is None or (user in ("root", "0") and server.enabled is None):
        return Verdict(Outcome.UNKNOWN, f"As whom {server.name} runs could not be told.", evidence)
    if user in ("root", "0"):
        return Verdict(Outcome.FAIL, f"{server.name} runs as root, with all that it calls.", evidence)
    return Verdict(Outcome.PASS, f"{server.name} runs as {user}.", evidence)


def _user(server: Service, inspection: Inspection) -> tuple[str | None, tuple[Evidence, ...]]:
    """As whom a server runs in the end; None where that is not known."""
    words = server.command.split()
    if server.user not in ("", "root", "0"):
        return server.user, ()
    if "-u" in words[:-1]:
        return words[words.index("-u") + 1], ()
    name = _USER.get(server.name)
    told = [each for each in settings(inspection, server.name) if each.name == name]
    if told:
        return told[-1].value.split()[0] if told[-1].value else None, told[-1].evidence
    if server.name in _ALWAYS:
        return "root", ()
    configured = settings(inspection, server.name)
    if server.name == "lighttpd" and configured:
        return "root", configured[0].evidence  # lighttpd keeps its rights unless told otherwise
    return None, ()


_FILE = "/etc/lighttpd/lighttpd.conf"

CHECK: Final = Check(
    shows="privilege.services-not-root",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=boots("lighttpd -f /etc/l") | {_FILE: "server.port = 80\n"}, outcome=Outcome.FAIL),
        Example(
            files=boots("boa -c /etc/boa") | {"/etc/boa/boa.conf": "User root\nGroup 0\n"},
            outcome=Outcome.FAIL,
        ),
        Example(
            files=boots("lighttpd -f /etc/l") | {_FILE: 'server.username = "www"\n'}, outcome=Outcome.PASS
        ),
        Example(files=boots("mini_httpd -u www -p 80"), outcome=Outcome.PASS),
        Example(files=boots("httpd"), outcome=Outcome.UNKNOWN),
        Example(files=IDLE, outcome=Outcome.NOT_APPLICABLE),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
