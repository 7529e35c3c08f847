"""A relay at a pin of the gateway: a file that takes 1 and 0 and gives back what the pin is.

How it can be wrong

The pin is not the relay: one that sticks is not seen.
"""

from pathlib import Path
from typing import Final

from roadworthy.network.switches.driver import Reading, Settings, SwitchDriver


def put(settings: Settings, *, on: bool) -> Reading:
    """Write to the pin, then read it."""
    try:
        Path(settings.file("file")).write_text("1" if on else "0", "ascii")
    except OSError as error:
        return Reading(fault=f"the pin cannot be written: {error.strerror}")
    return look(settings)


def look(settings: Settings) -> Reading:
    """Read the pin."""
    try:
        said = Path(settings.file("file")).read_text("ascii", "replace").strip()
    except OSError as error:
        return Reading(fault=f"the pin cannot be read: {error.strerror}")
    return Reading(on={"1": True, "0": False}.get(said), evidence=f"the pin says {said[:10]!r}")


DRIVER: Final = SwitchDriver(
    title="A relay at a pin", keys={"file": "the file of the pin, e.g. …/gpio17/value"}, put=put, look=look
)
