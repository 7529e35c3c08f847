"""What is seen of the switches of a device: by its plug, and by the guard."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from roadworthy.network.guard.reach import profile_names
from roadworthy.network.network_file import Device
from roadworthy.network.switches.driver import IDLE_WATTS, Reading, observed
from roadworthy.network.switches.other_ways import shared_hosts
from roadworthy.network.switches.record import Record
from roadworthy.network.switches.records import Ledger
from roadworthy.network.switches.switch import FAIL_STATES, Intended, Observed, Switch
from roadworthy.network.switches.ways_round import UNPROVEN, Facts, ways_round
from roadworthy.usecases._switch_state import Line, State

NO_GUARD: Final = (
    "no guard is running: the switch is recorded, and nothing enforces it until `guard run` starts"
)
OLD_GUARD: Final = "the guard runs, and has not taken in the last record yet"
NO_DRIVER: Final = "no driver: [devices.{name}.power] in network.toml names none"
SEQUENCE: Final = "sequence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """The code of a device, as inspections show it.

    Args:
        before: Digest of the image that it ran before change went off; empty for unknown.
        after: Digest of the one that it runs now; likewise.
        uplinks: Other ways out that the image has drivers or programs for.
    """

    before: str = ""
    after: str = ""
    uplinks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen.

    Args:
        reading: What the plug says.
        idle_watts: What its meter may show with nothing running.
        told: What the guard says; None where none is running.
        when: When that was.
        code: What it ran before change went off, and what it runs now.
    """

    reading: Reading
    idle_watts: float = IDLE_WATTS
    told: Mapping[str, object] | None
    when: datetime
    code: Code = field(default_factory=Code)


def state_from(device: Device, ledger: Ledger, seen: Seen) -> State:
    """The switches of a device: what its owner wants, beside what was seen."""
    facts = _facts(device, seen)
    return State(
        device=device.name,
        holding=ledger.holding(device.name),
        lines=tuple(_line(each, device, ledger, seen) for each in Switch),
        as_of=seen.when,
        ways=ways_round(ledger.intended(device.name), facts),
        facts=facts,
    )


def _line(switch: Switch, device: Device, ledger: Ledger, seen: Seen) -> Line:
    record = ledger.last_switched(device.name, switch)
    intended = ledger.intended(device.name)
    power = switch is Switch.POWER
    return Line(
        switch=switch,
        wanted=intended.on(switch),
        record=record,
        seen=_power(device, seen) if power else _guarded(switch, intended, seen.told, record, seen.when),
        fail_state=FAIL_STATES[switch],
        watts=seen.reading.watts if power else None,
    )


def _power(device: Device, seen: Seen) -> Observed:
    if device.power:
        return observed(seen.reading, when=seen.when, idle_watts=seen.idle_watts)
    evidence = NO_DRIVER.format(name=device.name)
    return Observed(switch=Switch.POWER, evidence=evidence, unproven=UNPROVEN[Switch.POWER])


def _facts(device: Device, seen: Seen) -> Facts:
    """What is known of ways round the switches: what the plug's meter shows, and what the guard saw."""
    devices = seen.told.get("devices") if seen.told else None
    own = devices.get(device.name) if isinstance(devices, Mapping) else None
    known: Mapping[str, object] = own if isinstance(own, Mapping) else {}
    changing = (*device.update_hosts, *device.config_hosts)
    return Facts(
        watts=seen.reading.watts,
        idle_watts=seen.idle_watts,
        frames=_count(known.get("frames")),
        local_flows=_count(known.get("local_flows")),
        refused_names=_texts(known.get("refused_names")),
        refused_addresses=_texts(known.get("refused_addresses")),
        update_hosts=changing,
        uplinks=seen.code.uplinks,
        code_before=seen.code.before,
        code_after=seen.code.after,
        shared_hosts=shared_hosts(profile_names(device) - frozenset(changing)),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, (list, tuple)) else ()


def _guarded(
    which: Switch,
    intended: Intended,
    told: Mapping[str, object] | None,
    record: Record | None,
    now: datetime,
) -> Observed:
    """What the guard says of a switch. Without one, rules that it loaded before may hold, or may not."""
    unproven = UNPROVEN[which]
    if told is None:
        evidence = NO_GUARD if record else "no guard is running"
        return Observed(switch=which, evidence=evidence, when=now, unproven=unproven)
    sequence = told.get(SEQUENCE)
    if record and not (isinstance(sequence, int) and sequence >= record.sequence):
        return Observed(switch=which, evidence=OLD_GUARD, when=now, unproven=unproven)
    evidence = f"the guard enforces the ledger up to record {sequence}"
    return Observed(switch=which, on=intended.on(which), evidence=evidence, when=now, unproven=unproven)
