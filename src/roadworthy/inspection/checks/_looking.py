"""What most checks have in common: the names in the image, and how to end when nothing is wrong."""

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from roadworthy.inspection.cataloger import File
from roadworthy.inspection.check import Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.masking import masked
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome
from roadworthy.model.service import BY_PROGRAM, Service
from roadworthy.model.setting import Setting

EXECUTABLE: Final = 0o111
NOTHING_READ: Final = Verdict(Outcome.UNKNOWN, "No file of the image could be looked at.")


def nodes(inspection: Inspection) -> Iterator[tuple[Node, Evidence]]:
    """Every name in every file system, with its place."""
    for root in inspection.roots:
        for node in root.nodes.values():
            yield node, Evidence(path=(*root.where, node.path))


def looked(inspection: Inspection, *, programs: bool = True) -> bool:
    """Whether there was a file to look at, or a microcontroller's program where `programs` count too."""
    return (programs and bool(inspection.programs)) or any(
        node.kind is NodeKind.FILE for node, _ in nodes(inspection)
    )


def settled(
    inspection: Inspection, failures: Iterable[Verdict], *, many: str, good: str, programs: bool = False
) -> Iterator[Verdict]:
    """The failures, folded; without any a pass, or unknown where there was no file to look at.

    Args:
        inspection: What was looked at.
        failures: What is wrong.
        many: What they are, for the sentence that tells how many more there are.
        good: What to say if there is none.
        programs: Whether a microcontroller's program was looked through as well as files.
    """
    found = list(failures)
    yield from bounded(found, many)
    if not found:
        yield Verdict(Outcome.PASS, good) if looked(inspection, programs=programs) else NOTHING_READ


def settings(inspection: Inspection, scope: str) -> list[Setting]:
    """The settings of one program."""
    return [each for each in inspection.inventory.settings if each.scope == scope]


def started(inspection: Inspection, names: Iterable[str]) -> list[Service]:
    """The services of these names that start at boot, or may."""
    wanted = frozenset(names)
    return [
        each for each in inspection.inventory.services if each.name in wanted and each.enabled is not False
    ]


def doubt(services: Iterable[Service]) -> str:
    """The sentence that says why it is open whether some services start."""
    found = list(services)
    names = ", ".join(sorted({each.name for each in found}))
    starters = {posixpath.basename(place.path[-1]) for each in found for place in each.evidence}
    if all(each.started_by == BY_PROGRAM for each in found):
        return f"Whether {names} starts is up to {', '.join(sorted(starters))}, which can start it."
    return f"Whether {names} starts depends on the running system."


def boot_is_known(inspection: Inspection) -> bool:
    """Whether anything is seen to start; without that, nothing can be said of what does not."""
    return any(each.enabled and each.started_by != "cron" for each in inspection.inventory.services)


def told(
    inspection: Inspection, services: list[Service], describe: str, *, many: str, good: str
) -> Iterator[Verdict]:
    """One failure for each service that surely starts; unknown where it may, or where nothing is known.

    Args:
        inspection: What was looked at.
        services: The unwanted services, as `started` gives them.
        describe: What is wrong with one, to follow its name and port.
        many: As in `settled`.
        good: As in `settled`.
    """
    sure = [each for each in services if each.enabled]
    yield from bounded(
        (Verdict(Outcome.FAIL, f"{named(each)} {describe}.", each.evidence) for each in sure), many
    )
    if not sure and services:
        places = tuple(each.evidence[0] for each in services)
        yield Verdict(Outcome.UNKNOWN, doubt(services), places)
    elif not sure:
        known = boot_is_known(inspection)
        unsaid = "No service was found that starts at boot, so nothing can be said of it."
        yield Verdict(Outcome.PASS, good) if known else Verdict(Outcome.UNKNOWN, unsaid)


def named(service: Service) -> str:
    """``vsftpd starts at boot on tcp/21 and``."""
    ports = f" on {', '.join(service.ports)}" if service.ports else ""
    return f"{service.name} starts at boot{ports} and"


def scripts(inspection: Inspection) -> Iterator[File]:
    """The small files that begin with ``#!`` or are called ``.sh``, of every file system."""
    for kept in inspection.kept:
        for path, file in kept.files.items():
            if file.data.startswith(b"#!") or (path.endswith(".sh") and b"\0" not in file.data):
                yield file


def masked_line(line: str) -> str:
    """A line of a script, short, without the secrets in it."""
    return masked(line.strip())[:120]
