"""Sighting: one kind of conversation, and how often it was seen in which episode.

Learning needs to know what comes again. So flows are sorted into kinds (same ends, same service) and counted
by episode: one capture, or one stretch of a long one. What came in one episode only may never come again;
what came in each will. Of the two ports one is the service and the other is ephemeral: the service port is
met with many different ports at the other side, the ephemeral one is not (RFC 6335 §6 names ranges, but
devices do not keep to them).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from typing import Final

from roadworthy.network.flow import Flow, NameSource
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
        icmp_code: Its code.
    """

    opener: Side
    protocol: int
    peer: str
    names: tuple[str, ...]
    device_port: int
    peer_port: int
    icmp_type: int
    icmp_code: int


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """One kind and where it was seen.

    Args:
        kind: Which.
        address: The other end.
        place: Where that is.
        flows: How many conversations, by episode.
        free: The ports of the side that is ephemeral: lowest, highest, how many different.
        seen: Its flows, first to last.
    """

    kind: Kind
    address: Address
    place: Place
    flows: Mapping[int, int]
    free: tuple[int, int, int]
    seen: tuple[Flow, ...]


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
    partners = _partners(flows, ground)
    sorted_in: defaultdict[Kind, list[tuple[Flow, int]]] = defaultdict(list)
    for flow, number in zip(flows, episode, strict=True):
        sorted_in[_kind(flow, partners, ground)].append((flow, number))
    return tuple(_sighting(kind, sorted_in[kind], ground) for kind in sorted(sorted_in))


def _sighting(kind: Kind, found: Sequence[tuple[Flow, int]], ground: Ground) -> Sighting:
    counts: dict[int, int] = {}
    for _, number in found:
        counts[number] = counts.get(number, 0) + 1
    seen = tuple(sorted((flow for flow, _ in found), key=_order))
    address = ip_address(kind.peer)
    place = ground.place(address)
    return Sighting(kind=kind, address=address, place=place, flows=counts, free=_free(kind, seen), seen=seen)


def _order(flow: Flow) -> tuple[float, float, int, str]:
    return flow.first, flow.last, flow.capture, repr(flow)


def _free(kind: Kind, seen: Iterable[Flow]) -> tuple[int, int, int]:
    """The ports of the side that is no service; -1 for none."""
    found = (each.device_port if kind.device_port < 0 else each.peer_port for each in seen)
    ports = {-1 if each is None else each for each in found}
    return min(ports), max(ports), len(ports)


_Partners = Mapping[tuple[object, ...], set[int | None]]


def _partners(flows: Iterable[Flow], ground: Ground) -> _Partners:
    """With which ports across each port was met, by other end."""
    partners: defaultdict[tuple[object, ...], set[int | None]] = defaultdict(set)
    for each in flows:
        end = _end(each, ground)
        partners[(Side.PEER, *end, each.peer_port)].add(each.device_port)
        partners[(Side.DEVICE, *end, each.device_port)].add(each.peer_port)
    return partners


def _end(flow: Flow, ground: Ground) -> tuple[object, ...]:
    """The other end as far as services go: all hosts of the local network are one."""
    local = flow.peer is not None and ground.place(flow.peer) is Place.LOCAL
    return flow.opener, flow.protocol, "local" if local else flow.peer


def _service(flow: Flow, partners: _Partners, ground: Ground) -> Side:
    """At which end the service is."""
    end = _end(flow, ground)
    at_peer = len(partners[(Side.PEER, *end, flow.peer_port)])
    at_device = len(partners[(Side.DEVICE, *end, flow.device_port)])
    if at_peer == at_device:
        return flow.opener.other
    return Side.PEER if at_peer > at_device else Side.DEVICE


def usable(name: str) -> bool:
    """Whether a name can stand in a rule: a host name with a domain, and no address."""
    return len(name) <= LONGEST and NAME.fullmatch(name) is not None


def _names(flow: Flow) -> tuple[str, ...]:
    public = (each.name for each in flow.names if each.source not in HOUSE_NAMES)
    return tuple(sorted(set(dict.fromkeys(filter(usable, public)))))[:MAX_NAMES]


def _kind(flow: Flow, partners: _Partners, ground: Ground) -> Kind:
    device_port, peer_port = flow.device_port, flow.peer_port
    if device_port is not None and peer_port is not None and device_port != peer_port:
        if _service(flow, partners, ground) is Side.PEER:
            device_port = None
        else:
            peer_port = None
    return Kind(
        opener=flow.opener,
        protocol=flow.protocol if flow.protocol is not None else -1,
        peer=str(flow.peer),
        names=_names(flow),
        device_port=-1 if device_port is None else device_port,
        peer_port=-1 if peer_port is None else peer_port,
        icmp_type=-1 if flow.icmp_type is None else flow.icmp_type,
        icmp_code=-1 if flow.icmp_code is None else flow.icmp_code,
    )
