"""What development left behind.

What it looks at

Names: folders of version control (`.git`, `.svn`, `.hg`), memory dumps (`core.1234`), source maps, backups of
editors and patches (`.orig`, `.rej`, `.swp`, `~`), settings of debuggers, and folders of desktop systems.

Why it matters

Such files tell how the product is built, where its servers are and often what its passwords were. Memory
dumps hold keys.

How it can be wrong

A file may end like a backup and be in use. What was left behind under an ordinary name is not seen.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._looking import nodes, settled
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.outcome import Outcome, Severity

_FILE: Final = (
    (re.compile(r"core\.\d{1,7}|vgcore\.\d{1,7}"), "a memory dump", Severity.MEDIUM),
    (re.compile(r".+\.(?:js|css)\.map"), "a source map", Severity.LOW),
    (re.compile(r".+\.(?:orig|rej|swp|swo)|.+~|#.+#"), "left by an editor or a patch", Severity.LOW),
    (re.compile(r"\.gdbinit|\.gdb_history"), "made for a debugger", Severity.LOW),
    (re.compile(r"\.DS_Store|Thumbs\.db|desktop\.ini"), "left by a desktop system", Severity.LOW),
)
_FOLDERS: Final = frozenset((".git", ".svn", ".hg", "CVS", ".bzr"))


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each file or folder; a pass if files were looked at and none is one."""
    judged = ((node, place, _judged(node)) for node, place in nodes(inspection))
    failures = (
        Verdict(Outcome.FAIL, f"{node.path} is {verdict[0]}.", (place,), verdict[1])
        for node, place, verdict in judged
        if verdict is not None
    )
    good = "No file or folder bears a name by which leftovers of development are known."
    yield from settled(inspection, failures, many="leftovers of development", good=good)


def _judged(node: Node) -> tuple[str, Severity] | None:
    if node.kind is NodeKind.DIRECTORY and node.name in _FOLDERS:
        return "a history of version control", Severity.MEDIUM
    if node.kind is not NodeKind.FILE or not node.size:
        return None
    return next(((what, severity) for pattern, what, severity in _FILE if pattern.fullmatch(node.name)), None)


CHECK: Final = Check(
    shows="surface.no-development-leftovers",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/www/.git/config": "[core]\n"}, outcome=Outcome.FAIL),
        Example(files={"/etc/init.d/rcS.orig": "#!/bin/sh\n"}, outcome=Outcome.FAIL),
        Example(files={"/var/core.1234": "\x7fELF"}, outcome=Outcome.FAIL),
        Example(files={"/etc/init.d/rcS": "#!/bin/sh\n", "/bin/core": "\x7fELF"}, outcome=Outcome.PASS),
        Example(files={"/www/site.map": "text", "/lib/empty.orig": ""}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
