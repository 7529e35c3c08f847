"""Traces of the people who built or tested the product.

What it looks at

Files by name that record what a person did or whom he knows: shell and editor histories, `known_hosts`,
`.gitconfig`, browser and database histories. Empty files do not count.

Why it matters

Names, commands and servers of developers help to attack them, and with them all their products.

How it can be wrong

A file may have been made on purpose. One that pins servers for the whole system (`/etc/ssh/known_hosts`) does
not count.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._looking import nodes, settled
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.model.outcome import Outcome, Severity

_NAME: Final = re.compile(
    r"\.(?:bash|ash|sh|zsh|python|psql|mysql|sqlite|node_repl|gdb)_history|\.viminfo|\.lesshst|\.wget-hsts"
    r"|\.gitconfig|\.netrc"
)
_HOME: Final = re.compile(r"/(?:root|home/[^/]+)/\.ssh/known_hosts")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each trace; a pass if files were looked at and none is one."""
    failures = [
        Verdict(Outcome.FAIL, f"{node.path} records what a person did.", (place,))
        for node, place in nodes(inspection)
        if node.kind is NodeKind.FILE
        and node.size
        and (_NAME.fullmatch(node.name) or _HOME.fullmatch(node.path))
    ]
    good = "No file bears a name by which records about people are known."
    yield from settled(inspection, failures, many="records about people", good=good)


CHECK: Final = Check(
    shows="data.no-personal-data-in-image",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/root/.ash_history": "ls\n"}, outcome=Outcome.FAIL),
        Example(files={"/root/.ssh/known_hosts": "host ssh-rsa AAAA\n"}, outcome=Outcome.FAIL),
        Example(files={"/root/.ash_history": "", "/etc/profile": "x"}, outcome=Outcome.PASS),
        Example(files={"/etc/ssh/known_hosts": "host ssh-rsa AAAA\n"}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
