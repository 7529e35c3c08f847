"""Manuals, headers and other files that nobody reads on the device.

What it looks at

The bytes in manual and info pages, documents (licences and copyright files left out), C headers, static
libraries and build descriptions. Less than 64 KiB in all does not count.

Why it matters

Room on flash is dear, and its lack is the usual reason why a mend cannot be delivered.

How it can be wrong

A document may be shown to the owner by the device's own pages. Sizes are those before compression.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import MAX_FINDINGS
from roadworthy.inspection.checks._looking import nodes, settled
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity

_NEEDLESS: Final = re.compile(
    r"/usr/(?:local/)?(?:share/(?:man|info|gtk-doc|aclocal)/.+|include/.+\.h)|.+\.(?:a|la|pc)|/usr/share/doc/.+"
)
_NEEDED: Final = re.compile(r"(?i).*/(?:copyright|copying[^/]*|licen[cs]e[^/]*|notice[^/]*)")
_SMALL: Final = 64 * 1024


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for all of it; a pass if files were looked at and there is little of the kind."""
    found: list[tuple[int, Evidence]] = []
    for node, place in nodes(inspection):
        if node.kind is NodeKind.FILE and _NEEDLESS.fullmatch(node.path) and not _NEEDED.fullmatch(node.path):
            found.append((node.size, place))
    failures = [_failure(found)] if sum(size for size, _ in found) >= _SMALL else []
    good = "The image holds next to no manuals, headers or static libraries."
    yield from settled(inspection, failures, many="kinds of files", good=good)


def _failure(found: list[tuple[int, Evidence]]) -> Verdict:
    largest = sorted(found, key=lambda pair: (-pair[0], pair[1].place))[:MAX_FINDINGS]
    size = sum(size for size, _ in found)
    message = f"{len(found)} files of {size} bytes are manuals, headers or static libraries."
    return Verdict(Outcome.FAIL, message, tuple(place for _, place in largest))


CHECK: Final = Check(
    shows="footprint.no-documentation",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/usr/lib/libc.a": "x" * 70_000}, outcome=Outcome.FAIL),
        Example(files={"/usr/share/man/man1/a.1": "x" * 70_000}, outcome=Outcome.FAIL),
        Example(files={"/usr/share/man/man1/a.1": "x" * 100}, outcome=Outcome.PASS),
        Example(files={"/usr/share/doc/a/copyright": "x" * 70_000}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
