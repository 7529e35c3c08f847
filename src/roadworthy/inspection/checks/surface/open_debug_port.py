"""A debug port that the image itself leaves open.

What it looks at

The flash configuration field (byte FSEC at 0x40C) of programs for NXP Kinetis chips, in ELF files.

Why it matters

Whoever holds the device reads its program, keys and data over the debug port, and writes others.

How it can be wrong

The programmer at the factory may write another field than the file holds. Of other chips fuses decide, which
no image shows; of them nothing is said.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._traits import silent, traits
from roadworthy.inspection.checks.surface._kinetis import kinetis_program
from roadworthy.model.outcome import Outcome, Severity


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One verdict for each program that says it."""
    ports = traits(inspection, "debug-port")
    for port in ports:
        if port.value == "open":
            message = "The program's flash configuration leaves the chip's debug port open (FSEC)."
            yield Verdict(Outcome.FAIL, message, port.evidence)
        else:
            yield Verdict(
                Outcome.PASS, "The program's flash configuration closes the debug port.", port.evidence
            )
    if not ports:
        yield silent(
            inspection,
            "Fuses of the chip decide whether its debug port is open, not the program.",
            alone=True,
        )


CHECK: Final = Check(
    shows="surface.debug-ports-closed",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={}, program=kinetis_program(0xFE), outcome=Outcome.FAIL),
        Example(files={}, program=kinetis_program(0xFF), outcome=Outcome.PASS),
        Example(files={}, program=b"\0" * 64, outcome=Outcome.UNKNOWN),
        Example(files={"/etc/passwd": "root"}, outcome=Outcome.UNKNOWN),
    ),
)
