"""A free firmware that fits the board.

What it looks at

The number of the hardware in the image's header, and OpenWrt's own name of the target in its release file.

Why it matters

Where others already build software for the board, the device has a second life when its maker lets go of it.

How it can be wrong

Few headers tell the board, and only those of some makers are known here: silence proves nothing, and this
check never fails. The newest release of the free firmware may not fit into the flash, and a locked boot
loader may refuse it.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.model.outcome import Outcome, Severity


def run(inspection: Inspection) -> Iterator[Verdict]:
    """A pass where one is known."""
    known = [each for each in inspection.inventory.platforms if each.aspect == "open-firmware"]
    if known:
        names = ", ".join(sorted({each.value for each in known}))
        places = tuple(place for each in known for place in each.evidence[:1])
        yield Verdict(Outcome.PASS, f"Free firmware is built for this board: {names}.", places)
    else:
        message = "Neither header nor release file tells a board for which free firmware is known."
        yield Verdict(Outcome.UNKNOWN, message)


CHECK: Final = Check(
    shows="patchability.open-firmware-fits",
    severity=Severity.INFO,
    run=run,
    examples=(
        Example(files={"/etc/openwrt_release": "DISTRIB_TARGET='ath79/tiny'\n"}, outcome=Outcome.PASS),
        Example(files={"/etc/openwrt_release": "DISTRIB_TARGET='acme/router'\n"}, outcome=Outcome.UNKNOWN),
    ),
)
