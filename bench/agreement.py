"""Whether the kernel does what published profiles say: 10,000 packets each, kernel against reference matcher.

Every MUD file of the samples (those in the form of drafts are mended first) is compiled and loaded in network
namespaces; packets around every bound of every rule, and many more, are sent through. Fails on the first
packet that is decided otherwise. Needs root.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from random import Random
from typing import Final

from roadworthy.model.errors import RoadworthyError
from roadworthy.network.defaults import DEFAULTS, DNS_CLASS, NTP_CLASS
from roadworthy.network.live import Live
from roadworthy.network.matcher import allows
from roadworthy.network.mud.meaning import policy_of
from roadworthy.network.mud.reading import read_mud
from roadworthy.network.mud.upgrade import upgrade
from roadworthy.network.network_file import Device, Mode, Network
from roadworthy.network.nftables.elements import plan
from roadworthy.network.nftables.ruleset import ruleset
from roadworthy.network.packet import Address
from roadworthy.network.policy import PeerKind, Policy
from roadworthy.network.surroundings import Surroundings
from roadworthy.testing.namespaces import missing
from roadworthy.testing.policy_packets import packets_for
from roadworthy.testing.wire import DEVICE, OWN, Wire, laid

COUNT: Final = 10_000
LOCAL: Final = (ip_network("192.168.77.0/24"), ip_network("fd77::/64"))
CLASSES: Final = {
    DNS_CLASS: (ip_network("192.168.77.53/32"),),
    NTP_CLASS: (ip_network("192.168.77.123/32"),),
}


def main() -> int:
    """Try all of them, print a table, and fail where the two differ."""
    lacking = missing("conntrack")
    if lacking:
        print(lacking)
        return 1
    print("| profile | rules | permitted | decided alike |\n|---|---|---|---|")
    alike = tried = 0
    with ExitStack() as stack:
        wire = laid(stack)
        for name, policy in profiles():
            permitted, differ = held(wire, name, policy)
            tried += 1
            alike += not differ
            word = "yes" if not differ else f"NO: {differ} packets"
            print(f"| {name} | {len(policy.rules)} | {permitted:.0%} | {word} |", flush=True)
    print(f"\n{alike} of {tried} profiles, {COUNT} packets each.")
    return 0 if tried and alike == tried else 1


def profiles() -> Iterator[tuple[str, Policy]]:
    """The profiles of the samples that have a rule about IP, mended where that is needed."""
    given = os.environ.get("ROADWORTHY_SAMPLES")
    beside = Path(__file__).resolve().parents[2] / "shared/samples/firmware"
    folder = (Path(given) if given else beside).parent / "network/mud"
    for path in sorted(folder.rglob("*.json")):
        try:
            policy = policy_of(read_mud(upgrade(path.read_bytes(), path.name).data, path.name))
        except RoadworthyError:
            continue
        if any(each.ethertype is None for each in policy.rules):
            yield path.stem, policy


def held(wire: Wire, name: str, policy: Policy) -> tuple[float, int]:
    """The share that is permitted, and how many packets are decided otherwise."""
    told = addresses_of(policy)
    around = surroundings(policy)
    device = Device(
        name="device",
        number=1,
        mac=DEVICE,
        addresses=tuple(OWN.values()),
        policy=policy,
        surroundings=around,
        mode=Mode.ENFORCE,
    )
    names: dict[Address, frozenset[str]] = {}
    for each, some in told.items():
        names.update((one, names.get(one, frozenset()) | {each}) for one in some)
    network = Network(devices={"device": device}, local=LOCAL, controllers=CLASSES)
    wire.load(ruleset(plan(network), Live(names={"device": names})))
    drawn = packets_for(policy.rules, around, told, COUNT, Random(name))  # noqa: S311 -- no secret
    packets = [each for each in drawn if each.peer not in OWN.values()]
    whole = Policy(rules=(*policy.rules, *DEFAULTS))
    wanted = [
        allows(
            whole,
            replace(each, names=names.get(each.peer, frozenset()) if each.peer else frozenset()),
            around,
        )
        for each in packets
    ]
    seen = wire.decide(packets)
    return sum(wanted) / len(wanted), sum(one != other for one, other in zip(wanted, seen, strict=True))


def addresses_of(policy: Policy) -> dict[str, Sequence[Address]]:
    """An address of each family for each name."""
    names = sorted({each.value for rule in policy.rules for each in rule.peers if each.kind is PeerKind.NAME})
    return {
        name: (IPv4Address(0xCB00_0001 + number * 3), IPv6Address((0x20010DB8 << 96) + 1 + number * 3))
        for number, name in enumerate(names)
    }


def surroundings(policy: Policy) -> Surroundings:
    """Somebody for every role that the profile names."""
    asked = {each for rule in policy.rules for each in rule.peers}
    some = (ip_network("192.168.77.40/31"), ip_network("fd77::40/127"))
    return Surroundings(
        local=LOCAL,
        controllers={**{each.value: some for each in asked if each.kind is PeerKind.CONTROLLER}, **CLASSES},
        my_controllers=some,
        manufacturers={each.value: some for each in asked if each.kind is PeerKind.MANUFACTURER}
        | {"its.own.example": some},
        models={each.value: some for each in asked if each.kind is PeerKind.MODEL},
        authority="its.own.example",
    )


if __name__ == "__main__":
    sys.exit(main())
