"""Guarding, from the desk: compile a network for its gateway, and explain what a conversation meets there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from roadworthy.catalogue import Catalogue
from roadworthy.codecs.plain import to_plain
from roadworthy.model.errors import InputError
from roadworthy.model.evidence import Evidence
from roadworthy.network.enforcer import Compiled
from roadworthy.network.guard.explaining import Verdict, explained, missing_rule
from roadworthy.network.live import Live
from roadworthy.network.mud.meaning import policy_of
from roadworthy.network.mud.reading import MOST_BYTES, read_mud
from roadworthy.network.network_file import Mode, Network, read_network
from roadworthy.network.policy import Policy
from roadworthy.network.profile.wording import describe
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Table, Text
from roadworthy.usecases.evidence import ReadFile

NETWORK_BYTES: Final = 16 * 1024 * 1024
EXPLAINED_TYPE: Final = "roadworthy.explained-flow/v1"
Remember = Callable[[str, Network], Live]
"""Gives what the guard of a network has learned, by the folder of its state; nothing if it never ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What guarding needs from outside.

    Args:
        read: Reads a file that the user names.
        remember: Gives what the guard knows.
    """

    read: ReadFile
    remember: Remember


def beside(file: str, path: str) -> str:
    """A path that a file names, seen from where the file lies."""
    return str(PurePath(file).parent / path)


def load(file: str, read: ReadFile) -> Network:
    """A network with the profiles of its devices.

    Raises:
        InputError: Something cannot be read; names the place.
    """
    known: dict[str, Policy] = {}

    def profile(path: str) -> Policy:
        place = beside(file, path)
        if place not in known:
            known[place] = policy_of(read_mud(read(place, limit=MOST_BYTES), place))
        return known[place]

    return read_network(read(file, limit=NETWORK_BYTES), file, profile)


def compiled(file: str, target: str, catalogue: Catalogue, outside: Outside) -> Compiled:
    """A network for a target.

    Raises:
        InputError: Something cannot be read, or there is no such target.
    """
    enforcer = catalogue.enforcers.get(target)
    if enforcer is None:
        raise InputError(
            f"there is no enforcer {target!r}", hint=f"Known are {', '.join(catalogue.enforcers)}."
        )
    network = load(file, outside.read)
    return enforcer.object.compile(network, outside.remember(beside(file, network.state), network))


def explain(file: str, flow: str, outside: Outside) -> Document:
    """Why a conversation may be, or not.

    Raises:
        InputError: Something cannot be read or understood.
    """
    network = load(file, outside.read)
    verdicts = explained(flow, network, outside.remember(beside(file, network.state), network))
    passes = all(each.allowed or _lets(each) for each in verdicts)
    title = f"{flow}: {'passes' if passes else 'is stopped'}"
    blocks: list[Block] = [Heading(title, 1)]
    for each in verdicts:
        blocks.extend(_verdict(each, _line(each, file, outside.read)))
    data = {"type": EXPLAINED_TYPE, "flow": flow, "passes": passes, "verdicts": list(map(_data, verdicts))}
    return Document(title=title, blocks=tuple(blocks), data=data)


def _lets(verdict: Verdict) -> bool:
    """Whether it passes although nothing allows it: the device is only learned from."""
    return verdict.mode is Mode.LEARN and not verdict.cause


def _verdict(verdict: Verdict, place: str) -> tuple[Block, ...]:
    device, rule = verdict.device, verdict.rule
    heading = Heading(f"{device.name}: {'allowed' if verdict.allowed else 'not allowed'}")
    if verdict.cause:
        return heading, Text(f"Decided before any rule: {verdict.cause}.")
    learning = (
        (Text("It is in learning mode: this is told and not stopped, until its owner agrees to enforce."),)
        if not verdict.allowed and verdict.mode is Mode.LEARN
        else ()
    )
    if rule is None:
        lacking = describe(missing_rule(verdict.packet, device.surroundings))
        said = (
            f"No rule of {device.profile or 'an empty profile'} allows it. The one that is missing: {lacking}"
        )
        return heading, Text(said), *learning
    facts = [("rule", rule.name), ("says", describe(rule) if rule.accept else f"NOT: {describe(rule)}")]
    if verdict.granted:
        facts.append(("from", "what every device may do"))
    else:
        facts.append(("from", place))
    if rule.confidence is not None:
        facts.append(("confidence", f"{rule.confidence:.2f}"))
    rests = Table(("rests on", "seen"), tuple((each.place, each.excerpt) for each in rule.evidence))
    return heading, Facts(tuple(facts)), *((rests,) if rule.evidence else ()), *learning


def _line(verdict: Verdict, file: str, read: ReadFile) -> str:
    """Where the rule stands: the line of its name in the profile."""
    device, rule = verdict.device, verdict.rule
    if rule is None or verdict.granted or not device.profile:
        return ""
    place = beside(file, device.profile)
    lines = read(place, limit=MOST_BYTES).decode(errors="replace").splitlines()
    name = rule.name.rpartition("/")[2]  # the list before it
    number = next((each for each, line in enumerate(lines, 1) if f'"{name}"' in line), None)
    return Evidence(path=(place,), line=number).place


def _data(verdict: Verdict) -> dict[str, object]:
    return {
        "device": verdict.device.name,
        "allowed": verdict.allowed,
        "cause": verdict.cause,
        "rule": to_plain(verdict.rule) if verdict.rule else None,
        "granted": verdict.granted,
        "mode": str(verdict.mode),
    }
