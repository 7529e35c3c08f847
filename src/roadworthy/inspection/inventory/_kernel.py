"""The kernel as a component."""

import re
from typing import Final

from roadworthy.inspection.inventory._products import KERNEL
from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence

RELEASE: Final = re.compile(
    r"(?P<version>\d{1,2}\.\d{1,3}(?:\.\d{1,3}){0,2}(?:-rc\d{1,2})?)(?P<local>[-+~.\w]{0,80})"
)
FILES: Final = re.compile(r"(?:vmlinu[xz]|[bz]?Image|uImage|kernel)(?:[-_.].{0,80})?")
_INTERFACE = re.compile(r"\d{1,2}\.\d{1,3}\.0")
_BUILD = re.compile(r"-\d{1,3}(?:\.\d{1,3}|\.bpo)?-\w+")


def upstream_version(release: str) -> str:
    """kernel.org's version in a release name such as ``2.6.15--LSDK-7.3.1.41``; empty where it does not tell.

    Debian and Ubuntu name the interface instead of the version (``6.1.0-18-amd64`` is 6.1.76).
    """
    match = RELEASE.match(release)
    if match is None:
        return ""
    if _INTERFACE.fullmatch(match["version"]) and _BUILD.match(match["local"]):
        return ""
    return match["version"]


def kernel(version: str, evidence: Evidence, *, rule: str, confidence: float) -> Component:
    """Linux in a version."""
    return Component(
        name="linux",
        version=version,
        purl=f"pkg:generic/linux@{version}" if version else "pkg:generic/linux",
        cpes=(f"{KERNEL}:{version}:*:*:*:*:*:*:*",) if version else (),
        identified_by=rule,
        confidence=confidence,
        evidence=(evidence,),
    )
