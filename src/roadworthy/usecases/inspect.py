"""Inspect one image: bytes in, a dossier with evidence out."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final, Protocol

from roadworthy import __version__
from roadworthy.catalogue import Catalogue, Kind
from roadworthy.codecs.plain import to_plain
from roadworthy.inspection.report import BODY_TYPE, Answered, Body, Image, Report, Step, total
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome, Severity
from roadworthy.model.property import Answer
from roadworthy.model.resolve import resolve
from roadworthy.model.subject import Subject, SubjectKind
from roadworthy.reports.report import Dossier

TOOL: Final = "roadworthy inspect"
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
    """

    image: str
    as_of: datetime | None = None
    threshold: Severity = Severity.MEDIUM
    sign: str = ""
    keep: bool = True


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

    def analyse(self, image: str, name: str, now: datetime) -> Iterator[Step]:
        """The steps of its inspection under that name. A death on the way is the last step's `Problem`."""
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
    """

    analyst: Analyst
    clock: Callable[[], datetime]
    tool_digest: Callable[[], str]
    sign: Callable[[Envelope, str], Envelope]
    file: Callable[[Envelope], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What came of it.

    Args:
        dossier: For the report.
        exit_code: 0 nothing at or above the threshold, 1 something, 3 could not finish.
    """

    dossier: Dossier
    exit_code: int


def inspect(options: InspectOptions, *, world: World, catalogue: Catalogue, progress: Progress) -> Inspected:
    """Inspect an image.

    Args:
        options: What the user chose.
        world: What is needed from outside.
        catalogue: The extensions that take part.
        progress: Who wants to watch.

    Returns:
        The dossier, and the exit code that follows from it.

    Raises:
        InputError: The image or the key cannot be used.
    """
    now = options.as_of or world.clock()
    image = world.analyst.identify(options.image)
    parts = [Report(problems=catalogue.problems)]
    for step in world.analyst.analyse(options.image, image.name, now):
        progress.step(step.stage, step.done, step.total)
        parts.append(step.gained)
    report = total(parts)
    subject = Subject(kind=SubjectKind.RELEASE, digest=f"sha256:{image.sha256}")
    bare = Envelope(
        subject=subject,
        producer=Producer(
            tool=TOOL, version=__version__, digests=_digests(catalogue) | {"tool": world.tool_digest()}
        ),
        as_of=now,
        basis=Basis.OBSERVED,
        findings=tuple(sorted(report.findings, key=_order)),
        problems=report.problems,
        body_type=BODY_TYPE,
        body={},
    )
    properties = {name: extension.object for name, extension in catalogue.properties.items()}
    answers = resolve(properties.values(), [bare], subject=subject, now=now)
    envelope = replace(bare, body=_body(image, report, answers))
    if options.sign:
        envelope = world.sign(envelope, options.sign)
    digest = world.file(envelope) if options.keep else ""
    dossier = Dossier(
        subject=subject, envelopes=(envelope,), answers=answers, properties=properties, digest=digest
    )
    return Inspected(dossier=dossier, exit_code=_exit_code(report, options.threshold))


def _body(image: Image, report: Report, answers: tuple[Answer, ...]) -> Mapping[str, object]:
    short = tuple(
        Answered(property=each.property, outcome=each.outcome, basis=each.basis, because=each.because)
        for each in answers
    )
    body = Body(image=image, regions=report.regions, inventory=report.inventory, answers=short)
    return {each.name: to_plain(getattr(body, each.name)) for each in fields(body)}


def _digests(catalogue: Catalogue) -> dict[str, str]:
    """One digest per kind of extension: another lab with the same ones has the same rules and data."""
    listed: dict[str, list[str]] = {}
    for each in catalogue.everything():
        if each.kind in (Kind.REPORT, Kind.RENDERING):
            continue  # they show the result and do not decide it
        listed.setdefault(each.kind.plural, []).append(f"{each.id} {each.digest} {each.origin}")
    return {
        kind: f"sha256:{hashlib.sha256(chr(10).join(sorted(lines)).encode()).hexdigest()}"
        for kind, lines in sorted(listed.items())
    }


def _order(finding: Finding) -> tuple[int, str, str, str]:
    return -finding.severity.weight, finding.property, finding.check, repr(finding)


def _exit_code(report: Report, threshold: Severity) -> int:
    if any(each.outcome is Outcome.FAIL and each.severity.at_least(threshold) for each in report.findings):
        return FINDINGS
    died = any(problem.stage == "worker" for problem in report.problems)
    return UNFINISHED if died or not any(region.files for region in report.regions) else DONE
