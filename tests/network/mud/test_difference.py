"""What changed by meaning, held against the reference matcher on packets in each difference and beside it."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.model.errors import PolicyError
from roadworthy.network.matcher import allows
from roadworthy.network.mud import region
from roadworthy.network.mud.difference import canonical, difference
from roadworthy.network.mud.file import About
from roadworthy.network.mud.meaning import policy_of
from roadworthy.network.mud.reading import read_mud
from roadworthy.network.mud.region import FRAME, Box, allowed, without
from roadworthy.network.mud.spelling import mud_of
from roadworthy.network.mud.upgrade import upgrade
from roadworthy.network.mud.writing import write_mud
from roadworthy.network.packet import Packet
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.surroundings import Surroundings

NAMED = [
    Peer(PeerKind.NAME, "a.example"),
    Peer(PeerKind.NAME, "b.example"),
    Peer(PeerKind.LOCAL),
    Peer(PeerKind.MY_CONTROLLER),
    Peer(PeerKind.CONTROLLER, "urn:x"),
    Peer(PeerKind.SAME_MANUFACTURER),
    Peer(PeerKind.MANUFACTURER, "other.example"),
    Peer(PeerKind.MODEL, "https://other.example/m"),
]
NETWORKS = [
    Peer(PeerKind.ADDRESS, each)
    for each in ("192.0.2.0/24", "192.0.2.7/32", "0.0.0.0/0", "2001:db8::/32", "::/0")
]
EDGES = (0, 1, 79, 80, 81, 443, 444, 65535)
OWN = "maker.example"


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    protocol = draw(st.sampled_from([None, 1, 6, 17, 47, 58]))
    spans = st.none() | st.lists(
        st.tuples(st.sampled_from(EDGES), st.sampled_from(EDGES)).map(lambda two: Ports(min(two), max(two))),
        min_size=1, max_size=2,
    ).map(tuple)  # fmt: skip
    ports = protocol in {None, 6, 17} and draw(st.booleans())
    icmp = protocol in {1, 58}
    return Rule(
        name="r",
        sender=draw(st.sampled_from(Side)),
        peers=tuple(draw(st.lists(st.sampled_from(NAMED + NETWORKS), max_size=2))),
        family=draw(st.sampled_from([None, 4, 6])),
        protocol=protocol,
        device_ports=draw(spans) if ports else None,
        peer_ports=draw(spans) if ports else None,
        icmp_type=draw(st.sampled_from([None, 0, 8])) if icmp else None,
        icmp_code=draw(st.sampled_from([None, 0, 1])) if icmp else None,
        initiated=draw(st.sampled_from([None, *Side])) if protocol == 6 else None,
        ethertype=draw(st.sampled_from([None, None, None, 0x888E])),
        accept=draw(st.sampled_from([True, True, True, False])),
        unheld=draw(st.sampled_from([(), (), (), ("ipv4/ttl",)])),
    )


policies = st.lists(rules(), max_size=5).map(lambda some: Policy(rules=tuple(some)))


def around(peer: IPv4Address | IPv6Address | None, holds: frozenset[Peer]) -> Surroundings:
    """A network in which the other end is just what is said."""
    here = () if peer is None else (ip_network(peer),)
    own = Peer(PeerKind.SAME_MANUFACTURER) in holds
    makers = {each.value: here for each in holds if each.kind is PeerKind.MANUFACTURER}
    return Surroundings(
        local=here if Peer(PeerKind.LOCAL) in holds else (),
        my_controllers=here if Peer(PeerKind.MY_CONTROLLER) in holds else (),
        controllers={each.value: here for each in holds if each.kind is PeerKind.CONTROLLER},
        manufacturers=makers | ({OWN: here} if own else {}),
        models={each.value: here for each in holds if each.kind is PeerKind.MODEL},
        authority=OWN,
    )


@st.composite
def packets(draw: st.DrawFn) -> tuple[Packet, Surroundings]:
    holds = frozenset(draw(st.lists(st.sampled_from(NAMED), max_size=4)))
    opener = draw(st.sampled_from(Side))
    if draw(st.integers(0, 9)) == 0:
        kind = draw(st.sampled_from([0x888E, 0x888F]))
        return Packet(sender=opener, opener=opener, peer=None, ethertype=kind), around(None, holds)
    where = ip_address(
        draw(st.sampled_from(["192.0.2.7", "192.0.2.8", "198.51.100.1", "2001:db8::1", "fd00::1"]))
    )
    protocol = draw(st.sampled_from([1, 6, 6, 17, 47, 58, 2]))
    ports = protocol in {6, 17}
    icmp = protocol == {4: 1, 6: 58}[where.version]
    packet = Packet(
        sender=draw(st.sampled_from(Side)),
        opener=opener,
        peer=where,
        protocol=protocol,
        device_port=draw(st.sampled_from(EDGES)) if ports else None,
        peer_port=draw(st.sampled_from(EDGES)) if ports else None,
        icmp_type=draw(st.sampled_from([0, 8, 9])) if icmp else None,
        icmp_code=draw(st.sampled_from([0, 1, 2])) if icmp else None,
        names=frozenset(each.value for each in holds if each.kind is PeerKind.NAME),
    )
    return packet, around(where, holds)


def within(box: Box) -> Iterator[tuple[Packet, Surroundings]]:
    """Packets at each corner of a box, in a network where its conditions hold and no others do."""
    opener, family, protocol = box.field
    for corner in product(*({spans[0][0], spans[-1][1]} for spans in box.spans)):
        if family == FRAME:
            yield Packet(sender=opener, opener=opener, peer=None, ethertype=corner[0]), around(None, box.yes)
            continue
        *values, where = corner
        peer = IPv4Address(where) if family == 4 else IPv6Address(where)
        ports, icmp = protocol in {6, 17}, protocol in {1, 58}
        yield (
            Packet(
                sender=opener,
                opener=opener,
                peer=peer,
                protocol=protocol or values[0],
                device_port=values[0] if ports else None,
                peer_port=values[1] if ports else None,
                icmp_type=values[0] if icmp else None,
                icmp_code=values[1] if icmp else None,
                names=frozenset(each.value for each in box.yes if each.kind is PeerKind.NAME),
            ),
            around(peer, box.yes),
        )


@settings(max_examples=200)
@given(policies, policies, st.lists(packets(), min_size=1, max_size=10))
def test_every_difference_is_found(old: Policy, new: Policy, sent: list[tuple[Packet, Surroundings]]) -> None:
    newly = without(allowed(new), allowed(old))
    for packet, surroundings in sent:
        told = any(box.contains(packet, surroundings) for box in newly)
        assert told == (allows(new, packet, surroundings) and not allows(old, packet, surroundings))


@settings(max_examples=200)
@given(policies, policies)
def test_nothing_is_told_that_is_none(old: Policy, new: Policy) -> None:
    for box in without(allowed(new), allowed(old)):
        for packet, surroundings in within(box):
            assert allows(new, packet, surroundings)
            assert not allows(old, packet, surroundings)
            assert box.contains(packet, surroundings)


@given(policies)
def test_a_policy_does_not_differ_from_itself(policy: Policy) -> None:
    assert not difference(policy, policy)
    accepting = replace(policy, rules=tuple(replace(each, accept=True) for each in policy.rules))
    turned = replace(accepting, rules=tuple(replace(each, name="x") for each in reversed(accepting.rules)))
    assert not difference(accepting, turned)


TO_A = Rule(name="r", sender=Side.DEVICE, protocol=6, peers=(Peer(PeerKind.NAME, "a.example"),))


def rule(**more: Any) -> Rule:  # noqa: ANN401 -- its fields
    return replace(TO_A, **more)


WEB = rule(peer_ports=(Ports(443, 443),))


@pytest.mark.parametrize(
    ("old", "new", "newly", "no_longer"),
    [
        ([], [WEB], ["May open TCP to a.example, port 443."], []),
        ([WEB], [], [], ["May open TCP to a.example, port 443."]),
        ([WEB], [replace(WEB, name="other")], [], []),
        ([WEB], [replace(WEB, family=4), replace(WEB, family=6)], [], []),
        ([replace(WEB, family=4)], [WEB], ["May open TCP to a.example, port 443, over IPv6."], []),
        (
            [WEB],
            [rule(peer_ports=(Ports(440, 450),))],
            ["May open TCP to a.example, port 440-442 or 444-450."],
            [],
        ),
        (
            [rule(peer_ports=(Ports(1, 9),))],
            [rule(peer_ports=(Ports(1, 4),)), rule(peer_ports=(Ports(5, 9),))],
            [],
            [],
        ),
        ([WEB], [replace(WEB, peers=())], ["May open TCP to any host, port 443 (other than a.example)."], []),
        ([replace(WEB, peers=())], [WEB], [], ["May open TCP to any host, port 443 (other than a.example)."]),
        ([WEB], [rule(accept=False), WEB], [], ["May open TCP to a.example, port 443."]),
        ([WEB], [WEB, rule(accept=False)], [], []),
        (
            [rule(peers=(Peer(PeerKind.ADDRESS, "192.0.2.0/25"),))],
            [rule(peers=(Peer(PeerKind.ADDRESS, "192.0.2.0/24"),))],
            ["May open TCP to 192.0.2.128/25, over IPv4."],
            [],
        ),
        (
            [rule(protocol=1, icmp_type=8, family=4)],
            [rule(protocol=1, family=4)],
            ["May open ICMP to a.example (types 0-7, 9-255), over IPv4."],
            [],
        ),
        ([], [rule(ethertype=0x888E, peers=())], ["May send frames of type 0x888e."], []),
        (
            [],
            [rule(sender=Side.PEER, device_ports=(Ports(80, 80),), peers=(Peer(PeerKind.LOCAL),))],
            ["May be reached over TCP by hosts of the local network, at its port 80."],
            [],
        ),
        ([WEB], [replace(WEB, initiated=Side.PEER)], [], ["May open TCP to a.example, port 443."]),
        ([WEB], [replace(WEB, initiated=Side.DEVICE)], [], []),
        ([WEB], [replace(WEB, unheld=("ipv4/ttl",))], [], ["May open TCP to a.example, port 443."]),
    ],
)
def test_in_words(old: list[Rule], new: list[Rule], newly: list[str], no_longer: list[str]) -> None:
    found = difference(Policy(rules=tuple(old)), Policy(rules=tuple(new)))
    assert [each.words for each in found.newly] == newly
    assert [each.words for each in found.no_longer] == no_longer


def test_ones_own_manufacturer() -> None:
    url = f"https://{OWN}/m.json"
    one = Policy(rules=(rule(peers=(Peer(PeerKind.MANUFACTURER, OWN),)),), mud_url=url)
    other = Policy(rules=(rule(peers=(Peer(PeerKind.SAME_MANUFACTURER),)),), mud_url=url)
    assert canonical(one) == other
    assert not difference(one, other)
    assert difference(replace(one, mud_url=""), other)


def test_old_files_do_not_change_when_spelled_anew(network_samples: Path) -> None:
    about = About(mud_url="https://x.example/m", last_update="2026-11-27T00:00:00Z")
    for path in sorted((network_samples / "mud/unsw28").glob("*.json")):
        policy = policy_of(read_mud(upgrade(path.read_bytes(), path.name).data, path.name))
        again = policy_of(read_mud(write_mud(mud_of(policy, about)), path.name))
        assert not difference(replace(policy, mud_url=""), replace(again, mud_url="")), path.name


def test_what_is_too_entangled_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region, "MOST_STEPS", 10)
    many = [rule(peer_ports=(Ports(each, each + 5),)) for each in range(0, 600, 3)]
    with pytest.raises(PolicyError, match="too entangled"):
        difference(Policy(rules=tuple(many)), Policy(rules=(rule(),)))
