"""Who could mend it, if not the maker: what the image shows of chip, build, licences and free firmware."""

from collections.abc import Iterator, Sequence
from typing import Final

from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Block, Heading, Table, Text

MAX_VALUES: Final = 6
LINUX: Final = ("executable", "library")
ASPECTS: Final = (
    ("release", "It calls itself", "nothing"),
    ("board", "Board", "not told"),
    ("soc", "Chip", "not told"),
    ("sdk", "Chip maker's kit, build system", "not told"),
    ("toolchain", "Compiler", "not told"),
    ("licence-text", "Licence texts in the image", "none seen"),
    ("source-offer", "Offer of the source code", "none seen"),
    ("open-firmware", "Free firmware that fits", "none known here"),
)


def mending_chapter(inventory: Row) -> Iterator[Block]:
    """The chapter; nothing where the image shows none of it."""
    rows = inventory.rows("platforms")
    programs = [each for each in inventory.rows("programs") if each.text("kind") in LINUX]
    if not rows and not programs:
        return
    yield Heading("Who could mend it")
    yield Text(
        "What somebody who takes over would start from, when the maker is gone or will not. What the image "
        "does not show may still lie with the maker."
    )
    yield Table(("what", "what the image shows"), tuple(_facts(inventory, rows, programs)))


def _facts(inventory: Row, rows: Sequence[Row], programs: Sequence[Row]) -> Iterator[tuple[str, str]]:
    for aspect, title, none in ASPECTS:
        values = list(dict.fromkeys(row.text("value") for row in rows if row.text("aspect") == aspect))
        more = f" and {len(values) - MAX_VALUES} more" if len(values) > MAX_VALUES else ""
        yield title, "; ".join(values[:MAX_VALUES]) + more if values else none
    components = inventory.rows("components")
    if components:
        known = sum(bool(row.texts("licences")) for row in components)
        yield "Components whose licence is known", f"{known} of {len(components)}"
    if programs:
        built = sum(bool(row.text("build_id")) for row in programs)
        symbols = sum(row.flag("stripped") is False for row in programs)
        yield "Programs with a build identifier", f"{built} of {len(programs)}"
        yield "Programs with their symbols", f"{symbols} of {len(programs)}"
