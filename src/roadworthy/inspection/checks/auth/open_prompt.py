"""An interpreter or shell on the serial port that asks nobody who he is.

What it looks at

The greetings of MicroPython's and CircuitPython's prompts, and the prompt of Zephyr's shell, in programs of
microcontrollers. MicroPython and CircuitPython ask for no login; of Zephyr's shell that is not known.

Why it matters

Whoever reaches the port reads and changes everything in the device.

How it can be wrong

The program that runs on the interpreter may take the port for itself, or the board may not lead it out.
Other prompts are not seen, so this check never passes.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_program import esp_program
from roadworthy.inspection.checks._traits import silent, traits
from roadworthy.model.outcome import Outcome, Severity

_MAY_ASK: Final = "Zephyr's shell"


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One verdict for each prompt; unknown where none is known."""
    prompts = traits(inspection, "prompt")
    for each in prompts:
        if each.value == _MAY_ASK:
            yield Verdict(
                Outcome.UNKNOWN, f"{each.value} is in the program; it may ask for a login.", each.evidence
            )
        else:
            message = f"{each.value} is in the program and asks for no login."
            yield Verdict(Outcome.FAIL, message, each.evidence)
    if not prompts:
        yield silent(inspection, "No prompt that is known is in the program.")


CHECK: Final = Check(
    shows="auth.console-asks-who",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={}, program=esp_program('Type "help()" for more information.'), outcome=Outcome.FAIL),
        Example(files={}, program=esp_program("uart:~$ "), outcome=Outcome.UNKNOWN),
        Example(files={}, program=esp_program(), outcome=Outcome.UNKNOWN),
        Example(files={"/etc/passwd": "root"}, outcome=Outcome.NOT_APPLICABLE),
    ),
)
