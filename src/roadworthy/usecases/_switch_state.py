"""The switches of one device: what is wanted, what is seen, and what goes round them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from roadworthy.codecs.plain import to_plain
from roadworthy.network.switches.ownership import Holding
from roadworthy.network.switches.record import Record
from roadworthy.network.switches.switch import Observed, Switch
from roadworthy.network.switches.ways_round import Facts, WaysRound

STATE_TYPE: Final = "roadworthy.switches/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One switch of a device: what is wanted, and what is seen.

    Args:
        switch: Which.
        wanted: Whether its owner wants it on.
        record: The record that says so; None where nobody switched it.
        seen: What is seen.
        fail_state: What holds when its enforcer is down.
        watts: For power: what the meter shows; None without one.
    """

    switch: Switch
    wanted: bool
    record: Record | None
    seen: Observed
    fail_state: str
    watts: float | None = None

    @property
    def in_force(self) -> bool | None:
        """Whether what is wanted is what is seen; None where nothing is seen."""
        return None if self.seen.on is None else self.seen.on == self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The switches of one device.

    Args:
        device: Its name.
        holding: Who owns it, and whether it is offered to somebody.
        lines: The three switches.
        as_of: When that was seen.
        ways: What shows that it goes round a switch that is off, and what cannot be known.
        facts: What is known of it beside the switches.
        changed: The switch that was switched just now; None if it was only looked at.
    """

    device: str
    holding: Holding
    lines: tuple[Line, ...]
    as_of: datetime
    ways: WaysRound
    facts: Facts
    changed: Switch | None = None

    @property
    def holds(self) -> bool:
        """Whether the switch that was changed is in force; of those only looked at: whether none is not."""
        if self.changed is None:
            return all(each.in_force is not False for each in self.lines)
        return all(each.in_force is True for each in self.lines if each.switch is self.changed)


def state_data(state: State) -> Mapping[str, object]:
    """The same as plain JSON values."""
    return {
        "as_of": to_plain(state.as_of),
        "device": state.device,
        **owner_data(state.holding),
        "keeps_lan": state.holding.keeps_lan,
        "switches": [
            {
                "switch": each.switch.value,
                "wanted": each.wanted,
                "in_force": each.in_force,
                "watts": each.watts,
                "seen": to_plain(each.seen),
                "record": to_plain(each.record),
                "fail_state": each.fail_state,
            }
            for each in state.lines
        ],
        "ways_round": to_plain(state.ways.traces),
        "unknowable": {each.value: list(said) for each, said in state.ways.unknowable.items()},
    }


def owner_data(holding: Holding) -> Mapping[str, object]:
    """Who owns a device, as plain JSON values."""
    return {"owner": holding.owner, "recovery": holding.recovery, "offer": to_plain(holding.offer)}
