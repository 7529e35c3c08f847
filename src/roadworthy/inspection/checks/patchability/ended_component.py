"""Components of lines that their makers no longer mend.

What it looks at

Versions of OpenSSL, PHP, Python, uClibc, Node.js, Samba and ESP-IDF in the image, against a short table of
lines and the day on which the project stopped mending them. The kernel is another check.

Why it matters

Flaws found in the successor mostly point at the same place in the old line, and nobody mends it there.

How it can be wrong

A distributor or the vendor may go on mending an old line on its own, or have bought support; the version text
does not show it. The table is short and dated; a product that is not in it is not judged, and a pass says so.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_program import esp_program
from roadworthy.inspection.checks._failures import bounded
from roadworthy.model.component import Component
from roadworthy.model.outcome import Outcome, Severity

# Product, versions of the line, last day of mends; where a project names a month only, its last day.
# Where one pattern holds several lines, the day is that of the one that was mended longest.
# As of 2026-11-27, read in copies of these pages, each of the day in brackets:
# openssl-library.org/policies/releasestrat (2023-11-30; 3.3, 3.4 from pages of 2025, 2026 that quote it),
# php.net/supported-versions.php (2022-02-15 and 2025-07-17: 7.4 to 8.2), the release cycle of
# devguide.python.org/versions (2023), nodejs.org/en/about/previous-releases (2021; 16 and 20 from pages that
# quote it). Not found again, and so from memory: OpenSSL before 1.0.2, PHP before 7.4, uClibc, Samba.
# ESP-IDF: its SUPPORT_POLICY.md on github.com, 30 months from a line's first release, to the month;
# 3.3, 4.0, 4.4 and 5.2 were confirmed elsewhere, the first releases of the others are from memory.
_ENDED: Final = tuple(
    (product, re.compile(line), datetime.fromisoformat(day).replace(tzinfo=UTC))
    for product, line, day in (
        ("openssl", r"0\..*", "2015-12-31"),
        ("openssl", r"1\.0\.0.*", "2015-12-31"),
        ("openssl", r"1\.0\.1.*", "2016-12-31"),
        ("openssl", r"1\.0\.2.*", "2019-12-31"),
        ("openssl", r"1\.1\.0.*", "2019-09-11"),
        ("openssl", r"1\.1\.1.*", "2023-09-11"),
        ("openssl", r"3\.0(?:\..*)?", "2026-09-07"),
        ("openssl", r"3\.1(?:\..*)?", "2025-03-14"),
        ("openssl", r"3\.2(?:\..*)?", "2025-11-23"),
        ("openssl", r"3\.3(?:\..*)?", "2026-04-09"),
        ("openssl", r"3\.4(?:\..*)?", "2026-10-22"),
        ("php", r"[45]\..*", "2018-12-31"),
        ("php", r"7\.[0-3]\..*", "2021-12-06"),
        ("php", r"7\.4\..*", "2022-11-28"),
        ("php", r"8\.0\..*", "2023-11-26"),
        ("php", r"8\.1\..*", "2025-12-31"),
        ("php", r"8\.2\..*", "2026-12-31"),
        ("python", r"2\..*", "2020-01-01"),
        ("python", r"3\.[0-6](?:\..*)?", "2021-12-23"),
        ("python", r"3\.7(?:\..*)?", "2023-06-27"),
        ("python", r"3\.8(?:\..*)?", "2024-10-31"),
        ("python", r"3\.9(?:\..*)?", "2025-10-31"),
        ("python", r"3\.10(?:\..*)?", "2026-10-31"),
        ("uclibc", r"0\..*", "2012-05-15"),
        ("node", r"(?:[0-9]|1[01])\..*", "2021-04-30"),
        ("node", r"1[23]\..*", "2022-04-30"),
        ("node", r"1[45]\..*", "2023-04-30"),
        ("node", r"1[67]\..*", "2023-09-11"),
        ("node", r"1[89]\..*", "2025-04-30"),
        ("node", r"2[01]\..*", "2026-04-30"),
        ("samba", r"[1-3]\..*", "2015-03-04"),
        ("esp-idf", r"[1-3]\..*", "2022-02-28"),
        ("esp-idf", r"4\.0(?:[.-].*)?", "2021-10-31"),
        ("esp-idf", r"4\.1(?:[.-].*)?", "2023-02-28"),
        ("esp-idf", r"4\.2(?:[.-].*)?", "2023-06-30"),
        ("esp-idf", r"4\.3(?:[.-].*)?", "2023-12-31"),
        ("esp-idf", r"4\.4(?:[.-].*)?", "2024-07-31"),
        ("esp-idf", r"5\.0(?:[.-].*)?", "2025-05-31"),
        ("esp-idf", r"5\.1(?:[.-].*)?", "2025-12-31"),
        ("esp-idf", r"5\.2(?:[.-].*)?", "2026-08-31"),
        ("esp-idf", r"5\.3(?:[.-].*)?", "2027-01-31"),
        ("esp-idf", r"5\.4(?:[.-].*)?", "2027-06-30"),
    )
)  # fmt: skip
_ALIASES: Final = {"nodejs": "node", "node.js": "node", "libopenssl": "openssl", "cpython": "python"}


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each component; unknown where none is in the table."""
    judged = [(each, _end(each)) for each in inspection.inventory.components if _product(each)]
    ended = [(each, day) for each, day in judged if day is not None and day < inspection.now]
    yield from bounded(
        (_failure(each, day) for each, day in ended), "components are of lines that have ended"
    )
    if not judged:
        yield Verdict(
            Outcome.UNKNOWN, "The image shows none of the components whose end of support is known."
        )
    elif not ended:
        names = ", ".join(sorted({f"{each.name} {each.version}" for each, _ in judged}))
        places = tuple(each.evidence[0] for each, _ in judged)
        yield Verdict(
            Outcome.PASS, f"None of the components in the table is of an ended line: {names}.", places
        )


def _product(component: Component) -> str:
    name = _ALIASES.get(component.name.lower(), component.name.lower())
    return name if component.version and any(name == product for product, _, _ in _ENDED) else ""


def _end(component: Component) -> datetime | None:
    name = _product(component)
    return next(
        (day for product, line, day in _ENDED if product == name and line.fullmatch(component.version)), None
    )


def _failure(component: Component, day: datetime) -> Verdict:
    message = f"{component.name} {component.version} is of a line that ended on {day:%Y-%m-%d}."
    return Verdict(Outcome.FAIL, message, component.evidence)


def _openssl(version: str, date: str) -> dict[str, str | bytes]:
    return {
        "/usr/lib/libcrypto.so": b"\x7fELF"
        + bytes(60)
        + f"\0error:%08lX:%s:%s:%s\0OpenSSL {version} {date}\0".encode()
    }


CHECK: Final = Check(
    shows="patchability.supported-components",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files=_openssl("1.0.2u", " 20 Dec 2019"), outcome=Outcome.FAIL),
        Example(files=_openssl("3.0.15", "3 Sep 2024"), outcome=Outcome.PASS),
        Example(
            files=_openssl("1.1.1w", " 11 Sep 2023"),
            outcome=Outcome.PASS,
            now=datetime(2023, 9, 1, tzinfo=UTC),
        ),
        Example(files={"/bin/app": "\x7fELF"}, outcome=Outcome.UNKNOWN),
        Example(files={}, program=esp_program(framework="v4.4.7"), outcome=Outcome.FAIL),
        Example(files={}, program=esp_program(framework="v5.4.1"), outcome=Outcome.PASS),
    ),
)
