"""Weak ciphers that a web server is told to accept.

What it looks at

The cipher lists in the settings of lighttpd and nginx (openssl-ciphers(1)): RC4, DES, 3DES, RC2, IDEA,
export, null and anonymous suites, unless a `!` or `-` takes them out.

Why it matters

Suites of this kind can be read or changed by others within reach of ordinary means, and a peer can be led to
choose them.

How it can be wrong

What a group such as `ALL` or `MEDIUM` holds depends on the library and is not known here. A library may no
longer have the cipher. A file that the server is not told to read is judged all the same.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import settings
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.setting import Setting

_WEAK: Final = re.compile(
    r"(?i)(?:^|[-_+])(?:e?NULL|aNULL|ADH|AECDH|EXP(?:ORT)?\d*|RC4|RC2|DES|3DES|IDEA|LOW)(?:$|[-_+])"
)
_NAMES: Final = ("ssl_ciphers", "ssl.cipher-list")
_GROUPS: Final = re.compile(r"(?i)(?:ALL|DEFAULT|MEDIUM|COMPLEMENTOFALL)")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each list; unknown where there is none, or a group hides what it holds."""
    lists = [
        each
        for scope in ("lighttpd", "nginx")
        for each in settings(inspection, scope)
        if each.name.lstrip("{") in _NAMES
    ]
    weak = [each for each in lists if _weak(each)]
    yield from bounded((_failure(each) for each in weak), "lists of ciphers are weak")
    if weak:
        return
    places = tuple(place for each in lists for place in each.evidence)
    if not lists or any(_GROUPS.fullmatch(word) for each in lists for word in _words(each)):
        message = "What ciphers the web servers accept is left to their library."
        yield Verdict(Outcome.UNKNOWN, message, places)
    else:
        yield Verdict(Outcome.PASS, "The web servers' lists name no weak cipher.", places)


def _words(setting: Setting) -> list[str]:
    return [word for word in re.split(r"[:,\s]+", setting.value.strip("'\"")) if word]


def _weak(setting: Setting) -> list[str]:
    return [word for word in _words(setting) if word[0] not in "!-" and _WEAK.search(word.lstrip("+"))]


def _failure(setting: Setting) -> Verdict:
    words = ", ".join(_weak(setting)[:5])
    message = f"{setting.scope} in {setting.evidence[0].path[-1]} is told to accept {words}."
    return Verdict(Outcome.FAIL, message, setting.evidence)


_NGINX = "/etc/nginx/nginx.conf"

CHECK: Final = Check(
    shows="communication.strong-ciphers-only",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={_NGINX: "ssl_ciphers HIGH:RC4-SHA:!aNULL;\n"}, outcome=Outcome.FAIL),
        Example(files={_NGINX: "ssl_ciphers ECDHE-RSA-DES-CBC3-SHA;\n"}, outcome=Outcome.FAIL),
        Example(files={_NGINX: "ssl_ciphers ECDHE+AESGCM:!aNULL:!RC4:-3DES;\n"}, outcome=Outcome.PASS),
        Example(files={_NGINX: "ssl_ciphers ALL:!RC4;\n"}, outcome=Outcome.UNKNOWN),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
