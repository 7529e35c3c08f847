"""What most checks of microcontrollers' programs have in common."""

from typing import Final

from roadworthy.inspection.check import Inspection, Verdict
from roadworthy.inspection.ground import is_bare
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome
from roadworthy.model.setting import Setting

SCOPE: Final = "microcontroller"
NO_PROGRAM: Final = Verdict(Outcome.NOT_APPLICABLE, "The image is no microcontroller's program.")
UNSHOWN: Final = Verdict(
    Outcome.UNKNOWN, "Only programs of some microcontrollers show it; this image is none."
)
NOTHING_READ: Final = Verdict(Outcome.UNKNOWN, "Neither a file nor a program could be looked at.")


def traits(inspection: Inspection, name: str) -> list[Setting]:
    """What microcontrollers' programs show of one trait; nothing where a system like Linux is."""
    linux = any(each.name == "linux" for each in inspection.inventory.components)
    if (inspection.roots or linux) and not is_bare(inspection):
        return []
    return [each for each in inspection.inventory.settings if each.scope == SCOPE and each.name == name]


def silent(inspection: Inspection, message: str, *, alone: bool = False) -> Verdict:
    """What to say where no program shows a trait: unknown with a reason, or that there is no program.

    Where the check is `alone` with its question, that arises for other images too, and stays open there.
    """
    if inspection.programs:
        places = tuple(Evidence(path=(name,)) for name in inspection.programs)
        return Verdict(Outcome.UNKNOWN, message, places)
    if alone:
        return UNSHOWN
    return NO_PROGRAM if inspection.roots else NOTHING_READ
