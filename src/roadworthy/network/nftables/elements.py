"""Elements: what stands for one device in the sets of the table, now.

A device with another name told, another address, another switch has other elements; the difference is what
the kernel is told. Everything that costs a packet time stays the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.network.live import FREE, Live, Names, Standing
from roadworthy.network.network_file import Device, Mode, Network
from roadworthy.network.nftables.resolving import Resolution, Resolved, is_local, ports_of, resolve, service
from roadworthy.network.packet import Address
from roadworthy.network.policy import Rule, Side

Element = tuple[str, str]
"""Name of a set or map, and what stands in it as nft writes it."""
FAMILIES: Final = (4, 6)
FINAL: Final = ("silenced", "quarantined", "alone")
"""Chains of a standing after which the profile is not asked."""
WAY: Final[Mapping[Side, str]] = {Side.DEVICE: "out", Side.PEER: "in"}


@dataclass(frozen=True, slots=True)
class Group:
    """Devices whose general rules mean the same; they share two chains.

    Args:
        number: Its number, from 1.
        rules: The general rules, in order.
        names: The conditions on names in them, each a set of addresses by device.
    """

    number: int
    rules: tuple[Resolved, ...]
    names: tuple[tuple[str, ...], ...]

    def names_set(self, names: tuple[str, ...], family: int) -> str:
        """The set of what devices were told under names."""
        return f"group{self.number}_names{self.names.index(names) + 1}_{family}"


@dataclass(frozen=True, slots=True)
class Placed:
    """One device with its rules sorted.

    Args:
        device: The device.
        resolution: Its rules.
        group: Its general rules; None if it has none.
    """

    device: Device
    resolution: Resolution
    group: Group | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A network, made ready for the kernel.

    Args:
        network: The network.
        devices: Its devices, by name.
        groups: What they share.
    """

    network: Network
    devices: Mapping[str, Placed]
    groups: tuple[Group, ...]


def plan(network: Network) -> Plan:
    """Sort the rules of all devices."""
    groups: dict[tuple[object, ...], Group] = {}
    placed: dict[str, Placed] = {}
    for name, device in network.devices.items():
        resolution = resolve(device)
        group = None
        if resolution.general:
            key = tuple(each.key for each in resolution.general)
            names = tuple(dict.fromkeys(each.names for each in resolution.general if each.names))
            group = groups.setdefault(key, Group(len(groups) + 1, resolution.general, names))
        placed[name] = Placed(device, resolution, group)
    return Plan(network, placed, tuple(groups.values()))


def elements(placed: Placed, live: Live) -> frozenset[Element]:
    """All elements of one device."""
    device = placed.device
    names = live.names.get(device.name, {})
    standing = live.standings.get(device.name, FREE)
    found: set[Element] = set()
    found.update(_identity(device, live))
    found.update(_standing(device, standing, names))
    if standing.change_off:
        found.update(_at("changing", each, str(device.number)) for each in live.changing.get(device.name, ()))
    for resolved in placed.resolution.quick:
        found.update(_quick(device.number, resolved, names))
    if placed.group:
        found.update(_grouped(device.number, placed.group, names))
    return frozenset(found)


def addresses_of(device: Device, live: Live) -> tuple[Address, ...]:
    """The addresses of a device, those of the file first."""
    return tuple(dict.fromkeys((*device.addresses, *live.addresses.get(device.name, ()))))


def mode_of(device: Device, live: Live) -> Mode:
    """Whether deviations of a device are stopped."""
    return live.modes.get(device.name, device.mode)


def _identity(device: Device, live: Live) -> Iterator[Element]:
    yield "numbers", f"{device.mac} : {device.number}"
    for each in addresses_of(device, live):
        yield f"owners{each.version}", f"{each} : {device.number}"
        yield f"bound{each.version}", f"{device.mac} . {each}"
    if mode_of(device, live) is Mode.LEARN:
        yield "learning", str(device.number)


def chain_of(standing: Standing) -> str:
    """The chain that holds a device to what is switched, without its direction; empty for none."""
    if standing.silenced:
        return "silenced"
    if standing.quarantined:
        return "quarantined"
    if standing.internet_off:
        return "alone" if standing.lan_off else "internet_off"
    return "change_off" if standing.change_off else ""


def _standing(device: Device, standing: Standing, names: Names) -> Iterator[Element]:
    chain = chain_of(standing)
    if chain:
        verdict = "goto" if chain in FINAL else "jump"
        yield "held_out", f"{device.number} : {verdict} {chain}_out"
        yield "held_in", f"{device.number} : {verdict} {chain}_in"
    if standing.quarantined and not standing.silenced:
        yield "quarantined", device.mac
        if not standing.change_off:
            hosts = frozenset(device.update_hosts)
            for address, told in names.items():
                if told & hosts:
                    yield _at("updates", address, str(device.number))


def _at(name: str, address: Address, before: str) -> Element:
    return f"{name}{address.version}", f"{before} . {address}"


def _quick(number: int, resolved: Resolved, names: Names) -> Iterator[Element]:
    rule = resolved.rule
    way = WAY[rule.sender]
    ports = ports_of(service(rule)[1] or ())
    ends = [f"{rule.protocol} . {port}" for port in ports]
    if resolved.names or (resolved.networks is not None and not is_local(resolved)):
        for address in _hosts(resolved, names):
            host = f"{number} . {address}"
            if rule.protocol is None:
                yield f"{way}_peer{address.version}", host
            else:
                yield from ((f"{way}_host{address.version}", f"{host} . {end}") for end in ends)
        return
    where = "local" if is_local(resolved) else "any"
    for family in _families(rule):
        yield from ((f"{way}_{where}{family}", f"{number} . {end}") for end in ends)


def _families(rule: Rule) -> tuple[int, ...]:
    return (rule.family,) if rule.family else FAMILIES


def _hosts(resolved: Resolved, names: Names) -> Iterator[Address]:
    if not resolved.names:
        yield from (each.network_address for each in resolved.networks or ())
        return
    wanted = frozenset(resolved.names)
    for address, told in names.items():
        if (
            wanted <= told
            and resolved.rule.family in {None, address.version}
            and (resolved.networks is None or any(address in each for each in resolved.networks))
        ):
            yield address


def _grouped(number: int, group: Group, names: Names) -> Iterator[Element]:
    yield "groups_out", f"{number} : goto group{group.number}_out"
    yield "groups_in", f"{number} : goto group{group.number}_in"
    for wanted in group.names:
        for address, told in names.items():
            if told.issuperset(wanted):
                yield group.names_set(wanted, address.version), f"{number} . {address}"
