"""A package manager that checks no signatures.

What it looks at

opkg's configuration, where feeds are named: `check_signature` must be set. apt's sources: `trusted=yes` and
`allow-insecure=yes` turn the check off. Where it is on, plain HTTP lets others only withhold.

Why it matters

A package runs its scripts as root. Unsigned lists or packages let whoever stands in the way install anything.

How it can be wrong

Nothing on the device may ever call the package manager. A feed may be added, or the check turned on, at run
time.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_files import IDLE
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import settings
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.setting import Setting

_APT_OFF: Final = re.compile(r"(?i).*\b(?:trusted|allow-insecure|allow-weak)=yes\b.*")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each manager or line; not applicable where nothing names a feed."""
    opkg = settings(inspection, "opkg")
    feeds = [each for each in opkg if each.name in ("src", "src/gz")]
    apt = [each for each in settings(inspection, "apt") if each.name.startswith("deb")]
    checked = [each for each in opkg if each.name == "option" and each.value.startswith("check_signature")]
    failures = [_apt_failure(each) for each in apt if _APT_OFF.fullmatch(each.value)]
    if feeds and not any(each.value.split()[1:2] != ["0"] for each in checked):
        places = tuple(each.evidence[0] for each in feeds)
        failures.append(
            Verdict(Outcome.FAIL, "opkg installs from its feeds without a look at signatures.", places)
        )
    yield from bounded(failures, "sources of packages are not verified")
    if failures:
        return
    if feeds or apt:
        places = tuple(each.evidence[0] for each in (*checked, *apt))
        yield Verdict(Outcome.PASS, "The package manager checks the signatures of its feeds.", places[:20])
    elif any(kept.files for kept in inspection.kept):
        yield Verdict(Outcome.NOT_APPLICABLE, "No configuration names a feed of packages.")
    else:
        yield Verdict(Outcome.UNKNOWN, "No configuration could be looked at.")


def _apt_failure(setting: Setting) -> Verdict:
    message = f"{setting.evidence[0].path[-1]} lets apt install without a look at signatures."
    return Verdict(Outcome.FAIL, message, setting.evidence)


_FEED = "src/gz base http://packages.maker.net/base\n"

CHECK: Final = Check(
    shows="updates.packages-verified",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(
            files={"/etc/opkg/feeds.conf": _FEED, "/etc/opkg.conf": "dest root /\n"}, outcome=Outcome.FAIL
        ),
        Example(
            files={"/etc/apt/sources.list": "deb [trusted=yes] http://deb.maker.net stable main\n"},
            outcome=Outcome.FAIL,
        ),
        Example(
            files={"/etc/opkg/feeds.conf": _FEED, "/etc/opkg.conf": "option check_signature 1\n"},
            outcome=Outcome.PASS,
        ),
        Example(
            files={"/etc/apt/sources.list": "deb http://deb.maker.net stable main\n"}, outcome=Outcome.PASS
        ),
        Example(files=IDLE, outcome=Outcome.NOT_APPLICABLE),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
