"""The date until which the maker supports the release, as the image says it.

What it looks at

`SUPPORT_END` in `os-release` (os-release(5)), and lines such as `support_until = 2031-12-31` in small
configuration files under `/etc`.

Why it matters

A buyer who knows the date can compare, and an owner who knows it can plan. After it each new flaw stays.

How it can be wrong

A maker mostly publishes the date elsewhere, so its absence is "unknown". The date may be that of the
distribution underneath, and not of the product.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity

_PLACE: Final = re.compile(r"/(?:usr/)?(?:etc|lib)/(?:[\w.-]+/)?[\w.-]*(?:release|support|version)[\w.-]*")
_LINE: Final = re.compile(
    r"(?i)\s*(?:support_end|support_until|supported_until|end_of_support|support_end_date)\s{0,4}[=:]\s{0,4}[\"']?"
    r"(\d{4})-(\d\d)(?:-(\d\d))?[\"']?\s*"
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each date that has passed; unknown where the image names none."""
    dated = list(_dates(inspection))
    passed = [(day, place) for day, place in dated if day < inspection.now.date()]
    yield from bounded((_failure(day, place) for day, place in passed), "dates have passed")
    if not dated:
        yield Verdict(Outcome.UNKNOWN, "The image does not say until when it is supported.")
    elif not passed:
        day, place = min(dated, key=lambda pair: pair[0])
        yield Verdict(Outcome.PASS, f"The image says that it is supported until {day}.", (place,))


def _dates(inspection: Inspection) -> Iterator[tuple[date, Evidence]]:
    for kept in inspection.kept:
        for path, file in kept.files.items():
            for number, line in file.lines() if _PLACE.fullmatch(path) else ():
                match = _LINE.fullmatch(line) if len(line) <= 200 else None  # noqa: PLR2004 -- no such line is longer
                day = _day(match) if match else None
                if day:
                    yield day, file.evidence(line=number, excerpt=line.strip())


def _day(match: re.Match[str]) -> date | None:
    """The day; of a month without one, its last."""
    year, month = int(match[1]), int(match[2])
    try:
        if match[3]:
            return date(year, month, int(match[3]))
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    except ValueError:
        return None


def _failure(day: date, place: Evidence) -> Verdict:
    return Verdict(Outcome.FAIL, f"The release is supported until {day} only, which has passed.", (place,))


CHECK: Final = Check(
    shows="support.end-date-published",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files={"/etc/os-release": 'NAME=x\nSUPPORT_END="2025-06-30"\n'}, outcome=Outcome.FAIL),
        Example(files={"/etc/camera/support": "support_until = 2031-12-31\n"}, outcome=Outcome.PASS),
        Example(
            files={"/etc/camera/support": "support_until = 2026-12\n"},
            outcome=Outcome.PASS,
            now=datetime(2026, 12, 31, tzinfo=UTC),
        ),
        Example(files={"/etc/os-release": "NAME=x\nSUPPORT_END=soon\n"}, outcome=Outcome.UNKNOWN),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
