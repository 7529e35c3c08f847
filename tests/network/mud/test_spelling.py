"""A policy spelled as a MUD file means what it meant."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network.mud.oracle import ask

from roadworthy.model.errors import PolicyError
from roadworthy.network.matcher import allows
from roadworthy.network.mud.file import About
from roadworthy.network.mud.meaning import policy_of
from roadworthy.network.mud.reading import read_mud
from roadworthy.network.mud.spelling import mud_of
from roadworthy.network.mud.upgrade import upgrade
from roadworthy.network.mud.writing import write_mud
from roadworthy.network.packet import Packet
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.surroundings import Surroundings

ABOUT = About(mud_url="https://camera.example/m.json", last_update="2026-11-27T00:00:00Z", systeminfo="EX-1")
PORTS = (0, 79, 80, 81, 442, 443, 444, 65535)
ADDRESSES = ("192.0.2.1", "192.0.2.200", "198.51.100.7", "2001:db8::1", "fd00::9")
AROUND = Surroundings(
    local=(ip_network("192.0.2.0/24"), ip_network("fd00::/8")),
    controllers={"urn:example:c": (ip_network("198.51.100.7/32"),)},
)
PEERS = st.sampled_from(
    [
        Peer(PeerKind.ADDRESS, "192.0.2.0/25"),
        Peer(PeerKind.ADDRESS, "2001:db8::/32"),
        Peer(PeerKind.NAME, "a.example"),
        Peer(PeerKind.LOCAL),
        Peer(PeerKind.CONTROLLER, "urn:example:c"),
    ]
)
SPANS = st.none() | st.lists(
    st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)).map(lambda each: Ports(min(each), max(each))),
    min_size=1,
    max_size=2,
).map(tuple)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    protocol = draw(st.sampled_from([None, 1, 6, 17, 58]))
    plain = protocol in {1, 58}
    return Rule(
        name=draw(st.sampled_from(["a", "b", "a rule"])),
        sender=draw(st.sampled_from(Side)),
        peers=tuple(dict.fromkeys(draw(st.lists(PEERS, max_size=1)))),
        family=draw(st.sampled_from([None, 4, 6])),
        protocol=protocol,
        device_ports=None if plain else draw(SPANS),
        peer_ports=None if plain else draw(SPANS),
        icmp_type=draw(st.sampled_from([None, 8])) if plain else None,
        initiated=draw(st.sampled_from([None, *Side])) if protocol == 6 else None,
        accept=draw(st.booleans()),
    )


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    peer = ip_address(draw(st.sampled_from(ADDRESSES)))
    protocol = draw(st.sampled_from([1 if peer.version == 4 else 58, 6, 17, 2]))  # each family has its ICMP
    ports = protocol in {6, 17}
    side = draw(st.sampled_from(Side))
    return Packet(
        sender=side,
        opener=side,
        peer=peer,
        protocol=protocol,
        device_port=draw(st.sampled_from(PORTS)) if ports else None,
        peer_port=draw(st.sampled_from(PORTS)) if ports else None,
        icmp_type=draw(st.sampled_from([8, 9])) if protocol in {1, 58} else None,
        names=draw(st.sampled_from([frozenset(), frozenset({"a.example"})])),
    )


@given(st.lists(rules(), max_size=4), st.lists(packets(), max_size=30))
def test_the_meaning_stays(written: list[Rule], sent: list[Packet]) -> None:
    policy = Policy(rules=tuple(written), mud_url=ABOUT.mud_url)
    read = policy_of(read_mud(write_mud(mud_of(policy, ABOUT)), "m.json"))
    assert [allows(read, each, AROUND) for each in sent] == [allows(policy, each, AROUND) for each in sent]


def test_what_cannot_be_said_is_refused() -> None:
    two = tuple(Peer(PeerKind.NAME, each) for each in ("a.example", "b.example"))
    for rule in (
        Rule(name="r", sender=Side.DEVICE, peers=two),
        Rule(name="r", sender=Side.DEVICE, protocol=2, peer_ports=(Ports(1, 2),)),
        Rule(name="r", sender=Side.DEVICE, protocol=17, initiated=Side.DEVICE),
        Rule(name="r", sender=Side.DEVICE, icmp_type=8),
    ):
        with pytest.raises(PolicyError, match="rule r: "):
            mud_of(Policy(rules=(rule,)), ABOUT)


def test_nothing_that_nobody_can_hold_is_published() -> None:
    rule = Rule(name="r", sender=Side.DEVICE, unheld=("ipv4/ttl",))
    assert mud_of(Policy(rules=(rule,)), ABOUT).lists == ()
    frames = Rule(name="r", sender=Side.DEVICE, ethertype=0x888E, peers=(Peer(PeerKind.LOCAL),))
    assert mud_of(Policy(rules=(frames,)), ABOUT).lists == ()  # without the peer it would open


def test_what_is_written_is_valid_by_the_modules_of_the_ietf(library: list[str]) -> None:
    every = [
        Rule(name="web", sender=Side.DEVICE, peers=(Peer(PeerKind.NAME, "a.example"),), protocol=6,
             peer_ports=(Ports(443, 443), Ports(8000, 8010)), initiated=Side.DEVICE),
        Rule(name="dns", sender=Side.DEVICE, peers=(Peer(PeerKind.CONTROLLER, "urn:ietf:params:mud:dns"),),
             protocol=17, peer_ports=(Ports(53, 53),)),
        Rule(name="local", sender=Side.PEER, peers=(Peer(PeerKind.LOCAL),), protocol=6, family=4),
        Rule(name="net", sender=Side.DEVICE, peers=(Peer(PeerKind.ADDRESS, "2001:db8::/32"),)),
        Rule(name="mine", sender=Side.DEVICE, peers=(Peer(PeerKind.MY_CONTROLLER),)),
        Rule(name="maker", sender=Side.DEVICE, peers=(Peer(PeerKind.MANUFACTURER, "maker.example"),)),
        Rule(name="same", sender=Side.PEER, peers=(Peer(PeerKind.SAME_MANUFACTURER),)),
        Rule(name="model", sender=Side.PEER, peers=(Peer(PeerKind.MODEL, "https://maker.example/m.json"),)),
        Rule(name="ping", sender=Side.PEER, protocol=1, icmp_type=8, icmp_code=0),
        Rule(name="ping6", sender=Side.PEER, protocol=58, icmp_type=128),
        Rule(name="eap", sender=Side.DEVICE, ethertype=0x888E),
        Rule(name="no", sender=Side.DEVICE, accept=False),
    ]  # fmt: skip
    files = [write_mud(mud_of(Policy(rules=(each,)), ABOUT)) for each in every]
    files.append(write_mud(mud_of(Policy(rules=tuple(every)), ABOUT)))
    assert ask(library, files) == ["valid"] * len(files)
    broken = (
        files[0]
        .replace(b'"operator":"eq"', b'"operator":"is"')
        .replace(b'"operator": "eq"', b'"operator": "is"')
    )
    assert ask(library, [broken])[0].startswith("invalid")  # the oracle can say no


def test_old_files_become_valid(library: list[str], network_samples: Path) -> None:
    files = sorted((network_samples / "mud/unsw28").glob("*.json"))
    before = [each.read_bytes() for each in files]
    assert [each.split()[0] for each in ask(library, before)] == ["invalid"] * 29
    after = [upgrade(data, "m.json").data for data in before]
    assert ask(library, after) == ["valid"] * 29
