"""A program of an ESP32 without a signature for its boot loader.

What it looks at

The signature block behind the programs of ESP32 chips: whether there is one, and holds for them.

Why it matters

A chip with secure boot starts no program without one. A device that starts this one starts any
other, too.

How it can be wrong

The program may be signed after this copy of it was taken. That a signature is there and holds proves that
these bytes are whole; it does not prove that the chip asks for one, nor whose key it is: then the answer is
open, so this check never passes.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_program import esp_program
from roadworthy.inspection.checks._looking import settings
from roadworthy.inspection.checks._traits import silent
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.setting import Setting

_SCOPE: Final = "esp32"
_WRONG: Final = ("does not belong", "does not hold")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One verdict for each program."""
    told = [each for each in settings(inspection, _SCOPE) if each.name == "secure-boot-signature"]
    for each in told:
        yield _verdict(each)
    if not told:
        yield silent(inspection, "The program has no signature in a form that is known.", alone=True)


def _verdict(signature: Setting) -> Verdict:
    if signature.value == "none":
        message = "The program carries no signature, so a chip that starts it starts any program."
        return Verdict(Outcome.FAIL, message, signature.evidence)
    if any(sign in signature.value for sign in _WRONG):
        message = "The program's signature is not one of these bytes; a chip with secure boot refuses it."
        return Verdict(Outcome.FAIL, message, signature.evidence, Severity.HIGH)
    message = "The program is signed; whether the chip asks for that, its fuses decide."
    return Verdict(Outcome.UNKNOWN, message, signature.evidence)


CHECK: Final = Check(
    shows="hardening.boot-chain-verified",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={}, program=esp_program(), outcome=Outcome.FAIL),
        Example(files={}, program=esp_program() + b"\0\0\0\0" + b"\x5a" * 64, outcome=Outcome.UNKNOWN),
        Example(files={"/etc/passwd": "root"}, outcome=Outcome.UNKNOWN),
        Example(files={"/etc/passwd": "root"}, program=b"\0" * 64, outcome=Outcome.UNKNOWN),
    ),
)
