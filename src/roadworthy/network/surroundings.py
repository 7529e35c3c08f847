"""Surroundings: who is who around one device; what a profile leaves to the network that it is used in."""

from collections.abc import Mapping
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


def _network(text: str) -> Network:
    return IPv6Network(text) if ":" in text else IPv4Network(text)
