"""Programs with borrowed rights that do not need them.

What it looks at

Executable files of root with the set-user-ID bit. Those that need it by their purpose are known by name
(`su`, `passwd`, `ping`, `mount`, `pppd`, BusyBox, which gives it up for applets that do not need it, and
their kind). Shells, interpreters and tools that run or write anything are worst.

Why it matters

Each is a way up for any account, and its code has to withstand whoever starts it. A shell with the bit gives
root to everybody.

How it can be wrong

A vendor's program may need the bit and be written with care. File capabilities are not looked at.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._looking import EXECUTABLE, nodes, settled
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity

_SETUID: Final = 0o4000
_EXPECTED: Final = frozenset(
    (
        "su", "sudo", "passwd", "chsh", "chfn", "newgrp", "gpasswd", "chage", "expiry", "login",
        "ping", "ping4", "ping6", "arping", "traceroute", "traceroute6", "mount", "umount",
        "fusermount", "fusermount3", "mount.nfs", "mount.cifs", "crontab", "at", "pppd", "pkexec",
        "polkit-agent-helper-1", "dbus-daemon-launch-helper", "ssh-keysign", "unix_chkpwd",
        "busybox", "busybox.suid", "doas", "bubblewrap", "bwrap", "Xorg.wrap", "usernetctl", "ubus",
        "snap-confine", "chrome-sandbox", "lxc-user-nic", "newuidmap", "newgidmap", "vlock",
        "unix_chkpwd", "ntfs-3g",
    )
)  # fmt: skip
_ANYTHING: Final = frozenset(
    (
        "sh", "ash", "bash", "dash", "zsh", "ksh", "python", "python2", "python3", "perl", "lua",
        "ruby", "php", "node", "tclsh", "env", "find", "awk", "gawk", "sed", "vi", "vim", "nano",
        "ed", "cp", "mv", "dd", "tar", "tee", "cat", "chmod", "chown", "nmap", "gdb", "strace",
        "tcpdump", "wget", "curl", "nc", "socat", "rsync", "xargs", "time",
    )
)  # fmt: skip


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each program; a pass if files were looked at and only known ones have the bit."""
    failures = [_failure(node, place) for node, place in nodes(inspection) if _borrows(node)]
    good = "Only programs that are known to need it have the set-user-ID bit of root, if any."
    yield from settled(inspection, failures, many="programs have borrowed rights", good=good)


def _borrows(node: Node) -> bool:
    program = node.kind is NodeKind.FILE and bool(node.mode & _SETUID) and bool(node.mode & EXECUTABLE)
    return program and node.uid == 0 and node.name not in _EXPECTED


def _failure(node: Node, place: Evidence) -> Verdict:
    if node.name in _ANYTHING:
        message = f"{node.path} runs as root for everybody, and can be made to do anything."
        return Verdict(Outcome.FAIL, message, (place,), Severity.CRITICAL)
    return Verdict(Outcome.FAIL, f"{node.path} runs as root whoever starts it.", (place,))


CHECK: Final = Check(
    shows="privilege.few-setuid-programs",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/usr/bin/app": "\x7fELF"}, modes={"/usr/bin/app": 0o4755}, outcome=Outcome.FAIL),
        Example(files={"/bin/bash": "\x7fELF"}, modes={"/bin/bash": 0o4755}, outcome=Outcome.FAIL),
        Example(files={"/bin/busybox": "\x7fELF"}, modes={"/bin/busybox": 0o4755}, outcome=Outcome.PASS),
        Example(files={"/usr/bin/app": "\x7fELF"}, modes={"/usr/bin/app": 0o755}, outcome=Outcome.PASS),
        Example(files={"/usr/bin/data": "x"}, modes={"/usr/bin/data": 0o4644}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
