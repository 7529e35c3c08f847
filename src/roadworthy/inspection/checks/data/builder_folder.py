r"""Names of people in a microcontroller's program.

What it looks at

Paths below `/home`, `/Users` and `C:\Users` in programs of microcontrollers, as assertions and debug
information bring them. Accounts of build machines that are known (`runner`, `jenkins`, …) do not count.

Why it matters

It tells who built the program, and how that person's machine is laid out. It also says that a release came
from somebody's desk.

How it can be wrong

An account may belong to a machine and have a name that is not on the list.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_program import esp_program
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._traits import silent, traits
from roadworthy.model.outcome import Outcome, Severity


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each name; a pass where a program names none."""
    names = traits(inspection, "built-by")
    yield from bounded(
        (
            Verdict(Outcome.FAIL, f"The program names the folder of {each.value}.", each.evidence)
            for each in names
        ),
        "folders of people",
    )
    if not names and inspection.programs:
        yield Verdict(Outcome.PASS, "The program names no person's folder.")
    elif not names:
        yield silent(inspection, "")


CHECK: Final = Check(
    shows="data.no-personal-data-in-image",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={}, program=esp_program("/home/jo/lamp/main.c"), outcome=Outcome.FAIL),
        Example(files={}, program=esp_program("C:\\Users\\jo\\lamp\\main.c"), outcome=Outcome.FAIL),
        Example(files={}, program=esp_program("/home/runner/lamp/main.c"), outcome=Outcome.PASS),
        Example(files={"/etc/passwd": "root"}, outcome=Outcome.NOT_APPLICABLE),
    ),
)
