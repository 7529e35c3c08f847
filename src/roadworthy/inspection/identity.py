"""Identity: what makes a finding the same finding in the next release, whatever moved in between.

Offsets, line numbers and versions change from build to build. What stays is the question, the check, and the
file inside its file system.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding

PLACE: Final = re.compile(r"@0x[0-9a-f]+\Z")
NUMBER: Final = re.compile(r"\d+(?:[.\d]*\d)?")


def inner_path(evidence: Evidence) -> str:
    """The innermost artefact that evidence points to, e.g. ``/etc/shadow``; a format without its offset."""
    return PLACE.sub("", evidence.path[-1]) if evidence.path else ""


def inner_paths(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """The innermost artefacts, each once, sorted."""
    return tuple(sorted({inner_path(each) for each in evidence}))


def without_numbers(text: str) -> str:
    """The text with every number and version as ``#``: what it says, whatever it counts."""
    return NUMBER.sub("#", text)


def fingerprint(finding: Finding) -> str:
    """A name for a finding that survives a rebuild: 64 hex digits.

    How it can be wrong: two findings of one check that differ in numbers only, about one file, share it; a
    check that is reworded gets new ones.
    """
    first = inner_path(finding.evidence[0]) if finding.evidence else ""
    parts = (finding.property, finding.check, first, without_numbers(finding.message))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()
