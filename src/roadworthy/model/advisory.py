"""Advisory and match: a known vulnerability, and whether it is in this release (OSV and VEX terms)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedRange:
    """Versions of one product that an advisory names (OSV schema, ``affected[].ranges[]``).

    Args:
        product: Key of the product: ``cpe:a:openssl:openssl`` (part, vendor and product of a CPE 2.3 name) or
            a purl without version (``pkg:deb/debian/openssl``), all in lower case.
        scheme: Version scheme by which to compare: ``generic``, ``openssl``, ``dropbear``, ``kernel``,
            ``semver``, ``deb``, ``apk``, ``rpm``, ….
        introduced: First affected version; empty for the beginning.
        after: Last version before the first affected one, where `introduced` is not known (NVD's
            ``versionStartExcluding``); empty otherwise.
        fixed: First version that is not affected any more; empty when there is none.
        last_affected: Last affected version, where `fixed` is not known; empty otherwise.
        versions: Affected versions one by one (OSV schema, ``affected[].versions``); then no bound counts.
        only_with: Keys of products of which one has to be there as well (a CPE configuration with AND);
            empty if none.
    """

    product: str
    scheme: str
    introduced: str = ""
    after: str = ""
    fixed: str = ""
    last_affected: str = ""
    versions: tuple[str, ...] = ()
    only_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One known vulnerability, from one source, as of one day.

    Args:
        id: The source's id, e.g. ``CVE-2021-42378``.
        aliases: The same vulnerability elsewhere.
        source: Id of the feed that said so, e.g. ``nvd``.
        as_of: When that feed said so.
        summary: One or two sentences, in the source's words. Untrusted text.
        affected: Which versions of what.
        cvss: CVSS vector string; empty when not scored.
        score: CVSS base score, 0 to 10; None when not scored.
        exploited: Whether it is known to be exploited (CISA KEV or alike).
        epss: Probability that it is exploited within 30 days, 0 to 1 (FIRST EPSS); None when not known.
        published: When it was published; None when the source does not say.
        weaknesses: CWE ids.
        withdrawn: Whether the source has taken it back (rejected, withdrawn).
    """

    id: str
    aliases: tuple[str, ...]
    source: str
    as_of: datetime
    summary: str
    affected: tuple[AffectedRange, ...]
    cvss: str = ""
    score: float | None = None
    exploited: bool = False
    epss: float | None = None
    published: datetime | None = None
    weaknesses: tuple[str, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One source of advisories, as far as it is at hand.

    Args:
        id: ``nvd``, ``osv``, ``kev``, ….
        title: For people.
        as_of: When the newest of it was said.
        records: How many records it has.
        years: CVE years that it covers as a whole; what is missing here is unknown, never clean.
        digest: ``sha256:<hex>`` over what was imported.
    """

    id: str
    title: str
    as_of: datetime
    records: int
    years: tuple[int, ...] = ()
    digest: str = ""


class MatchStatus(StrEnum):
    """VEX status (CSAF 2.0 §4.5, OpenVEX 0.2.0)."""

    AFFECTED = "affected"
    NOT_AFFECTED = "not_affected"
    FIXED = "fixed"
    UNDER_INVESTIGATION = "under_investigation"

    @property
    def open(self) -> bool:
        """Whether it still has to be dealt with."""
        return self in (MatchStatus.AFFECTED, MatchStatus.UNDER_INVESTIGATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Whether one advisory holds for one component of one release.

    A match by version alone is `UNDER_INVESTIGATION`: the version is in the range, and nobody has shown yet
    that the flawed code is there. `AFFECTED` says that somebody has.

    Args:
        advisory: Id of the advisory.
        aliases: The same vulnerability elsewhere.
        name: Name of the component that it would hit.
        version: Its version.
        purl: Its package URL: what names the component in the inventory.
        status: VEX status.
        justification: VEX justification of a `NOT_AFFECTED`, e.g. ``vulnerable_code_not_present``.
        because: The reason in one sentence.
        evidence: The lines that prove it.
        settled_by: What settled it: ``triage:kernel-parts``, ``statement:<id>``; empty while nothing did.
        affected: The ranges that the version lies in.
        sources: Ids of the feeds that say so.
        summary: What the flaw is, in a source's words. Untrusted text.
        cvss: CVSS vector string; empty when not scored.
        score: CVSS base score, 0 to 10; None when not scored.
        exploited: Whether it is known to be exploited.
        epss: Probability that it is exploited within 30 days; None when not known.
        exposed: Whether the component can be reached from the network as the device starts; None: not told.
        published: When it was published; None when no source says.

    Raises:
        ValueError: `NOT_AFFECTED` or `FIXED` without reason: nothing is dismissed silently.
    """

    advisory: str
    aliases: tuple[str, ...] = ()
    name: str
    version: str
    purl: str
    status: MatchStatus
    justification: str = ""
    because: str = ""
    evidence: tuple[Evidence, ...] = ()
    settled_by: str = ""
    affected: tuple[AffectedRange, ...] = ()
    sources: tuple[str, ...] = ()
    summary: str = ""
    cvss: str = ""
    score: float | None = None
    exploited: bool = False
    epss: float | None = None
    exposed: bool | None = None
    published: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a dismissal without a reason."""
        if self.status is MatchStatus.NOT_AFFECTED and not self.justification:
            raise ValueError(f"{self.advisory}: not_affected needs a justification")
        if not self.status.open and not self.because:
            raise ValueError(f"{self.advisory}: {self.status} needs a reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A component that could not be held against any advisory: unknown, not clean.

    Args:
        name: Its name.
        version: Its version; empty where none could be told.
        purl: Its package URL.
        because: ``no version``, or that no feed at hand knows the product.
    """

    name: str
    version: str
    purl: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What is known of the vulnerabilities of one release, and how much was looked at.

    Args:
        matches: Every match, the most urgent first; those that were dismissed stay, with the reason.
        feeds: What was at hand, with its day.
        unmatched: Components that could not be held against any of it.
    """

    matches: tuple[Match, ...] = ()
    feeds: tuple[Feed, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
