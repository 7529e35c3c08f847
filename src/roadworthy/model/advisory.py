"""Advisory and match: a known vulnerability, and whether it is in this release (OSV and VEX terms)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedRange:
    """Versions of one product that an advisory names (OSV schema, ``affected[].ranges[]``).

    Args:
        product: purl without version, or CPE 2.3 name.
        scheme: Version scheme by which to compare: ``semver``, ``openssl``, ``dropbear``, ….
        introduced: First affected version; empty for the beginning.
        fixed: First version that is not affected any more; empty when there is none.
        last_affected: Last affected version, where `fixed` is not known; empty otherwise.
    """

    product: str
    scheme: str
    introduced: str = ""
    fixed: str = ""
    last_affected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One known vulnerability, from one source, as of one day.

    Args:
        id: The source's id, e.g. ``CVE-2021-42378``.
        aliases: The same vulnerability elsewhere.
        source: Which feed said so.
        as_of: When that feed said so.
        summary: One or two sentences, in the source's words. Untrusted text.
        affected: Which versions of what.
        cvss: CVSS vector string; empty when not scored.
        exploited: Whether it is known to be exploited (CISA KEV or alike).
    """

    id: str
    aliases: tuple[str, ...]
    source: str
    as_of: datetime
    summary: str
    affected: tuple[AffectedRange, ...]
    cvss: str = ""
    exploited: bool = False


class MatchStatus(StrEnum):
    """VEX status (CSAF 2.0 §4.5, OpenVEX 0.2.0)."""

    AFFECTED = "affected"
    NOT_AFFECTED = "not_affected"
    FIXED = "fixed"
    UNDER_INVESTIGATION = "under_investigation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Whether one advisory holds for one component of one release.

    Args:
        advisory: Id of the advisory.
        component: The component that it would hit.
        status: VEX status.
        justification: VEX justification of a `NOT_AFFECTED`, e.g. ``vulnerable_code_not_present``.
        because: The reason in one sentence.
        evidence: The lines that prove it.

    Raises:
        ValueError: `NOT_AFFECTED` without justification: nothing is dismissed silently.
    """

    advisory: str
    component: Component
    status: MatchStatus
    justification: str = ""
    because: str = ""
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a dismissal without a reason."""
        if self.status is MatchStatus.NOT_AFFECTED and not self.justification:
            raise ValueError(f"{self.advisory}: not_affected needs a justification")
