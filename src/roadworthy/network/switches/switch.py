"""The three switches of a device: what its owner wants, in three bits that know nothing of each other.

What the owner wants is kept apart from what is seen: a plug may not answer, a gateway may be down, and the
owner's word stays what it was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import product
from typing import Final, NamedTuple

ON, OFF = "on", "off"


class Switch(StrEnum):
    """What can be switched."""

    POWER = "power"
    INTERNET = "internet"
    CHANGE = "change"  # of code and of configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """What the owner wants. A device that nobody has switched has all three on.

    Args:
        power: It may run.
        internet: It may reach what lies outside of the local networks.
        change: It may be given other code or another configuration.
    """

    power: bool = True
    internet: bool = True
    change: bool = True

    def on(self, switch: Switch) -> bool:
        """Whether a switch is on."""
        return {Switch.POWER: self.power, Switch.INTERNET: self.internet, Switch.CHANGE: self.change}[switch]

    def switched(self, switch: Switch, *, on: bool) -> "Intended":
        """The same with one switch on or off; the two others stay as they are."""
        return replace(self, **{switch.value: on})


class Transition(NamedTuple):
    """One switch, turned over in one state."""

    start: Intended
    switch: Switch
    end: Intended


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What is seen of a switch, apart from what is wanted.

    Args:
        switch: Which.
        on: Whether it is on; None where nobody can say.
        evidence: What says so, in words: an answer of a plug, a rule that is loaded, a reading in watts.
        when: When that was seen; None for never.
        unproven: What this does not prove.
    """

    switch: Switch
    on: bool | None = None
    evidence: str = ""
    when: datetime | None = None
    unproven: tuple[str, ...] = ()


ALL_ON: Final = Intended()
STATES: Final = tuple(
    Intended(power=power, internet=internet, change=change)
    for power, internet, change in product((True, False), repeat=3)
)
"""All eight, everything on first."""

FAIL_STATES: Final[Mapping[Switch, str]] = {
    Switch.POWER: "The plug keeps its position while the gateway or the broker is down. After a power cut it "
    "does what its own setting says: set it to keep the last state (Tasmota: PowerOnState 3; Shelly: default "
    "state last).",
    Switch.INTERNET: "The rules stay loaded in the kernel when the guard dies. After a restart of the "
    "gateway there are none until they are loaded again: load them before it forwards.",
    Switch.CHANGE: "As for Internet: names that bring code or configuration are refused by the same rules. "
    "While the guard is down, no new name is opened.",
}
"""What holds of each when its enforcer is down."""


def transitions() -> Iterator[Transition]:
    """All 24: in each of the eight states, each of the three switches turned over."""
    for start, switch in product(STATES, Switch):
        yield Transition(start, switch, start.switched(switch, on=not start.on(switch)))
