"""Claims of the bill of materials that the image contradicts.

What it looks at

The bills of materials that were given with the image (`--sbom`), claim by claim: the files that they name,
with digests where they have them, the image's own package database, and every component that was found. A
claim is contradicted where the image has the product in another version only; where none of the files that it
names is there; or where the package database does not have it. What serves the build (native tools, `-dev`
and `-dbg` packages, build dependencies) is no claim about the image.

Why it matters

A wrong version hides flaws or raises false alarms. Lists are mostly wrong because they were written for
another build than the one that was shipped, and then nothing in them can be relied on.

How it can be wrong

What has neither a program nor files that are named cannot be refuted: it stays unknown. That files or
packages are absent counts only where most other claims of the bill are met in the same way. A version text in
a program can be older than the program; a packager's revision is not compared.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.bill import ClaimStanding, Standing
from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks.provenance._example_bill import STATUS, bill
from roadworthy.model.outcome import Outcome, Severity

_LISTED: Final = bill("busybox@1.36.1", "dropbear@2022.83", "curl@8.5.0")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each claim; unknown while some claims could not be seen."""
    held = inspection.reconciliation
    if held is None:
        yield Verdict(Outcome.UNKNOWN, "No bill of materials was given.")
        return
    untrue = [each for each in held.claims if each.standing in (Standing.OTHER_VERSION, Standing.ABSENT)]
    yield from bounded(map(_failure, untrue), "claims of the bill of materials do not hold")
    if not untrue:
        yield _without(held.claims)


def _without(claims: tuple[ClaimStanding, ...]) -> Verdict:
    agreed = sum(_agreed(each) for each in claims)
    if agreed == len(claims):
        return Verdict(Outcome.PASS, f"All {agreed} claims of the bill of materials hold.")
    open_ = len(claims) - agreed
    what = f"Of {len(claims)} claims {agreed} hold and none is contradicted; {open_} could not be settled."
    return Verdict(Outcome.UNKNOWN, what)


def _agreed(claim: ClaimStanding) -> bool:
    """Whether it holds; one that names no version holds where the product is there."""
    return claim.standing is Standing.CONFIRMED or (claim.standing is Standing.FOUND and not claim.version)


def _failure(claim: ClaimStanding) -> Verdict:
    name = f"{claim.name} {claim.version}".strip()
    evidence = (claim.stated, *claim.evidence)
    if claim.standing is Standing.OTHER_VERSION:
        found = ", ".join(claim.found)
        what = f"The bill of materials names {name}; the image has {found}."
        return Verdict(Outcome.FAIL, what, evidence)
    what = f"The bill of materials names {name}, which is not in the image. {claim.because}"
    return Verdict(Outcome.FAIL, what, evidence, Severity.LOW)


CHECK: Final = Check(
    shows="provenance.sbom-accurate",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=STATUS, bills=bill("busybox@1.35.0", "dropbear@2022.83"), outcome=Outcome.FAIL),
        Example(files=STATUS, bills=_LISTED, outcome=Outcome.FAIL),
        Example(files=STATUS, bills=bill("busybox@1.36.1", "dropbear@2022.83-r2"), outcome=Outcome.PASS),
        Example(files=STATUS, bills=bill("busybox"), outcome=Outcome.PASS),
        Example(files={"/bin/app": "\x7fELF"}, bills=bill("app@1"), outcome=Outcome.UNKNOWN),
    ),
    needs_bill=True,
)
