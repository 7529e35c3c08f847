"""Component: a piece of software that somebody else may know vulnerabilities of."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One product in one version.

    Args:
        name: Upstream name, e.g. ``busybox``.
        version: Upstream version as written there; empty when it could not be told.
        purl: Package URL (purl-spec), e.g. ``pkg:generic/busybox@1.19.2``.
        cpes: CPE 2.3 names under which advisories may list it, most usual first.
        identified_by: Id of the rule or cataloger that says so, e.g. ``signature:busybox``.
        confidence: 0 to 1: how often that rule is right, as measured or, until then, as judged.
        evidence: Where it was seen.
        licences: What its package says of its licence, as written there: ``GPL-2.0``. Untrusted text.
    """

    name: str
    version: str
    purl: str
    cpes: tuple[str, ...]
    identified_by: str
    confidence: float
    evidence: tuple[Evidence, ...]
    licences: tuple[str, ...] = ()
