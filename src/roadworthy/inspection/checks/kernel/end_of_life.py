"""A kernel of a line that gets no mends any more.

What it looks at

The version of every Linux kernel in the image, against a table of kernel.org's long-term lines and their last
days. A line that is no long-term one ends when the next is out.

Why it matters

Thousands of flaws are mended in the kernel each year. A line that has ended gets none of them, and all that
follow are public.

How it can be wrong

Distributions and vendors mend lines of their own for longer (Debian, Ubuntu, the Civil Infrastructure
Platform); kernels from a Debian package are therefore not condemned. The table is as old as it says; plans
for lines that had not ended by then may have changed, and nothing is said of a line after its planned end.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks.kernel._lines import AS_OF, SOURCE, day, ends, line_of
from roadworthy.model.component import Component
from roadworthy.model.outcome import Outcome, Severity

_DISTRIBUTIONS = ("package:deb", "package:rpm")
_LONG_AGO = 2 * 365


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One verdict for each kernel; without one nothing can be said."""
    kernels = [each for each in inspection.inventory.components if each.name == "linux"]
    for kernel in kernels:
        yield _verdict(kernel, day(inspection.now))
    if not kernels:
        yield Verdict(Outcome.UNKNOWN, "No Linux kernel was found.")


def _verdict(kernel: Component, today: date) -> Verdict:
    line = line_of(kernel.version)
    if line is None:
        return Verdict(Outcome.UNKNOWN, "The kernel does not tell its version.", kernel.evidence)
    end = ends(line)
    name = f"Linux {kernel.version}"
    if end is None:
        what = f"{name} is newer than the table of lines ({SOURCE}, {AS_OF})."
        return Verdict(Outcome.UNKNOWN, what, kernel.evidence)
    if end >= today:
        return Verdict(Outcome.PASS, f"{name} is of a line that is mended until {end}.", kernel.evidence)
    if end > AS_OF:
        what = f"{name} is of a line that was to end on {end}; the table ({SOURCE}) is of {AS_OF}."
        return Verdict(Outcome.UNKNOWN, what, kernel.evidence)
    ended = "was never a long-term line" if end == date.min else f"ended on {end}"
    if kernel.identified_by in _DISTRIBUTIONS or "cip" in _said(kernel):
        what = f"{name} is of a line that {ended}; its distribution may still mend it."
        return Verdict(Outcome.UNKNOWN, what, kernel.evidence)
    long_ago = end == date.min or (today - end).days > _LONG_AGO
    severity = Severity.HIGH if long_ago else Severity.MEDIUM
    return Verdict(Outcome.FAIL, f"{name} is of a line that {ended} ({SOURCE}).", kernel.evidence, severity)


def _said(kernel: Component) -> str:
    return " ".join(place.excerpt.partition("(")[0] for place in kernel.evidence)


def _module(release: str) -> dict[str, str | bytes]:
    head = b"\x7fELF" + bytes(60) + b"\0vermagic="
    return {f"/lib/modules/{release}/a.ko": head + release.encode() + b" SMP mod_unload \0"}


_STATUS = (
    "Package: linux-image-4.19.0-27-amd64\nStatus: install ok installed\nSource: linux\nVersion: 4.19.316-1\n"
)

CHECK: Final = Check(
    shows="kernel.supported",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files=_module("2.6.36"), outcome=Outcome.FAIL),
        Example(files=_module("5.7.3"), outcome=Outcome.FAIL),
        Example(files=_module("4.14.336"), outcome=Outcome.FAIL),
        Example(files=_module("6.12.40"), outcome=Outcome.PASS),
        Example(files=_module("5.10.200"), outcome=Outcome.UNKNOWN, now=datetime(2027, 6, 1, tzinfo=UTC)),
        Example(files=_module("9.1.0"), outcome=Outcome.UNKNOWN),
        Example(files=_module("4.19.98-cip19"), outcome=Outcome.UNKNOWN),
        Example(files={"/var/lib/dpkg/status": _STATUS}, outcome=Outcome.UNKNOWN),
        Example(files={"/etc/passwd": "root:x:0:0::/:/bin/sh\n"}, outcome=Outcome.UNKNOWN),
    ),
)
