"""``roadworthy profile urls``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.options import Format, Output
from roadworthy.cli.publish import choose, publish
from roadworthy.usecases import mud_urls


def urls(
    files: Annotated[
        tuple[str, ...],
        Parameter(name="FILE", negative=(), help="Captures, and certificates of devices (PEM or DER)."),
    ],
    /,
    *,
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
) -> int:
    """Print the MUD URLs that devices tell in captures and certificates."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=files)
    publish(mud_urls.urls_page(mud_urls.urls(files, read=wiring.captured)), rendering, output)
    return 0
