"""Kernel part: whether a subsystem or a driver of Linux is in this release."""

from dataclasses import dataclass
from enum import StrEnum

from roadworthy.model.evidence import Evidence

MODULES = "lib/modules"
"""The part that stands for the modules of the file system as a whole: `MODULE` if there are some."""
READ = "vmlinux"
"""The part that stands for a kernel whose parts were told, with the place that tells them."""
WHOLE = "*"
"""The part that stands for a kernel whose parts cannot be told: `UNKNOWN`."""


class Standing(StrEnum):
    """Where a part is."""

    BUILT_IN = "built_in"
    MODULE = "module"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelPart:
    """One part of the kernel.

    Args:
        part: Its path in the kernel's source tree, ``net/sctp`` or ``net/ipv4/ping.c``; or `MODULES`, `READ`,
            `WHOLE`.
        standing: `BUILT_IN`; a `MODULE` that lies in the file system; or `ABSENT`: not in the kernel itself.
            What is `ABSENT` is nowhere in the release only where modules were looked for, see `MODULES`.
        because: What tells so, in one sentence. May hold untrusted text.
        rests_on: The part that it cannot be without, where that one's absence is all that tells of this
            one's; it then is as absent as that one.
        evidence: Where; for what is `ABSENT` see that of `READ`, which is the same for all.
    """

    part: str
    standing: Standing
    because: str
    rests_on: str = ""
    evidence: tuple[Evidence, ...] = ()
