"""What the guard tells the kernel bit by bit leads to the table that it would load anew."""

import re
from ipaddress import ip_address

import pytest

from roadworthy.network.guard.machine import Machine
from roadworthy.network.guard.memory import Memory
from roadworthy.network.live import FREE
from roadworthy.network.network_file import Network, read_network
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.switches.records import Ledger

FILE = "".join(
    f'[devices.d{each}]\nmac = "02:00:00:00:00:0{each}"\naddresses = ["192.0.2.{each}"]\n'
    f'profile = "p{each % 2}"\n'
    for each in range(1, 6)
)
SET = re.compile(r"  (?:set|map) (\w+) \{ type [^;]*; (?:flags [^;]*; )?(?:elements = \{ ([^}]*) \}; )?")
COMMAND = re.compile(r"(add|delete) element inet roadworthy (\w+) \{ (.*) \}")


def network(peer: Peer) -> Network:
    rule = Rule(name="r", sender=Side.DEVICE, peers=(peer,), protocol=6, peer_ports=(Ports(443, 443),))
    policies = {f"p{each}": Policy(rules=(rule,), mud_url=f"https://m{each}.example/x") for each in range(2)}
    return read_network(FILE.encode(), "network.toml", policies.__getitem__)


def sets(text: str) -> dict[str, set[str]]:
    return {name: set(some.split(", ")) if some else set() for name, some in SET.findall(text)}


def follow(state: dict[str, set[str]], commands: str) -> dict[str, set[str]]:
    if commands.startswith("table"):
        return sets(commands)
    for verb, name, some in COMMAND.findall(commands):
        which = set(some.split(", "))
        assert which <= state[name] if verb == "delete" else not which & state[name]
        state[name] = state[name] - which if verb == "delete" else state[name] | which
    return state


@pytest.mark.parametrize(
    "peer",
    [
        Peer(PeerKind.ADDRESS, "198.51.100.1/32"),
        Peer(PeerKind.SAME_MANUFACTURER),
        Peer(PeerKind.MANUFACTURER, "m1.example"),
        Peer(PeerKind.MODEL, "https://m0.example/x"),
    ],
    ids=lambda peer: peer.kind,
)
def test_addresses_that_come_and_go(peer: Peer) -> None:
    home = network(peer)
    machine = Machine(home, Memory(), Ledger(), 0.0)
    state = sets(machine.ruleset())
    steps = [
        machine.seen("02:00:00:00:00:01", ip_address("192.0.2.101"), 1.0, 100.0),
        machine.seen("02:00:00:00:00:02", ip_address("2001:db8::2"), 2.0, 200.0),
        machine.quarantined("d3", "why", "who", 3.0),
        machine.seen("02:00:00:00:00:02", ip_address("192.0.2.101"), 3.0, 200.0),
    ]
    assert steps[-1].commands == "", "it is another device's"
    for effect in steps:
        state = follow(state, effect.commands)
    assert machine.device_at("192.0.2.101") == "d1"
    state = follow(state, machine.ticked(150.0).commands)
    assert machine.device_at("192.0.2.101") is None
    assert machine.device_at("2001:db8::2") == "d2"
    state = follow(state, machine.seen("02:00:00:00:00:02", ip_address("192.0.2.101"), 151.0).commands)
    assert machine.device_at("192.0.2.101") == "d2"
    assert machine.standing("d3") != FREE
    assert state == sets(Machine(home, machine.memory, Ledger(), 152.0).ruleset())
