"""Ways round the switches: what was noticed, and what nobody can know from outside.

A switch is enforced outside of the device. What the device does by another way is seen only where that way
leaves a trace here: a refused packet, a meter, an inventory of its image. So this says both: what was
noticed, and what stays open although nothing was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from roadworthy.network.switches.switch import Intended, Switch

UNPROVEN: Final[Mapping[Switch, tuple[str, ...]]] = {
    Switch.POWER: (
        "a battery, or another source of power, that keeps it running",
        "a plug that says what it does not do, where it has no meter",
    ),
    Switch.INTERNET: (
        "a second way out: a mobile network, a neighbour's Wi-Fi, radio to another device",
        "another device of the local network that passes on what it is told",
        "a message in a question for a name of its profile, which its resolver passes on",
    ),
    Switch.CHANGE: (
        "code and configuration from a host that it needs for its work too, such as a shared CDN",
        "code and configuration by a bare address that its profile allows",
        "a change by hand at the device, or by an application in the local network",
    ),
}
"""What stays open for each switch that is off, whatever was noticed."""


class Way(StrEnum):
    """One way round a switch."""

    OTHER_POWER = "other-power"
    OTHER_UPLINK = "other-uplink"
    BARE_ADDRESS = "bare-address"
    SHARED_HOST = "shared-host"
    OTHER_CODE = "other-code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a device while its switches stand as they do. Nothing is known by default.

    Args:
        watts: What the plug's meter shows; None without one.
        idle_watts: What it may show although nothing runs.
        frames: How many frames of the device were seen since power went off; None where nobody looked.
        refused_addresses: Public addresses that it tried without a name, and that were refused.
        refused_names: Names that it asked for, and that were refused.
        update_hosts: Names that bring code or configuration.
        shared_hosts: Those hosts of its profile that serve others too (a CDN), as far as known: see
            `other_ways.shared_hosts`.
        uplinks: Other ways out that its image has drivers or programs for: see `other_ways.uplinks_in`.
        heard_elsewhere: Where it was heard outside of this network since Internet went off, e.g. at its
            maker's application.
        local_flows: How many conversations it had in the local networks since Internet went off; None where
            nobody looked.
        code_before: Digest of its code before change went off; empty for unknown.
        code_after: The digest now; likewise.
    """

    watts: float | None = None
    idle_watts: float = 1.0
    frames: int | None = None
    refused_addresses: tuple[str, ...] = ()
    refused_names: tuple[str, ...] = ()
    update_hosts: tuple[str, ...] = ()
    shared_hosts: tuple[str, ...] = ()
    uplinks: tuple[str, ...] = ()
    heard_elsewhere: str = ""
    local_flows: int | None = None
    code_before: str = ""
    code_after: str = ""


class Weight(StrEnum):
    """What a trace is worth."""

    DETECTED = "detected"  # it went this way
    TRIED = "tried"  # it tried, and was stopped
    POSSIBLE = "possible"  # it could, and nothing shows whether it did


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One thing that was noticed.

    Args:
        switch: Which switch it goes round.
        way: How.
        weight: What it is worth.
        evidence: What shows it.
    """

    switch: Switch
    way: Way
    weight: Weight
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysRound:
    """What is known, and what cannot be.

    Args:
        traces: What was noticed, of switches that are off.
        unknowable: By switch that is off: what nothing from outside can show.
    """

    traces: tuple[Trace, ...]
    unknowable: Mapping[Switch, tuple[str, ...]]


def ways_round(intended: Intended, facts: Facts) -> WaysRound:
    """What shows that a device goes round a switch that is off, and what could not show.

    Args:
        intended: Its switches.
        facts: What is known.
    """
    off = [each for each in Switch if not intended.on(each)]
    known = {Switch.POWER: _power, Switch.INTERNET: _internet, Switch.CHANGE: _change}
    return WaysRound(
        traces=tuple(trace for each in off for trace in known[each](facts)),
        unknowable={each: tuple(_open(each, facts)) for each in off},
    )


def _open(switch: Switch, facts: Facts) -> Iterator[str]:
    """What stays open: without a meter and without a digest, more."""
    yield from UNPROVEN[switch]
    if switch is Switch.POWER and facts.watts is None:
        yield "whether power flows at all: the plug has no meter that can be read"
    if switch is Switch.POWER and facts.frames is None:
        yield "whether it still sends: nobody looked"
    if switch is Switch.CHANGE and not (facts.code_before and facts.code_after):
        yield "whether its code is the same: no digest of it before and after is known"


def _power(facts: Facts) -> Iterator[Trace]:
    if facts.watts is not None and facts.watts > facts.idle_watts:
        evidence = f"the meter of its plug shows {facts.watts:g} W"
        yield _trace(Switch.POWER, Way.OTHER_POWER, Weight.DETECTED, evidence)
    if facts.frames:
        evidence = f"{facts.frames} frames of it were seen since power went off"
        yield _trace(Switch.POWER, Way.OTHER_POWER, Weight.DETECTED, evidence)


def _internet(facts: Facts) -> Iterator[Trace]:
    if facts.heard_elsewhere:
        evidence = f"it was heard at {facts.heard_elsewhere} while its Internet was off"
        yield _trace(Switch.INTERNET, Way.OTHER_UPLINK, Weight.DETECTED, evidence)
    for each in facts.uplinks:
        yield _trace(Switch.INTERNET, Way.OTHER_UPLINK, Weight.POSSIBLE, f"its image knows a {each}")
    for each in facts.refused_addresses:
        yield _trace(Switch.INTERNET, Way.BARE_ADDRESS, Weight.TRIED, f"{each} was tried and refused")


def _change(facts: Facts) -> Iterator[Trace]:
    if facts.code_before and facts.code_after and facts.code_before != facts.code_after:
        evidence = f"its code was {facts.code_before} and is {facts.code_after}"
        yield _trace(Switch.CHANGE, Way.OTHER_CODE, Weight.DETECTED, evidence)
    for each in facts.refused_addresses:
        yield _trace(Switch.CHANGE, Way.BARE_ADDRESS, Weight.TRIED, f"{each} was tried and refused")
    for each in facts.refused_names:
        if each in facts.update_hosts:
            yield _trace(Switch.CHANGE, Way.OTHER_CODE, Weight.TRIED, f"{each} was asked for and refused")
    for each in facts.shared_hosts:
        evidence = f"{each} serves others too, so it can bring code under a name that is allowed"
        yield _trace(Switch.CHANGE, Way.SHARED_HOST, Weight.POSSIBLE, evidence)


def _trace(switch: Switch, way: Way, weight: Weight, evidence: str) -> Trace:
    return Trace(switch=switch, way=way, weight=weight, evidence=evidence)
