"""Programs without a build identifier.

What it looks at

The note `NT_GNU_BUILD_ID` of every executable and library.

Why it matters

It joins a program, its symbols and its source, years later and at whoever mends it then. Without it nobody
can say which build a crash comes from, or whether two devices run the same one.

How it can be wrong

A maker can keep its builds apart by digests of the whole image instead. Programs that are not built from
source at the maker's may lack it by their supplier's fault.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks.hardening._programs import linux_programs, without_programs
from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity

MAX_PLACES: Final = 20


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One answer for all programs together."""
    programs = linux_programs(inspection)
    without = [each for each in programs if not each.build_id]
    images = [
        each for each in inspection.inventory.settings if (each.scope, each.name) == ("esp32", "elf-sha256")
    ]
    if not programs and images:
        places = tuple(place for each in images for place in each.evidence)
        yield Verdict(Outcome.PASS, "The program names the SHA-256 of the ELF file it was made from.", places)
    elif not programs:
        yield without_programs()
    elif not without:
        yield Verdict(Outcome.PASS, f"Each of {len(programs)} programs and libraries has a build identifier.")
    else:
        places = tuple(Evidence(path=each.evidence[0].path) for each in without[:MAX_PLACES])
        message = f"{len(without)} of {len(programs)} programs and libraries have no build identifier."
        yield Verdict(Outcome.FAIL, message, places)


CHECK: Final = Check(
    shows="patchability.build-ids",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/bin/a": SampleElf().build()}, outcome=Outcome.FAIL),
        Example(files={"/bin/a": SampleElf(build_id="c0ffee01").build()}, outcome=Outcome.PASS),
        Example(files={"/etc/passwd": "root::0:0::/:/bin/sh\n"}, outcome=Outcome.UNKNOWN),
    ),
)
