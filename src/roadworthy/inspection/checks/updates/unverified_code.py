"""Scripts that fetch a program and run it unchecked.

What it looks at

Lines in scripts and crontabs that hand what wget or curl fetched straight to a shell, and lines that fetch
into a file which one of the next lines runs, with no signature verified in between.

Why it matters

Such a line is an update without any of its guards: whoever controls the server, its name or the way to it
controls all units.

How it can be wrong

The line may never run, or fetch from the device itself. What programs fetch and run is not seen.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import File
from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import masked_line, scripts
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity

_PIPED: Final = re.compile(
    r"\b(?:wget|curl|uclient-fetch)\s[^|;&#]{3,300}\|\s{0,4}(?:sudo\s+)?(?:/bin/)?(?:ba|a|da)?sh\b(?!\S)"
    r"|\b(?:ba|a|da)?sh\s+-c\s+[\"']?(?:\$\(|`)(?:wget|curl)\b"
)
_INTO: Final = re.compile(r"\b(?:wget|curl|uclient-fetch)\s[^|;&#]{0,300}?(?:-O|-o|>)\s{0,4}(/[\w./-]{3,80})")
_FETCHER: Final = re.compile(rb"wget|curl|uclient-fetch")
_VERIFIED: Final = re.compile(
    r"-verify\b|--verify\b|\busign\s|\bsignify\s|\bminisign\s|\bgpgv\b|sha\d{3}sum\s+-c|\bucert\s"
)
_NEAR: Final = 6
_MAX_LINE: Final = 1000
_CRONTAB: Final = re.compile(r"/etc/crontab|/etc/cron\.d/.+|/etc/crontabs/.+|/var/spool/cron/.+")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each script; unknown where there are no scripts to read."""
    crontabs = [
        file for kept in inspection.kept for path, file in kept.files.items() if _CRONTAB.fullmatch(path)
    ]
    files = [*scripts(inspection), *crontabs]
    found = [(file, tuple(_places(file))) for file in files]
    failures = [
        Verdict(Outcome.FAIL, f"{file.node.path} runs what it fetched, unchecked.", places[:20])
        for file, places in found
        if places
    ]
    yield from bounded(failures, "scripts run what they fetched")
    if not files:
        yield Verdict(Outcome.UNKNOWN, "No script could be looked at.")
    elif not failures:
        yield Verdict(Outcome.PASS, f"None of {len(files)} scripts is seen to run what it fetched.")


def _places(file: File) -> Iterator[Evidence]:
    if not _FETCHER.search(file.data):
        return
    lines = [
        (number, line)
        for number, line in file.lines()
        if len(line) <= _MAX_LINE and not line.lstrip().startswith("#")
    ]
    for at, (number, line) in enumerate(lines):
        fetched = _INTO.search(line)
        if _PIPED.search(line) or (
            fetched and _runs(fetched[1], line[fetched.end() :], lines[at + 1 :][:_NEAR])
        ):
            yield file.evidence(line=number, excerpt=masked_line(line))


def _runs(path: str, rest: str, following: list[tuple[int, str]]) -> bool:
    """Whether the file is run before anything verifies it."""
    runs = re.compile(
        rf"(?:^|[;&|]|\bthen)\s{{0,8}}(?:(?:ba|a|da)?sh\s+|\.\s+|source\s+)?{re.escape(path)}(?![\w.-])"
    )
    for line in (rest, *(text.strip() for _, text in following)):
        if _VERIFIED.search(line):
            return False
        if runs.search(line):
            return True
    return False


def _script(*lines: str) -> dict[str, str | bytes]:
    return {"/usr/sbin/agent": "\n".join(("#!/bin/sh", *lines)) + "\n"}


_FETCH = "wget -q http://maker.net/job.sh -O /tmp/job.sh"

CHECK: Final = Check(
    shows="updates.no-unverified-code",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files=_script("curl -s https://maker.net/job | sh"), outcome=Outcome.FAIL),
        Example(files=_script(_FETCH, "chmod +x /tmp/job.sh", "/tmp/job.sh"), outcome=Outcome.FAIL),  # noqa: S108 -- in the image
        Example(files=_script(f"{_FETCH} && sh /tmp/job.sh"), outcome=Outcome.FAIL),
        Example(
            files={"/etc/crontabs/root": "* * * * * wget -qO- http://maker.net/j | sh\n"},
            outcome=Outcome.FAIL,
        ),
        Example(
            files=_script(_FETCH, "usign -V -m /tmp/job.sh -p /etc/k || exit 1", "sh /tmp/job.sh"),
            outcome=Outcome.PASS,
        ),
        Example(
            files=_script("# curl https://maker.net | sh", "curl https://maker.net | jq ."),
            outcome=Outcome.PASS,
        ),
        Example(files={"/bin/agent": "\x7fELF"}, outcome=Outcome.UNKNOWN),
    ),
)
