"""``roadworthy compare``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.moment import moment
from roadworthy.cli.options import AsOf, Format, Output, Workspace
from roadworthy.cli.progress import TerminalProgress
from roadworthy.cli.publish import choose, choose_report, publish
from roadworthy.model.outcome import Severity
from roadworthy.usecases.compare import CompareOptions


def compare(
    old: Annotated[str, Parameter(name="OLD", help="The old image, or the JSON report of its inspection.")],
    new: Annotated[str, Parameter(name="NEW", help="The new image, or the JSON report of its inspection.")],
    /,
    *,
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
    as_of: AsOf = None,
    threshold: Annotated[
        Severity, Parameter(help="The exit code is 1 if anything got worse at this severity or above.")
    ] = Severity.MEDIUM,
    workspace: Workspace = None,
    keep: Annotated[bool, Parameter(help="File the evidence in the workspace.")] = True,
) -> int:
    """Compare two images."""
    catalogue = wiring.catalogue()
    rendering = choose(catalogue, wanted=format, output=output, inputs=(old, new))
    chosen = choose_report(catalogue, "comparison")
    options = CompareOptions(
        old=old,
        new=new,
        as_of=moment(as_of) if as_of is not None else None,
        threshold=threshold,
        keep=keep,
    )
    with TerminalProgress() as progress:
        compared = wiring.compare(options, progress, workspace=workspace)
    publish(chosen.build(compared.dossier), rendering, output)
    return compared.exit_code
