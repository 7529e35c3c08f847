"""Old versions of TLS that a web server is told to accept.

What it looks at

The settings of lighttpd and nginx that name protocol versions: SSL 2, SSL 3, TLS 1.0 and TLS 1.1 are old.
Where the configuration names none, the program's own choice counts, which is not known.

Why it matters

These versions have known flaws (POODLE, BEAST), and a server that still takes them can be talked down to
them. RFC 8996 and RFC 7568 forbid them.

How it can be wrong

The library may refuse what the configuration allows. A file that the server is not told to read is judged all
the same. Programs other than web servers are not looked at.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import settings
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.setting import Setting

_OLD: Final = re.compile(r"(?i)\b(?:SSLv[23]|TLSv1(?:\.[01])?)(?![\w.])")
_REFUSED: Final = re.compile(r"(?i)[-!](?:SSLv[23]|TLSv1(?:\.[01])?)(?![\w.])")
_LEAST: Final = re.compile(r'(?i)MinProtocol"?\s*=>\s*"?([\w.]+)')


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each setting; unknown where no setting names a version."""
    named = [each for each in _settings(inspection) if _versions(each) is not None]
    old = [each for each in named if _versions(each)]
    yield from bounded((_failure(each) for each in old), "settings allow old versions of TLS")
    if not named:
        yield Verdict(
            Outcome.UNKNOWN, "No web server's configuration names the versions of TLS that it accepts."
        )
    elif not old:
        places = tuple(place for each in named for place in each.evidence)
        yield Verdict(Outcome.PASS, "The web servers' configuration allows TLS 1.2 and newer only.", places)


def _settings(inspection: Inspection) -> list[Setting]:
    wanted = ("ssl_protocols", "ssl.use-sslv2", "ssl.use-sslv3", "ssl.openssl.ssl-conf-cmd")
    return [
        each
        for scope in ("lighttpd", "nginx")
        for each in settings(inspection, scope)
        if each.name.lstrip("{") in wanted
    ]


def _versions(setting: Setting) -> list[str] | None:
    """The old versions that a setting allows; None where it says nothing of versions."""
    if setting.name.lstrip("{").startswith("ssl.use-"):
        return [setting.name.rpartition("-")[2]] if setting.value == "enable" else None
    least = _LEAST.search(setting.value)
    if least:
        return _OLD.findall(least[1])
    if setting.name == "ssl_protocols" or "Protocol" in setting.value:
        return _OLD.findall(_REFUSED.sub("", setting.value))
    return None


def _failure(setting: Setting) -> Verdict:
    versions = ", ".join(_versions(setting) or ())
    where = f"{setting.scope} in {setting.evidence[0].path[-1]}"
    return Verdict(Outcome.FAIL, f"{where} is told to accept {versions}.", setting.evidence)


_NGINX = "/etc/nginx/nginx.conf"
_LIGHTTPD = "/etc/lighttpd/lighttpd.conf"

CHECK: Final = Check(
    shows="communication.modern-tls-only",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={_NGINX: "ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n"}, outcome=Outcome.FAIL),
        Example(files={_LIGHTTPD: 'ssl.use-sslv3 = "enable"\n'}, outcome=Outcome.FAIL),
        Example(
            files={_LIGHTTPD: 'ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1")\n'}, outcome=Outcome.FAIL
        ),
        Example(files={_NGINX: "ssl_protocols TLSv1.2 TLSv1.3;\n"}, outcome=Outcome.PASS),
        Example(
            files={_LIGHTTPD: 'ssl.openssl.ssl-conf-cmd = ("Protocol" => "-ALL, TLSv1.2, -TLSv1")\n'},
            outcome=Outcome.PASS,
        ),
        Example(files={_NGINX: "# ssl_protocols TLSv1;\nlisten 443 ssl;\n"}, outcome=Outcome.UNKNOWN),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
