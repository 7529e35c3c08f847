"""Programs whose tables of addresses stay writable.

What it looks at

PT_GNU_RELRO and immediate binding (BIND_NOW) in every program and library that is linked dynamically. Both
together make the tables read-only before the program starts; without immediate binding the table of function
addresses stays writable, without RELRO all of them do.

Why it matters

Whoever can write one address sends the program elsewhere at its next call of a library.

How it can be wrong

A program that calls no library function through the table gains nothing from it. Linkers for some machines
(MIPS before binutils 2.35) could not do it.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks.hardening._programs import Question, judged, linux_programs
from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.model.outcome import Outcome, Severity

_QUESTION = Question(
    fault="keeps tables of addresses writable while it runs",
    good="Every program and library makes its tables of addresses read-only.",
    exposed=Severity.MEDIUM,
    other=Severity.LOW,
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """Failures, or a pass where every program is fully read-only, and every library at least in part."""
    asked = [each for each in linux_programs(inspection) if each.relro]
    faulty = (
        each
        for each in asked
        if each.relro == "none" or (each.relro == "partial" and each.kind == "executable")
    )
    return judged(inspection, asked, faulty, _QUESTION)


CHECK: Final = Check(
    shows="hardening.read-only-relocations",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/bin/a": SampleElf(relro="none").build()}, outcome=Outcome.FAIL),
        Example(files={"/bin/a": SampleElf(relro="partial").build()}, outcome=Outcome.FAIL),
        Example(
            files={"/lib/liba.so": SampleElf(relro="none", soname="liba.so").build()}, outcome=Outcome.FAIL
        ),
        Example(files={"/bin/a": SampleElf().build()}, outcome=Outcome.PASS),
        Example(
            files={"/lib/liba.so": SampleElf(relro="partial", soname="liba.so").build()}, outcome=Outcome.PASS
        ),
        Example(files={"/etc/passwd": "root:x:0:0::/:/bin/sh\n"}, outcome=Outcome.UNKNOWN),
    ),
)
