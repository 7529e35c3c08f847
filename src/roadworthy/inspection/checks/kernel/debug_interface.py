"""Interfaces of the kernel that only developers need.

What it looks at

The kernel's configuration, built in or beside it: direct access to memory (`/dev/kmem`, `/dev/mem` without
STRICT_DEVMEM, `/proc/kcore`), the kernel debugger, commands over the serial line (SysRq), debugfs, probes in
running code.

Why it matters

Direct memory access, probes and debuggers in the kernel are a comfortable way up for whoever has got in.

How it can be wrong

What is built in may be turned off at start or through sysctl. General purpose distributions build most of it
in. Tracing by probes serves operators too, so that probes and debugfs weigh little.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks.kernel._options import NO_CONFIGURATION, OFF, configuration, options
from roadworthy.model.outcome import Outcome, Severity

SEVERE: Final = {
    "DEVKMEM": "/dev/kmem",
    "KGDB": "the kernel debugger",
    "MAGIC_SYSRQ_SERIAL": "commands over the serial line",
}
SLIGHT: Final = {"PROC_KCORE": "/proc/kcore", "DEBUG_FS": "debugfs", "KPROBES": "probes"}


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for what matters most, one for the rest; a pass where all that is named is off."""
    named = options(inspection)
    on = {name for name, setting in named.items() if setting.value != OFF}
    severe = {name: title for name, title in SEVERE.items() if name in on}
    if "DEVMEM" in on and "STRICT_DEVMEM" in named and "STRICT_DEVMEM" not in on:
        severe["DEVMEM"] = "all memory in /dev/mem"
    slight = {name: title for name, title in SLIGHT.items() if name in on}
    for found, severity in ((severe, Severity.MEDIUM), (slight, Severity.LOW)):
        if found:
            evidence = tuple(place for name in found for place in named[name].evidence)
            titles = ", ".join(found.values())
            yield Verdict(Outcome.FAIL, f"The kernel offers {titles}.", evidence, severity)
    if not severe and not slight:
        known = any(name in named for name in (*SEVERE, *SLIGHT))
        good = "The kernel is built without the interfaces for developers that were looked for."
        yield Verdict(Outcome.PASS, good) if known else NO_CONFIGURATION


CHECK: Final = Check(
    shows="kernel.no-debug-interfaces",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=configuration(DEVKMEM="y"), outcome=Outcome.FAIL),
        Example(files=configuration(DEVMEM="y", STRICT_DEVMEM="n"), outcome=Outcome.FAIL),
        Example(files=configuration(DEBUG_FS="y", KGDB="n"), outcome=Outcome.FAIL),
        Example(
            files=configuration(DEVMEM="y", STRICT_DEVMEM="y", KGDB="n", DEBUG_FS="n"), outcome=Outcome.PASS
        ),
        Example(files={"/etc/passwd": "root:x:0:0::/:/bin/sh\n"}, outcome=Outcome.UNKNOWN),
    ),
)
