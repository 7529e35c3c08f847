"""Assess a product against laws and standards: from a declaration and evidence to verdicts with reasons."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Final

from roadworthy import __version__
from roadworthy.catalogue import Catalogue
from roadworthy.codecs.envelope import decode
from roadworthy.codecs.ixit import SelfAssessment
from roadworthy.codecs.ixit import read as read_papers
from roadworthy.codecs.plain import MAX_BYTES, to_plain
from roadworthy.codecs.toml_lines import MAX_BYTES as DECLARATION_BYTES
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Basis
from roadworthy.model.resolve import resolve
from roadworthy.model.subject import Subject, SubjectKind
from roadworthy.regulation.assessment import BODY_TYPE, Assessment, Known, Verdict, assess
from roadworthy.regulation.assessment_body import body_of
from roadworthy.regulation.declaration import Declaration, read_declaration
from roadworthy.regulation.declaration import Known as MaySpeakOf
from roadworthy.regulation.framework import Framework, Strength
from roadworthy.regulation.product import Product
from roadworthy.regulation.self_assessment import BODY_TYPE as SELF_ASSESSED_TYPE
from roadworthy.regulation.self_assessment import differences, drift, findings, implied, statements
from roadworthy.regulation.template import template
from roadworthy.reports.report import Dossier
from roadworthy.usecases.evidence import ReadFile

TOOL: Final = "roadworthy assess"
DECLARED_TYPE: Final = "roadworthy.declaration/v1"
STANDARD: Final = "en303645"
"""What self-assessments by TS 103 701 are about."""
DONE, GAPS = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessOptions:
    """What the user may choose.

    Args:
        declaration: The maker's declaration, a TOML file.
        evidence: Images, envelopes of any wing, and folders with a self-assessment by TS 103 701.
        under: Ids of the frameworks.
        as_of: The moment for which to speak; now if None.
        keep: Whether to file the assessment in the workspace.
    """

    declaration: str
    evidence: tuple[str, ...] = ()
    under: tuple[str, ...] = ("baseline",)
    as_of: datetime | None = None
    keep: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What assessing needs from outside.

    Args:
        read: Reads the files that the user names.
        starts_with: Whether a file starts with some bytes.
        papers: The Markdown files in a folder, by path; none where it is no folder.
        inspect: Inspects an image as of a moment, and gives the evidence.
        clock: Tells the time, UTC.
        file: Files an envelope in the workspace and gives its digest.
        tool_digest: Digest of all of Roadworthy's own files.
    """

    read: ReadFile
    starts_with: Callable[[str, bytes], bool]
    inspect: Callable[[str, datetime], Envelope]
    clock: Callable[[], datetime]
    file: Callable[[Envelope], str]
    tool_digest: Callable[[], str]
    papers: Callable[[str], Mapping[str, bytes]] = lambda _: {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What came of it.

    Args:
        assessment: The assessment.
        dossier: For the report.
        exit_code: 1 if a mandatory requirement that applies is a gap; else 0.
    """

    assessment: Assessment
    dossier: Dossier
    exit_code: int


def assess_product(options: AssessOptions, *, outside: Outside, catalogue: Catalogue) -> Assessed:
    """Hold a product against frameworks.

    Raises:
        InputError: The declaration, a piece of evidence or a framework cannot be used; or the evidence is
            about several releases.
    """
    frameworks = frameworks_named(options.under, catalogue)
    now = options.as_of or outside.clock()
    properties = {name: each.object for name, each in catalogue.properties.items()}
    data = outside.read(options.declaration, limit=DECLARATION_BYTES)
    declaration = read_declaration(_name(options.declaration), data, may_speak_of(catalogue), now.date())
    said = [(each, read_papers(files)) for each in options.evidence if (files := outside.papers(each))]
    folders = {each for each, _ in said}
    evidence = [_evidence(each, now, outside) for each in options.evidence if each not in folders]
    subject = _subject(declaration.product, evidence)
    declared = _declared(declaration, data, subject, now)
    standard = catalogue.frameworks[STANDARD].object
    papers = [_self_assessed(papers, standard, _name(each), subject, now) for each, papers in said]
    for _, each in said:
        declaration = _completed(declaration, each, standard)
    answers = resolve(properties.values(), [declared, *papers, *evidence], subject=subject, now=now)
    known = Known(
        product=declaration.product,
        answers={each.property: each for each in answers},
        statements=declaration.statements,
        properties=properties,
    )
    assessment = assess(frameworks, known, now.date())
    envelope = Envelope(
        subject=subject,
        producer=_producer(data, options.under, catalogue, outside),
        as_of=now,
        basis=Basis.DECLARED,
        findings=(),
        problems=tuple(problem for each in evidence for problem in each.problems),
        body_type=BODY_TYPE,
        body={**body_of(assessment), **_beside(assessment, [each for _, each in said], standard)},
    )
    dossier = Dossier(
        subject=subject,
        envelopes=(envelope,),
        answers=answers,
        properties=properties,
        digest=outside.file(envelope) if options.keep else "",
    )
    return Assessed(assessment=assessment, dossier=dossier, exit_code=exit_code(assessment))


def _completed(declaration: Declaration, said: SelfAssessment, standard: Framework) -> Declaration:
    """With what follows from a self-assessment; what the declaration itself says counts before it."""
    features, conditions = implied(said, standard)
    own = declaration.product
    product = replace(
        own, features=features | dict(own.features), conditions=conditions | dict(own.conditions)
    )
    stated = statements(said, standard.id) | dict(declaration.statements)
    return replace(declaration, product=product, statements=stated)


def _self_assessed(
    said: SelfAssessment, standard: Framework, folder: str, subject: Subject, now: datetime
) -> Envelope:
    """A self-assessment as evidence: the maker's word. It has no day of its own."""
    return Envelope(
        subject=subject,
        producer=Producer(tool="self-assessment", version="1", digests={}),
        as_of=now,
        basis=Basis.DECLARED,
        findings=findings(said, standard, folder),
        problems=(),
        body_type=SELF_ASSESSED_TYPE,
        body={},
    )


def _beside(assessment: Assessment, said: Sequence[SelfAssessment], standard: Framework) -> dict[str, object]:
    """The maker's own verdicts beside ours, where there are any."""
    chapter = next(
        (each for each in assessment.chapters if each.applicability.framework == standard.id), None
    )
    if not said or chapter is None:
        return {}
    return {
        "self_assessment": [
            {
                "verdicts": {str(key): number for key, number in each.counted().items() if number},
                "tables": [table.name for table in each.tables],
                "left": list(each.left),
                "differences": to_plain(differences(each, chapter)),
                "drift": [
                    {"provision": name, "theirs": theirs, "ours": ours}
                    for name, theirs, ours in drift(each, standard)
                ],
            }
            for each in said
        ]
    }


def _producer(data: bytes, under: Sequence[str], catalogue: Catalogue, outside: Outside) -> Producer:
    digests = {"declaration": _digest(data), "tool": outside.tool_digest()}
    digests |= {f"framework {each}": catalogue.frameworks[each].digest for each in sorted(under)}
    return Producer(tool=TOOL, version=__version__, digests=digests)


def exit_code(assessment: Assessment) -> int:
    """1 if a mandatory requirement that applies is a gap."""
    gaps = (
        each.verdict is Verdict.GAP and each.strength is Strength.MANDATORY
        for chapter in assessment.chapters
        for each in chapter.requirements
    )
    return GAPS if any(gaps) else DONE


def frameworks_named(names: Sequence[str], catalogue: Catalogue) -> tuple[Framework, ...]:
    """Frameworks by id. Raises `InputError` for one that is not known."""
    for each in names:
        if each not in catalogue.frameworks:
            near = get_close_matches(each, catalogue.frameworks, 1)
            meant = f"Did you mean {near[0]}? " if near else ""
            hint = f"{meant}`roadworthy frameworks` lists them."
            raise InputError(f"there is no framework {each!r}", hint=hint)
    return tuple(catalogue.frameworks[each].object for each in dict.fromkeys(names))


def may_speak_of(catalogue: Catalogue) -> MaySpeakOf:
    """What a declaration may speak of."""
    frameworks = [each.object for each in catalogue.frameworks.values()]
    return MaySpeakOf(
        properties=frozenset(catalogue.properties),
        requirements=frozenset(f"{each.id}:{one.id}" for each in frameworks for one in each.requirements),
        categories=frozenset(one.id for each in frameworks for one in each.categories),
    )


def declare(names: Sequence[str], catalogue: Catalogue) -> str:
    """The template of a declaration for some frameworks."""
    properties = {name: each.object for name, each in catalogue.properties.items()}
    return template(frameworks_named(names, catalogue), properties)


def _evidence(path: str, now: datetime, outside: Outside) -> Envelope:
    if outside.starts_with(path, b"{"):
        return decode(outside.read(path, limit=MAX_BYTES))
    return outside.inspect(path, now)


def _subject(product: Product, evidence: Sequence[Envelope]) -> Subject:
    """The release that the evidence is about, under the name that the declaration gives it.

    With evidence about one unit (its traffic, its switches), it is that unit: what holds for the release
    holds for it, and not the other way round.
    """
    digests = {each.subject.digest for each in evidence if each.subject.digest}
    if len(digests) > 1:
        what = f"the evidence is about {len(digests)} different releases"
        raise InputError(what, hint="Assess one release at a time.")
    maker, model = (product.maker, product.model) if product.maker and product.model else ("", "")
    version = product.version
    digest = digests.pop() if digests else ""
    units = {
        (each.subject.unit, *each.subject.aliases): each.subject for each in evidence if each.subject.unit
    }
    if units:
        return _unit(list(units.values()), product, digest)
    if digest:
        return Subject(kind=SubjectKind.RELEASE, maker=maker, model=model, version=version, digest=digest)
    if not model:
        raise InputError(
            "the declaration names no maker and model, and there is no image",
            hint="Fill in `maker` and `model`, or give an image or a report of one.",
        )
    kind = SubjectKind.RELEASE if version else SubjectKind.PRODUCT
    return Subject(kind=kind, maker=maker, model=model, version=version)


def _unit(units: Sequence[Subject], product: Product, digest: str) -> Subject:
    """The one unit that evidence is about, with the release that it runs."""
    first = units[0]
    if any(not each.covers(first) for each in units):
        what = f"the evidence is about {len(units)} different units"
        raise InputError(what, hint="Assess one unit at a time.")
    if product.model and (first.maker, first.model) != (product.maker, product.model):
        what = (
            f"the declaration is about {product.maker} {product.model}, and the evidence about a unit of "
            f"{first.maker} {first.model}"
        )
        raise InputError(
            what, hint="Give them the same `maker` and `model`, or leave the other evidence out."
        )
    aliases = tuple(dict.fromkeys(alias for each in units for alias in each.aliases))
    return replace(first, version=product.version or first.version, digest=digest, aliases=aliases)


def _declared(declaration: Declaration, data: bytes, subject: Subject, now: datetime) -> Envelope:
    """The declaration as evidence about what is assessed. Without a day it speaks for now."""
    day = declaration.declared_on
    as_of = now if day is None else min(now, datetime(day.year, day.month, day.day, tzinfo=now.tzinfo))
    return Envelope(
        subject=subject,
        producer=Producer(tool="declaration", version="1", digests={"declaration": _digest(data)}),
        as_of=as_of,
        basis=Basis.DECLARED,
        findings=declaration.findings,
        problems=(),
        body_type=DECLARED_TYPE,
        body={},
    )


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def of_one(dossier: Dossier, framework: str) -> Dossier:
    """The dossier with one framework only: for a page of its own."""
    envelope = dossier.envelopes[0]
    chapters = envelope.body.get("frameworks")
    kept = [
        each
        for each in (chapters if isinstance(chapters, list) else ())
        if isinstance(each, Mapping) and each.get("id") == framework
    ]
    return replace(dossier, envelopes=(replace(envelope, body={**envelope.body, "frameworks": kept}),))
