"""``roadworthy explain``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.options import Format, Output
from roadworthy.cli.publish import choose, publish
from roadworthy.usecases.explain import explain as page_of
from roadworthy.usecases.explain import overview


def explain(
    extension: Annotated[
        str | None,
        Parameter(name="ID", help="Id of an extension, as reports name it; KIND:ID where kinds share it."),
    ] = None,
    /,
    *,
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
) -> int:
    """Show what an extension looks at, why it matters, and how it can be wrong."""
    catalogue = wiring.catalogue()
    rendering = choose(catalogue, wanted=format, output=output)
    document = page_of(extension, catalogue) if extension is not None else overview(catalogue)
    publish(document, rendering, output)
    return 0
