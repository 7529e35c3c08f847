"""A microcontroller's program that names an update in clear text.

What it looks at

Addresses that begin with `http://`, speak of an update, and end like a program (`.bin`, `.uf2`, `.hex`), in
programs of microcontrollers.

Why it matters

Anybody on the way can withhold an update, or put another program in its place.

How it can be wrong

The signature of the update may be verified; it can then still be withheld. The address may be an example for
the owner. Addresses put together while the program runs are not seen.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_program import esp_program
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._traits import silent, traits
from roadworthy.model.outcome import Outcome, Severity


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each host; unknown where the program names no such address."""
    found = traits(inspection, "update-url")
    safe = traits(inspection, "encrypted-update-url")
    yield from bounded(
        (
            Verdict(Outcome.FAIL, f"The program has updates fetched from {each.value}.", each.evidence)
            for each in found
        ),
        "addresses of updates",
    )
    if safe and not found:
        places = tuple(place for each in safe for place in each.evidence)
        yield Verdict(Outcome.PASS, "All addresses of updates in the program are encrypted.", places)
    elif not found:
        yield silent(inspection, "The program names no address of an update.")


CHECK: Final = Check(
    shows="updates.encrypted-transport",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={}, program=esp_program("http://ota.maker.net/lamp.bin"), outcome=Outcome.FAIL),
        Example(files={}, program=esp_program("http://maker.net/firmware/lamp.bin"), outcome=Outcome.FAIL),
        Example(files={}, program=esp_program("https://maker.net/ota/lamp.bin"), outcome=Outcome.PASS),
        Example(files={}, program=esp_program("http://maker.net/total/lamp.html"), outcome=Outcome.UNKNOWN),
        Example(files={"/etc/passwd": "root"}, outcome=Outcome.NOT_APPLICABLE),
    ),
)
