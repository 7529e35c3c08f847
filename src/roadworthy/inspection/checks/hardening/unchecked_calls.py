"""Programs that copy and print without the checks that the C library offers.

What it looks at

Programs and libraries for glibc that call `sprintf`, `vsprintf`, `strcpy` or `strcat` themselves and no
checking variant (`__sprintf_chk`, …) of any function. Where FORTIFY_SOURCE is on, the compiler calls the
checking variant of `sprintf` in any case. One that listens on the network fails on its own; the others fail
together, where more than one in ten is so.

Why it matters

Copying too much is the most common fault of C; the check turns a break-in into a crash.

How it can be wrong

A program may copy between buffers of known size only, so that the compiler dropped the checks. musl and
uClibc check without a trace or not at all; programs for them are not asked.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks.hardening._programs import Question, exposed, judged, linux_programs
from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.model.outcome import Outcome, Severity

UNCHECKED: Final = frozenset({"sprintf", "vsprintf", "strcpy", "strcat"})
TOLERATED: Final = 0.1
_QUESTION = Question(
    fault="copies and prints without the checks of the C library",
    good="Programs that copy and print use the checks of the C library.",
    exposed=Severity.MEDIUM,
    other=Severity.LOW,
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """Failures, or a pass where the programs that could be checked are."""
    asked = [
        each
        for each in linux_programs(inspection)
        if each.fortify is not None and (each.fortify or UNCHECKED.intersection(each.imports))
    ]
    faulty = [each for each in asked if not each.fortify]
    if len(faulty) <= TOLERATED * len(asked):
        reached = exposed(inspection)
        faulty = [each for each in faulty if reached(each)]
    return judged(inspection, asked, faulty, _QUESTION)


CHECK: Final = Check(
    shows="hardening.fortified-calls",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/bin/a": SampleElf(imports=("sprintf",)).build()}, outcome=Outcome.FAIL),
        Example(
            files={"/bin/a": SampleElf(imports=("__sprintf_chk", "strcpy")).build()}, outcome=Outcome.PASS
        ),
        Example(
            files={"/bin/a": SampleElf(imports=("sprintf",), needed=("libc.so",)).build()},
            outcome=Outcome.UNKNOWN,
        ),
        Example(files={"/bin/a": SampleElf(imports=("memcpy",)).build()}, outcome=Outcome.UNKNOWN),
    ),
)
