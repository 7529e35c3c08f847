"""``roadworthy profile check``, ``diff`` and ``history``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.options import Format, Output
from roadworthy.cli.publish import choose, publish
from roadworthy.usecases import checked_profiles, compared_profiles


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


def diff(
    old: Annotated[str, Parameter(name="OLD", help="The profile before.")],
    new: Annotated[str, Parameter(name="NEW", help="The profile now.")],
    /,
    *,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
) -> int:
    """Say what a new profile allows and the old one did not, and the reverse."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=[old, new])
    found = compared_profiles.compare(old, new, read=wiring.read_file())
    publish(compared_profiles.difference_page(found), rendering, output)
    return int(bool(found.difference.newly))


def history(
    places: Annotated[
        tuple[str, ...],
        Parameter(name="PLACE", negative=(), help="Profiles, or folders of them (files that end in .json)."),
    ],
    /,
    *,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
) -> int:
    """Show the versions of a profile in their order, each with what it newly allows."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=places)
    found = compared_profiles.history(wiring.profiles_in(places), read=wiring.read_file())
    publish(compared_profiles.history_page(found), rendering, output)
    return 0
