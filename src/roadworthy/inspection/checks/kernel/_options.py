"""What the kernel's configuration says, for checks."""

from collections.abc import Mapping
from typing import Final

from roadworthy.inspection.check import Inspection, Verdict
from roadworthy.model.outcome import Outcome
from roadworthy.model.setting import Setting

NO_CONFIGURATION: Final = Verdict(
    Outcome.UNKNOWN, "The configuration of the kernel is neither in it nor beside it."
)
OFF: Final = "n"


def options(inspection: Inspection) -> Mapping[str, Setting]:
    """The options by name without ``CONFIG_``. Of several configurations the word that is on counts."""
    found: dict[str, Setting] = {}
    for each in inspection.inventory.settings:
        if each.scope == "kernel" and each.name.startswith("CONFIG_"):
            name = each.name.removeprefix("CONFIG_")
            if name not in found or found[name].value == OFF:
                found[name] = each
    return found


def configuration(**values: str) -> dict[str, str | bytes]:
    """A configuration beside a kernel, for examples."""
    lines = (
        f"# CONFIG_{name} is not set\n" if value == OFF else f"CONFIG_{name}={value}\n"
        for name, value in values.items()
    )
    return {"/boot/config-6.1": "".join(lines)}
