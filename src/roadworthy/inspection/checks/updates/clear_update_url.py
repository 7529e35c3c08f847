"""Updates fetched over plain HTTP.

What it looks at

Addresses that begin with `http://`, `ftp://` or `tftp://` in scripts and configuration whose name, or the
line before the address, speaks of updates, upgrades or firmware.

Why it matters

Anybody on the way can withhold an update, see who lacks it, or put another one in its place.

How it can be wrong

A signature on the update may be verified afterwards; the update can then still be withheld. The address may
be a template, a proxy inside the device, or lead to a page for people. Addresses put together at run time are
not seen.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import File
from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import masked_line
from roadworthy.model.outcome import Outcome, Severity

_ABOUT: Final = re.compile(r"(?i)(?<![a-z])(?:up(?:date|grade)|firmware|fw_?url|fota|ota)(?![a-rt-z])")
_PLAIN: Final = re.compile(
    r"(?i)\b(?:http|ftp|tftp)://(?!127\.|localhost|\[?::1)[\w-]{0,63}[.$][\w.${}-]{1,}"
)
_SAFE: Final = re.compile(r"(?i)\bhttps://[\w.${}-]{3,}")
_SKIPPED: Final = re.compile(
    r".*\.(?:html?|js|css|md|txt|lua|lp)|/(?:usr/)?share/(?:doc|lxc)/.*|/etc/(?:opkg|apt)/.*|/etc/opkg\.conf"
)
_MAX_LINE: Final = 1000


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each file; unknown where no address speaks of updates."""
    failures, safe = [], []
    for kept in inspection.kept:
        for path, file in kept.files.items():
            if b"://" in file.data and b"\0" not in file.data and not _SKIPPED.fullmatch(path):
                plain, encrypted = _lines(file, _PLAIN), _lines(file, _SAFE)
                safe += [file.evidence(line=number) for number, _ in encrypted[:1]]
                if plain:
                    places = tuple(file.evidence(line=number, excerpt=text) for number, text in plain[:20])
                    failures.append(
                        Verdict(Outcome.FAIL, f"{path} has updates fetched in clear text.", places)
                    )
    yield from bounded(failures, "files have updates fetched in clear text")
    if not failures and safe:
        yield Verdict(Outcome.PASS, "All addresses that speak of updates are encrypted.", tuple(safe[:20]))
    elif not failures:
        yield Verdict(Outcome.UNKNOWN, "No script or configuration says where updates come from.")


def _lines(file: File, pattern: re.Pattern[str]) -> list[tuple[int, str]]:
    about_file = _ABOUT.search(file.node.name)
    return [
        (number, masked_line(line))
        for number, line in file.lines()
        if len(line) <= _MAX_LINE
        and not line.lstrip().startswith("#")
        and (match := pattern.search(line)) is not None
        and (about_file or _ABOUT.search(line, 0, match.start()))
    ]


CHECK: Final = Check(
    shows="updates.encrypted-transport",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/etc/update.conf": "url = http://maker.net/f/\n"}, outcome=Outcome.FAIL),
        Example(files={"/etc/agent.conf": "firmware_url=ftp://maker.net/f\n"}, outcome=Outcome.FAIL),
        Example(files={"/etc/update.conf": "url = https://maker.net/f/\n"}, outcome=Outcome.PASS),
        Example(
            files={"/bin/upgrade": "#!/bin/sh\necho upgrade -d http://server/image\n"},
            outcome=Outcome.UNKNOWN,
        ),
        Example(files={"/etc/ddns/services": "x http://dns.maker.net/update?ip=\n"}, outcome=Outcome.UNKNOWN),
        Example(files={"/etc/update.conf": "# http://maker.net\nurl=\n"}, outcome=Outcome.UNKNOWN),
        Example(files={"/etc/agent.conf": "home = http://maker.net/rotation\n"}, outcome=Outcome.UNKNOWN),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
