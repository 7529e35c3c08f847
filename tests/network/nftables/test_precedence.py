"""The table of precedence is what the kernel does: quarantine, and 8 states of three switches."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from ipaddress import IPv4Address, ip_address, ip_network

import pytest

from roadworthy.network.live import FREE, Live, Names
from roadworthy.network.network_file import Device, Mode, Network, placed
from roadworthy.network.nftables.elements import elements, plan
from roadworthy.network.nftables.ruleset import changes, ruleset
from roadworthy.network.packet import Packet
from roadworthy.network.policy import Peer, PeerKind, Policy, Rule, Side
from roadworthy.network.switches.precedence import Pass, Row, passing, rows, standing
from roadworthy.network.switches.switch import Intended, transitions
from roadworthy.testing.namespaces import missing
from roadworthy.testing.wire import DEVICE, OWN, Wire, laid

UPDATE, CLOUD, HUB = IPv4Address("203.0.113.6"), IPv4Address("203.0.113.5"), IPv4Address("192.168.77.21")
RESOLVER, STRANGER = IPv4Address("192.168.77.53"), IPv4Address("203.0.113.99")
NAMES: Names = {UPDATE: frozenset({"update.example.com"}), CLOUD: frozenset({"cloud.example.com"})}
PEERS = (
    Peer(PeerKind.NAME, "update.example.com"),
    Peer(PeerKind.NAME, "cloud.example.com"),
    Peer(PeerKind.LOCAL),
)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    lacking = missing("conntrack")
    if lacking:
        pytest.skip(lacking)
    with ExitStack() as stack:
        yield laid(stack)


def to(peer: IPv4Address, port: int, protocol: int = 6) -> Packet:
    return Packet(
        sender=Side.DEVICE,
        opener=Side.DEVICE,
        peer=peer,
        protocol=protocol,
        device_port=40_000 + port % 1000,
        peer_port=port,
    )


PROBES = {
    "lan": to(HUB, 443),
    "internet": to(CLOUD, 443),
    "update": to(UPDATE, 443),
    "dns": to(RESOLVER, 53, 17),
}
LOCAL = (ip_network("192.168.77.0/24"),)
CAMERA = Device(
    name="camera",
    number=1,
    mac=DEVICE,
    addresses=tuple(OWN.values()),
    policy=Policy(
        rules=tuple(Rule(name=each.value, sender=Side.DEVICE, peers=(each,), protocol=6) for each in PEERS)
    ),
    mode=Mode.ENFORCE,
    update_hosts=("update.example.com",),
)
CONTROLLERS = {"urn:ietf:params:mud:dns": (ip_network(f"{RESOLVER}/32"),)}
HOME = Network(devices=placed({"camera": CAMERA}, LOCAL, CONTROLLERS), local=LOCAL, controllers=CONTROLLERS)


def name_of(row: Row) -> str:
    bits = "".join("01"[each] for each in (row.intended.power, row.intended.internet, row.intended.change))
    return f"{bits}{'-quarantined' if row.quarantined else ''}{'' if row.keeps_lan else '-alone'}"


@pytest.mark.parametrize("row", tuple(rows()), ids=name_of)
def test_the_kernel_does_what_the_table_says(wire: Wire, row: Row) -> None:
    held = standing(row.intended, quarantined=row.quarantined, keeps_lan=row.keeps_lan)
    live = Live(
        names={"camera": NAMES},
        standings={"camera": held} if held != FREE else {},
        changing={"camera": frozenset({UPDATE})},
    )
    wire.load(ruleset(plan(HOME), live))
    lease = replace(to(STRANGER, 67, 17), device_port=68)
    router = replace(to(STRANGER, 0, 1), protocol=2, device_port=None, peer_port=None)
    passed = wire.decide([*PROBES.values(), to(STRANGER, 443), lease, router])
    assert not any(passed[len(PROBES) :]), "what no profile allows never passes"
    for name, got in zip(PROBES, passed, strict=False):
        assert got is (getattr(row.passing, name) is not Pass.NO), f"{name}: {row.passing}"


def test_all_24_transitions_change_the_kernel_as_they_should(wire: Wire) -> None:
    """Element by element, as the guard does it at work."""
    camera = plan(HOME).devices["camera"]
    wire.load(ruleset(plan(HOME), live_of(Intended())))
    before, tried = elements(camera, live_of(Intended())), 0
    for each in transitions():
        for intended in (each.start, each.end):
            after = elements(camera, live_of(intended))
            wire.gateway.run("nft", "-f", "-", given=changes(before, after))
            before = after
        wire.gateway.run("conntrack", "-F")
        table = passing(each.end, quarantined=False)
        wanted = [getattr(table, name) is not Pass.NO for name in PROBES]
        assert wire.decide(list(PROBES.values())) == wanted, each
        tried += 1
    assert tried == 24


def live_of(intended: Intended) -> Live:
    held = standing(intended, quarantined=False)
    return Live(
        names={"camera": NAMES},
        standings={"camera": held} if held != FREE else {},
        changing={"camera": frozenset({UPDATE})},
    )


def test_a_switch_acts_on_what_runs_and_gives_it_back(wire: Wire) -> None:
    wire.load(ruleset(plan(HOME), Live(names={"camera": NAMES})))
    out = PROBES["internet"]
    back = replace(out, sender=Side.PEER)
    assert wire.decide([out, back]) == [True, True]
    off = Live(names={"camera": NAMES}, standings={"camera": replace(FREE, internet_off=True)})
    wire.gateway.run("nft", "-f", "-", given=ruleset(plan(HOME), off))
    assert wire.decide([out, back]) == [False, False]
    wire.gateway.run("nft", "-f", "-", given=ruleset(plan(HOME), Live(names={"camera": NAMES})))
    assert wire.decide([out]) == [True]


def test_a_spoofed_address_is_refused(wire: Wire) -> None:
    alien = replace(CAMERA, addresses=(ip_address("192.168.77.88"),))
    home = replace(HOME, devices=placed({"camera": alien}, LOCAL, CONTROLLERS))
    wire.load(ruleset(plan(home), Live(names={"camera": NAMES})))
    assert wire.decide([PROBES["internet"]]) == [False]
