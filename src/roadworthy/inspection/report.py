"""What an inspection yields, piece by piece, so that a part that dies takes nothing with it that was done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from itertools import chain

from roadworthy.inspection.bill import Reconciliation
from roadworthy.inspection.flood import Means
from roadworthy.inspection.footprint import Blob, Share
from roadworthy.inspection.precedence import fold, fold_kernel_parts, fold_platforms
from roadworthy.inspection.waiver import Waived
from roadworthy.model.advisory import Matching
from roadworthy.model.errors import InputError, RoadworthyError
from roadworthy.model.finding import Finding
from roadworthy.model.inventory import Inventory
from roadworthy.model.outcome import Basis, Outcome
from roadworthy.model.problem import Problem

BODY_TYPE = "roadworthy.inspection/v1"
REFUSED = "refused"
"""The stage of the only step where something that the user gave with the image cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A stretch of the image and what it is.

    Args:
        path: Names of the containers it lies in, outermost first, then its own: ``squashfs@0x120200``.
        offset: First byte, counted from the start of the image; None inside something decompressed.
        size: Bytes.
        format: Id of the format; empty where nothing recognised it.
        facts: What its header says. Untrusted text.
        entropy: Bits per byte, 0 to 8, of an unrecognised region; None otherwise.
        files: How many nodes it holds, if it is a file system.
        program: Whether it is all the software of a device that has no file system: a microcontroller's.
    """

    path: tuple[str, ...]
    offset: int | None
    size: int
    format: str
    facts: Mapping[str, str] = field(default_factory=dict)
    entropy: float | None = None
    files: int = 0
    program: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The image itself.

    Args:
        name: File name as given, without folders. Untrusted text.
        size: Bytes.
        sha256: Lower-case hex.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer in short; its findings stand in the envelope.

    Args:
        property: Id of the property.
        outcome: The answer.
        basis: On what kind of evidence it rests; None when there is none.
        because: Why this and no other answer.
    """

    property: str
    outcome: Outcome
    basis: Basis | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body of an inspection's envelope, type `BODY_TYPE`.

    Args:
        image: The image.
        regions: What it is made of.
        inventory: The facts.
        answers: What follows from the envelope's findings alone, by property id.
        waivers: Who accepts which failures. They stay failures here.
        footprint: What takes the room: files by purpose and by the component they belong to.
        blobs: The largest files of code that no component explains.
        flood: What the device could do in a flood.
        reconciliation: Bills of materials held against the image; None where none was given.
        matching: Its known vulnerabilities; None where nobody looked for them.
    """

    image: Image
    regions: tuple[Region, ...]
    inventory: Inventory
    answers: tuple[Answered, ...]
    waivers: tuple[Waived, ...] = ()
    footprint: tuple[Share, ...] = ()
    blobs: tuple[Blob, ...] = ()
    flood: tuple[Means, ...] = ()
    reconciliation: Reconciliation | None = None
    matching: Matching | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is known so far. Reports add up, see `total`.

    Args:
        regions: What the image is made of.
        inventory: The facts.
        findings: What the checks say.
        problems: What could not be done.
        footprint: What takes the room.
        blobs: Files of code that no component explains.
        flood: What the device could do in a flood.
        reconciliation: Bills of materials held against the image.
    """

    regions: tuple[Region, ...] = ()
    inventory: Inventory = field(default_factory=Inventory)
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    footprint: tuple[Share, ...] = ()
    blobs: tuple[Blob, ...] = ()
    flood: tuple[Means, ...] = ()
    reconciliation: Reconciliation | None = None


def total(parts: Iterable[Report]) -> Report:
    """All parts as one, each list in the order of the parts; what is one component stands there once."""
    parts = tuple(parts)
    lists = {
        each.name: tuple(chain.from_iterable(getattr(part.inventory, each.name) for part in parts))
        for each in fields(Inventory)
    }
    return Report(
        regions=tuple(chain.from_iterable(part.regions for part in parts)),
        inventory=Inventory(
            **lists
            | {
                "components": fold(lists["components"]).components,
                "platforms": fold_platforms(lists["platforms"]),
                "kernel_parts": fold_kernel_parts(lists["kernel_parts"]),
            }
        ),
        findings=tuple(chain.from_iterable(part.findings for part in parts)),
        problems=tuple(chain.from_iterable(part.problems for part in parts)),
        footprint=tuple(chain.from_iterable(part.footprint for part in parts)),
        blobs=tuple(chain.from_iterable(part.blobs for part in parts)),
        flood=tuple(chain.from_iterable(part.flood for part in parts)),
        reconciliation=next((part.reconciliation for part in parts if part.reconciliation), None),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the work: how far it is, and what it brought.

    Args:
        stage: ``formats``, ``inventory`` or ``checks``; or `REFUSED`.
        done: How many units of this stage are done.
        total: How many there are.
        gained: What this step added.
    """

    stage: str
    done: int
    total: int
    gained: Report = field(default_factory=Report)


def refused(error: RoadworthyError) -> Step:
    """The step that says why something that the user gave cannot be used; see `refusal`."""
    problem = Problem(stage=REFUSED, where="", what=str(error), hint=error.hint)
    return Step(stage=REFUSED, done=1, total=1, gained=Report(problems=(problem,)))


def refusal(step: Step) -> InputError | None:
    """The error that a step tells of; None if it tells of none."""
    told = step.gained.problems if step.stage == REFUSED else ()
    return InputError(told[0].what, hint=told[0].hint) if told else None
