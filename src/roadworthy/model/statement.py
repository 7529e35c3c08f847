"""Statement: what somebody says about one vulnerability in some products (VEX, in whatever form it came).

The words of OpenVEX 0.2.0 are the neutral ones; CSAF has the same five justifications as flags, and CycloneDX
has finer ones, each of which is one of the five (`JUSTIFICATIONS`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from roadworthy.model.advisory import MatchStatus

NO_COMPONENT: Final = "component_not_present"
NO_CODE: Final = "vulnerable_code_not_present"
NOT_RUN: Final = "vulnerable_code_not_in_execute_path"
OUT_OF_REACH: Final = "vulnerable_code_cannot_be_controlled_by_adversary"
MITIGATED: Final = "inline_mitigations_already_exist"
IN_WORDS: Final = "impact_statement"
"""Stands as the justification of a match that was dismissed in prose only."""

JUSTIFICATIONS: Final[dict[str, tuple[str, ...]]] = {
    # OpenVEX 0.2.0 "Status Justifications", CSAF 2.0 §3.2.3.5: CycloneDX 1.4 impactAnalysisJustification
    NO_COMPONENT: ("requires_dependency",),
    NO_CODE: ("code_not_present",),
    NOT_RUN: ("code_not_reachable", "requires_configuration"),
    OUT_OF_REACH: ("requires_environment",),
    MITIGATED: (
        "protected_by_mitigating_control",
        "protected_at_perimeter",
        "protected_at_runtime",
        "protected_by_compiler",
    ),
}
"""The five justifications, each with the words of CycloneDX for it; the first of them is written."""


def neutral(cyclonedx: str) -> str:
    """The justification that a word of CycloneDX stands for; empty for an unknown one."""
    return next((name for name, words in JUSTIFICATIONS.items() if cyclonedx in words), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A product or a component, under whatever names a document gives it. All text is untrusted.

    Args:
        id: The document's own name for it: an IRI, a product id, a ``bom-ref``.
        name: For people.
        version: One version, or a range (``vers:generic/>=1.0|<1.2``); empty for all of them.
        purls: Package URLs.
        cpes: CPE names.
        digests: ``sha256:<hex>``, ``sha512:<hex>``, ….
    """

    id: str
    name: str = ""
    version: str = ""
    purls: tuple[str, ...] = ()
    cpes: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One status of one vulnerability for some products.

    Args:
        vulnerability: Its id, e.g. ``CVE-2021-44228``.
        aliases: The same vulnerability elsewhere.
        products: What it is said about.
        subcomponents: In which parts of those products; none: in the product itself.
        status: VEX status.
        justification: Of a `NOT_AFFECTED`: one of `JUSTIFICATIONS`; empty where there are only words.
        finer: The finer word of CycloneDX, where it came from there.
        impact: Why it has no effect, in words.
        action: What to do about it, in words.
        responses: What the maker does: CSAF remediation categories, or responses of CycloneDX, as written.
        notes: How the status was found, in words.
        summary: What the flaw is, in words.
        author: Who says so.
        timestamp: When; None where the document does not tell.
        document: Id of the document.
        place: Where in the document: a JSON path.
    """

    vulnerability: str
    aliases: tuple[str, ...] = ()
    products: tuple[Named, ...] = ()
    subcomponents: tuple[Named, ...] = ()
    status: MatchStatus
    justification: str = ""
    finer: str = ""
    impact: str = ""
    action: str = ""
    responses: tuple[str, ...] = ()
    notes: str = ""
    summary: str = ""
    author: str = ""
    timestamp: datetime | None = None
    document: str = ""
    place: str = ""

    def faults(self) -> Iterator[str]:
        """What is missing for others to rely on it (OpenVEX 0.2.0, "Status Labels"; CSAF 2.0 §4.5)."""
        if not self.products and not self.subcomponents:
            yield "it names no product"
        if self.status is MatchStatus.NOT_AFFECTED and not (self.justification or self.impact):
            yield "not_affected needs a justification or an impact statement"
        if self.timestamp is None:
            yield "it has no date"
        if not self.author.strip():
            yield "it has no author"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSet:
    """What one document says.

    Args:
        form: ``OpenVEX 0.2.0``, ``CSAF 2.0``, ``CycloneDX 1.6``.
        id: The document's id.
        author: Who wrote it.
        timestamp: When; None where it does not tell.
        title: For people.
        statements: What it says.
        faults: What is wrong in it by the rules of its form, each with the place.
    """

    form: str
    id: str
    author: str
    timestamp: datetime | None
    title: str = ""
    statements: tuple[Statement, ...] = ()
    faults: tuple[str, ...] = field(default=())
