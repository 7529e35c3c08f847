"""``roadworthy profile check``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.options import Format, Output
from roadworthy.cli.publish import choose, publish
from roadworthy.usecases import checked_profiles


def check(
    files: Annotated[tuple[str, ...], Parameter(name="FILE", negative=(), help="Profiles, MUD files.")],
    /,
    *,
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
) -> int:
    """Check profiles against the standards: every fault, its place, and the way out."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=files)
    done = checked_profiles.check_files(files, read=wiring.read_file())
    publish(checked_profiles.checked_page(done), rendering, output)
    return int(any(each.checked.faults for each in done))
