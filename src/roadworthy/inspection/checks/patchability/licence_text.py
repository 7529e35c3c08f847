"""Licences of free software in the image.

What it looks at

Whole texts of well-known licences, and offers of source code, that lie in the image.

Why it matters

They tell the owner, and whoever mends the device after the maker, that the source can be had, and from whom.

How it can be wrong

Texts may come on paper, on a web page or in a manual: their absence from the image proves nothing, and this
check never fails. A text says nothing about whether it is the right one for each program.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.model.outcome import Outcome, Severity

_SHOWN: Final = 4


def run(inspection: Inspection) -> Iterator[Verdict]:
    """A pass where there is a text; unknown otherwise, for it may lie beside the image."""
    found = [
        each for each in inspection.inventory.platforms if each.aspect in ("licence-text", "source-offer")
    ]
    names = sorted({each.value for each in found if each.aspect == "licence-text"})
    places = tuple(place for each in found for place in each.evidence[:1])[:_SHOWN]
    if names:
        yield Verdict(Outcome.PASS, f"The image holds licence texts: {', '.join(names)}.", places)
    elif found:
        yield Verdict(Outcome.PASS, "The image says where the source code can be had.", places)
    else:
        yield Verdict(Outcome.UNKNOWN, "No licence text lies in the image; it may lie beside it.")


CHECK: Final = Check(
    shows="patchability.licences-present",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(
            files={"/usr/share/licenses/COPYING": "GNU GENERAL PUBLIC LICENSE\n   Version 2, June 1991\n"},
            outcome=Outcome.PASS,
        ),
        Example(
            files={"/www/legal.html": "<p>The complete source code is available at our site.</p>"},
            outcome=Outcome.PASS,
        ),
        Example(files={"/etc/passwd": "root::0:0::/:/bin/sh\n"}, outcome=Outcome.UNKNOWN),
    ),
)
