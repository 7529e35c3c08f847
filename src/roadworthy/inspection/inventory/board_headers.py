"""Boards, by the header of the image.

What it finds

The number of the hardware in TP-Link's headers: which model it is, the chip it is built around, and the
OpenWrt device that fits the board. Netgear's board id and the names in Seama headers.

How it can be wrong

A number may be reused for another region's hardware. That OpenWrt knows the board does not say that its
newest release still fits into the flash (targets called "tiny" are no longer built for everybody), or that
this unit's boot loader takes it.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, Layout
from roadworthy.inspection.inventory._tplink_boards import devices
from roadworthy.model.platform import Platform

_TPLINK: Final = ("tplink-v1", "tplink-v2")
_NAMED: Final = {"netgear-chk": ("board",), "seama": ("signature",)}
MAX_VALUE: Final = 200


def headers(layout: Layout, context: Context) -> Iterator[Platform]:
    """The boards that the headers name, and what is known of each."""
    del context
    for region in layout.regions:
        hardware = region.facts.get("hardware id", "") if region.format in _TPLINK else ""
        place = (layout.evidence(region, f"hardware id {hardware}"),)
        for device, target, chip in devices(hardware):
            yield Platform(aspect="board", value=f"TP-Link {device}", evidence=place)
            yield Platform(aspect="soc", value=chip, evidence=place)
            yield Platform(aspect="open-firmware", value=f"OpenWrt {target} tplink_{device}", evidence=place)
        for name in _NAMED.get(region.format, ()):
            value = region.facts.get(name, "")[:MAX_VALUE]
            if value:
                place = (layout.evidence(region, f"{name} {value}"),)
                yield Platform(aspect="board", value=value, evidence=place)


CATALOGER: Final = Cataloger(title="Boards, by the header of the image", headers=headers)
