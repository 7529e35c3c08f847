"""Defaults: what every enforced device may do without a rule of its own.

A device that may not ask for an address, a name or the time cannot work at all, and a profile that lists
these things says nothing about the device. So they are granted to all, and only towards whoever serves the
network: names and time come from the resolver and the clock that `Surroundings.controllers` names. A device
that insists on a public resolver or clock needs a rule of its own. One list, used by the enforcers, by
learning and by the measurement of learning.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from roadworthy.network.policy import Peer, PeerKind, Ports, Rule, Side

DNS_CLASS: Final = "urn:ietf:params:mud:dns"  # RFC 8520 §6.2
NTP_CLASS: Final = "urn:ietf:params:mud:ntp"
ICMP, IGMP, TCP, UDP, ICMPV6 = 1, 2, 6, 17, 58
DNS_PORT, NTP_PORT, DNS_TLS_PORT = 53, 123, 853
ARP, EAPOL = 0x0806, 0x888E
ROUTER: Final = 134
_LOCAL: Final = Peer(PeerKind.LOCAL)


def _at(*networks: str) -> tuple[Peer, ...]:
    return tuple(Peer(PeerKind.ADDRESS, each) for each in networks)


_LEASING: Final = {4: (_LOCAL, *_at("255.255.255.255/32")), 6: (_LOCAL, *_at("ff02::1:2/128", "fe80::/10"))}
_LINK: Final = {
    4: (_LOCAL, *_at("224.0.0.0/4", "0.0.0.0/32")),
    6: (_LOCAL, *_at("ff02::/16", "fe80::/10", "::/128")),
}
"""Who is on the same link, whatever it is called: its networks, its groups, and who has no address yet."""


def _ask(name: str, role: str, protocol: int, port: int) -> Rule:
    """A question of the device to whoever serves a class."""
    return Rule(
        name=name,
        sender=Side.DEVICE,
        peers=(Peer(PeerKind.CONTROLLER, role),),
        protocol=protocol,
        peer_ports=(Ports(port, port),),
    )


def _near(name: str, sender: Side, family: int, peers: Iterable[Peer], **more: Any) -> tuple[Rule, ...]:  # noqa: ANN401
    """Rules about hosts and groups of the same link; one for each: all peers of a rule must hold."""
    return tuple(
        Rule(
            name=name if number == 1 else f"{name}-{number}",
            sender=sender,
            family=family,
            peers=(peer,),
            **more,
        )
        for number, peer in enumerate(peers, 1)
    )


def _lease(name: str, sender: Side, family: int, device_port: int, peer_port: int) -> tuple[Rule, ...]:
    """One way of asking for an address, and the answer to it."""
    peers = _LEASING[family] if sender is Side.DEVICE else _LINK[family]
    return _near(
        name,
        sender,
        family,
        peers,
        protocol=UDP,
        device_ports=(Ports(device_port, device_port),),
        peer_ports=(Ports(peer_port, peer_port),),
    )


def _neighbours(sender: Side) -> Iterator[Rule]:
    """Neighbour discovery (RFC 4861) and multicast listening (RFC 2710, RFC 3810), one way.

    A device does not advertise itself as a router.
    """
    for kind in (130, 131, 132, 133, 134, 135, 136, 143):
        if kind != ROUTER or sender is Side.PEER:
            name = f"icmpv6-{kind}-from-{sender}"
            yield from _near(name, sender, 6, _LINK[6], protocol=ICMPV6, icmp_type=kind)


DEFAULTS: Final[tuple[Rule, ...]] = (
    _ask("dns-udp", DNS_CLASS, UDP, DNS_PORT),
    _ask("dns-tcp", DNS_CLASS, TCP, DNS_PORT),
    _ask("ntp", NTP_CLASS, UDP, NTP_PORT),
    *_lease("dhcp", Side.DEVICE, 4, 68, 67),  # RFC 2131 §4.1
    *_lease("dhcp-answer", Side.PEER, 4, 68, 67),
    *_lease("dhcpv6", Side.DEVICE, 6, 546, 547),  # RFC 8415 §7.2
    *_lease("dhcpv6-answer", Side.PEER, 6, 546, 547),
    *_near("igmp", Side.DEVICE, 4, _LINK[4], protocol=IGMP),
    *_near("igmp-query", Side.PEER, 4, _LINK[4], protocol=IGMP),
    *_neighbours(Side.DEVICE),
    *_neighbours(Side.PEER),
    *(
        Rule(name=f"{word}-{sender}", sender=sender, ethertype=kind)
        for word, kind in (("arp", ARP), ("eapol", EAPOL))
        for sender in (Side.DEVICE, Side.PEER)
    ),
)
"""The rules. They come after those of the profile and never open anything else."""
