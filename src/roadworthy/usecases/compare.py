"""Compare two images, or what was found in them: two names in, a dossier with a baseline out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from roadworthy.catalogue import Catalogue
from roadworthy.codecs.envelope import decode
from roadworthy.codecs.plain import MAX_BYTES
from roadworthy.inspection.comparison import side_of
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import SourceError
from roadworthy.model.outcome import Severity
from roadworthy.usecases.dossier import dossier_about
from roadworthy.usecases.inspect import (
    WORKSPACE,
    Inspected,
    InspectOptions,
    Progress,
    World,
    exit_code,
    inspect,
)

JSON: Final = b"{"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """What to compare.

    Args:
        old: The old image, or the JSON report of its inspection.
        new: The new one, likewise.
        as_of: The moment for which images are inspected; now if None.
        threshold: What got worse at or above it makes the exit code 1.
        keep: Whether to file evidence that is made on the way.
    """

    old: str
    new: str
    as_of: datetime | None = None
    threshold: Severity = Severity.MEDIUM
    keep: bool = True


def compare(
    options: CompareOptions,
    *,
    world: World,
    starts_with: Callable[[str, bytes], bool],
    catalogue: Catalogue,
    progress: Progress,
) -> Inspected:
    """Compare two inspections, made on the spot where an image is given.

    Args:
        options: What the user chose.
        world: What inspecting needs from outside.
        starts_with: Whether a file starts with some bytes.
        catalogue: The extensions that are installed.
        progress: Who wants to watch.

    Returns:
        The dossier about the new one with the old one as its baseline, and the exit code: 1 if anything got
        worse at or above the threshold, 3 if the new image could not be read.

    Raises:
        InputError: A file cannot be used, or holds no inspection.
        SourceError: The workspace cannot be used.
        VerificationError: A report was changed, or made by another version.
    """
    now = options.as_of or world.clock()

    def inspected(path: str) -> Envelope:
        if starts_with(path, JSON):
            return decode(world.read(path, limit=MAX_BYTES))
        each = InspectOptions(image=path, as_of=now, keep=options.keep)
        (made,) = inspect(each, world=world, catalogue=catalogue, progress=progress).dossier.envelopes
        for problem in made.problems:
            if problem.stage == WORKSPACE:  # a comparison has no place to tell it
                raise SourceError(problem.what, hint=problem.hint)
        return made

    old, new = inspected(options.old), inspected(options.new)
    code = exit_code(side_of(new), options.threshold, side_of(old))
    dossier = dossier_about(new.subject, [new], catalogue=catalogue, now=max(now, new.as_of))
    return Inspected(dossier=replace(dossier, baseline=old), exit_code=code)
