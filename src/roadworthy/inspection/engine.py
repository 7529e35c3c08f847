"""The whole path of the wing: bytes → regions and file systems → inventory → findings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.sbom.bill import BillOfMaterials
from roadworthy.inspection._sight import Sight
from roadworthy.inspection.bill import Reconciliation
from roadworthy.inspection.cataloger import Cataloger, Context, Layout
from roadworthy.inspection.check import Check, Inspection
from roadworthy.inspection.claimed_files import ClaimedFiles
from roadworthy.inspection.flood import flood
from roadworthy.inspection.footprint import footprint
from roadworthy.inspection.format import Format
from roadworthy.inspection.judgement import judge
from roadworthy.inspection.opening import OpenedImage, open_image
from roadworthy.inspection.reconciliation import reconcile
from roadworthy.inspection.report import Report, Step
from roadworthy.inspection.source import Source
from roadworthy.inspection.survey import Surveyed, survey
from roadworthy.model.problem import Problem
from roadworthy.model.property import Property

BILLS: Final = "bills-of-materials"
"""Id of the cataloger that takes the digests of the files that bills of materials name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """The extensions that take part, each kind by id."""

    formats: Mapping[str, Format]
    catalogers: Mapping[str, Cataloger]
    checks: Mapping[str, Check]
    properties: Mapping[str, Property]


def inspect_image(
    name: str, source: Source, toolbox: Toolbox, context: Context, bills: Sequence[BillOfMaterials] = ()
) -> Iterator[Step]:
    """Inspect one image, handing over each piece as soon as it is known.

    Args:
        name: What to call the image in evidence.
        source: Its bytes.
        toolbox: The extensions that take part.
        context: The clock and the signatures.
        bills: Bills of materials to hold against it.

    Yields:
        Steps; the sum of what they gained is the report.
    """
    opened = open_image(name, source, toolbox.formats)
    yield from inspect_opened(name, opened, toolbox, context, bills)


def inspect_opened(
    name: str,
    opened: OpenedImage,
    toolbox: Toolbox,
    context: Context,
    bills: Sequence[BillOfMaterials] = (),
) -> Iterator[Step]:
    """Inspect what was opened already, or needed no opening.

    Args:
        name: What to call the image in evidence.
        opened: What it is made of.
        toolbox: The extensions that take part.
        context: The clock and the signatures.
        bills: Bills of materials to hold against it.

    Yields:
        Steps, as `inspect_image`.
    """
    yield Step(
        stage="formats", done=1, total=1, gained=Report(regions=opened.regions, problems=opened.problems)
    )
    files = ClaimedFiles(bills, opened.roots)
    surveyed = yield from survey(
        opened.roots,
        {**toolbox.catalogers, BILLS: files.cataloger} if bills else toolbox.catalogers,
        context,
        payloads=opened.payloads,
        layout=Layout(name=name, regions=opened.regions),
    )
    means = flood(opened.roots, surveyed.inventory)
    room = footprint(opened.roots, surveyed.inventory.components, surveyed.owners)
    gaps = _gaps((*opened.problems, *surveyed.problems))
    reconciled = held_against(bills, surveyed, files, context, whole=bool(opened.roots) and not gaps)
    yield Step(
        stage="inventory",
        done=1,
        total=1,
        gained=Report(footprint=room.shares, blobs=room.blobs, flood=means, reconciliation=reconciled),
    )
    inspection = Inspection(
        now=context.now,
        inventory=surveyed.inventory,
        roots=opened.roots,
        kept=surveyed.kept,
        owners=surveyed.owners,
        gaps=gaps,
        reconciliation=reconciled,
        programs=tuple(region.path[-1] for region in opened.regions if region.program),
    )
    asked = {name: check for name, check in toolbox.checks.items() if bills or not check.needs_bill}
    yield from judge(inspection, asked, toolbox.properties)


def held_against(
    bills: Sequence[BillOfMaterials],
    surveyed: Surveyed,
    files: ClaimedFiles,
    context: Context,
    *,
    whole: bool,
) -> Reconciliation | None:
    """Bills of materials held against what a survey found; None without a bill.

    Args:
        bills: The bills.
        surveyed: What was found.
        files: Which of the claimed files the survey met.
        context: For the products that there are rules for.
        whole: Whether file systems were read, and nothing was left unread.
    """
    if not bills:
        return None
    sight = Sight(
        components=surveyed.inventory.components,
        packages=surveyed.packages,
        files=files,
        whole=whole,
        products=[(each.product, each.cpes) for each in context.signatures.signatures],
    )
    return reconcile(bills, sight)


def _gaps(problems: tuple[Problem, ...]) -> tuple[str, ...]:
    return tuple(f"{problem.where}: {problem.what}" for problem in problems)
