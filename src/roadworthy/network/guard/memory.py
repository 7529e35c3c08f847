"""Memory: what the guard must still know after it was stopped, killed, or the gateway restarted.

It is a journal: one JSON object a line, each complete in itself, appended before what it says takes effect.
Read from the start, later lines change what earlier ones said. A last line that was torn by a crash says
nothing; a damaged line elsewhere is counted and passed over, so that one bad block does not lose the rest.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

from roadworthy.codecs.canonical import canonical
from roadworthy.network.guard.names import Opening
from roadworthy.network.network_file import Mode
from roadworthy.network.packet import Address

Record = Mapping[str, object]
_LATEST: Final = 1e12
MOST_DEVIATIONS: Final = 1000
"""Different deviations that are kept of one device; the one seen last longest ago makes room."""


@dataclass(slots=True)
class Deviation:
    """Something a device did, or was done to it, that its profile does not allow.

    Args:
        device: The device.
        says: The rule that is missing, in plain words.
        stopped: Whether it was stopped.
        first: When it was seen first, seconds since 1970.
        last: When last.
        count: How often, as far as the kernel told; it tells a limited number a second.
    """

    device: str
    says: str
    stopped: bool
    first: float
    last: float
    count: int = 1


@dataclass(slots=True)
class Quarantine:
    """Why a device is in quarantine, since when, and by whom."""

    why: str
    since: float
    by: str


@dataclass(slots=True)
class Memory:
    """What is known.

    Args:
        openings: What is open by name, and until when.
        addresses: Learned addresses of each device, and until when they count.
        modes: What the owner decided about enforcement.
        quarantines: Devices in quarantine.
        changing: Addresses that anybody was told for hosts that bring changes, by name.
        deviations: By device and what they say.
        lost: How many lines could not be read.
    """

    openings: dict[Opening, float] = field(default_factory=dict)
    addresses: dict[str, dict[Address, float]] = field(default_factory=dict)
    modes: dict[str, Mode] = field(default_factory=dict)
    quarantines: dict[str, Quarantine] = field(default_factory=dict)
    changing: dict[str, dict[Address, float]] = field(default_factory=dict)
    deviations: dict[tuple[str, str], Deviation] = field(default_factory=dict)
    lost: int = 0

    def take(self, record: Record) -> None:
        """Take in one record.

        Raises:
            KeyError, TypeError, ValueError: It is none.
        """
        getattr(self, _TAKERS[str(record["kind"])])(record)

    def records(self) -> Iterator[Record]:
        """The shortest journal that says the same."""
        for opening, until in self.openings.items():
            yield told(opening, until)
        for device, some in self.addresses.items():
            yield from (address(device, each, until) for each, until in some.items())
        yield from (mode(device, each) for device, each in self.modes.items())
        for device, each in self.quarantines.items():
            yield quarantine(device, each)
        for name, hosts in self.changing.items():
            yield from (changing(name, each, until) for each, until in hosts.items())
        yield from map(deviation, self.deviations.values())

    def _told(self, record: Record) -> None:
        opening = Opening(str(record["device"]), str(record["name"]), ip_address(str(record["address"])))
        self.openings[opening] = _number(record, "until")

    def _closed(self, record: Record) -> None:
        opening = Opening(str(record["device"]), str(record["name"]), ip_address(str(record["address"])))
        self.openings.pop(opening, None)

    def _address(self, record: Record) -> None:
        own = self.addresses.setdefault(str(record["device"]), {})
        own[ip_address(str(record["address"]))] = _number(record, "until")

    def _mode(self, record: Record) -> None:
        self.modes[str(record["device"])] = Mode(str(record["mode"]))

    def _quarantine(self, record: Record) -> None:
        found = Quarantine(str(record["why"]), _number(record, "since"), str(record["by"]))
        self.quarantines[str(record["device"])] = found

    def _lift(self, record: Record) -> None:
        self.quarantines.pop(str(record["device"]), None)

    def _changing(self, record: Record) -> None:
        hosts = self.changing.setdefault(str(record["name"]), {})
        hosts[ip_address(str(record["address"]))] = _number(record, "until")

    def _deviation(self, record: Record) -> None:
        found = Deviation(
            device=str(record["device"]),
            says=str(record["says"]),
            stopped=record["stopped"] is True,
            first=_number(record, "first"),
            last=_number(record, "last"),
            count=int(_number(record, "count")),
        )
        self.deviations[found.device, found.says] = found


_TAKERS: Final = {
    "told": "_told",
    "closed": "_closed",
    "address": "_address",
    "mode": "_mode",
    "quarantine": "_quarantine",
    "lift": "_lift",
    "changing": "_changing",
    "deviation": "_deviation",
}


def _number(record: Record, key: str) -> float:
    value = record[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        raise TypeError(key)
    return float(value)


def read_memory(journal: bytes) -> Memory:
    """What a journal says."""
    memory = Memory()
    *lines, torn = journal.split(b"\n")
    del torn  # empty if the last line was written whole
    for line in lines:
        try:
            record = json.loads(line)
            memory.take(record)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            memory.lost += 1
    return memory


def written(records: Sequence[Record]) -> bytes:
    """Records as lines of a journal."""
    return b"".join(canonical(each) + b"\n" for each in records)


def told(opening: Opening, until: float) -> Record:
    """A device was told an address under a name, and it is open until then."""
    return {
        "kind": "told",
        "device": opening.device,
        "name": opening.name,
        "address": str(opening.address),
        "until": round(until),
    }


def closed(opening: Opening) -> Record:
    """It is open no more."""
    return {
        "kind": "closed",
        "device": opening.device,
        "name": opening.name,
        "address": str(opening.address),
    }


def address(device: str, own: Address, until: float) -> Record:
    """A device has an address until then."""
    return {"kind": "address", "device": device, "address": str(own), "until": round(until)}


def mode(device: str, decided: Mode) -> Record:
    """The owner decided about enforcement."""
    return {"kind": "mode", "device": device, "mode": str(decided)}


def quarantine(device: str, why: Quarantine) -> Record:
    """A device is put into quarantine."""
    return {"kind": "quarantine", "device": device, "why": why.why, "since": round(why.since), "by": why.by}


def lift(device: str) -> Record:
    """A quarantine is lifted."""
    return {"kind": "lift", "device": device}


def changing(name: str, host: Address, until: float) -> Record:
    """A host that brings changes has an address."""
    return {"kind": "changing", "name": name, "address": str(host), "until": round(until)}


def deviation(found: Deviation) -> Record:
    """A deviation, as counted so far."""
    return {
        "kind": "deviation",
        "device": found.device,
        "says": found.says,
        "stopped": found.stopped,
        "first": round(found.first),
        "last": round(found.last),
        "count": found.count,
    }
