"""Updates that are written without a look at their signature.

What it looks at

Shell scripts that both fetch something and write it to flash or install it. If such a script names no program
that verifies a signature, and runs no further script or program of the maker's own in between, nothing is
verified.

Why it matters

Whoever can slip in an update of his own owns the device at once and for good. A check sum does not help: he
computes it too.

How it can be wrong

The program that writes may verify by itself, or the system it boots may. Where fetching and writing stand in
different scripts, or a program does it all, the answer is "unknown".
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import settings
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity

_Deeds = dict[str, list[Evidence]]
_LIBRARIES: Final = ("/lib/", "/usr/lib/", "/usr/share/")  # parts of a program that may verify elsewhere
_VERIFYING: Final = "sysupgrade"


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each script; unknown where no script shows the whole way."""
    scripts: dict[tuple[str, ...], _Deeds] = {}
    for each in settings(inspection, "update"):
        if each.name != "mechanism":
            place = each.evidence[0]
            if place.path[-1].startswith(_LIBRARIES):
                continue
            scripts.setdefault(place.path, {}).setdefault(each.name, []).append(place)
    whole = [deeds for deeds in scripts.values() if {"fetches", "writes"} <= deeds.keys()]
    bad = [deeds for deeds in whole if "verifies" not in deeds and not _leaves_it_to_others(deeds)]
    good = [deeds for deeds in whole if "verifies" in deeds]
    yield from bounded((_failure(deeds) for deeds in bad), "scripts install what they fetched, unverified")
    if not bad and good and len(good) == len(whole):
        places = tuple(deeds["verifies"][0] for deeds in good)
        yield Verdict(Outcome.PASS, "What fetches and installs new software verifies a signature.", places)
    elif not bad:
        yield Verdict(
            Outcome.UNKNOWN, "No script shows whether a signature is verified before new software is written."
        )


def _leaves_it_to_others(deeds: _Deeds) -> bool:
    """Whether what writes is a program that may verify for itself."""
    return all(_VERIFYING in place.excerpt for place in deeds["writes"])


def _failure(deeds: _Deeds) -> Verdict:
    path = deeds["writes"][0].path[-1]
    evidence = (*deeds["fetches"], *deeds["writes"])
    return Verdict(Outcome.FAIL, f"{path} installs what it fetched without verifying a signature.", evidence)


def _script(*lines: str) -> dict[str, str | bytes]:
    return {"/usr/sbin/update": "\n".join(("#!/bin/sh", *lines)) + "\n"}


_FETCH = "wget -O /tmp/f http://update.maker.net/f"
_WRITE = "dd if=/tmp/f of=/dev/mtdblock0"

CHECK: Final = Check(
    shows="updates.signature-verified",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files=_script(_FETCH, "md5sum -c /tmp/sum", _WRITE), outcome=Outcome.FAIL),
        Example(
            files=_script(
                _FETCH, "openssl dgst -sha256 -verify /etc/k -signature s /tmp/f || exit 1", _WRITE
            ),
            outcome=Outcome.PASS,
        ),
        Example(files=_script(_FETCH, "sysupgrade -n /tmp/f"), outcome=Outcome.UNKNOWN),
        Example(files=_script(_WRITE), outcome=Outcome.UNKNOWN),
        Example(files={"/usr/sbin/updater": "\x7fELF"}, outcome=Outcome.UNKNOWN),
    ),
)
