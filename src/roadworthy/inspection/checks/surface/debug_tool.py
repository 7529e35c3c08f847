"""Tools that only developers and attackers need.

What it looks at

Programs in the image that are known by name as debuggers, tracers, packet sniffers, port scanners and load
generators: `gdb`, `gdbserver`, `strace`, `tcpdump`, `nmap` and their kind. A program is a regular file that
somebody may execute; links do not count, their targets do. What lies under `/etc` only starts a program.

Why it matters

Nobody in the field uses them. Whoever gets in finds a comfortable workshop: passwords can be read off the
wire, other programs stopped, changed and made to give up their keys.

How it can be wrong

A vendor's own program may carry the same name. A tool under another name, or built into a larger program, is
not seen, so a pass says only that none of the known names is there.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity

EXECUTABLE: Final = 0o111
TOOLS: Final = {
    **dict.fromkeys(("gdb", "gdbserver", "lldb", "lldb-server", "cgdb"), "a debugger"),
    **dict.fromkeys(("strace", "ltrace", "perf", "trace-cmd", "bpftrace", "valgrind"), "a tracer"),
    **dict.fromkeys(("tcpdump", "tshark", "dumpcap", "ngrep", "ettercap"), "a packet sniffer"),
    **dict.fromkeys(("nmap", "masscan", "hydra", "zmap"), "a port scanner"),
    **dict.fromkeys(("iperf", "iperf3", "netperf", "netserver", "stress", "stress-ng"), "a load generator"),
}


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each tool; where no file system was read, nothing can be said."""
    shipped = [
        (node, Evidence(path=(*root.where, node.path)))
        for root in inspection.roots
        for node in root.nodes.values()
        if node.name in TOOLS and _is_program(node)
    ]
    yield from bounded((_failure(node, place) for node, place in shipped), "developers' tools")
    if not inspection.roots:
        yield Verdict(Outcome.UNKNOWN, "No file system could be read.")
    elif not shipped:
        yield Verdict(Outcome.PASS, "None of the known debuggers, tracers and sniffers is shipped.")


def _is_program(node: Node) -> bool:
    executable = node.kind is NodeKind.FILE and bool(node.size) and bool(node.mode & EXECUTABLE)
    return executable and not node.path.startswith("/etc/")


def _failure(node: Node, place: Evidence) -> Verdict:
    return Verdict(Outcome.FAIL, f"{node.path} is {TOOLS[node.name]}, left in the shipped image.", (place,))


CHECK: Final = Check(
    shows="surface.no-debug-tools",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/usr/bin/gdbserver": b"\x7fELF"}, outcome=Outcome.FAIL),
        Example(files={"/usr/sbin/tcpdump": b"\x7fELF", "/bin/sh": b"\x7fELF"}, outcome=Outcome.FAIL),
        Example(files={"/bin/sh": b"\x7fELF"}, outcome=Outcome.PASS),
        Example(
            files={"/usr/bin/strace": "-> /bin/busybox", "/bin/busybox": b"\x7fELF"}, outcome=Outcome.PASS
        ),
        Example(files={"/usr/share/doc/strace": "how to use it\n"}, outcome=Outcome.PASS),
        Example(files={"/etc/init.d/iperf3": "#!/bin/sh\n"}, outcome=Outcome.PASS),
        Example(files={"/opt/gdb": b"\x7fELF"}, modes={"/opt/gdb": 0o600}, outcome=Outcome.PASS),
    ),
)
