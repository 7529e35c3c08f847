"""Lists and caches that only the build needed.

What it looks at

Downloaded packages (`.deb`, `.ipk`, `.rpm`, `.apk`), the lists and caches of apt, and caches of pip and npm.

Why it matters

They take room that updates need, tell what was built when, and offer ways to add programs.

How it can be wrong

A package may be shipped on purpose, to be installed on the first start. An `.apk` may be an Android program.
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

_LEFT: Final = (
    ("downloaded packages", re.compile(r".*\.(?:deb|ipk|rpm)|/var/cache/apk/.+|/var/cache/apt/.+\.bin")),
    (
        "lists of packages that could be installed",
        re.compile(r"/var/lib/apt/lists/(?!partial$|lock$).+|/var/opkg-lists/.+"),
    ),
    ("caches of installers", re.compile(r"(?:/root|/home/[^/]+)/\.(?:cache/pip|npm|cargo|m2)/.+")),
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each kind; a pass if files were looked at and none is left over."""
    found: dict[str, list[tuple[int, Evidence]]] = {}
    for node, place in nodes(inspection):
        kind = next((name for name, pattern in _LEFT if pattern.fullmatch(node.path)), "")
        if kind and node.kind is NodeKind.FILE and node.size:
            found.setdefault(kind, []).append((node.size, place))
    failures = [_failure(kind, files) for kind, files in found.items()]
    good = "The image holds no downloaded packages and no lists or caches of installers."
    yield from settled(inspection, failures, many="kinds of leftovers", good=good)


def _failure(kind: str, files: list[tuple[int, Evidence]]) -> Verdict:
    size = sum(size for size, _ in files)
    places = tuple(place for _, place in files[:MAX_FINDINGS])
    more = f" and {len(files) - 1} more files" if len(files) > 1 else ""
    message = f"{size} bytes are {kind}: {places[0].path[-1]}{more}."
    return Verdict(Outcome.FAIL, message, places)


CHECK: Final = Check(
    shows="footprint.no-package-leftovers",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/var/cache/apt/archives/a_1_armhf.deb": "x"}, outcome=Outcome.FAIL),
        Example(files={"/var/lib/apt/lists/deb_main_Packages": "x"}, outcome=Outcome.FAIL),
        Example(files={"/var/lib/dpkg/status": "x", "/var/lib/apt/lists/lock": ""}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
