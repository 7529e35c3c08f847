"""Sighting: one kind of conversation, and how often it was seen in which episode.

Learning needs to know what comes again. So flows are sorted into kinds (same ends, same service) and counted
by episode: one capture, or one stretch of a long one. What came in one episode only may never come again;
what came in each will. Of the two ports one is the service and the other is ephemeral: the service port is
met with many different ports at the other side, the ephemeral one is not (RFC 6335 §6 names ranges, but
devices do not keep to them).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from itertools import chain
from typing import Final

from roadworthy.network.flow import Flow, NameSource, PeerName
from roadworthy.network.packet import Address
from roadworthy.network.policy import Side
from roadworthy.network.surroundings import Network

LOCAL: Final[tuple[Network, ...]] = (
    *map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10")),
    *map(IPv6Network, ("fe80::/10", "fc00::/7")),
)
"""What counts as the local network where nobody says: RFC 1918, 3927, 6598, 4291 §2.5.6, 4193."""
BROADCAST: Final = IPv4Address(0xFFFFFFFF)
EPISODES: Final = 8  # as many stretches are made of few captures
SHORTEST: Final = 600.0  # seconds; no stretch is shorter
MAX_NAMES: Final = 6  # of one kind
LONGEST: Final = 253  # RFC 1035 §2.3.4, as text
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
NAME: Final = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")
HOUSE_NAMES: Final = frozenset({NameSource.MDNS, NameSource.DHCP})  # of one house: no profile names them


class Place(StrEnum):
    """Where the other end is."""

    LOCAL = "local network"
    MY_CONTROLLER = "controller of the device"
    GROUP = "multicast or broadcast"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, order=True)
class Kind:
    """What makes two conversations the same for learning.

    Args:
        opener: Who opens it.
        protocol: IP protocol number.
        peer: The other end.
        names: What it is called; sorted.
        device_port: Port at the device; -1 where it is ephemeral, or the protocol has none. Both sides have
            one where it is the same: multicast DNS and its like speak from their own port.
        peer_port: Port at the other end, likewise.
        icmp_type: ICMP or ICMPv6 type; -1 for none.
    """

    opener: Side
    protocol: int
    peer: str
    names: tuple[str, ...]
    device_port: int
    peer_port: int
    icmp_type: int


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """One kind and where it was seen.

    Args:
        kind: Which.
        address: The other end.
        place: Where that is.
        parts: Its conversations by episode, in no order.
        free: The ports of the side that is ephemeral: lowest, highest, how many different; -1 for none.
    """

    kind: Kind
    address: Address
    place: Place
    parts: Mapping[int, Sequence[Flow]]
    free: tuple[int, int, int]

    @cached_property
    def flows(self) -> Mapping[int, int]:
        """How many conversations, by episode."""
        return {episode: len(found) for episode, found in self.parts.items()}

    @property
    def seen(self) -> Iterator[Flow]:
        """Its conversations."""
        return chain.from_iterable(self.parts.values())

    def without(self, left_out: Callable[[int], bool]) -> "Sighting | None":
        """As it were without some episodes; None if nothing is left."""
        rest = {episode: found for episode, found in self.parts.items() if not left_out(episode)}
        if len(rest) == len(self.parts):
            return self
        free = _free(self.kind, chain.from_iterable(rest.values()))
        return replace(self, parts=rest, free=free) if rest else None


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the network that the captures come from is like.

    Args:
        local: Its local networks.
        my_controllers: Addresses that control this device.
    """

    local: tuple[Network, ...] = LOCAL
    my_controllers: frozenset[Address] = frozenset()

    def place(self, address: Address) -> Place:
        """Where an address is."""
        if address in self.my_controllers:
            return Place.MY_CONTROLLER
        if address.is_multicast or address == BROADCAST:
            return Place.GROUP
        return Place.LOCAL if is_local(address, self.local) else Place.ELSEWHERE


def is_local(address: Address, networks: Iterable[Network]) -> bool:
    """Whether an address lies in one of the networks."""
    return any(address in network for network in networks)


def episodes(flows: Sequence[Flow]) -> list[int]:
    """The episode of each flow: its capture, or a stretch of it where there are few captures."""
    spans: dict[int, list[float]] = {}
    for each in flows:
        span = spans.setdefault(each.capture, [each.first, each.first])
        span[0], span[1] = min(span[0], each.first), max(span[1], each.first)
    wanted = -(-EPISODES // max(len(spans), 1))
    numbers: dict[tuple[int, int], int] = {}
    for capture in sorted(spans):
        for part in range(_parts(spans[capture], wanted)):
            numbers[capture, part] = len(numbers)
    return [numbers[each.capture, _part(each, spans[each.capture], wanted)] for each in flows]


def _parts(span: Sequence[float], wanted: int) -> int:
    return max(1, min(wanted, int((span[1] - span[0]) / SHORTEST)))


def _part(flow: Flow, span: Sequence[float], wanted: int) -> int:
    parts = _parts(span, wanted)
    length = (span[1] - span[0]) / parts
    return min(parts - 1, int((flow.first - span[0]) / length)) if length > 0 else 0


def sightings(
    flows: Sequence[Flow], episode: Sequence[int], ground: Ground = Ground()
) -> tuple[Sighting, ...]:
    """The kinds of conversation among flows over IP, in a stable order.

    Args:
        flows: All with another end.
        episode: The episode of each.
        ground: What the network is like.
    """
    sorter = _Sorter(flows, ground)
    found: defaultdict[Kind, defaultdict[int, list[Flow]]] = defaultdict(lambda: defaultdict(list))
    for flow, number in zip(flows, episode, strict=True):
        found[sorter.kind(flow)][number].append(flow)
    return tuple(_sighting(kind, found[kind], ground) for kind in sorted(found))


def _sighting(kind: Kind, parts: Mapping[int, Sequence[Flow]], ground: Ground) -> Sighting:
    address = ip_address(kind.peer)
    free = _free(kind, chain.from_iterable(parts.values()))
    return Sighting(kind=kind, address=address, place=ground.place(address), parts=parts, free=free)


def _free(kind: Kind, seen: Iterable[Flow]) -> tuple[int, int, int]:
    """The ports of the side that is no service; -1 for none."""
    found = (each.device_port if kind.device_port < 0 else each.peer_port for each in seen)
    ports = {-1 if each is None else each for each in found} or {-1}
    return min(ports), max(ports), len(ports)


class _Sorter:
    """Tells the kind of a flow, seen among all the others."""

    def __init__(self, flows: Iterable[Flow], ground: Ground) -> None:
        self._ground = ground
        self._ends: dict[Address | None, str] = {}
        self._names: dict[tuple[PeerName, ...], tuple[str, ...]] = {}
        self._kinds: dict[tuple[object, ...], Kind] = {}
        met: defaultdict[tuple[object, ...], set[int | None]] = defaultdict(set)
        for each in flows:
            end = self._end(each.peer)
            met[Side.PEER, each.opener, each.protocol, end, each.peer_port].add(each.device_port)
            met[Side.DEVICE, each.opener, each.protocol, end, each.device_port].add(each.peer_port)
        self._met = {key: len(ports) for key, ports in met.items()}

    def _end(self, peer: Address | None) -> str:
        """The other end as far as services go: all hosts of the local network are one."""
        end = self._ends.get(peer)
        if end is None:
            local = peer is not None and self._ground.place(peer) is Place.LOCAL
            end = self._ends[peer] = "local" if local else str(peer)
        return end

    def _service(self, flow: Flow) -> Side:
        """At which end the service is."""
        end = self._end(flow.peer)
        at_peer = self._met[Side.PEER, flow.opener, flow.protocol, end, flow.peer_port]
        at_device = self._met[Side.DEVICE, flow.opener, flow.protocol, end, flow.device_port]
        if at_peer == at_device:
            return flow.opener.other
        return Side.PEER if at_peer > at_device else Side.DEVICE

    def kind(self, flow: Flow) -> Kind:
        """Its kind."""
        device_port, peer_port = flow.device_port, flow.peer_port
        if device_port is not None and peer_port is not None and device_port != peer_port:
            if self._service(flow) is Side.PEER:
                device_port = None
            else:
                peer_port = None
        fields = (flow.opener, flow.protocol, flow.peer, flow.names, device_port, peer_port, flow.icmp_type)
        known = self._kinds.get(fields)
        if known is None:
            known = self._kinds[fields] = self._made(flow, device_port, peer_port)
        return known

    def _made(self, flow: Flow, device_port: int | None, peer_port: int | None) -> Kind:
        names = self._names.get(flow.names)
        if names is None:
            names = self._names[flow.names] = _names(flow.names)
        return Kind(
            opener=flow.opener,
            protocol=-1 if flow.protocol is None else flow.protocol,
            peer=str(flow.peer),
            names=names,
            device_port=-1 if device_port is None else device_port,
            peer_port=-1 if peer_port is None else peer_port,
            icmp_type=-1 if flow.icmp_type is None else flow.icmp_type,
        )


def usable(name: str) -> bool:
    """Whether a name can stand in a rule: a host name with a domain, and no address."""
    return len(name) <= LONGEST and NAME.fullmatch(name) is not None


def _names(given: Iterable[PeerName]) -> tuple[str, ...]:
    """Those that can stand in a rule, and not in one house only."""
    public = (each.name for each in given if each.source not in HOUSE_NAMES)
    return tuple(sorted(set(filter(usable, public))))[:MAX_NAMES]
