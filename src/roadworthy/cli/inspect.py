"""``roadworthy inspect``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.moment import moment
from roadworthy.cli.options import AsOf, Format, Output, ReportName, Workspace
from roadworthy.cli.progress import TerminalProgress
from roadworthy.cli.publish import choose_form, publish_dossier
from roadworthy.model.outcome import Severity
from roadworthy.usecases.inspect import InspectOptions


def inspect(
    image: Annotated[str, Parameter(name="IMAGE", help="The firmware image, a file.")],
    /,
    *,
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
    as_of: AsOf = None,
    threshold: Annotated[
        Severity, Parameter(help="The exit code is 1 if anything is wrong at this severity or above.")
    ] = Severity.MEDIUM,
    workspace: Workspace = None,
    keep: Annotated[bool, Parameter(help="File the evidence in the workspace.")] = True,
    sign: Annotated[
        str | None,
        Parameter(
            metavar="KEY",
            help="File of the private key to sign the evidence with; see `roadworthy evidence keygen`.",
        ),
    ] = None,
    waivers: Annotated[
        str,
        Parameter(metavar="FILE", help="TOML file of failures that somebody accepts, each until a day."),
    ] = "",
    baseline: Annotated[
        str,
        Parameter(
            metavar="FILE",
            help="JSON report of an earlier inspection: only what got worse since makes the exit code 1.",
        ),
    ] = "",
    only: Annotated[
        tuple[str, ...],
        Parameter(metavar="CHECK", negative=(), help="Run these checks only: ids, or patterns like auth.*."),
    ] = (),
    skip: Annotated[
        tuple[str, ...],
        Parameter(metavar="CHECK", negative=(), help="Leave these checks out: ids, or patterns like auth.*."),
    ] = (),
    report: ReportName = "inspection",
) -> int:
    """Inspect one image."""
    form = choose_form(wiring.catalogue(), report, wanted=format, output=output)
    options = InspectOptions(
        image=image,
        as_of=moment(as_of) if as_of is not None else None,
        threshold=threshold,
        sign=sign or "",
        keep=keep,
        only=only,
        skip=skip,
        waivers=waivers,
        baseline=baseline,
    )
    with TerminalProgress() as progress:
        inspected = wiring.inspect(options, progress, workspace=workspace)
    publish_dossier(inspected.dossier, form, output)
    return inspected.exit_code
