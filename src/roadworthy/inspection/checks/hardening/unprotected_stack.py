"""Programs that do not notice an overrun on the stack.

What it looks at

Whether programs call the compiler's stack check (`__stack_chk_fail`). Only programs that copy text with
functions that know no bounds (`strcpy`, `sprintf`, …) are asked, for those have buffers to protect. One that
listens on the network fails on its own; the others fail together, where more than one in ten has no check.

Why it matters

A buffer that overruns otherwise decides where the program goes on.

How it can be wrong

A program may copy into buffers elsewhere than on the stack only. Programs that are static and stripped, or
import nothing of the kind, do not tell; those in other languages than C and C++ need no such check.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks.hardening._programs import Question, exposed, judged, linux_programs
from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.model.outcome import Outcome, Severity

COPYING: Final = frozenset({"strcpy", "strcat", "sprintf", "vsprintf", "gets", "sscanf", "fscanf"})
TOLERATED: Final = 0.1
_QUESTION = Question(
    fault="does not notice when a buffer on its stack overruns",
    good="Programs that copy text notice when a buffer on their stack overruns.",
    exposed=Severity.MEDIUM,
    other=Severity.LOW,
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """Failures, or a pass where the programs that copy text are protected."""
    asked = [
        each
        for each in linux_programs(inspection)
        if each.canary is not None and (each.canary or COPYING.intersection(each.imports))
    ]
    faulty = [each for each in asked if not each.canary]
    if len(faulty) <= TOLERATED * len(asked):
        reached = exposed(inspection)
        faulty = [each for each in faulty if reached(each)]
    return judged(inspection, asked, faulty, _QUESTION)


CHECK: Final = Check(
    shows="hardening.stack-protection",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/bin/a": SampleElf(imports=("strcpy", "exit")).build()}, outcome=Outcome.FAIL),
        Example(
            files={"/bin/a": SampleElf(imports=("strcpy", "__stack_chk_fail")).build()}, outcome=Outcome.PASS
        ),
        Example(
            files={f"/bin/{n}": SampleElf(imports=("strcpy", "__stack_chk_fail")).build() for n in range(10)}
            | {"/bin/odd": SampleElf(imports=("strcpy",)).build()},
            outcome=Outcome.PASS,
        ),
        Example(files={"/bin/a": SampleElf(imports=("exit",)).build()}, outcome=Outcome.UNKNOWN),
    ),
)
