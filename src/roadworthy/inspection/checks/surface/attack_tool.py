"""Network tools that serve intruders more than the device.

What it looks at

Executable files named like full-size relays, tunnels and attack tools: `socat`, `ncat`, `netcat`, `hping3`,
`arpspoof`, `proxychains`, `tor`, `chisel`, `aircrack-ng`. Links and the small applets of BusyBox do not
count.

Why it matters

A relay turns one broken device into a bridge to everything behind it. Nobody has to bring it along if it is
there.

How it can be wrong

A vendor's scripts may use the tool for the device's own work. A tool under another name is not seen.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._looking import EXECUTABLE, nodes, settled
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.outcome import Outcome, Severity

_NAMES: Final = frozenset(
    ("socat", "ncat", "netcat", "nc.traditional", "nc.openbsd", "hping", "hping2", "hping3", "arpspoof",
     "proxychains", "proxychains4", "tor", "chisel", "aircrack-ng", "aireplay-ng", "airodump-ng", "medusa",
     "bettercap", "responder", "sslstrip", "msfconsole", "john", "hashcat", "reaver", "bully", "ligolo")
)  # fmt: skip


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each tool; a pass if files were looked at and none is one."""
    failures = (
        Verdict(Outcome.FAIL, f"{node.path} serves an intruder more than the device.", (place,))
        for node, place in nodes(inspection)
        if _is_tool(node)
    )
    good = "None of the known relays and attack tools is shipped."
    yield from settled(inspection, failures, many="tools that serve intruders", good=good)


def _is_tool(node: Node) -> bool:
    program = node.kind is NodeKind.FILE and bool(node.size) and bool(node.mode & EXECUTABLE)
    return program and node.name in _NAMES and "bin/" in node.path


CHECK: Final = Check(
    shows="surface.no-attack-tools",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/usr/bin/socat": "\x7fELF"}, outcome=Outcome.FAIL),
        Example(files={"/usr/bin/nc": "-> /bin/busybox", "/bin/busybox": "\x7fELF"}, outcome=Outcome.PASS),
        Example(files={"/usr/share/doc/socat": "text"}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
