"""Old files, mended: valid afterwards by the modules of the IETF, and allowing what they allowed."""

import json
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from roadworthy.model.errors import InputError
from roadworthy.network.matcher import allows
from roadworthy.network.mud.meaning import policy_of
from roadworthy.network.mud.reading import read_mud
from roadworthy.network.mud.upgrade import upgrade
from roadworthy.network.packet import Packet
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.surroundings import Surroundings

DRAFT = "ietf-access-control-list:access-lists"
SIDES = {"from-device-policy": Side.DEVICE, "to-device-policy": Side.PEER}


def old_files(samples: Path) -> list[Path]:
    return sorted((samples / "mud/unsw28").glob("*.json"))


def old_meaning(data: bytes) -> Policy:
    """What an old file means, read by itself: no code of the upgrade or of the reader is used."""
    whole = json.loads(data)
    lists = {each["name"]: each for each in whole[DRAFT]["acl"]}
    made: list[Rule | None] = []
    for key, side in SIDES.items():
        for said in whole["ietf-mud:mud"][key]["access-lists"]["access-list"]:
            made += [old_rule(side, entry, len(made)) for entry in lists[said["name"]]["aces"]["ace"]]
    return Policy(rules=tuple(each for each in made if each is not None))


def old_rule(side: Side, entry: dict[str, Any], number: int) -> Rule | None:
    matches = entry["matches"]
    end, near = ("destination", "source") if side is Side.DEVICE else ("source", "destination")
    ip = matches.get("ipv4") or matches.get("ipv6") or {}
    transport = matches.get("tcp") or matches.get("udp") or {}
    frame = matches.get("eth", {})
    if "destination-mac-address" in frame:
        return None  # nobody can hold it in a rule about packets
    peers = [Peer(PeerKind(key), value if isinstance(value, str) else "") for key, value in
             matches.get("ietf-mud:mud", {}).items()]  # fmt: skip
    for key, value in ip.items():
        if key.endswith("-dnsname"):
            peers.append(Peer(PeerKind.NAME, value.lower()))
        if key.startswith(end) and key.endswith("-network"):
            if ("ipv6" in matches) != (":" in value):
                return None  # no packet has both families
            peers.append(Peer(PeerKind.ADDRESS, str(ip_network(value))))
    began = transport.get("ietf-mud:direction-initiated")
    family = 4 if "ipv4" in matches else 6 if "ipv6" in matches else None
    return Rule(
        name=f"r{number}",
        sender=side,
        peers=tuple(peers),
        family=family,
        protocol=ip.get("protocol"),
        device_ports=old_ports(transport.get(f"{near}-port")),
        peer_ports=old_ports(transport.get(f"{end}-port")),
        icmp_type=matches.get("icmp", {}).get("type"),
        icmp_code=matches.get("icmp", {}).get("code"),
        initiated={"from-device": Side.DEVICE, "to-device": Side.PEER, None: None}[began],
        ethertype=int(frame["ethertype"], 16) if family is None and frame else None,
    )


def old_ports(said: dict[str, Any] | None) -> tuple[Ports, ...] | None:
    if said is None:
        return None
    if "lower-port" in said:
        return (Ports(said["lower-port"], said["upper-port"]),)
    return (Ports(said["port"], said["port"]),)


def around(policy: Policy) -> Surroundings:
    controllers = {
        each.value for rule in policy.rules for each in rule.peers if each.kind is PeerKind.CONTROLLER
    }
    return Surroundings(
        local=(ip_network("192.168.0.0/16"), ip_network("fd00::/8"), ip_network("224.0.0.0/4")),
        controllers={each: (ip_network("192.168.8.1/32"), ip_network("fd00::1/128")) for each in controllers},
    )


def near_each_rule(policy: Policy) -> list[Packet]:
    """For each rule, packets within it and just beside it, at every bound."""
    made = []
    for rule in policy.rules:
        names = frozenset(each.value for each in rule.peers if each.kind is PeerKind.NAME)
        fixed = [each.value.split("/")[0] for each in rule.peers if each.kind is PeerKind.ADDRESS]
        ends = [*fixed, "192.168.8.1", "192.168.8.77", "203.0.113.9", "fd00::1", "2001:db8::9"]
        for end in ends:
            for mine in bounds(rule.device_ports):
                for theirs in bounds(rule.peer_ports):
                    for known in {names, frozenset[str]()}:
                        made += packets(rule, end, mine, theirs, known)
        if rule.ethertype is not None:
            made += [
                Packet(sender=rule.sender, opener=rule.sender, peer=None, ethertype=rule.ethertype + step)
                for step in (-1, 0, 1)
            ]
    return made


def packets(
    rule: Rule, end: str, mine: int | None, theirs: int | None, names: frozenset[str]
) -> list[Packet]:
    protocols = {rule.protocol if rule.protocol is not None else 6, 6, 17}
    return [
        Packet(
            sender=opener,
            opener=opener,
            peer=ip_address(end),
            protocol=protocol,
            device_port=mine,
            peer_port=theirs,
            icmp_type=kind,
            icmp_code=rule.icmp_code,
            names=names,
        )
        for protocol in protocols
        for opener in Side
        for kind in {rule.icmp_type, None if rule.icmp_type is None else rule.icmp_type + 1}
    ]


def bounds(spans: tuple[Ports, ...] | None) -> list[int | None]:
    if spans is None:
        return [40000]
    return [port for each in spans for port in (each.first - 1, each.first, each.last, each.last + 1)]


def test_what_old_files_allow_stays(network_samples: Path) -> None:
    files = old_files(network_samples)
    assert len(files) == 29
    passed = asked = 0
    for path in files:
        before = old_meaning(path.read_bytes())
        after = policy_of(read_mud(upgrade(path.read_bytes(), path.name).data, path.name))
        surroundings = around(before)
        sent = near_each_rule(before)
        said = [allows(before, each, surroundings) for each in sent]
        assert [allows(after, each, surroundings) for each in sent] == said, path.name
        passed, asked = passed + sum(said), asked + len(said)
    assert 0.1 < passed / asked < 0.9  # both sides are asked for
    print(f"{asked} packets, {passed} may pass")  # noqa: T201 -- shown by pytest -s


def test_each_change_is_told(network_samples: Path) -> None:
    (hue,) = (each for each in old_files(network_samples) if "HueBulb" in each.name)
    done = upgrade(hue.read_bytes(), "hue.json")
    assert done.changes[0].endswith("where RFC 8519 has the lists")
    every = [one for each in old_files(network_samples) for one in upgrade(each.read_bytes(), "m").changes]
    assert any("the ethertype '0x888e' is the number 34958" in each for each in every)
    assert any("left out, for an IPv6 packet has no IPv4 address" in each for each in every)
    assert any("is the network fdc1:1bdc:1e84:0:0:0:0:1/128" in each for each in every)
    assert any("is a range, which has no operator" in each for each in every)
    again = upgrade(done.data, "hue.json")
    assert (again.changes, again.data) == ((), done.data)


def test_what_cannot_be_mended_is_refused() -> None:
    for data in (b"{}", b"[]", b"nonsense", b"{" * 100, b" " * 2_000_000):
        with pytest.raises(InputError):
            upgrade(data, "m.json")
