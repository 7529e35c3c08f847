"""Flows for the tests of this folder: small, readable, and strategies that make any."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from hypothesis import strategies as st

from roadworthy.network.defaults import DEFAULTS, DNS_CLASS, ICMP, ICMPV6, NTP_CLASS, TCP, UDP
from roadworthy.network.flow import Flow, NameSource, PeerName
from roadworthy.network.matcher import allows
from roadworthy.network.policy import Policy, Side
from roadworthy.network.profile.sighting import LOCAL
from roadworthy.network.surroundings import Surroundings

DEVICE: Final = "02:00:00:00:00:01"
DAY: Final = 86400.0
HOUSE: Final = Surroundings(local=LOCAL, controllers={DNS_CLASS: LOCAL, NTP_CLASS: LOCAL})


def flow(
    peer: str,
    port: int | None,
    *,
    name: str = "",
    protocol: int = TCP,
    capture: int = 0,
    opener: Side = Side.DEVICE,
    source: NameSource = NameSource.DNS,
    other: int | None = 40000,
    at: float | None = None,
    answered: bool = True,
) -> Flow:
    """A conversation on the port of whoever does not open it, in a capture of its own day."""
    first = capture * DAY if at is None else at
    mine, theirs = (other, port) if opener is Side.DEVICE else (port, other)
    return Flow(
        device=DEVICE,
        opener=opener,
        peer=ip_address(peer),
        protocol=protocol,
        device_port=mine,
        peer_port=theirs,
        names=(PeerName(name, source),) if name else (),
        first=first,
        last=first + 1,
        capture=capture,
        opener_known=True,
        answered=answered,
    )


def echo(peer: str, *, capture: int = 0, opener: Side = Side.DEVICE) -> Flow:
    """A ping."""
    made = flow(peer, None, protocol=ICMP, capture=capture, opener=opener, other=None)
    return replace(made, icmp_type=8, icmp_code=0)


def passes(policy: Policy, one: Flow, around: Surroundings = HOUSE) -> bool:
    """Whether a conversation may take place under a policy and what all are granted."""
    return allows(Policy(rules=(*policy.rules, *DEFAULTS)), one.opening, around)


_NAMES: Final = st.sampled_from(
    ["api.example.com", "a1.example.com", "a2.example.com", "a7.example.com", "ntp.example.net", "x", "10.1"]
)
_PEERS: Final = st.one_of(
    st.sampled_from(["192.168.1.9", "239.255.255.250", "255.255.255.255", "fe80::1", "ff02::fb"]),
    st.sampled_from(["198.51.100.1", "198.51.100.2", "203.0.113.9", "2001:db8::1"]),
    st.integers(0, 2**32 - 1).map(lambda number: str(IPv4Address(number))),
    st.integers(0, 2**128 - 1).map(lambda number: str(IPv6Address(number))),
)
_PORTS: Final = st.one_of(st.sampled_from([53, 80, 123, 443, 1900, 8883]), st.integers(0, 65535))


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Any conversation over IP that a reader of captures may give."""
    protocol = draw(st.sampled_from([TCP, TCP, UDP, UDP, ICMP, ICMPV6, 47]))
    ported = protocol in {TCP, UDP}
    names = draw(st.lists(st.tuples(_NAMES, st.sampled_from(NameSource)), max_size=3))
    capture = draw(st.integers(0, 4))
    first = capture * DAY + draw(st.integers(0, 5000))
    return Flow(
        device=DEVICE,
        opener=draw(st.sampled_from(Side)),
        peer=ip_address(draw(_PEERS)),
        protocol=protocol,
        device_port=draw(_PORTS) if ported else None,
        peer_port=draw(_PORTS) if ported else None,
        icmp_type=draw(st.sampled_from([0, 3, 8, 128, 135])) if protocol in {ICMP, ICMPV6} else None,
        icmp_code=0 if protocol in {ICMP, ICMPV6} else None,
        names=tuple(PeerName(*each) for each in names),
        first=first,
        last=first + draw(st.integers(0, 100)),
        capture=capture,
        answered=draw(st.booleans()),
    )
