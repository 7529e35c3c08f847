"""Status: what the guard knows, as plain data for its control socket."""

from collections.abc import Mapping
from typing import Final

from roadworthy.network.guard.machine import Machine
from roadworthy.network.nftables.elements import chain_of

MOST_SHOWN: Final = 100


def status(machine: Machine, *, hindrance: str, emitted: Mapping[str, str]) -> Mapping[str, object]:
    """What the guard knows."""
    network = machine.network
    macs = {each.mac for each in network.devices.values()}
    return {
        "devices": {name: _device(machine, name, emitted) for name in network.devices},
        "strangers": {mac: url for mac, url in emitted.items() if mac not in macs},
        "hindrance": hindrance,
        "lost": machine.memory.lost,
    }


def _device(machine: Machine, name: str, emitted: Mapping[str, str]) -> Mapping[str, object]:
    device = machine.network.devices[name]
    held = machine.memory.quarantines.get(name)
    own = [each for each in machine.memory.deviations.values() if each.device == name]
    own.sort(key=lambda each: each.last, reverse=True)
    standing = machine.standing(name)
    return {
        "mac": device.mac,
        "addresses": list(map(str, device.addresses)),
        "profile": device.profile,
        "mode": str(machine.mode(name)),
        "held": chain_of(standing),
        "change_off": standing.change_off,
        "quarantine": {"why": held.why, "since": held.since, "by": held.by} if held else None,
        "open_names": machine.open_names(name),
        "mud_url": emitted.get(device.mac, ""),
        "deviations": [
            {
                "says": each.says,
                "stopped": each.stopped,
                "first": each.first,
                "last": each.last,
                "count": each.count,
            }
            for each in own[:MOST_SHOWN]
        ],
    }
