"""Protections of the kernel that were left off.

What it looks at

The kernel's configuration, built in or beside it: stack protection, memory that is either code or writable,
checked copying between kernel and programs, fortified calls, random placement, guarded stacks. An option
counts only if the configuration names it: what a kernel or a processor does not have cannot be turned on.

Why it matters

They cost little and take away whole classes of attack, from programs to the kernel above all.

How it can be wrong

The configuration beside a kernel may be another one's. Vendors carry patches with protections of their own.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks.kernel._options import NO_CONFIGURATION, OFF, configuration, options
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.setting import Setting

WEIGHTY: Final = (
    (
        "stack protection",
        ("STACKPROTECTOR", "CC_STACKPROTECTOR", "CC_STACKPROTECTOR_STRONG", "CC_STACKPROTECTOR_REGULAR"),
    ),
    ("read-only code", ("STRICT_KERNEL_RWX", "DEBUG_RODATA")),
)
OTHER: Final = (
    ("read-only code of modules", ("STRICT_MODULE_RWX",)),
    ("checked copying", ("HARDENED_USERCOPY",)),
    ("fortified calls", ("FORTIFY_SOURCE",)),
    ("random placement", ("RANDOMIZE_BASE",)),
    ("guarded stacks", ("VMAP_STACK",)),
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for what matters most, one for the rest; a pass where all that is named is on."""
    named = options(inspection)
    missing = False
    for group, severity in ((WEIGHTY, Severity.MEDIUM), (OTHER, Severity.LOW)):
        off = [(title, here[0]) for title, names in group if (here := _off(named, names))]
        if off:
            missing = True
            titles = ", ".join(title for title, _ in off)
            evidence = tuple(place for _, name in off for place in named[name].evidence)
            yield Verdict(Outcome.FAIL, f"The kernel is built without {titles}.", evidence, severity)
    known = any(name in named for _, names in WEIGHTY for name in names)
    if not missing and known:
        yield Verdict(Outcome.PASS, "The kernel is built with the protections that it offers.")
    elif not missing:
        yield NO_CONFIGURATION


def _off(named: Mapping[str, Setting], names: tuple[str, ...]) -> list[str]:
    """The names of one protection, if the configuration knows it and has it off under all of them."""
    here = [name for name in names if name in named]
    return here if all(named[name].value == OFF for name in here) else []


_GOOD = configuration(
    STACKPROTECTOR="y", STACKPROTECTOR_STRONG="y", STRICT_KERNEL_RWX="y", HARDENED_USERCOPY="y"
)

CHECK: Final = Check(
    shows="kernel.hardened-config",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=configuration(STACKPROTECTOR="n", STRICT_KERNEL_RWX="y"), outcome=Outcome.FAIL),
        Example(files=configuration(STACKPROTECTOR="y", HARDENED_USERCOPY="n"), outcome=Outcome.FAIL),
        Example(files=configuration(CC_STACKPROTECTOR="n", DEBUG_RODATA="n"), outcome=Outcome.FAIL),
        Example(files=_GOOD, outcome=Outcome.PASS),
        Example(
            files=configuration(CC_STACKPROTECTOR_REGULAR="y", CC_STACKPROTECTOR_STRONG="n"),
            outcome=Outcome.PASS,
        ),
        Example(files={"/etc/passwd": "root:x:0:0::/:/bin/sh\n"}, outcome=Outcome.UNKNOWN),
    ),
)
