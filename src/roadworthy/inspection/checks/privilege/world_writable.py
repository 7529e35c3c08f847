"""Files and folders that any program may change.

What it looks at

Regular files that others may write to, and folders that others may write to without the sticky bit. Places
that are mounted over at boot on nearly every device (`/tmp`, `/var`, `/run`, `/dev`, `/proc`, `/sys`, `/mnt`)
are left out.

Why it matters

A program of little worth, once taken over, rewrites a file that a stronger one reads or runs, and so rises.

How it can be wrong

A read-only file system protects its files whatever their modes say; a copy on writable storage keeps the
modes. Where every program runs as root, modes protect nothing.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import MAX_FINDINGS
from roadworthy.inspection.checks._looking import EXECUTABLE, nodes, settled
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity

_OTHERS_WRITE: Final = 0o002
_STICKY: Final = 0o1000
_MOUNTED: Final = re.compile(r"/(?:tmp|var|run|dev|proc|sys|mnt|media)(?:/.*)?|/")
_KINDS: Final = ("programs and scripts", "files", "folders")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each kind; a pass if files were looked at and none is open."""
    found: dict[str, list[Evidence]] = {}
    for node, place in nodes(inspection):
        kind = _kind(node)
        if kind:
            found.setdefault(kind, []).append(place)
    failures = [_failure(kind, found[kind]) for kind in _KINDS if kind in found]
    good = "No file or folder of the system may be changed by others."
    yield from settled(inspection, failures, many="kinds of files are open", good=good)


def _kind(node: Node) -> str:
    if not node.mode & _OTHERS_WRITE or _MOUNTED.fullmatch(node.path):
        return ""
    if node.kind is NodeKind.DIRECTORY:
        return "" if node.mode & _STICKY else "folders"
    if node.kind is not NodeKind.FILE:
        return ""
    return "programs and scripts" if node.mode & EXECUTABLE else "files"


def _failure(kind: str, places: list[Evidence]) -> Verdict:
    first = places[0].path[-1]
    more = f", {first} among them" if len(places) > 1 else f": {first}"
    severity = Severity.MEDIUM if kind == "programs and scripts" else Severity.LOW
    noun = {"programs and scripts": "program or script", "files": "file", "folders": "folder"}[kind]
    what = f"{len(places)} {kind}" if len(places) > 1 else f"One {noun}"
    return Verdict(
        Outcome.FAIL, f"{what} may be changed by any account{more}.", tuple(places[:MAX_FINDINGS]), severity
    )


CHECK: Final = Check(
    shows="privilege.no-world-writable-files",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/bin/app": "\x7fELF"}, modes={"/bin/app": 0o777}, outcome=Outcome.FAIL),
        Example(files={"/srv/a": "x"}, modes={"/srv": 0o777}, outcome=Outcome.FAIL),
        Example(files={"/bin/app": "\x7fELF"}, outcome=Outcome.PASS),
        Example(files={"/tmp/a": "x"}, modes={"/tmp": 0o777}, outcome=Outcome.PASS),  # noqa: S108 -- in the image
        Example(files={"/srv/a": "x"}, modes={"/srv": 0o1777}, outcome=Outcome.PASS),
        Example(files={"/bin/sh": "-> busybox", "/bin/busybox": "\x7fELF"}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
