"""Inspect many images: each by itself, a file each, and an index of all. One bad image stops no other."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath
from typing import Final, Protocol, TypeVar

from roadworthy.catalogue import Catalogue
from roadworthy.model.errors import InputError, RoadworthyError
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.reports.report import Dossier
from roadworthy.usecases.inspect import (
    UNFINISHED,
    Inspected,
    InspectOptions,
    Progress,
    World,
    inspect,
    settle,
)

T = TypeVar("T")
ONE_EACH: Final = "Give one --sbom for each image, in their order; or inspect one image at a time."
REPORT_BUG: Final = "Report it with the image's digest; the other images were inspected."


class RunAll(Protocol):
    """Does pieces of work, perhaps side by side."""

    def __call__(self, tasks: Sequence[Callable[[], T]]) -> Iterator[tuple[int, T]]:
        """The results as they come, each with the position of its task."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What came of one image.

    Args:
        image: The image, as given.
        exit_code: As if it had been inspected alone.
        counts: How many questions were answered how; empty where it could not be inspected.
        unasked: How many questions no check put to it; they are not among the counts.
        worst: The severity of the worst failure; None without one.
        written: The file with its report; empty if there is none.
        error: Why it could not be inspected; empty if it was.
    """

    image: str
    exit_code: int
    counts: dict[Outcome, int]
    unasked: int = 0
    worst: Severity | None = None
    written: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What came of all of them, in the order in which they were given."""

    entries: tuple[Entry, ...]

    @property
    def exit_code(self) -> int:
        """The worst: 3 where an image could not be finished, else 1 where one has findings, else 0."""
        return max((each.exit_code for each in self.entries), default=0)


def inspect_many(
    images: Sequence[str],
    options: InspectOptions,
    *,
    world: World,
    catalogue: Catalogue,
    run_all: RunAll,
    write: Callable[[Dossier, str], str],
    names: Sequence[str],
    progress: Progress,
) -> Index:
    """Inspect many images.

    Args:
        images: The images.
        options: What the user chose; its `image` is not looked at.
        world: What is needed from outside; used from several threads.
        catalogue: The extensions that are installed.
        run_all: Does the work.
        write: Writes the report on a dossier under a name, and says where it is.
        names: The names of the reports, one for each image.
        progress: Who wants to watch; one step an image.

    Raises:
        InputError: Something that holds for all cannot be used; or there are bills of materials, and not one
            for each image.
    """
    bills = _bills(images, options.sbom)
    now = options.as_of or world.clock()
    settle(options, world=world, catalogue=catalogue)  # a slip in what holds for all stops the run at once

    def one(image: str, name: str, sbom: tuple[str, ...]) -> Entry:
        try:
            each = replace(options, image=image, as_of=now, sbom=sbom)
            done = inspect(each, world=world, catalogue=catalogue, progress=_Silence())
            return _entry(image, done, write(done.dossier, name))
        except RoadworthyError as error:
            return Entry(image=image, exit_code=UNFINISHED, counts={}, error=f"{error}. {error.hint}")
        except Exception as error:  # noqa: BLE001 -- one bad image never stops the rest
            what = f"a fault in Roadworthy itself: {type(error).__name__}: {error}. {REPORT_BUG}"
            return Entry(image=image, exit_code=UNFINISHED, counts={}, error=what)

    entries: dict[int, Entry] = {}
    tasks = [partial(one, *each) for each in zip(images, names, bills, strict=True)]
    progress.step("images", 0, len(tasks))
    for position, entry in run_all(tasks):
        entries[position] = entry
        progress.step("images", len(entries), len(tasks))
    return Index(entries=tuple(entries[position] for position in sorted(entries)))


def _bills(images: Sequence[str], bills: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The bills of materials of each image: all for a single one, else one each, in the same order."""
    if len(images) == 1 or not bills:
        return [bills for _ in images]
    if len(bills) != len(images):
        what = f"{len(images)} images and {len(bills)} bills of materials: whose is which cannot be told"
        raise InputError(what, hint=ONE_EACH)
    return [(each,) for each in bills]


def file_names(images: Sequence[str], suffix: str) -> tuple[str, ...]:
    """A file name for the report on each image: its own with a suffix, and a number where two are alike.

    Names that differ only in case are alike: there are file systems that do not tell them apart.
    """
    used: Counter[str] = Counter()
    taken = {PurePath(each).name.casefold() for each in images}
    names = []
    for image in images:
        name = PurePath(image).name or "root"
        used[name.casefold()] += 1
        numbered, number = name, used[name.casefold()]
        while number > 1 and (numbered := f"{name}-{number}").casefold() in taken:
            number += 1
        used[name.casefold()] = number
        taken.add(numbered.casefold())
        names.append(f"{numbered}{suffix}")
    return tuple(names)


class _Silence:
    """A `Progress` that nobody watches."""

    def step(self, stage: str, done: int, total: int) -> None:
        """See `Progress.step`."""


def _entry(image: str, done: Inspected, written: str) -> Entry:
    asked = [each for each in done.dossier.answers if each.findings]
    failed = [each for each in asked if each.outcome is Outcome.FAIL]
    counts = Counter(each.outcome for each in asked)
    severities = [finding.severity for each in failed for finding in each.findings]
    return Entry(
        image=image,
        exit_code=done.exit_code,
        counts={outcome: counts[outcome] for outcome in Outcome if counts[outcome]},
        unasked=len(done.dossier.answers) - len(asked),
        worst=max(severities, key=lambda each: each.weight, default=None),
        written=written,
    )
