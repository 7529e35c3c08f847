"""Programs with a stack that can be executed.

What it looks at

The header PT_GNU_STACK of every program: marked executable, or missing on a machine where the kernel then
makes the stack executable (x86, ARM, MIPS, PowerPC). Libraries count where glibc loads them, which makes the
whole process follow the weakest one; musl and uClibc do not.

Why it matters

With an executable stack the oldest attack works: put code into a buffer and jump there.

How it can be wrong

Some processors cannot tell code from data, whatever the header says (MIPS cores without RIXI, ARM before
version 6); the kernel may also be told otherwise. What stands in the header is only what the program allows.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks.hardening._programs import Question, judged, linux_programs
from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.model.outcome import Outcome, Severity

_GLIBC = "libc.so.6"
_QUESTION = Question(
    fault="lets code run on its stack",
    good="No program lets code run on its stack.",
    exposed=Severity.HIGH,
    other=Severity.MEDIUM,
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """Failures, or a pass where every program that tells keeps its stack free of code."""
    asked = [
        each
        for each in linux_programs(inspection)
        if each.nx is not None and (each.kind == "executable" or _GLIBC in each.needed)
    ]
    return judged(inspection, asked, (each for each in asked if not each.nx), _QUESTION)


CHECK: Final = Check(
    shows="hardening.no-executable-stack",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/bin/a": SampleElf(executable_stack=True).build()}, outcome=Outcome.FAIL),
        Example(
            files={"/bin/a": SampleElf(executable_stack=None, machine="mips").build()}, outcome=Outcome.FAIL
        ),
        Example(
            files={"/lib/liba.so": SampleElf(executable_stack=True, soname="liba.so").build()},
            outcome=Outcome.FAIL,
        ),
        Example(files={"/bin/a": SampleElf().build()}, outcome=Outcome.PASS),
        Example(
            files={
                "/bin/a": SampleElf(needed=("libc.so",)).build(),
                "/lib/libgcc_s.so.1": SampleElf(
                    executable_stack=None, soname="libgcc_s.so.1", needed=("libc.so",)
                ).build(),
            },
            outcome=Outcome.PASS,
        ),
        Example(files={"/bin/a": "#!/bin/sh\n"}, outcome=Outcome.UNKNOWN),
    ),
)
