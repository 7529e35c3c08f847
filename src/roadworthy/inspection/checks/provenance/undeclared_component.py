"""Components of the image that the bill of materials does not name.

What it looks at

The bills of materials that were given with the image (`--sbom`), and every component that was found in it:
by package database, language metadata, file names and version texts in programs. A component is named if one
of the bills claims the same product in the same version, or where either has no version. One that is named in
another version only counts here where the named version is in the image as well; otherwise it is the claim
that is wrong, which `provenance.untrue-claim` tells.

Why it matters

Whoever asks the list whether a new flaw concerns the product gets a wrong no for what is missing from it.
Libraries inside a vendor's program and leftovers of the chip maker's kit are what lists miss most.

How it can be wrong

The bill may call a product by a name that is not known to be the same. A version text can be that of a file
that only mentions the product. What nobody recognises in the image is not missed in the bill. Components that
are less sure than 80 % do not fail.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.bill import ComponentStanding, Declared, Reconciliation
from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks.provenance._example_bill import STATUS, bill
from roadworthy.model.outcome import Outcome, Severity

SURE: Final = 0.8


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each component; unknown where nothing was found that a bill could name."""
    held = inspection.reconciliation
    if held is None:
        yield Verdict(Outcome.UNKNOWN, "No bill of materials was given.")
        return
    missing = [each for each in held.components if _missing(each)]
    sure = [each for each in missing if each.confidence >= SURE]
    yield from bounded(map(_failure, sure), "components are in the image and not in the bill of materials")
    if not sure:
        yield _without(held, missing)


def _without(held: Reconciliation, doubtful: list[ComponentStanding]) -> Verdict:
    count = len(held.components)
    if not count:
        return Verdict(Outcome.UNKNOWN, "No component was found in the image that a bill could name.")
    if doubtful:
        names = ", ".join(sorted({each.name for each in doubtful}))
        places = tuple(place for each in doubtful for place in each.evidence[:1])
        return Verdict(Outcome.UNKNOWN, f"Not named, but not sure to be there either: {names}.", places)
    of = "The one component" if count == 1 else f"Each of the {count} components"
    return Verdict(Outcome.PASS, f"{of} found in the image is named in the bill of materials.")


def _missing(component: ComponentStanding) -> bool:
    return component.standing is Declared.UNDECLARED or component.besides


def _failure(component: ComponentStanding) -> Verdict:
    name = f"{component.name} {component.version}".strip()
    if component.besides:
        listed = ", ".join(component.claimed)
        what = f"{name} is in the image; the bill of materials names {listed} only, which is there, too."
    else:
        what = f"{name} is in the image, and the bill of materials does not name it."
    return Verdict(Outcome.FAIL, what, component.evidence)


CHECK: Final = Check(
    shows="provenance.sbom-complete",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=STATUS, bills=bill("busybox@1.36.1"), outcome=Outcome.FAIL),
        Example(files=STATUS, bills=bill("busybox@1.36.1", "dropbear@2022.83"), outcome=Outcome.PASS),
        Example(files=STATUS, bills=bill("busybox@1.36.1", "dropbear@2020.81"), outcome=Outcome.PASS),
        Example(files={"/bin/app": "\x7fELF"}, bills=bill("app@1"), outcome=Outcome.UNKNOWN),
    ),
    needs_bill=True,
)
