"""Files run as root at boot that others may change.

What it looks at

Inittab, the scripts in `/etc/init.d` and `rc` folders, crontabs, systemd units, and the programs that the
boot files start: none may be writable for others, or belong to another account than root.

Why it matters

Who may write into a file that root runs is root after the next start.

How it can be wrong

A read-only file system protects its files whatever their modes say. An image that was made by an ordinary
account may carry that account's number on all files; the message says who owns the file.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import MAX_FINDINGS
from roadworthy.inspection.checks._looking import nodes, settled
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity

_RUN: Final = re.compile(
    r"/etc(?:_ro)?/(?:inittab|init\.d/.+|rc\.d/.+|rc\d?\.d/.+|rc\.local|rcS|crontab|crontabs/.+|cron\.d/.+"
    r"|profile|inetd\.conf)|/(?:usr/)?(?:etc|lib)/systemd/system/.+\.service|/s?bin/init"
)
_OTHERS_WRITE: Final = 0o002
_ROOTS: Final = ("", "root", "0")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for files open to all and one for files of others; a pass if there are boot files."""
    programs = {
        place.path
        for each in inspection.inventory.services
        if each.enabled and each.user in _ROOTS
        for place in each.evidence
    }
    boot = [
        (node, place)
        for node, place in nodes(inspection)
        if node.kind is NodeKind.FILE and (_RUN.fullmatch(node.path) or place.path in programs)
    ]
    opened = [place for node, place in boot if node.mode & _OTHERS_WRITE]
    owned = [(node, place) for node, place in boot if node.uid != 0 and not node.mode & _OTHERS_WRITE]
    failures = [*_opened(opened), *_owned(owned)]
    if not boot:
        yield Verdict(Outcome.UNKNOWN, "The image has none of the files that are known to run at boot.")
    else:
        yield from settled(
            inspection, failures, many="files", good=f"Only root may change the {len(boot)} boot files."
        )


def _opened(places: list[Evidence]) -> Iterator[Verdict]:
    if places:
        message = f"Any account may change {_some(places)}, which root runs at boot."
        yield Verdict(Outcome.FAIL, message, tuple(places[:MAX_FINDINGS]))


def _owned(found: list[tuple[Node, Evidence]]) -> Iterator[Verdict]:
    if found:
        places = [place for _, place in found]
        message = f"Account {found[0][0].uid} owns {_some(places)}, which root runs at boot."
        yield Verdict(Outcome.FAIL, message, tuple(places[:MAX_FINDINGS]), Severity.MEDIUM)


def _some(places: list[Evidence]) -> str:
    more = f" and {len(places) - 1} more files" if len(places) > 1 else ""
    return f"{places[0].path[-1]}{more}"


_SCRIPT = "/etc/init.d/rcS"

CHECK: Final = Check(
    shows="privilege.boot-files-protected",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files={_SCRIPT: "#!/bin/sh\n"}, modes={_SCRIPT: 0o777}, outcome=Outcome.FAIL),
        Example(
            files={_SCRIPT: "#!/bin/sh\n/opt/app &\n", "/opt/app": "\x7fELF"},
            modes={"/opt/app": 0o777},
            outcome=Outcome.FAIL,
        ),
        Example(files={_SCRIPT: "#!/bin/sh\n"}, outcome=Outcome.PASS),
        Example(
            files={_SCRIPT: "#!/bin/sh\n", "/opt/app": "\x7fELF"},
            modes={"/opt/app": 0o777},
            outcome=Outcome.PASS,
        ),
        Example(files={"/opt/app": "\x7fELF"}, outcome=Outcome.UNKNOWN),
    ),
)
