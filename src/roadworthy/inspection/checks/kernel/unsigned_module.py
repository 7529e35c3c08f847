"""Modules that anybody with root may load into the kernel.

What it looks at

The kernel's configuration, built in or beside it: whether modules can be loaded at all, whether signatures
are known (MODULE_SIG), and whether they are asked for (MODULE_SIG_FORCE).

Why it matters

A module is the kernel. Whoever may load one hides from every program that looks for him.

How it can be wrong

Signatures can also be enforced on the kernel's command line (`module.sig_enforce`) or by lockdown, which is
not seen here.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks.kernel._options import NO_CONFIGURATION, OFF, configuration, options
from roadworthy.model.outcome import Outcome, Severity


def run(inspection: Inspection) -> Iterator[Verdict]:
    """A pass for no modules or only signed ones; a failure for any others."""
    named = options(inspection)
    modules = named.get("MODULES")
    if modules is None:
        yield NO_CONFIGURATION
        return
    forced = named.get("MODULE_SIG_FORCE")
    if modules.value == OFF:
        yield Verdict(Outcome.PASS, "The kernel loads no modules.", modules.evidence)
    elif forced is not None and forced.value != OFF:
        yield Verdict(Outcome.PASS, "The kernel loads only modules that are signed.", forced.evidence)
    else:
        known = named.get("MODULE_SIG")
        how = (
            "does not insist on signatures of" if known and known.value != OFF else "verifies no signature of"
        )
        yield Verdict(Outcome.FAIL, f"The kernel {how} the modules that it loads.", modules.evidence)


CHECK: Final = Check(
    shows="kernel.modules-verified",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files=configuration(MODULES="y"), outcome=Outcome.FAIL),
        Example(files=configuration(MODULES="y", MODULE_SIG="y", MODULE_SIG_FORCE="n"), outcome=Outcome.FAIL),
        Example(files=configuration(MODULES="y", MODULE_SIG="y", MODULE_SIG_FORCE="y"), outcome=Outcome.PASS),
        Example(files=configuration(MODULES="n"), outcome=Outcome.PASS),
        Example(files={"/etc/passwd": "root:x:0:0::/:/bin/sh\n"}, outcome=Outcome.UNKNOWN),
    ),
)
