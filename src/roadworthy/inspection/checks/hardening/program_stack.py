"""A microcontroller's program that does not notice an overrun on its stack.

What it looks at

Whether the compiler's stack check (`__stack_chk_fail`) is in the program: by its symbols, or by the text that
ESP-IDF prints when the check fails. Programs that could show neither are not judged.

Why it matters

Such chips mostly know no other obstacle: an overrun decides where the program goes on.

How it can be wrong

A check that is there may cover few functions. A program in another language than C and C++ needs none.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_program import esp_program
from roadworthy.inspection.checks._traits import silent, traits
from roadworthy.model.outcome import Outcome, Severity


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One verdict for each program that tells."""
    checks = traits(inspection, "stack-check")
    for each in checks:
        if each.value == "absent":
            message = "The program does not notice when a buffer on its stack overruns."
            yield Verdict(Outcome.FAIL, message, each.evidence)
        else:
            yield Verdict(Outcome.PASS, "The program has the compiler's stack check.", each.evidence)
    if not checks:
        yield silent(inspection, "The program does not show whether it notices an overrun on its stack.")


CHECK: Final = Check(
    shows="hardening.stack-protection",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={}, program=esp_program(), outcome=Outcome.FAIL),
        Example(files={}, program=esp_program("Stack smashing protect failure!"), outcome=Outcome.PASS),
        Example(files={}, program=b"\0" * 64, outcome=Outcome.UNKNOWN),
        Example(files={"/etc/passwd": "root"}, outcome=Outcome.NOT_APPLICABLE),
    ),
)
