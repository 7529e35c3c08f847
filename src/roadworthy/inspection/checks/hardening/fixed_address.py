"""Programs that are always loaded at the same address.

What it looks at

The type of every executable: ET_EXEC means a fixed address, ET_DYN a free one (PIE). Static programs count
too.

Why it matters

At a fixed address the same attack works on every unit; at a random one it mostly crashes.

How it can be wrong

A program that can be moved is only moved if the kernel does so (randomize_va_space). Small processors without
address translation load programs as it comes.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks.hardening._programs import Question, judged, linux_programs
from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.model.outcome import Outcome, Severity

_QUESTION = Question(
    fault="is always loaded at the same address",
    good="Every program can be loaded at an address that nobody knows.",
    exposed=Severity.MEDIUM,
    other=Severity.LOW,
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """Failures, or a pass where every executable is position independent."""
    asked = [each for each in linux_programs(inspection) if each.pie is not None]
    return judged(inspection, asked, (each for each in asked if not each.pie), _QUESTION)


_START = {"/etc/inittab": "::sysinit:/etc/init.d/rcS\n", "/etc/init.d/rcS": "#!/bin/sh\ntelnetd\n"}

CHECK: Final = Check(
    shows="hardening.position-independent",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/bin/a": SampleElf(pie=False).build()}, outcome=Outcome.FAIL),
        Example(files=_START | {"/usr/sbin/telnetd": SampleElf(pie=False).build()}, outcome=Outcome.FAIL),
        Example(files={"/bin/a": SampleElf().build()}, outcome=Outcome.PASS),
        Example(files={"/lib/liba.so": SampleElf(soname="liba.so").build()}, outcome=Outcome.UNKNOWN),
    ),
)
