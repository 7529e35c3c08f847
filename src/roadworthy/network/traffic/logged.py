"""Logged: conversations that something else has counted (Zeek, NetFlow, IPFIX) to the flows of one device.

Such logs know hosts by their addresses, and seldom by MAC addresses. So the device's addresses are collected
first: those that were given, those that a log of leases tells, and those that appear beside its MAC address.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final, NamedTuple

from roadworthy.network.defaults import TCP
from roadworthy.network.flow import Flow, NameSource, PeerName
from roadworthy.network.packet import Address
from roadworthy.network.policy import Side
from roadworthy.network.traffic.conversations import MAX_NAMES, Heard, likely_opener
from roadworthy.network.traffic.table import MAX_FLOWS

SOURCES: Final = tuple(NameSource)


class End(NamedTuple):
    """One end of a conversation: its address, and MAC address and port where they are known."""

    address: Address
    mac: str = ""
    port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What a log says of one conversation, or of one direction of it.

    Args:
        source: Who sent the first packet that was counted.
        target: The other end.
        protocol: IP protocol number.
        icmp_type: Type of the first message.
        first: When the first packet was seen, in seconds since 1970.
        last: When the last one was.
        packets: How many, of both directions if both are counted.
        octets: How many bytes.
        answered: Whether the target sent packets too, as far as this record tells.
        known: Whether the beginning was seen, so that the source is who opened it.
        names: What the target is called.
    """

    source: End
    target: End
    protocol: int
    icmp_type: int | None = None
    first: float = 0.0
    last: float = 0.0
    packets: int = 0
    octets: int = 0
    answered: bool = False
    known: bool = False
    names: tuple[PeerName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What logs hold.

    Args:
        records: Conversations.
        leases: Addresses that each MAC address had.
        told: Names that addresses go by; with whom they were told in `asked`, for names of DNS.
        asked: Names of DNS by who asked: address of the asker, name, addresses of the answer.
        damaged: How many records could not be understood.
    """

    records: tuple[Logged, ...] = ()
    leases: Mapping[str, frozenset[Address]] = field(default_factory=dict)
    told: Mapping[Address, frozenset[PeerName]] = field(default_factory=dict)
    asked: tuple[tuple[Address, str, tuple[Address, ...]], ...] = ()
    damaged: int = 0


@dataclass
class _Entry:
    """One conversation so far."""

    opener: Side
    known: bool
    mac: str
    first: float
    last: float
    packets: int = 0
    octets: int = 0
    sides: set[Side] = field(default_factory=set)
    names: set[PeerName] = field(default_factory=set)


class _Key(NamedTuple):
    """What records of one conversation share."""

    peer: Address
    protocol: int
    device_port: int | None
    peer_port: int | None
    icmp_type: int | None


def flows_of_log(log: Log, *, device: str, addresses: Iterable[str] = (), capture: int = 0) -> Heard:
    """The conversations of one device.

    Args:
        log: What was read.
        device: MAC address of the device, lower case with colons.
        addresses: Addresses that it is known to have.
        capture: Number of the log, to be written into the flows.
    """
    mine = _addresses(log, device, addresses)
    table: dict[_Key, _Entry] = {}
    left = 0
    for record in sorted(log.records, key=lambda each: each.first):
        sender = _sender(record, device, mine)
        if sender is None:
            continue
        here, there = (
            (record.source, record.target) if sender is Side.DEVICE else (record.target, record.source)
        )
        key = _Key(there.address, record.protocol, here.port, there.port, record.icmp_type)
        if key not in table and len(table) >= MAX_FLOWS:
            left += record.packets
            continue
        _count(table, key, record, (sender, there.mac))
    told = _told(log, mine)
    return Heard(
        flows=tuple(
            _flow(key, entry, device, capture, told.get(key.peer, ())) for key, entry in table.items()
        ),
        packets=sum(record.packets for record in log.records),
        damaged=log.damaged,
        left=left,
        senders=Counter(each.source.mac or str(each.source.address) for each in log.records),
    )


def _addresses(log: Log, device: str, given: Iterable[str]) -> frozenset[Address]:
    """All addresses of the device."""
    found = {ip_address(each) for each in given} | log.leases.get(device, frozenset())
    for record in log.records:
        found.update(each.address for each in (record.source, record.target) if each.mac == device)
    return frozenset(found)


def _sender(record: Logged, device: str, mine: frozenset[Address]) -> Side | None:
    """Which side the source is, if the device takes part. Where MAC addresses are known, they decide."""
    source, target = (
        each.mac == device if each.mac else each.address in mine for each in (record.source, record.target)
    )
    return Side.DEVICE if source else Side.PEER if target else None


def _count(table: dict[_Key, _Entry], key: _Key, record: Logged, seen: tuple[Side, str]) -> None:
    sender, mac = seen
    entry = table.setdefault(key, _Entry(sender, record.known, mac, record.first, record.last))
    if record.known and not entry.known:
        entry.opener, entry.known = sender, True
    entry.last = max(entry.last, record.last)
    entry.packets += record.packets
    entry.octets += record.octets
    entry.sides |= {sender, sender.other} if record.answered else {sender}
    if sender is Side.DEVICE:
        entry.names.update(record.names[: MAX_NAMES - len(entry.names)])


def _told(log: Log, mine: frozenset[Address]) -> Mapping[Address, frozenset[PeerName]]:
    """What addresses are called: by the device's own questions, and by everybody."""
    found: dict[Address, set[PeerName]] = {}
    for asker, name, answers in log.asked:
        if asker in mine:
            for each in answers:
                found.setdefault(each, set()).add(PeerName(name, NameSource.DNS))
    for address, names in log.told.items():
        found.setdefault(address, set()).update(names)
    return {address: frozenset(names) for address, names in found.items()}


def _flow(key: _Key, entry: _Entry, device: str, capture: int, told: Iterable[PeerName]) -> Flow:
    opener = entry.opener
    if key.protocol == TCP and not entry.known:
        by_device = likely_opener(key.device_port or 0, key.peer_port or 0, by_device=opener is Side.DEVICE)
        opener = Side.DEVICE if by_device else Side.PEER
    names = sorted({*told, *entry.names}, key=lambda each: (SOURCES.index(each.source), each.name))
    return Flow(
        device=device,
        opener=opener,
        peer=key.peer,
        peer_mac=entry.mac,
        protocol=key.protocol,
        device_port=key.device_port,
        peer_port=key.peer_port,
        icmp_type=key.icmp_type,
        names=tuple(names),
        first=entry.first,
        last=entry.last,
        packets=entry.packets,
        octets=entry.octets,
        answered=len(entry.sides) > 1,
        capture=capture,
        opener_known=entry.known,
    )
