"""What is loaded means what the profile says: kernel and reference matcher decide 10,000 packets alike."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from random import Random
from typing import Any

import pytest

from roadworthy.network.defaults import DEFAULTS, DNS_CLASS
from roadworthy.network.live import Live
from roadworthy.network.matcher import allows
from roadworthy.network.network_file import Device, Mode, Network
from roadworthy.network.nftables.elements import plan
from roadworthy.network.nftables.ruleset import ruleset
from roadworthy.network.packet import Address, Packet
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.surroundings import Surroundings
from roadworthy.testing.namespaces import missing
from roadworthy.testing.policy_packets import packets_for
from roadworthy.testing.wire import DEVICE, OWN, Wire, laid

COUNT = 10_000
LEAST_PERMITTED = 0.3
SURROUNDINGS = Surroundings(
    local=(ip_network("192.168.77.0/24"), ip_network("192.168.80.0/23"), ip_network("fd77::/64")),
    controllers={
        DNS_CLASS: (ip_network("192.168.77.53/32"), ip_network("fd77::53/128")),
        "urn:example:hub": (ip_network("192.168.77.40/30"), ip_network("192.168.77.60/32")),
    },
    my_controllers=(ip_network("192.168.77.8/32"), ip_network("fd77::8/128")),
    manufacturers={"maker.example": (ip_network("192.168.77.30/32"),), "other.example": ()},
    models={"https://maker.example/m.json": (ip_network("192.168.77.31/32"), ip_network("fd77::31/128"))},
    authority="maker.example",
)
TOLD: Mapping[str, Sequence[Address]] = {
    "cloud.example.com": (IPv4Address("203.0.113.5"), IPv6Address("2001:db8::5")),
    "update.example.com": (IPv4Address("203.0.113.6"), IPv4Address("203.0.113.9")),
    "shared.example.com": (IPv4Address("203.0.113.9"), IPv6Address("2001:db8::9")),
    "never.example.com": (),
}


def to(kind: PeerKind, value: str = "") -> Peer:
    return Peer(kind, value)


def ports(*pairs: tuple[int, int]) -> tuple[Ports, ...]:
    return tuple(Ports(*each) for each in pairs)


def rule(number: int, *, sender: Side = Side.DEVICE, **words: Any) -> Rule:  # noqa: ANN401 -- fields of a rule
    return Rule(name=f"r{number}", sender=sender, **words)


CLOUD, UPDATE = to(PeerKind.NAME, "cloud.example.com"), to(PeerKind.NAME, "update.example.com")
SHARED, NEVER = to(PeerKind.NAME, "shared.example.com"), to(PeerKind.NAME, "never.example.com")
LOCAL = to(PeerKind.LOCAL)
HTTPS = ports((443, 443))

PROFILES: Mapping[str, tuple[Rule, ...]] = {
    "names": (
        rule(1, peers=(CLOUD,), protocol=6, peer_ports=HTTPS),
        rule(2, peers=(UPDATE,), protocol=17, peer_ports=ports((5000, 5003), (5005, 5005))),
        rule(3, peers=(SHARED, UPDATE), protocol=6, peer_ports=ports((80, 80))),
        rule(4, peers=(NEVER,), protocol=6, peer_ports=HTTPS),
        rule(5, peers=(SHARED,), family=6),
        rule(6, peers=(CLOUD,), protocol=6, peer_ports=ports((8000, 9000))),
    ),
    "addresses": (
        rule(1, peers=(to(PeerKind.ADDRESS, "198.51.100.0/25"),), protocol=6, peer_ports=ports((1000, 2000))),
        rule(2, peers=(to(PeerKind.ADDRESS, "198.51.100.200/32"),), protocol=17, peer_ports=ports((53, 53))),
        rule(3, peers=(to(PeerKind.ADDRESS, "2001:db8:5::/48"),), protocol=6, peer_ports=HTTPS),
        rule(4, peers=(to(PeerKind.ADDRESS, "198.51.100.201/32"),)),
        rule(5, peers=(to(PeerKind.ADDRESS, "198.18.0.0/15"),), protocol=47),
    ),
    "local": (
        rule(1, peers=(LOCAL,), protocol=17, peer_ports=ports((5353, 5353))),
        rule(2, sender=Side.PEER, peers=(LOCAL,), protocol=6, device_ports=ports((80, 80), (554, 554))),
        rule(3, sender=Side.PEER, peers=(LOCAL,), protocol=17, device_ports=ports((1, 1023))),
        rule(4, peers=(LOCAL, to(PeerKind.ADDRESS, "192.168.80.0/25")), protocol=6),
        rule(
            5, peers=(LOCAL,), family=4, protocol=6, device_ports=ports((20, 20)), peer_ports=ports((21, 30))
        ),
    ),
    "roles": (
        rule(
            1, peers=(to(PeerKind.CONTROLLER, "urn:example:hub"),), protocol=6, peer_ports=ports((1883, 1883))
        ),
        rule(2, peers=(to(PeerKind.MY_CONTROLLER),), protocol=6, initiated=Side.DEVICE),
        rule(3, sender=Side.PEER, peers=(to(PeerKind.MY_CONTROLLER),), protocol=6, initiated=Side.PEER),
        rule(4, peers=(to(PeerKind.SAME_MANUFACTURER),), protocol=17, peer_ports=ports((9999, 9999))),
        rule(5, peers=(to(PeerKind.MODEL, "https://maker.example/m.json"),)),
        rule(6, peers=(to(PeerKind.MANUFACTURER, "other.example"),)),
        rule(7, sender=Side.PEER, peers=(to(PeerKind.MY_CONTROLLER),), protocol=17, initiated=Side.DEVICE),
        rule(8, peers=(to(PeerKind.CONTROLLER, "urn:example:nobody"),)),
    ),
    "icmp": (
        rule(1, protocol=1, icmp_type=8, icmp_code=0),
        rule(2, protocol=58, icmp_type=128),
        rule(3, sender=Side.PEER, peers=(LOCAL,), icmp_type=13),
        rule(4, peers=(CLOUD,), protocol=1),
        rule(5, protocol=6, peer_ports=ports((25, 25))),
        rule(6, family=6, protocol=17, peer_ports=ports((100, 110))),
        rule(7, peers=(LOCAL,), peer_ports=ports((7, 9))),
    ),
    "refusals": (
        rule(1, peers=(CLOUD,), protocol=6, peer_ports=HTTPS),
        rule(2, peers=(to(PeerKind.ADDRESS, "203.0.113.0/24"),), accept=False, protocol=6),
        rule(3, protocol=6, peer_ports=ports((400, 500))),
        rule(4, peers=(UPDATE,), accept=False, unheld=("ipv4/ttl",)),
        rule(5, protocol=17),
        rule(6, sender=Side.PEER, protocol=17, device_ports=ports((2000, 3000))),
        rule(7, peers=(LOCAL,), unheld=("ipv4/ttl",)),
    ),
}


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    lacking = missing("conntrack")
    if lacking:
        pytest.skip(lacking)
    with ExitStack() as stack:
        yield laid(stack)


def network(rules: tuple[Rule, ...], surroundings: Surroundings) -> tuple[Network, Live]:
    """The device under test, and another one whose rules must not rub off."""
    device = Device(
        name="camera",
        number=1,
        mac=DEVICE,
        addresses=tuple(OWN.values()),
        policy=Policy(rules=rules),
        surroundings=surroundings,
        mode=Mode.ENFORCE,
    )
    other = replace(
        device,
        name="other",
        number=2,
        mac="02:00:00:00:00:99",
        addresses=(ip_address("192.168.77.99"),),
        policy=Policy(rules=(rule(1), rule(2, sender=Side.PEER))),
    )
    names: dict[Address, frozenset[str]] = {}
    for name, addresses in TOLD.items():
        for each in addresses:
            names[each] = names.get(each, frozenset()) | {name}
    made = Network(
        devices={"camera": device, "other": other},
        local=surroundings.local,
        controllers=surroundings.controllers,
    )
    return made, Live(names={"camera": names})


def told(packet: Packet) -> Packet:
    names = frozenset(name for name, some in TOLD.items() if packet.peer in some)
    return replace(packet, names=names)


@pytest.mark.parametrize("name", PROFILES)
def test_kernel_and_matcher_agree(wire: Wire, name: str) -> None:
    rules = PROFILES[name]
    made, live = network(rules, SURROUNDINGS)
    text = ruleset(plan(made), live)
    wire.gateway.run("nft", "-c", "-f", "-", given=text)
    wire.load(text)
    packets = packets_for(rules, SURROUNDINGS, TOLD, COUNT, Random(name))  # noqa: S311 -- no secret
    policy = Policy(rules=(*rules, *DEFAULTS))
    wanted = [allows(policy, told(each), SURROUNDINGS) for each in packets]
    assert len(packets) == COUNT
    assert sum(wanted) >= LEAST_PERMITTED * COUNT, f"too few are permitted: {sum(wanted)}"
    seen = wire.decide(packets)
    wrong = [(each, want) for each, want, got in zip(packets, wanted, seen, strict=True) if want != got]
    assert not wrong, f"{len(wrong)} differ, the first: {wrong[:3]}"
