"""Flow: one conversation of a device, as a capture or a log shows it."""

from dataclasses import dataclass
from enum import StrEnum

from roadworthy.network.packet import Address, Packet
from roadworthy.network.policy import Side


class NameSource(StrEnum):
    """How a name was learned for an address; the surest first."""

    DNS = "dns"
    SNI = "sni"
    CERTIFICATE = "certificate"
    HTTP_HOST = "http-host"
    MDNS = "mdns"
    DHCP = "dhcp"


@dataclass(frozen=True, slots=True, order=True)
class PeerName:
    """One name of the other end, in lower case without the last dot, and how it was learned."""

    name: str
    source: NameSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Packets between one device and one other end that belong together: same ends, protocol and ports.

    Args:
        device: MAC address of the device, lower case with colons.
        opener: Who sent the first packet. Where TCP's SYN was not seen, the side whose port looks like the
            client's; where nothing tells, the side that was seen first.
        peer: Address of the other end; None for frames that are not IP.
        peer_mac: MAC address of the next hop towards it, or of itself in the same network.
        protocol: IP protocol number; None for frames that are not IP.
        device_port: Port at the device; None where the protocol has none.
        peer_port: Port at the other end.
        icmp_type: Type of the first ICMP or ICMPv6 packet.
        icmp_code: Code of it.
        ethertype: Type of frames that are not IP.
        names: What the other end is called, surest first.
        first: When its first packet was seen, seconds since 1970.
        last: When its last packet was seen.
        packets: How many packets.
        octets: How many bytes on the wire.
        sni_hidden: Whether a TLS ClientHello was seen that hides the server's name.
        answered: Whether both sides sent packets.
        capture: Number of the capture that it was seen in, from 0.
        opener_known: Whether the opener was seen to open it (SYN, request type), not guessed.
    """

    device: str
    opener: Side
    peer: Address | None
    peer_mac: str = ""
    protocol: int | None = None
    device_port: int | None = None
    peer_port: int | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None
    ethertype: int | None = None
    names: tuple[PeerName, ...] = ()
    first: float = 0.0
    last: float = 0.0
    packets: int = 1
    octets: int = 0
    sni_hidden: bool = False
    answered: bool = False
    capture: int = 0
    opener_known: bool = False

    @property
    def opening(self) -> Packet:
        """Its first packet, to be put to a policy."""
        return Packet(
            sender=self.opener,
            opener=self.opener,
            peer=self.peer,
            protocol=self.protocol,
            device_port=self.device_port,
            peer_port=self.peer_port,
            icmp_type=self.icmp_type,
            icmp_code=self.icmp_code,
            ethertype=self.ethertype,
            names=frozenset(each.name for each in self.names),
        )
