"""Elements: what stands for one device in the sets of the table, now.

A device with another name told, another address, another switch has other elements; the difference is what
the kernel is told. Everything that costs a packet time stays the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from roadworthy.network.live import FREE, Live, Names, Standing
from roadworthy.network.network_file import Device, Mode, Network
from roadworthy.network.nftables.resolving import (
    Resolution,
    Resolved,
    is_local,
    is_same_for_all,
    ports_of,
    resolve,
    service,
)
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
        fixed: The elements of its quick rules that no answer changes, each without the device's number.
        named: Its quick rules about names.
        shared: Whether its policy means the same to every device.
    """

    device: Device
    resolution: Resolution
    group: Group | None
    fixed: tuple[Element, ...]
    named: tuple[Resolved, ...]
    shared: bool


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


def plan(network: Network, before: Plan | None = None) -> Plan:
    """Sort the rules of all devices.

    Args:
        network: The network.
        before: What was planned for it before: rules that mean the same as then are not looked at again.
    """
    known: dict[tuple[int, ...], Placed] = {}
    for each in before.devices.values() if before is not None else ():
        if each.shared:
            known.setdefault(_meaning(each.device), each)
    groups: dict[tuple[object, ...], Group] = {}
    grouped: dict[int, Group] = {}
    placed: dict[str, Placed] = {}
    for name, device in network.devices.items():
        meaning = _meaning(device)
        like = known.get(meaning)
        if like is None:
            like = _sorted(device)
            if like.shared:
                known[meaning] = like
        resolution = like.resolution
        group = grouped.get(id(resolution)) or _group(resolution, groups)
        if group is not None:
            grouped[id(resolution)] = group
        placed[name] = Placed(device, resolution, group, like.fixed, like.named, like.shared)
    return Plan(network, placed, tuple(groups.values()))


def moved(planned: Plan, device: Device) -> Plan:
    """A plan in which one device has other addresses; for where no rule speaks of anybody's relations."""
    placed = replace(planned.devices[device.name], device=device)
    network = replace(planned.network, devices={**planned.network.devices, device.name: device})
    return replace(planned, network=network, devices={**planned.devices, device.name: placed})


def alike(one: Placed, other: Placed) -> bool:
    """Whether a device has the same rules and addresses as before."""
    return one.device.addresses == other.device.addresses and (
        one.resolution is other.resolution or one.resolution == other.resolution
    )


def _meaning(device: Device) -> tuple[int, ...]:
    """What rules that are the same for all depend on, by identity; whoever keeps it keeps the device."""
    around = device.surroundings
    return id(device.policy), id(around.local), id(around.controllers)


def _sorted(device: Device) -> Placed:
    resolution = resolve(device)
    fixed = tuple(each for resolved in resolution.quick if not resolved.names for each in _fixed(resolved))
    named = tuple(each for each in resolution.quick if each.names)
    return Placed(device, resolution, None, fixed, named, is_same_for_all(device.policy))


def _group(resolution: Resolution, groups: dict[tuple[object, ...], Group]) -> Group | None:
    if not resolution.general:
        return None
    key = tuple(each.key for each in resolution.general)
    names = tuple(dict.fromkeys(each.names for each in resolution.general if each.names))
    return groups.setdefault(key, Group(len(groups) + 1, resolution.general, names))


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
    before = f"{device.number} . "
    found.update((name, before + rest) for name, rest in placed.fixed)
    for resolved in placed.named if names else ():
        for address in _told(resolved, names):
            found.update((name, before + rest) for name, rest in _at_host(resolved, address))
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


def _fixed(resolved: Resolved) -> Iterator[Element]:
    """Elements of a rule without names, each without the number of a device."""
    rule = resolved.rule
    if resolved.networks is not None and not is_local(resolved):
        for each in resolved.networks:
            yield from _at_host(resolved, each.network_address)
        return
    where = "local" if is_local(resolved) else "any"
    for family in (rule.family,) if rule.family else FAMILIES:
        yield from ((f"{WAY[rule.sender]}_{where}{family}", end) for end in _ends(rule))


def _at_host(resolved: Resolved, address: Address) -> Iterator[Element]:
    """Elements of a rule for one host, each without the number of a device."""
    rule = resolved.rule
    way = WAY[rule.sender]
    if rule.protocol is None:
        yield f"{way}_peer{address.version}", str(address)
    else:
        name, host = f"{way}_host{address.version}", str(address)
        yield from ((name, f"{host} . {end}") for end in _ends(rule))


def _ends(rule: Rule) -> list[str]:
    return [f"{rule.protocol} . {port}" for port in ports_of(service(rule)[1] or ())]


def _told(resolved: Resolved, names: Names) -> Iterator[Address]:
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
