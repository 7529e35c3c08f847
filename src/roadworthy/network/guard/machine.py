"""The guard as a pure machine: what happens goes in, what must be done comes out. No clock, no kernel.

What it gives back must be done in this order: keep the records, give the commands to the kernel, then let the
answer go. So nothing is open that a restart would not know, and the first packet after an answer passes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from roadworthy.network.guard.dns_reply import Code, Message
from roadworthy.network.guard.memory import (
    MOST_DEVIATIONS,
    Deviation,
    Memory,
    Quarantine,
    Record,
    address,
    changing,
    closed,
    deviation,
    lift,
    mode,
    quarantine,
    told,
)
from roadworthy.network.guard.names import Names, Opening, Told
from roadworthy.network.guard.names import told as addresses_told
from roadworthy.network.guard.reach import Reach, reach_of
from roadworthy.network.guard.tried import Tried
from roadworthy.network.live import FREE, Live, Standing
from roadworthy.network.network_file import Device, Mode, Network, placed
from roadworthy.network.nftables.elements import Element, Plan, alike, elements, moved, plan
from roadworthy.network.nftables.ruleset import changes, ruleset
from roadworthy.network.nftables.staging import Stages, stages
from roadworthy.network.packet import Address, Packet
from roadworthy.network.switches import precedence
from roadworthy.network.switches.records import Ledger

ADDRESS_SECONDS: Final = 86_400.0
CHANGING_SECONDS: Final = 7 * 86_400.0
MOST_ADDRESSES: Final = 16
_HEARD: Final = 512


@dataclass(frozen=True, slots=True)
class Effect:
    """What must be done.

    Args:
        records: Lines for the journal, before anything else.
        commands: Text for ``nft -f -``, one atomic batch; empty for none.
        told: What becomes of an answer; None where there was none.
        cut: Devices whose running conversations must be looked at anew.
    """

    records: tuple[Record, ...] = ()
    commands: str = ""
    told: Told | None = None
    cut: tuple[str, ...] = ()


class Machine:
    """The guard of one network.

    Args:
        network: The network, as its file says.
        memory: What was known before.
        ledger: What the owners have switched.
        now: The time, seconds since 1970.
    """

    def __init__(self, network: Network, memory: Memory, ledger: Ledger, now: float) -> None:
        self.memory = memory
        self.ledger = ledger
        self.tried: dict[str, Tried] = {}
        self._file = network
        self._names = Names(network.local)
        reaches = {name: self.reach(name) for name in network.devices}
        self._names.restore(
            (each, until)
            for each, until in memory.openings.items()
            if until > now and each.device in reaches and reaches[each.device].knows(each.name)
        )
        memory.openings = dict(self._names.open())
        self._open: dict[str, dict[Address, set[str]]] = {}
        for each in memory.openings:
            self._open.setdefault(each.device, {}).setdefault(each.address, set()).add(each.name)
        self._heard: dict[str, dict[Address, str]] = {}
        self._hosts = _hosts(network)
        self._sort_addresses(now)
        for each, until in memory.openings.items():  # told before the host was known to bring changes
            if each.name in self._hosts:
                memory.changing.setdefault(each.name, {}).setdefault(each.address, until)
        self._forget_changing(now)
        self._elements: dict[str, frozenset[Element]] = {}
        self._plan: Plan = Plan(network, {}, ())
        self._situate()

    # What is asked of it.

    @property
    def network(self) -> Network:
        """The network with the addresses that are known now."""
        return self._plan.network

    def live(self) -> Live:
        """What is known now."""
        held = precedence.standings(self.ledger, frozenset(self.memory.quarantines), self._file.devices)
        return Live(
            addresses={name: tuple(own) for name, own in self.memory.addresses.items()},
            names={name: self._told_names(name) for name in self._open},
            standings={name: each for name, each in held.items() if each != FREE},
            modes=dict(self.memory.modes),
            changing={name: self._changing(name) for name in self._file.devices},
        )

    def ruleset(self) -> str:
        """The whole table, as it must be now."""
        live = self.live()
        self._elements = {name: elements(each, live) for name, each in self._plan.devices.items()}
        return ruleset(self._plan, live)

    def stages(self) -> Stages | None:
        """The whole table in steps, where none is in force; None where its text does as well."""
        live = self.live()
        self._elements = {name: elements(each, live) for name, each in self._plan.devices.items()}
        return stages(self._plan, live)

    def standing(self, device: str) -> Standing:
        """What is switched, quarantine included."""
        return precedence.standing(
            self.ledger.intended(device),
            quarantined=device in self.memory.quarantines,
            keeps_lan=self.ledger.keeps_lan(device),
        )

    def mode(self, device: str) -> Mode:
        """Whether deviations are stopped."""
        return self.memory.modes.get(device, self._file.devices[device].mode)

    def reach(self, device: str) -> Reach:
        """What DNS does for a device now."""
        return reach_of(self._file.devices[device], self.standing(device))

    def names_of(self, device: str, other: Address) -> frozenset[str]:
        """The names under which a device was told an address; those that opened nothing included."""
        names = frozenset(self._open.get(device, {}).get(other, ()))
        heard = self._heard.get(device, {}).get(other)
        return names or (frozenset({heard}) if heard else frozenset())

    def named(self, device: str, packet: Packet) -> Packet:
        """A packet with the names under which the device was told the other end."""
        return packet if packet.peer is None else replace(packet, names=self.names_of(device, packet.peer))

    def device_at(self, address: str) -> str | None:
        """The device that has an address; None if none has."""
        return self._by_text.get(address.partition("%")[0])

    def by_number(self, number: int) -> str | None:
        """The device of a packet mark; None if there is none."""
        return self._by_number.get(number)

    def open_names(self, device: str) -> Mapping[str, Sequence[str]]:
        """What is open to a device by name: the addresses of each."""
        found: dict[str, list[str]] = {}
        for each, names in self._open.get(device, {}).items():
            for name in names:
                found.setdefault(name, []).append(str(each))
        return {name: sorted(found[name]) for name in sorted(found)}

    def hosts_to_close(self) -> Sequence[str]:
        """Hosts whose addresses must be known to be closed: those of devices with change off."""
        return sorted(
            host
            for host, devices in self._hosts.items()
            if any(self.standing(each).change_off for each in devices)
        )

    # What happens.

    def answered(self, device: str, message: Message, now: float) -> Effect:
        """A device is about to be told an answer."""
        reach = self.reach(device)
        told_now = self._names.hear(device, message, reach, now)
        if told_now.code is not None:
            return Effect(told=told_now)
        name = message.question.name
        addresses = [each.address for each in told_now.openings] or _told(message)
        self._hear(device, name, addresses)
        led = {name, *(each.target for each in message.answers), *(each.name for each in message.answers)}
        brings = sorted(led & self._hosts.keys())  # also where a name of the profile leads to one that does
        records = [each for host in brings for each in self._remember_change(host, addresses, now)]
        until = {each: self._names.until(each) for each in told_now.openings}
        fresh = [each for each in told_now.openings if until[each] - self.memory.openings.get(each, 0.0) > 1]
        for each in told_now.openings:
            self._open.setdefault(device, {}).setdefault(each.address, set()).add(each.name)
            self.memory.openings[each] = until[each]
        self._shut(told_now.closings)
        records.extend(told(each, until[each]) for each in fresh)
        records.extend(map(closed, told_now.closings))
        touched = {device, *(one for host in brings for one in self._hosts[host])}
        return Effect(tuple(records), self._refresh(touched), told_now)

    def resolved(self, name: str, message: Message, now: float) -> Effect:
        """The guard itself has asked for a host that brings changes."""
        outside = [each for each in _told(message) if not self._names.is_inside(each)]
        records = self._remember_change(name, outside, now)
        return Effect(tuple(records), self._refresh(self._hosts.get(name, ())) if records else "")

    def refused(self, device: str, name: str) -> Code | None:
        """The code that a question gets at once; None if it may be asked."""
        if self.reach(device).answers(name):
            return None
        self.tried.setdefault(device, Tried()).asked(name)
        return Code.REFUSED

    def ticked(self, now: float) -> Effect:
        """Time has passed."""
        gone = self._names.tick(now)
        self._shut(gone)
        touched = {each.device for each in gone} | self._forget_changing(now)
        lost: list[str] = []
        for name, own in self.memory.addresses.items():
            old = [one for one, until in own.items() if until <= now]
            for each in old:
                del own[each]
            lost += [name] if old else []
        commands = self._resituate(lost, touched) if lost else self._refresh(touched)
        return Effect(tuple(map(closed, gone)), commands)

    def switched(self, ledger: Ledger) -> Effect:
        """The owners have switched; gives nothing where nothing changed."""
        before = {name: self.standing(name) for name in self._file.devices}
        self.ledger = ledger
        touched = [name for name in self._file.devices if self.standing(name) != before[name]]
        for name in touched:
            self.tried.pop(name, None)
        return Effect(commands=self._refresh(touched))

    def quarantined(self, device: str, why: str, by: str, now: float) -> Effect:
        """A device goes into quarantine."""
        self.memory.quarantines[device] = Quarantine(why, now, by)
        return Effect((quarantine(device, self.memory.quarantines[device]),), self._refresh({device}))

    def lifted(self, device: str) -> Effect:
        """A quarantine ends."""
        if self.memory.quarantines.pop(device, None) is None:
            return Effect()
        return Effect((lift(device),), self._refresh({device}))

    def agreed(self, device: str, decided: Mode) -> Effect:
        """The owner has decided whether deviations are stopped."""
        if self.mode(device) is decided:
            return Effect()
        self.memory.modes[device] = decided
        cut = (device,) if decided is Mode.ENFORCE else ()
        return Effect((mode(device, decided),), self._refresh({device}), cut=cut)

    def seen(self, mac: str, own: Address, now: float, seconds: float = ADDRESS_SECONDS) -> Effect:
        """A device uses an address. One that is another device's, or nobody's, is not believed."""
        device = self._by_mac.get(mac)
        if device is None or not self._is_free(own, device):
            return Effect()
        known = self.memory.addresses.setdefault(device.name, {})
        new = own not in known and own not in device.addresses
        if not new and known.get(own, now + ADDRESS_SECONDS) > now + seconds / 2:
            return Effect()
        if new and len(known) >= MOST_ADDRESSES:
            del known[min(known, key=lambda each: known[each])]
        known[own] = now + seconds
        record = address(device.name, own, now + seconds)
        return Effect((record,), self._resituate((device.name,)) if new else "")

    def deviated(self, device: str, says: str, now: float, *, stopped: bool) -> Effect:
        """A device did what its profile does not allow. Recorded at its 1st, 2nd, 4th, 8th … time."""
        found = self.memory.deviations.get((device, says))
        if found is None:
            own = [each for each in self.memory.deviations.values() if each.device == device]
            if len(own) >= MOST_DEVIATIONS:
                oldest = min(own, key=lambda each: each.last)
                del self.memory.deviations[device, oldest.says]
            found = Deviation(device=device, says=says, stopped=stopped, first=now, last=now)
            self.memory.deviations[device, says] = found
            return Effect((deviation(found),))
        found.count += 1
        found.last, found.stopped = now, stopped
        return Effect((deviation(found),) if found.count & (found.count - 1) == 0 else ())

    # How.

    def _is_free(self, own: Address, device: Device) -> bool:
        if own == self._file.address or not self._is_near(own):
            return False
        return self._by_address.get(own, device.name) == device.name

    def _is_near(self, own: Address) -> bool:
        """Whether an address can be a device's: nobody may claim one of the Internet, or of a group."""
        if own.is_multicast or own.is_unspecified or own.is_loopback:
            return False
        if own.version == 6 and own.is_link_local:  # noqa: PLR2004 -- of IP
            return True
        return any(own in each for each in self._file.local) or (not self._file.local and own.is_private)

    def _sort_addresses(self, now: float) -> None:
        """Drop learned addresses whose time is over, or that belong to another device by now."""
        owner = {own: name for name, each in self._file.devices.items() for own in each.addresses}
        for name, known in self.memory.addresses.items():
            for each, until in tuple(known.items()):
                alien = name not in self._file.devices or not self._is_near(each)
                if until <= now or alien or owner.setdefault(each, name) != name:
                    del known[each]

    def _forget_changing(self, now: float) -> set[str]:
        """Forget addresses that nobody was told for long; gives the devices whom that touches."""
        touched: set[str] = set()
        for host, known in self.memory.changing.items():
            old = [each for each, until in known.items() if until <= now]
            for each in old:
                del known[each]
            touched.update(self._hosts.get(host, ()) if old else ())
        return touched

    def _told_names(self, device: str) -> Mapping[Address, frozenset[str]]:
        return {each: frozenset(names) for each, names in self._open.get(device, {}).items()}

    def _changing(self, device: str) -> frozenset[Address]:
        own = self._file.devices[device]
        hosts = (*own.update_hosts, *own.config_hosts)
        return frozenset(each for host in hosts for each in self.memory.changing.get(host, ()))

    def _remember_change(self, name: str, addresses: Iterable[Address], now: float) -> Sequence[Record]:
        """Addresses of hosts that bring changes, whoever asked: a device may know them without asking."""
        if name not in self._hosts:
            return ()
        known = self.memory.changing.setdefault(name, {})
        until = now + CHANGING_SECONDS
        new = [each for each in addresses if known.get(each, 0.0) < until - CHANGING_SECONDS / 2]
        known.update(dict.fromkeys(new, until))
        return [changing(name, each, until) for each in new]

    def _hear(self, device: str, name: str, addresses: Iterable[Address]) -> None:
        heard = self._heard.setdefault(device, {})
        for each in addresses:
            heard.pop(each, None)
            heard[each] = name
        while len(heard) > _HEARD:
            del heard[next(iter(heard))]

    def _shut(self, some: Iterable[Opening]) -> None:
        for each in some:
            self.memory.openings.pop(each, None)
            names = self._open.get(each.device, {}).get(each.address)
            if names is not None:
                names.discard(each.name)
                if not names:
                    del self._open[each.device][each.address]

    def _refresh(self, devices: Iterable[str]) -> str:
        live = self._live_of(tuple(devices))
        commands = []
        for name in sorted(live.names):
            now = elements(self._plan.devices[name], live)
            before, self._elements[name] = self._elements.get(name, frozenset()), now
            commands.append(changes(before, now))
        return "".join(commands)

    def _live_of(self, devices: Sequence[str]) -> Live:
        return Live(
            addresses={each: tuple(self.memory.addresses.get(each, ())) for each in devices},
            names={each: self._told_names(each) for each in devices},
            standings={each: self.standing(each) for each in devices},
            modes=self.memory.modes,
            changing={each: self._changing(each) for each in devices},
        )

    def _situate(self) -> None:
        learned = {name: tuple(own) for name, own in self.memory.addresses.items()}
        self._plan = plan(situated(self._file, learned), self._plan)
        self._independent = all(each.shared for each in self._plan.devices.values())
        self._elements = {}
        self._by_mac = {each.mac: each for each in self._file.devices.values()}
        self._by_number = {each.number: each.name for each in self._file.devices.values()}
        self._by_address = {
            own: name for name, each in self._plan.network.devices.items() for own in each.addresses
        }
        self._by_text = {str(own): name for own, name in self._by_address.items()}

    def _resituate(self, devices: Iterable[str], touched: Iterable[str] = ()) -> str:
        """Devices have other addresses: what is told of them, and of those whose rules speak of them."""
        known = [each for each in devices if each in self._file.devices]
        if self._independent:
            for name in known:
                self._move(name)
            return self._refresh({*known, *touched})
        before, old = self._plan, self._elements
        self._situate()
        if self._plan.groups != before.groups:
            return self.ruleset()
        self._elements = old
        changed = [name for name, each in self._plan.devices.items() if not alike(each, before.devices[name])]
        return self._refresh({*changed, *touched})

    def _move(self, name: str) -> None:
        """Give one device the addresses that it has now. No other's rules ask for them."""
        device = self._plan.network.devices[name]
        own = (*self._file.devices[name].addresses, *self.memory.addresses.get(name, ()))
        for each in device.addresses:
            if self._by_address.get(each) == name:
                del self._by_address[each]
                self._by_text.pop(str(each), None)
        for each in own:
            self._by_address[each] = name
            self._by_text[str(each)] = name
        self._plan = moved(self._plan, replace(device, addresses=tuple(dict.fromkeys(own))))


def situated(network: Network, learned: Mapping[str, tuple[Address, ...]]) -> Network:
    """A network whose devices have their learned addresses too."""
    devices = {
        name: replace(each, addresses=tuple(dict.fromkeys((*each.addresses, *learned.get(name, ())))))
        for name, each in network.devices.items()
    }
    return replace(network, devices=placed(devices, network.local, network.controllers))


def _hosts(network: Network) -> Mapping[str, tuple[str, ...]]:
    """The devices that a host brings changes to, by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for each in network.devices.values():
        for host in {*each.update_hosts, *each.config_hosts}:
            found[host] = (*found.get(host, ()), each.name)
    return found


def _told(message: Message) -> Sequence[Address]:
    return addresses_told(message)[0]
