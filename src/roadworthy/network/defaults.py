"""Defaults: what every enforced device may do without a rule of its own.

A device that may not ask for an address, a name or the time cannot work at all, and a profile that lists
these things says nothing about the device. So they are granted to all, and only towards whoever serves the
network: names and time come from the resolver and the clock that `Surroundings.controllers` names. A device
that insists on a public resolver or clock needs a rule of its own. One list, used by the enforcers, by
learning and by the measurement of learning.
"""

from typing import Final

from roadworthy.network.policy import Peer, PeerKind, Ports, Rule, Side

DNS_CLASS: Final = "urn:ietf:params:mud:dns"  # RFC 8520 §6.2
NTP_CLASS: Final = "urn:ietf:params:mud:ntp"
ICMP, IGMP, TCP, UDP, ICMPV6 = 1, 2, 6, 17, 58
DNS_PORT, NTP_PORT, DNS_TLS_PORT = 53, 123, 853
ARP, EAPOL = 0x0806, 0x888E


def _ask(name: str, role: str, protocol: int, port: int) -> Rule:
    """A question of the device to whoever serves a class."""
    return Rule(
        name=name,
        sender=Side.DEVICE,
        peers=(Peer(PeerKind.CONTROLLER, role),),
        protocol=protocol,
        peer_ports=(Ports(port, port),),
    )


def _lease(name: str, sender: Side, family: int, device_port: int, peer_port: int) -> Rule:
    """One way of asking for an address, and the answer to it."""
    return Rule(
        name=name,
        sender=sender,
        family=family,
        protocol=UDP,
        device_ports=(Ports(device_port, device_port),),
        peer_ports=(Ports(peer_port, peer_port),),
    )


def _neighbours(sender: Side) -> tuple[Rule, ...]:
    """Neighbour discovery (RFC 4861) and multicast listening (RFC 2710, RFC 3810), one way."""
    return tuple(
        Rule(name=f"icmpv6-{kind}-from-{sender}", sender=sender, family=6, protocol=ICMPV6, icmp_type=kind)
        for kind in (130, 131, 132, 133, 134, 135, 136, 143)
    )


DEFAULTS: Final[tuple[Rule, ...]] = (
    _ask("dns-udp", DNS_CLASS, UDP, DNS_PORT),
    _ask("dns-tcp", DNS_CLASS, TCP, DNS_PORT),
    _ask("ntp", NTP_CLASS, UDP, NTP_PORT),
    _lease("dhcp", Side.DEVICE, 4, 68, 67),  # RFC 2131 §4.1
    _lease("dhcp-answer", Side.PEER, 4, 68, 67),
    _lease("dhcpv6", Side.DEVICE, 6, 546, 547),  # RFC 8415 §7.2
    _lease("dhcpv6-answer", Side.PEER, 6, 546, 547),
    Rule(name="igmp", sender=Side.DEVICE, family=4, protocol=IGMP),
    Rule(name="igmp-query", sender=Side.PEER, family=4, protocol=IGMP),
    *_neighbours(Side.DEVICE),
    *_neighbours(Side.PEER),
    *(
        Rule(name=f"{word}-{sender}", sender=sender, ethertype=kind)
        for word, kind in (("arp", ARP), ("eapol", EAPOL))
        for sender in (Side.DEVICE, Side.PEER)
    ),
)
"""The rules. They come after those of the profile and never open anything else."""
