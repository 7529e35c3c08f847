"""Web pages served without encryption.

What it looks at

The web servers that start at boot. Of lighttpd and uhttpd the configuration says whether they serve plain
HTTP; BusyBox httpd, Boa and thttpd know no encryption at all, and mini_httpd only with `-S`.

Why it matters

Over plain HTTP the password and the session go past everybody in the same network. Most attacks on devices at
home begin in the network at home.

How it can be wrong

A plain port may only redirect to the encrypted one; uhttpd and lighttpd say so in ways that are understood
only in part. A server bound to the loopback interface harms nobody. Of servers that are not known (vendors'
`httpd`) nothing can be said, and neither can it of those configured at run time.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_files import IDLE, boots
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import boot_is_known, settings, started
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.service import Service
from roadworthy.model.setting import Setting

_SERVERS: Final = (
    "lighttpd",
    "uhttpd",
    "nginx",
    "httpd",
    "mini_httpd",
    "boa",
    "thttpd",
    "goahead",
    "webs",
    "appweb",
)
_PLAIN_ONLY = frozenset(("boa", "thttpd"))
_LOOPBACK = re.compile(r"127\.|\[?::1\]?|localhost")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each server that serves plain HTTP; unknown for those that cannot be judged."""
    servers = {each.name: each for each in started(inspection, _SERVERS)}
    if not servers:
        yield _none(inspection)
        return
    verdicts = [_judged(server, inspection) for server in servers.values()]
    failures = [each for each in verdicts if each.outcome is Outcome.FAIL]
    yield from bounded(failures, "web servers encrypt nothing")
    yield from [each for each in verdicts if each.outcome is not Outcome.FAIL]


def _none(inspection: Inspection) -> Verdict:
    if boot_is_known(inspection):
        return Verdict(Outcome.NOT_APPLICABLE, "The boot files start no web server that is known.")
    return Verdict(Outcome.UNKNOWN, "No service was found that starts at boot, so nothing can be said of it.")


def _judged(server: Service, inspection: Inspection) -> Verdict:
    plain, evidence = _plain(server, inspection)
    places = (*server.evidence[:1], *(place for each in evidence for place in each.evidence))
    if plain is None or (plain and server.enabled is None):
        message = f"Whether {server.name} serves its pages without encryption could not be told."
        return Verdict(Outcome.UNKNOWN, message, places)
    if plain:
        return Verdict(
            Outcome.FAIL, f"{server.name} starts at boot and serves its pages without TLS.", places
        )
    return Verdict(Outcome.PASS, f"{server.name} serves its pages with TLS only.", places)


def _plain(server: Service, inspection: Inspection) -> tuple[bool | None, list[Setting]]:
    """Whether a server speaks plain HTTP to others, and what says so."""
    configured = settings(inspection, server.name)
    if server.name in _PLAIN_ONLY or _is_busybox(server):
        return True, []
    if server.name == "mini_httpd":
        return "-S" not in server.command.split() and not configured, []
    judge = {"lighttpd": _lighttpd, "uhttpd": _uhttpd, "nginx": _nginx}.get(server.name)
    return judge(configured) if judge and configured else (None, [])


def _is_busybox(server: Service) -> bool:
    return server.name == "httpd" and posixpath.basename(server.evidence[-1].path[-1]) == "busybox"


def _lighttpd(configured: list[Setting]) -> tuple[bool | None, list[Setting]]:
    """Outside any condition: TLS or not (ssl.engine), and where it listens."""
    values = {each.name: each for each in configured}
    if "server.bind" in values and _LOOPBACK.match(values["server.bind"].value):
        return False, [values["server.bind"]]
    engine = values.get("ssl.engine")
    if engine is not None and engine.value == "enable":
        return False, [engine]
    return True, [values[name] for name in ("server.port",) if name in values]


def _uhttpd(configured: list[Setting]) -> tuple[bool | None, list[Setting]]:
    listens = [each for each in configured if each.name == "listen_http"]
    reached = [each for each in listens if not _LOOPBACK.match(each.value)]
    redirects = any(each.name == "redirect_https" and each.value == "1" for each in configured)
    if reached and redirects:
        return None, reached  # it redirects only if a certificate and the TLS library are there
    return bool(reached), reached or listens


def _nginx(configured: list[Setting]) -> tuple[bool | None, list[Setting]]:
    listens = [each for each in configured if each.name == "listen"]
    plain = [
        each
        for each in listens
        if not {"ssl", "quic"} & set(each.value.split()) and not _LOOPBACK.match(each.value)
    ]
    if plain:
        return None, plain  # it may redirect, which is not read
    return (False, listens) if listens else (None, [])


_LIGHTTPD = "/etc/lighttpd/lighttpd.conf"
_PLAIN_TEXT = 'server.port = 80\n$SERVER["socket"] == ":443" {\n  ssl.engine = "enable"\n}\n'
_TLS_TEXT = 'server.port = 443\nssl.engine = "enable"\n'

CHECK: Final = Check(
    shows="communication.encrypted-management",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(
            files=boots("lighttpd -f /etc/lighttpd.conf") | {_LIGHTTPD: _PLAIN_TEXT}, outcome=Outcome.FAIL
        ),
        Example(files=boots("boa -c /etc/boa"), outcome=Outcome.FAIL),
        Example(files=boots("busybox httpd -p 80") | {"/usr/sbin/httpd": "-> busybox"}, outcome=Outcome.FAIL),
        Example(files=boots("lighttpd -f /etc/lighttpd.conf") | {_LIGHTTPD: _TLS_TEXT}, outcome=Outcome.PASS),
        Example(files=boots("mini_httpd -S -E /mnt/server.pem"), outcome=Outcome.PASS),
        Example(files=boots("httpd"), outcome=Outcome.UNKNOWN),
        Example(files=IDLE, outcome=Outcome.NOT_APPLICABLE),
        Example(files={"/etc/lighttpd/lighttpd.conf": _PLAIN_TEXT}, outcome=Outcome.UNKNOWN),
    ),
)
