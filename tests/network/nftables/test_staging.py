"""A table put into force in steps is the table that its text describes."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from ipaddress import ip_address

import pytest

from roadworthy.adapters.guard import netlink
from roadworthy.model.errors import PolicyError
from roadworthy.network.live import Live, Standing
from roadworthy.network.network_file import Device, Mode, Network
from roadworthy.network.nftables.elements import Plan, plan
from roadworthy.network.nftables.ruleset import ruleset
from roadworthy.network.nftables.staging import BULK, FEW, IDENTITY, Stages, batch, stages
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.testing.namespaces import Host, Hosts, missing

HOSTS = tuple(f"198.51.{each >> 8}.{each & 255}/32" for each in range(300)) + tuple(
    f"2001:db8::{each:x}/128" for each in range(300)
)
LIVE = Live(standings={"d1": Standing(quarantined=True)})


def rule(number: int, side: Side) -> Rule:
    port = (Ports(1000 + number, 1000 + number),)
    out = side is Side.DEVICE
    return Rule(
        name=f"r{number}",
        sender=side,
        peers=(Peer(PeerKind.ADDRESS, HOSTS[number]),),
        protocol=6 if number % 3 else 17,
        peer_ports=port if out else None,
        device_ports=None if out else port,
    )


def planned(devices: int) -> Plan:
    policy = Policy(rules=tuple(rule(each, side) for side in Side for each in range(len(HOSTS))))
    first = Device(name="d1", number=1, mac="02:00:00:00:01:00", policy=policy, mode=Mode.ENFORCE)
    some = {
        f"d{each}": replace(
            first,
            name=f"d{each}",
            number=each,
            mac=f"02:00:00:00:01:{each:02x}",
            addresses=(ip_address(f"192.0.2.{each}"), ip_address(f"2001:db8:1::{each:x}")),
        )
        for each in range(1, devices + 1)
    }
    return plan(Network(devices=some))


@pytest.fixture
def host() -> Iterator[Host]:
    lacking = missing()
    if lacking:
        pytest.skip(lacking)
    with ExitStack() as stack:
        yield Hosts(stack).host("gateway")


def listed(host: Host) -> list[str]:
    """All that is in force, by content."""
    found = json.loads(host.run("nft", "-j", "list", "ruleset"))["nftables"]
    for each in found:
        for thing in each.values():
            thing.pop("handle", None)
            if isinstance(thing.get("elem"), list):
                thing["elem"] = sorted(map(json.dumps, thing["elem"]))
    return sorted(map(json.dumps, found))


def send(host: Host, bulk: bytes) -> None:
    with host.entered():
        netlink.send(bulk)


def made(some: Plan) -> Stages:
    found = stages(some, LIVE)
    assert found is not None
    return found


def test_the_steps_lead_to_the_table_of_the_text(host: Host) -> None:
    some = planned(5)
    steps = made(some)
    host.run("nft", "-f", "-", given=steps.table)
    send(host, steps.bulk)
    host.run("nft", "-f", "-", given=steps.identity)
    in_steps = listed(host)
    host.run("nft", "-f", "-", given=ruleset(some, LIVE))
    assert in_steps == listed(host)
    assert len("".join(in_steps)) > 5 * 2 * len(HOSTS) * 40


def test_nobody_is_held_before_the_last_step() -> None:
    steps = made(planned(5))
    for name in IDENTITY:
        assert [
            each for each in steps.table.splitlines() if f" {name} {{" in each and "elements" in each
        ] == []
        assert f" {name} {{ " in steps.identity
    for name in BULK:
        assert [
            each for each in steps.table.splitlines() if f" {name} {{" in each and "elements" in each
        ] == []


def test_a_small_table_needs_no_steps() -> None:
    assert len(HOSTS) * 2 <= FEW
    assert stages(planned(1), LIVE) is None


def test_a_batch_that_the_kernel_refuses_changes_nothing(host: Host) -> None:
    steps = made(planned(5))
    host.run("nft", "-f", "-", given=steps.table)
    before = listed(host)
    with pytest.raises(PolicyError, match="No such file"):
        send(host, batch({"out_host4": ["1 . 198.51.0.1 . 6 . 1"], "nowhere": ["1 . 198.51.0.1 . 6 . 1"]}))
    assert listed(host) == before
