"""Reconciliation: bills of materials held against what was found in the image, in both ways.

A claim is settled by the first of these that speaks:

1. Files: its programs (if it has none, its files) are in the image, most of them byte for byte. It is
   confirmed, in its version.
2. The same product is in the image, by package database, package URL, CPE name or name: confirmed in the same
   version; otherwise found in another one, or without one.
3. It may be a part of a product in the image, in that version; or a file of its name is there: found.
4. Proof against it: none of the files that it names is there; or the image's package database does not have
   it. Either counts only where the bill and the image speak the same language, that is, where most other
   claims of the bill are met that way; and never while a part of the image could not be read.
5. Otherwise it was not seen, which says nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.sbom.bill import MAX_TEXT, BillOfMaterials, Claimed
from roadworthy.inspection import _claim_keys as keys
from roadworthy.inspection._sight import Index, Known, Sight, versions_of
from roadworthy.inspection.bill import (
    Bill,
    ClaimStanding,
    ComponentStanding,
    Declared,
    Reconciliation,
    Standing,
)
from roadworthy.inspection.claimed_files import SeenFile
from roadworthy.inspection.versions import comparable, same
from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence

MAX_PLACES: Final = 4
MAX_VERSIONS: Final = 8
_DATABASES: Final = ("apk", "deb", "opkg", "rpm")
_UNREAD: Final = "It was not seen, and not all of the image could be read as files."
_OF_KERNEL: Final = "The kernel is in the image; whether this part of it is cannot be told."
_KNOWN: Final = "Nothing in the image shows it, though there is a rule to know it by."
_NO_RULE: Final = "It was not seen; there is no rule to know it by."


def reconcile(bills: Sequence[BillOfMaterials], sight: Sight) -> Reconciliation:
    """Hold bills of materials against an image.

    Args:
        bills: What is claimed; what one of them claims is claimed.
        sight: What is known of the image.
    """
    image = Index(sight)
    told: list[_Told] = []
    for bill in bills:
        language = _language(bill, image)
        told.extend(_settle(claim, bill, image, language) for claim in bill.claims)
    claimed: dict[int, list[_Told]] = defaultdict(list)
    for each in told:
        for position in each.components:
            claimed[position].append(each)
    return Reconciliation(
        bills=tuple(
            Bill(
                name=bill.name,
                form=bill.form,
                sha256=bill.sha256,
                claims=len(bill.claims),
                left_out=bill.left_out,
            )
            for bill in bills
        ),
        claims=tuple(each.standing for each in told),
        components=tuple(
            _declared(component, position, claimed[position])
            for position, component in enumerate(sight.components)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What became of a claim; by position, the components of its product and those that agree with it."""

    standing: ClaimStanding
    components: frozenset[int]
    met: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Language:
    """Whether a bill names files as the image has them, and packages as its database does."""

    files: bool
    packages: bool


def _language(bill: BillOfMaterials, image: Index) -> _Language:
    with_files = [claim for claim in bill.claims if claim.files]
    met = sum(any(image.sight.files.find(file) for file in claim.files) for claim in with_files)
    listed = sum(bool(image.in_database(claim)) for claim in bill.claims)
    return _Language(
        files=image.sight.whole and 2 * met > len(with_files),
        packages=image.sight.whole and 2 * listed > len(bill.claims),
    )


def _settle(claim: Claimed, bill: BillOfMaterials, image: Index, language: _Language) -> _Told:
    wanted = keys.claim_keys(claim)
    listed = image.in_database(claim)
    kernels = image.kernels if keys.of_kernel(claim) else frozenset()
    others = (each for each in image.by_key(wanted) if each.component not in kernels)
    found = list(dict.fromkeys((*listed, *others)))
    parts = _whole_of(claim, image)
    trace = _Trace(claim, tuple(image.sight.files.find(file) for file in claim.files))
    told = (
        trace.alike
        or _by_product(claim, listed, found)
        or _as_part(claim, parts)
        or trace.there
        or trace.absent(counts=language.files)
        or _not_in_database(claim, image, language)
        or _Word(Standing.UNSEEN, _OF_KERNEL if kernels else _unseen(wanted, image))
    )
    standing = ClaimStanding(
        name=claim.name,
        version=claim.version,
        stated=Evidence(path=(bill.name, *claim.place), line=claim.line),
        standing=told.standing,
        found=tuple(dict.fromkeys(one for each in told.known for one in each.versions[:1]))[:MAX_VERSIONS],
        because=f"{told.because}{trace.changes}",
        evidence=(*told.evidence, *(place for each in told.known for place in each.evidence))[:MAX_PLACES],
    )
    agreed = (*parts, *(told.known if told.agrees else ()))
    return _Told(
        standing,
        components=frozenset(each.component for each in (*found, *told.known, *parts)) - kernels,
        met=frozenset(each.component for each in agreed) - kernels,
    )


@dataclass(frozen=True, slots=True)
class _Word:
    """How a claim is settled, by what; and whether what is known of the image agrees with it."""

    standing: Standing
    because: str
    known: tuple[Known, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    agrees: bool = False


@dataclass(frozen=True, slots=True)
class _Trace:
    """The files of one claim: what the image has of each."""

    claim: Claimed
    seen: tuple[SeenFile | None, ...]

    @property
    def changes(self) -> str:
        """The sentence that says how many files have other bytes than claimed; empty if none has."""
        other = sum(each is not None and each.alike is False for each in self.seen)
        return f" {other} of its {_files(len(self.seen))} have other bytes than claimed." if other else ""

    @property
    def alike(self) -> _Word | None:
        """Confirmed, if most of its programs are there byte for byte; without programs, of its files."""
        compared = [each for each in self.seen if each is not None and each.alike is not None]
        telling = [each for each in compared if each.program] or compared
        alike = [each for each in telling if each.alike]
        if 2 * len(alike) <= len(telling):
            return None
        because = f"{len(alike)} of its {_files(len(self.seen))} are there byte for byte."
        return _Word(Standing.CONFIRMED, because, evidence=tuple(each.evidence for each in alike))

    @property
    def there(self) -> _Word | None:
        """Found, if at least the name of a file is there."""
        there = [each for each in self.seen if each is not None]
        if not there:
            return None
        because = f"{len(there)} of its {_files(len(self.seen))} are there by name."
        return _Word(Standing.FOUND, because, evidence=tuple(each.evidence for each in there))

    def absent(self, *, counts: bool) -> _Word | None:
        """Absent, if it names files, and the absence of them all counts as proof."""
        if not counts or not self.seen:
            return None
        first = self.claim.files[0].path[:MAX_TEXT]
        because = f"None of its {_files(len(self.seen))} is in the image, {first} for one."
        return _Word(Standing.ABSENT, because)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _by_product(claim: Claimed, listed: Sequence[Known], found: Sequence[Known]) -> _Word | None:
    """By what is known of the same product; against it speaks a package of that name before all else."""
    alike = tuple(each for each in found if any(same(claim.version, one) for one in each.versions))
    if alike:
        return _Word(Standing.CONFIRMED, "The same product and version is in the image.", alike, agrees=True)
    against = tuple(listed) if claim.version else ()
    against = against or tuple(
        each for each in found if any(comparable(claim.version, one) for one in each.versions)
    )
    if against:
        because = "The same product is in the image in another version."
        return _Word(Standing.OTHER_VERSION, because, against)
    because = "The same product is in the image; there is no version to compare."
    return _Word(Standing.FOUND, because, tuple(found), agrees=True) if found else None


def _whole_of(claim: Claimed, image: Index) -> tuple[Known, ...]:
    """Products of which a claim may be a part, in the same version or without one."""
    if keys.purl_parts(claim.purl)[0] in keys.ECOSYSTEMS:
        return ()
    return tuple(
        each
        for each in image.by_key(keys.part_keys(claim))
        if not each.versions or any(same(claim.version, one) for one in each.versions)
    )


def _as_part(claim: Claimed, parts: tuple[Known, ...]) -> _Word | None:
    """By a product of which it may be a part, in the same version."""
    alike = tuple(each for each in parts if each.versions and claim.version)
    because = "It may be a part of what is in the image in this version; whether it is cannot be told."
    return _Word(Standing.FOUND, because, alike, agrees=True) if alike else None


def _not_in_database(claim: Claimed, image: Index, language: _Language) -> _Word | None:
    kind, _, _ = keys.purl_parts(claim.purl)
    meant = kind in image.databases & set(_DATABASES) and image.sight.whole
    if not meant and (claim.purl or not language.packages):
        return None
    return _Word(Standing.ABSENT, "The image's own package database does not list it.")


def _unseen(wanted: Iterable[str], image: Index) -> str:
    if not image.sight.whole:
        return _UNREAD
    return _KNOWN if image.has_rule(wanted) else _NO_RULE


def _declared(component: Component, position: int, told: Sequence[_Told]) -> ComponentStanding:
    """What the bills say of a component, by the claims about its product."""
    claims = [each.standing for each in told]
    versions = versions_of(component)
    met = any(position in each.met for each in told) or any(
        same(claim.version, one) or not comparable(claim.version, one)
        for claim in claims
        for one in versions[:1]
    )
    standing = Declared.UNDECLARED
    if claims:
        standing = Declared.CLAIMED if met else Declared.OTHER_VERSION
    return ComponentStanding(
        name=component.name,
        version=component.version,
        purl=component.purl,
        confidence=component.confidence,
        standing=standing,
        claimed=tuple(dict.fromkeys(each.version for each in claims if each.version))[:MAX_VERSIONS],
        besides=not met and any(each.standing is Standing.CONFIRMED for each in claims),
        evidence=component.evidence[:MAX_PLACES],
    )
