"""The whole path of the wing: bytes → regions and file systems → inventory → findings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from roadworthy.inspection.cataloger import Cataloger, Context, Layout
from roadworthy.inspection.check import Check, Inspection
from roadworthy.inspection.flood import flood
from roadworthy.inspection.footprint import footprint
from roadworthy.inspection.format import Format
from roadworthy.inspection.judgement import judge
from roadworthy.inspection.opening import OpenedImage, open_image
from roadworthy.inspection.report import Report, Step
from roadworthy.inspection.source import Source
from roadworthy.inspection.survey import survey
from roadworthy.model.problem import Problem
from roadworthy.model.property import Property


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """The extensions that take part, each kind by id."""

    formats: Mapping[str, Format]
    catalogers: Mapping[str, Cataloger]
    checks: Mapping[str, Check]
    properties: Mapping[str, Property]


def inspect_image(name: str, source: Source, toolbox: Toolbox, context: Context) -> Iterator[Step]:
    """Inspect one image, handing over each piece as soon as it is known.

    Args:
        name: What to call the image in evidence.
        source: Its bytes.
        toolbox: The extensions that take part.
        context: The clock and the signatures.

    Yields:
        Steps; the sum of what they gained is the report.
    """
    yield from inspect_opened(name, open_image(name, source, toolbox.formats), toolbox, context)


def inspect_opened(name: str, opened: OpenedImage, toolbox: Toolbox, context: Context) -> Iterator[Step]:
    """Inspect what was opened already, or needed no opening.

    Args:
        name: What to call the image in evidence.
        opened: What it is made of.
        toolbox: The extensions that take part.
        context: The clock and the signatures.

    Yields:
        Steps, as `inspect_image`.
    """
    yield Step(
        stage="formats", done=1, total=1, gained=Report(regions=opened.regions, problems=opened.problems)
    )
    surveyed = yield from survey(
        opened.roots,
        toolbox.catalogers,
        context,
        payloads=opened.payloads,
        layout=Layout(name=name, regions=opened.regions),
    )
    means = flood(opened.roots, surveyed.inventory)
    room = footprint(opened.roots, surveyed.inventory.components, surveyed.owners)
    yield Step(
        stage="inventory",
        done=1,
        total=1,
        gained=Report(footprint=room.shares, blobs=room.blobs, flood=means),
    )
    inspection = Inspection(
        now=context.now,
        inventory=surveyed.inventory,
        roots=opened.roots,
        kept=surveyed.kept,
        owners=surveyed.owners,
        gaps=_gaps((*opened.problems, *surveyed.problems)),
        programs=tuple(region.path[-1] for region in opened.regions if region.program),
    )
    yield from judge(inspection, toolbox.checks, toolbox.properties)


def _gaps(problems: tuple[Problem, ...]) -> tuple[str, ...]:
    return tuple(f"{problem.where}: {problem.what}" for problem in problems)
