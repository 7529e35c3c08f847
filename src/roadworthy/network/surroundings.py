"""Surroundings: who is who around one device; what a profile leaves to the network that it is used in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from roadworthy.network.packet import Address, Packet
from roadworthy.network.policy import Peer, PeerKind

Network = IPv4Network | IPv6Network
Networks = tuple[Network, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Who is who, as far as this network knows. What nobody has said is nobody: it matches nothing.

    Args:
        names: Addresses of a DNS name, as this device was told them.
        local: The local networks (local-networks).
        controllers: Who serves a class, e.g. ``urn:ietf:params:mud:dns`` (controller).
        my_controllers: Who controls this device (my-controller).
        manufacturers: The other devices by the authority of their MUD URL (manufacturer).
        models: The other devices by their MUD URL (model).
        authority: The authority of this device's own MUD URL (same-manufacturer); empty if it has none.
    """

    names: Mapping[str, frozenset[Address]] = field(default_factory=dict)
    local: Networks = ()
    controllers: Mapping[str, Networks] = field(default_factory=dict)
    my_controllers: Networks = ()
    manufacturers: Mapping[str, Networks] = field(default_factory=dict)
    models: Mapping[str, Networks] = field(default_factory=dict)
    authority: str = ""

    def networks(self, peer: Peer) -> Networks | None:
        """The networks that a condition means here; None for a DNS name, which `holds` looks up."""
        if peer.kind is PeerKind.NAME:
            return None
        if peer.kind is PeerKind.ADDRESS:
            return (_network(peer.value),)
        if peer.kind is PeerKind.SAME_MANUFACTURER:
            return self.manufacturers.get(self.authority, ()) if self.authority else ()
        said: Mapping[PeerKind, Networks] = {
            PeerKind.LOCAL: self.local,
            PeerKind.MY_CONTROLLER: self.my_controllers,
            PeerKind.CONTROLLER: self.controllers.get(peer.value, ()),
            PeerKind.MANUFACTURER: self.manufacturers.get(peer.value, ()),
            PeerKind.MODEL: self.models.get(peer.value, ()),
        }
        return said[peer.kind]

    def holds(self, peer: Peer, packet: Packet) -> bool:
        """Whether the other end of a packet is who a condition says."""
        if packet.peer is None:
            return False
        if peer.kind is PeerKind.NAME:
            return peer.value in packet.names or packet.peer in self.names.get(peer.value, ())
        return any(packet.peer in network for network in self.networks(peer) or ())


class Others(Mapping[str, Networks]):
    """The networks of the other devices by what they are known as, seen from one of them.

    Every device sees all others: a mapping of its own for each would grow with the square of their number.
    This one is a view of what all share.

    Args:
        known: By authority or URL, each device with its networks. Shared by all views.
        flat: The networks by key, of all devices. Shared likewise.
        name: Who looks; left out of what it sees.
        keys: What it is known as itself.
    """

    __slots__ = ("_flat", "_keys", "_known", "_name")

    def __init__(
        self,
        known: Mapping[str, tuple[tuple[str, Networks], ...]],
        flat: Mapping[str, Networks],
        name: str,
        keys: frozenset[str],
    ) -> None:
        self._known = known
        self._flat = flat
        self._name = name
        self._keys = keys

    def __getitem__(self, key: str) -> Networks:
        """The networks of the others of that name."""
        if key not in self._keys:
            return self._flat[key]
        return tuple(net for who, nets in self._known[key] if who != self._name for net in nets)

    def __iter__(self) -> Iterator[str]:
        """What anybody is known as."""
        return iter(self._flat)

    def __len__(self) -> int:
        """How many keys there are."""
        return len(self._flat)


def _network(text: str) -> Network:
    if text.endswith("/32") and ":" not in text:  # the usual case, at less cost
        return IPv4Network((text[:-3], 32))
    return IPv6Network(text) if ":" in text else IPv4Network(text)
