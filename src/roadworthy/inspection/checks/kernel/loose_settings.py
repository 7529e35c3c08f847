"""Run-time settings that open the kernel to attackers.

What it looks at

The values in `sysctl.conf` and `sysctl.d`: addresses and logs shown to all, free tracing, links followed in
shared folders, magic keys, source routes and redirects accepted.

Why it matters

These are the steps by which small flaws become large: an address to aim at, a link to follow, a packet that
asks to take another way.

How it can be wrong

Nothing may read the files. The kernel's own defaults, which count where no file says anything, are not known
from here: so the answer is a pass only where the files say the right thing about the log, addresses and
links.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import settings
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.setting import Setting

_BAD: Final = {  # Documentation/admin-guide/sysctl/{kernel,fs}.rst, Documentation/networking/ip-sysctl.rst
    "kernel.dmesg_restrict": ("0",),
    "kernel.kptr_restrict": ("0",),
    "kernel.yama.ptrace_scope": ("0",),
    "kernel.sysrq": ("1",),
    "fs.protected_symlinks": ("0",),
    "fs.protected_hardlinks": ("0",),
    "fs.suid_dumpable": ("1",),
    "net.ipv4.conf.all.accept_source_route": ("1",),
    "net.ipv4.conf.all.accept_redirects": ("1",),
    "net.ipv6.conf.all.accept_redirects": ("1",),
}
_NEEDED: Final = (
    "kernel.dmesg_restrict",
    "kernel.kptr_restrict",
    "fs.protected_symlinks",
    "fs.protected_hardlinks",
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each setting; unknown where the files leave it to the kernel."""
    told = {each.name: each for each in settings(inspection, "sysctl")}
    bad = [each for name, each in told.items() if each.value in _BAD.get(name, ())]
    yield from bounded((_failure(each) for each in bad), "settings help attackers")
    left = [name for name in _NEEDED if name not in told]
    if not bad and left:
        message = f"The image leaves {', '.join(left)} to the kernel's defaults, which it does not show."
        yield Verdict(Outcome.UNKNOWN, message)
    elif not bad:
        places = tuple(told[name].evidence[0] for name in _NEEDED)
        yield Verdict(Outcome.PASS, "The settings withhold what helps attackers.", places)


def _failure(setting: Setting) -> Verdict:
    message = f"{setting.evidence[0].path[-1]} sets {setting.name} to {setting.value}."
    return Verdict(Outcome.FAIL, message, setting.evidence)


_FILE = "/etc/sysctl.conf"
_GOOD = "kernel.dmesg_restrict=1\nkernel.kptr_restrict=2\nfs.protected_symlinks=1\nfs.protected_hardlinks=1\n"

CHECK: Final = Check(
    shows="kernel.restrictive-settings",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={_FILE: "kernel.dmesg_restrict = 0\n"}, outcome=Outcome.FAIL),
        Example(files={_FILE: _GOOD + "net.ipv4.conf.all.accept_source_route=1\n"}, outcome=Outcome.FAIL),
        Example(files={_FILE: _GOOD}, outcome=Outcome.PASS),
        Example(files={_FILE: "# kernel.sysrq = 1\nkernel.panic = 3\n"}, outcome=Outcome.UNKNOWN),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
