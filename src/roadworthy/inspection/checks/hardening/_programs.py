"""The programs that a question is about, and the answer for all of them together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from roadworthy.inspection.check import Inspection, Verdict
from roadworthy.inspection.checks._failures import MAX_FINDINGS, bounded
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.program import Program
from roadworthy.model.service import BY_PROGRAM

LINUX: Final = ("executable", "library")
FOLDERS: Final = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of each program.

    Args:
        fault: What is wrong with one, after its path: ``can be loaded at one address only``.
        good: What is said where nothing is wrong, as a whole sentence.
        exposed: How bad it is in a program that the network reaches.
        other: How bad it is in another one.
    """

    fault: str
    good: str
    exposed: Severity
    other: Severity


def linux_programs(inspection: Inspection) -> tuple[Program, ...]:
    """Executables and libraries; neither kernel modules nor firmware of chips."""
    return tuple(each for each in inspection.inventory.programs if each.kind in LINUX)


def exposed(inspection: Inspection) -> Callable[[Program], bool]:
    """Whether the device starts a program by itself to listen on the network; links are followed."""
    names = {
        service.name
        for service in inspection.inventory.services
        if service.ports and service.enabled is not False and service.started_by != BY_PROGRAM
    }
    paths = {
        node.path
        for root in inspection.roots
        for name in names
        for folder in FOLDERS
        if (node := root.get(f"{folder}/{name}")) is not None
    }
    return lambda program: program.path in paths or program.path.rpartition("/")[2] in names


def without_programs() -> Verdict:
    """What to say where there is nothing to ask about."""
    return Verdict(Outcome.UNKNOWN, "No program that tells was found.")


def judged(
    inspection: Inspection, asked: Sequence[Program], faulty: Iterable[Program], question: Question
) -> Iterator[Verdict]:
    """One failure for each faulty program that the network reaches, one for all others together.

    Args:
        inspection: Who listens.
        asked: The programs that the question could be put to.
        faulty: Those of them that are not as they should be.
        question: The words.
    """
    reached = exposed(inspection)
    bad = sorted(faulty, key=lambda each: each.path)
    outside = [each for each in bad if reached(each)]
    inside = [each for each in bad if not reached(each)]
    yield from bounded(
        (
            Verdict(
                Outcome.FAIL,
                f"{each.path} listens on the network and {question.fault}.",
                each.evidence,
                question.exposed,
            )
            for each in outside
        ),
        "programs that listen fall short",
    )
    if inside:
        first = f"{inside[0].path} {question.fault}."
        message = first if len(inside) == 1 else f"{len(inside)} of {len(asked)} programs fall short: {first}"
        evidence = tuple(place for each in inside for place in each.evidence)[:MAX_FINDINGS]
        yield Verdict(Outcome.FAIL, message, evidence, question.other)
    if not bad:
        yield without_programs() if not asked else Verdict(Outcome.PASS, question.good)
