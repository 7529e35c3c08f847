"""Scripts that turn the check of the server off.

What it looks at

Command lines in shell scripts: `curl -k` or `--insecure`, `wget --no-check-certificate`, git and npm told not
to verify, and Python or Node.js told so by a variable.

Why it matters

Encryption without a look at the certificate keeps a secret with whoever answers. Whoever stands in the way
can then read and change everything, and nobody notices.

How it can be wrong

The line may never run, and what it fetches may be signed and checked afterwards. Programs that do not check,
and configurations that say so, are not seen: a pass speaks of scripts only.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import File
from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import masked_line, scripts
from roadworthy.model.outcome import Outcome, Severity

_OFF: Final = re.compile(
    r"\bcurl\s(?:[^|;&]{0,200}\s)?(?:-[a-zA-Z]{0,8}k[a-zA-Z]{0,8}|--insecure)(?=\s|$)"
    r"|\b(?:wget|uclient-fetch)\s(?:[^|;&]{0,200}\s)?--no-check-certificate\b"
    r"|\bGIT_SSL_NO_VERIFY=(?:1|true)|\bhttp\.sslVerify[= ]false|\bNODE_TLS_REJECT_UNAUTHORIZED=['\"]?0"
    r"|\bPYTHONHTTPSVERIFY=0|\bstrict-ssl[= ]false"
)
_ANY: Final = re.compile(
    rb"curl|wget|uclient-fetch|GIT_SSL_NO_VERIFY|sslVerify|NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY|strict-ssl"
)
_MAX_LINE = 1000


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each script; unknown where there are no scripts to read."""
    files = list(scripts(inspection))
    failures = [verdict for file in files for verdict in _failures(file)]
    yield from bounded(failures, "scripts do not check with whom they speak")
    if not files:
        yield Verdict(Outcome.UNKNOWN, "No script could be looked at.")
    elif not failures:
        yield Verdict(Outcome.PASS, f"None of {len(files)} scripts turns the check of a server off.")


def _failures(file: File) -> Iterator[Verdict]:
    if not _ANY.search(file.data):
        return
    places = tuple(
        file.evidence(line=number, excerpt=masked_line(line))
        for number, line in file.lines()
        if len(line) <= _MAX_LINE and not line.lstrip().startswith("#") and _OFF.search(line)
    )
    if places:
        yield Verdict(Outcome.FAIL, f"{file.node.path} does not check with whom it speaks.", places[:20])


def _script(line: str) -> dict[str, str | bytes]:
    return {"/usr/bin/report": f"#!/bin/sh\n{line}\n"}


CHECK: Final = Check(
    shows="communication.peers-verified",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=_script("curl -sk https://api.maker.net/"), outcome=Outcome.FAIL),
        Example(files=_script("wget -q --no-check-certificate https://api.maker.net/"), outcome=Outcome.FAIL),
        Example(files=_script("curl --cacert /etc/ca.pem https://api.maker.net/k"), outcome=Outcome.PASS),
        Example(files=_script("# curl -k https://api.maker.net/"), outcome=Outcome.PASS),
        Example(files={"/bin/curl": "\x7fELF curl --insecure"}, outcome=Outcome.UNKNOWN),
    ),
)
