"""``roadworthy advisories …``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.advisory_pages import flaw, listed, updated
from roadworthy.cli.moment import moment
from roadworthy.cli.options import AsOf, Format, Output, Workspace
from roadworthy.cli.progress import TerminalProgress
from roadworthy.cli.publish import choose, publish
from roadworthy.usecases.advisories import UpdateOptions, show


def update(
    *,
    from_: Annotated[
        tuple[str, ...],
        Parameter(
            name="--from",
            metavar="PLACE",
            negative=(),
            help="File, folder or https address of feeds. May be given again. Without it: where each source "
            "has them for everybody.",
        ),
    ] = (),
    source: Annotated[
        tuple[str, ...],
        Parameter(metavar="ID", negative=(), help="Only feeds of this source. May be given again."),
    ] = (),
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
    workspace: Workspace = None,
) -> int:
    """Import feeds."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output)
    options = UpdateOptions(given=from_, sources=source)
    with TerminalProgress() as progress:
        done = wiring.update_advisories(options, progress, workspace=workspace)
    publish(updated(done), rendering, output)
    return done.exit_code


def list_(
    *,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
    as_of: AsOf = None,
    workspace: Workspace = None,
) -> int:
    """List what is at hand."""
    catalogue = wiring.catalogue()
    rendering = choose(catalogue, wanted=format, output=output)
    now = wiring.now() if as_of is None else moment(as_of)
    titles = {name: each.object for name, each in catalogue.advisory_sources.items()}
    publish(listed(wiring.advisories(workspace).feeds(), titles, now), rendering, output)
    return 0


def show_(
    name: Annotated[str, Parameter(name="ID", help="CVE id, or another name of the flaw.")],
    /,
    *,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
    workspace: Workspace = None,
) -> int:
    """Show what each source says of one flaw."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output)
    publish(flaw(name, show(name, wiring.advisories(workspace))), rendering, output)
    return 0
