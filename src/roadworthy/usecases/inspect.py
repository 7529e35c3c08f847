"""Inspect one image: bytes in, a dossier with evidence out."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final, Protocol

from roadworthy import __version__
from roadworthy.catalogue import Catalogue, Kind
from roadworthy.codecs.envelope import decode
from roadworthy.codecs.plain import MAX_BYTES, to_plain
from roadworthy.inspection.comparison import Effect, Side, compare, side_of
from roadworthy.inspection.report import BODY_TYPE, Answered, Body, Image, Report, Step, refusal, total
from roadworthy.inspection.waiver import Waived, Waiver, accepted, apply
from roadworthy.model.advisory import Matching
from roadworthy.model.component import Component
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.errors import InputError, SourceError, VerificationError
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome, Severity
from roadworthy.model.problem import Problem
from roadworthy.model.property import Answer
from roadworthy.model.resolve import resolve
from roadworthy.model.subject import Subject, SubjectKind
from roadworthy.reports.report import Dossier
from roadworthy.usecases.evidence import ReadFile
from roadworthy.usecases.vulnerabilities import NOTHING, Advisories, digest_of, matching_of
from roadworthy.usecases.waivers import MAX_BYTES as WAIVERS_LIMIT
from roadworthy.usecases.waivers import parse_waivers
from roadworthy.vulnerability import findings as vulnerability
from roadworthy.vulnerability.statements import Filed, merge

TOOL: Final = "roadworthy inspect"
WORKSPACE: Final = "workspace"
STATEMENTS: Final = "statements"
DECIDING: Final = frozenset({Kind.FORMAT, Kind.CATALOGER, Kind.SIGNATURE, Kind.CHECK, Kind.PROPERTY})
"""What decides an inspection. For the sources of advisories stands the digest of what was read."""
DONE, FINDINGS, UNFINISHED = 0, 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectOptions:
    """What the user may choose.

    Args:
        image: The firmware image.
        as_of: The moment for which the report speaks; now if None.
        threshold: Failures at or above it make the exit code 1.
        sign: File of the private key to sign the evidence with; unsigned if empty.
        keep: Whether to file the evidence in the workspace.
        only: Ids of the checks to run, or patterns of them (``auth.*``); all if there is none.
        skip: Ids of the checks to leave out, or patterns of them.
        waivers: File of the waivers; none if empty.
        baseline: File of an earlier inspection: what got worse since then makes the exit code, and nothing
            else does; none if empty.
        sbom: Files of the bills of materials to hold against the image.
        unblob: Whether the separate program unblob unpacks what no format recognises.
    """

    image: str
    as_of: datetime | None = None
    threshold: Severity = Severity.MEDIUM
    sign: str = ""
    keep: bool = True
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    waivers: str = ""
    baseline: str = ""
    sbom: tuple[str, ...] = ()
    unblob: bool = False


class Progress(Protocol):
    """Whoever wants to see how far the work is."""

    def step(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` units of a stage are done."""
        ...


class Analyst(Protocol):
    """Reads and analyses images, wherever that is done."""

    def identify(self, image: str) -> Image:
        """Name, size and digest of an image. Raises `InputError` where it cannot be read."""
        ...

    def analyse(
        self,
        image: str,
        name: str,
        now: datetime,
        checks: Collection[str],
        bills: Sequence[str] = (),
        *,
        unblob: bool = False,
    ) -> Iterator[Step]:
        """The steps of its inspection under that name, with the checks named by id, against some bills.

        A death on the way is the last step's `Problem`. Of a bill of materials that cannot be used tells the
        only step, a refusal.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What inspecting needs from outside.

    Args:
        analyst: Reads images.
        clock: Tells the time, UTC.
        tool_digest: Digest of all of Roadworthy's own files.
        sign: Signs an envelope with the key in a file.
        file: Files an envelope in the workspace and gives its digest.
        read: Reads the files that the user names.
        advisories: The known vulnerabilities that are at hand.
        statements: What people have stated about them (VEX).
    """

    analyst: Analyst
    clock: Callable[[], datetime]
    tool_digest: Callable[[], str]
    sign: Callable[[Envelope, str], Envelope]
    file: Callable[[Envelope], str]
    read: ReadFile
    advisories: Advisories = NOTHING
    statements: Callable[[], Iterable[Filed]] = tuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What came of it.

    Args:
        dossier: For the report.
        exit_code: 0 nothing at or above the threshold, 1 something, 3 could not finish, or not file it.
    """

    dossier: Dossier
    exit_code: int


def inspect(options: InspectOptions, *, world: World, catalogue: Catalogue, progress: Progress) -> Inspected:
    """Inspect an image.

    Args:
        options: What the user chose.
        world: What is needed from outside.
        catalogue: The extensions that are installed.
        progress: Who wants to watch.

    Returns:
        The dossier, and the exit code that follows from it.

    Raises:
        InputError: The image, the key, the waivers, the baseline or a bill of materials cannot be used, or no
            check is called as `only` or `skip` say.
        VerificationError: The baseline is no evidence.
    """
    terms = settle(options, world=world, catalogue=catalogue)
    catalogue = terms.catalogue
    now = options.as_of or world.clock()
    image = world.analyst.identify(options.image)
    parts = [Report(problems=tuple(catalogue.problems))]
    chosen = catalogue.checks.keys()
    steps = world.analyst.analyse(options.image, image.name, now, chosen, options.sbom, unblob=options.unblob)
    for step in steps:
        if error := refusal(step):
            raise error
        progress.step(step.stage, step.done, step.total)
        parts.append(step.gained)
    report = total(parts)
    matching = matching_of(report.inventory, world.advisories, now) if terms.match else None
    if matching is not None:
        matching, unheard = _heard(matching, image, report.inventory.components, world, now)
        report = replace(report, problems=(*report.problems, *unheard))
        told = vulnerability.findings(matching, now)
        report = replace(report, findings=(*report.findings, *told))
    bare = _bare(image, report, now, _digests(catalogue, matching) | {"tool": world.tool_digest()})
    properties = {name: extension.object for name, extension in catalogue.properties.items()}
    answers = resolve(properties.values(), [bare], subject=bare.subject, now=now)
    body = _body(image, report, answers, apply(terms.waivers, bare.findings, now), matching)
    envelope = replace(bare, body={each.name: to_plain(getattr(body, each.name)) for each in fields(body)})
    envelope, digest = _kept(envelope, options, world)
    dossier = Dossier(
        subject=bare.subject,
        envelopes=(envelope,),
        answers=answers,
        properties=properties,
        digest=digest,
        checks=_pages(catalogue),
        baseline=terms.baseline,
    )
    old = None if terms.baseline is None else side_of(terms.baseline)
    new = Side(body=body, findings=envelope.findings, problems=envelope.problems)
    code = exit_code(new, options.threshold, old)
    unfiled = options.keep and not digest
    return Inspected(dossier=dossier, exit_code=UNFINISHED if unfiled and code == DONE else code)


def _heard(
    matching: Matching, image: Image, components: Sequence[Component], world: World, now: datetime
) -> tuple[Matching, tuple[Problem, ...]]:
    """Matches as the statements that are filed settle them, and what those say to no avail."""
    subject = Subject(kind=SubjectKind.RELEASE, digest=f"sha256:{image.sha256}")
    try:
        said = tuple(world.statements())
    except (InputError, SourceError) as error:
        return matching, (Problem(stage=STATEMENTS, where="workspace", what=str(error), hint=error.hint),)
    merged = merge(matching.matches, said, subject=subject, components=components, now=now)
    unheard = tuple(
        Problem(
            stage=STATEMENTS,
            where=f"{each.document} {each.place}".strip(),
            what=f"the statement of {each.author} about {each.vulnerability} hits no match",
            hint="It may be about a version that is not in this image, or a flaw that no feed at hand lists.",
        )
        for each in merged.unused
    )
    return replace(matching, matches=merged.matches), unheard


def _kept(envelope: Envelope, options: InspectOptions, world: World) -> tuple[Envelope, str]:
    """The envelope, signed and filed as the user chose, and the digest under which it is filed.

    A workspace that cannot be used costs nobody the report: it is a `Problem` in the envelope, which is then
    filed nowhere.
    """
    signed = world.sign(envelope, options.sign) if options.sign else envelope
    if not options.keep:
        return signed, ""
    try:
        return signed, world.file(signed)
    except (SourceError, VerificationError) as error:
        problem = Problem(stage=WORKSPACE, where="evidence", what=f"not filed: {error}", hint=error.hint)
    told = replace(envelope, problems=(*envelope.problems, problem))
    return world.sign(told, options.sign) if options.sign else told, ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the options come to, before any image is looked at.

    Args:
        catalogue: The extensions that take part.
        waivers: What somebody accepts.
        baseline: The earlier inspection; None without one.
        match: Whether known vulnerabilities are looked for.
    """

    catalogue: Catalogue
    waivers: tuple[Waiver, ...]
    baseline: Envelope | None
    match: bool = True


def settle(options: InspectOptions, *, world: World, catalogue: Catalogue) -> Terms:
    """What the options come to. Raises as `inspect`, for all but the image and the key."""
    chosen = selected(catalogue, only=options.only, skip=options.skip)
    baseline = decode(world.read(options.baseline, limit=MAX_BYTES)) if options.baseline else None
    if baseline is not None:
        side_of(baseline)  # whatever it is not, it says now
    known = {*catalogue.properties, *catalogue.checks, vulnerability.CHECK}
    written = world.read(options.waivers, limit=WAIVERS_LIMIT) if options.waivers else b""
    waivers = parse_waivers(options.waivers, written, known)
    match = _wanted(vulnerability.CHECK, options.only, options.skip)
    return Terms(catalogue=chosen, waivers=waivers, baseline=baseline, match=match)


def selected(catalogue: Catalogue, *, only: Sequence[str], skip: Sequence[str]) -> Catalogue:
    """The catalogue with some checks only. Raises `InputError` where a pattern means no check."""
    names = (*catalogue.checks, vulnerability.CHECK)
    for pattern in (*only, *skip):
        if not any(fnmatchcase(each, pattern) for each in names):
            near = get_close_matches(pattern, names, 3)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`roadworthy explain` lists the checks."
            raise InputError(f"there is no check {pattern!r}", hint=hint)
    chosen = {name: extension for name, extension in catalogue.checks.items() if _wanted(name, only, skip)}
    return replace(catalogue, checks=chosen)


def _wanted(check: str, only: Sequence[str], skip: Sequence[str]) -> bool:
    included = not only or any(fnmatchcase(check, each) for each in only)
    return included and not any(fnmatchcase(check, each) for each in skip)


def _pages(catalogue: Catalogue) -> dict[str, str]:
    """The pages of the checks by id, and of the one that no image is opened for."""
    pages = {name: extension.doc for name, extension in catalogue.checks.items()}
    return pages | {vulnerability.CHECK: vulnerability.__doc__ or ""}


def exit_code(new: Side, threshold: Severity, old: Side | None = None) -> int:
    """What the process says of an inspection; of what got worse since another, if there is one."""
    if old is not None:
        bad = [each.severity for each in compare(old, new) if each.effect is Effect.WORSE]
    else:
        waived = accepted(new.body.waivers, new.findings)
        failures = (each for each in new.findings if each.outcome is Outcome.FAIL)
        bad = [each.severity for each in failures if each not in waived]
    if any(each.at_least(threshold) for each in bad):
        return FINDINGS
    died = any(problem.stage == "worker" for problem in new.problems)
    read = any(region.files or region.program for region in new.body.regions)
    return DONE if read and not died else UNFINISHED


def _bare(image: Image, report: Report, now: datetime, digests: dict[str, str]) -> Envelope:
    """The envelope without its body."""
    return Envelope(
        subject=Subject(kind=SubjectKind.RELEASE, digest=f"sha256:{image.sha256}"),
        producer=Producer(tool=TOOL, version=__version__, digests=digests),
        as_of=now,
        basis=Basis.OBSERVED,
        findings=tuple(sorted(report.findings, key=_order)),
        problems=report.problems,
        body_type=BODY_TYPE,
        body={},
    )


def _body(
    image: Image,
    report: Report,
    answers: tuple[Answer, ...],
    waivers: tuple[Waived, ...],
    matching: Matching | None,
) -> Body:
    short = tuple(
        Answered(property=each.property, outcome=each.outcome, basis=each.basis, because=each.because)
        for each in answers
    )
    return Body(
        image=image,
        regions=report.regions,
        inventory=report.inventory,
        answers=short,
        waivers=waivers,
        footprint=report.footprint,
        blobs=report.blobs,
        flood=report.flood,
        reconciliation=report.reconciliation,
        matching=matching,
    )


def _digests(catalogue: Catalogue, matching: Matching | None) -> dict[str, str]:
    """One digest per kind of extension: another lab with the same ones has the same rules and data."""
    listed: dict[str, list[str]] = {}
    for each in catalogue.everything():
        if each.kind not in DECIDING:
            continue
        listed.setdefault(each.kind.plural, []).append(f"{each.id} {each.digest} {each.origin}")
    digests = {
        kind: f"sha256:{hashlib.sha256(chr(10).join(sorted(lines)).encode()).hexdigest()}"
        for kind, lines in sorted(listed.items())
    }
    return digests if matching is None else digests | {"advisories": digest_of(matching.feeds)}


def _order(finding: Finding) -> tuple[int, str, str, str]:
    return -finding.severity.weight, finding.property, finding.check, repr(finding)
