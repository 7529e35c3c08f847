"""What became of bills of materials that were held against an image. The work is done in `reconciliation`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from roadworthy.model.evidence import Evidence


class Standing(StrEnum):
    """What the image says of something that a bill claims.

    `ABSENT` needs proof: files that the bill names, or the image's own package database. What could not be
    seen for want of a rule is `UNSEEN`, and says nothing.
    """

    CONFIRMED = "confirmed"
    OTHER_VERSION = "other version"
    FOUND = "found without a version"
    ABSENT = "absent"
    UNSEEN = "not seen"


class Declared(StrEnum):
    """What the bills say of something that is in the image."""

    CLAIMED = "claimed"
    OTHER_VERSION = "claimed at another version"
    UNDECLARED = "not claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStanding:
    """One claim, and what the image says of it.

    Args:
        name: As the bill has it. Untrusted text.
        version: As the bill has it; empty where it has none. Untrusted text.
        stated: Where it stands in the bill.
        standing: What the image says.
        found: The versions of the same product in the image. Untrusted text.
        because: Why, in a sentence.
        evidence: Where the image shows it.
    """

    name: str
    version: str
    stated: Evidence
    standing: Standing
    found: tuple[str, ...] = ()
    because: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStanding:
    """One component of the image, and what the bills say of it.

    Args:
        name: Upstream name.
        version: Empty where it could not be told.
        purl: Of the component, as in the inventory.
        confidence: Of the component, as in the inventory.
        standing: What the bills say.
        claimed: The versions that they claim of the same product. Untrusted text.
        besides: Whether a claimed version is in the image as well: then this one is one more.
        evidence: Where the image shows it.
    """

    name: str
    version: str
    purl: str
    confidence: float
    standing: Declared
    claimed: tuple[str, ...] = ()
    besides: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One bill of materials in short.

    Args:
        name: File name, without folders. Untrusted text.
        form: What it is: ``CycloneDX 1.6``.
        sha256: Digest of the file, lower-case hex.
        claims: How many components it claims to be in the image.
        left_out: What else it lists, counted by the reason why that is no claim about the image.
    """

    name: str
    form: str
    sha256: str
    claims: int
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Bills of materials and an image, held against each other in both ways.

    Args:
        bills: The bills; what one of them claims is claimed.
        claims: Every claim, in the order of the bills.
        components: Every component of the image, in the order of the inventory.
    """

    bills: tuple[Bill, ...]
    claims: tuple[ClaimStanding, ...]
    components: tuple[ComponentStanding, ...]
