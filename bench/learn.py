"""How well `roadworthy profile learn` learns: what a profile blocks wrongly, against what it lets through.

Either number alone is empty: a profile that allows all blocks nothing, and one that allows nothing lets
nothing through. So both are measured, on traffic that the learner did not see, over its one knob.

- **Unit**: the flow (both directions of one conversation), put to the reference matcher by its first packet.
- **Granted to all**, in no profile's credit: DNS, NTP, DHCP, IGMP and ICMPv6 (`network/defaults.py`).
- **False block**: share of the device's held-out flows over IP that neither its profile nor the defaults let
  pass; over all flows (micro), mean of the devices (macro), and how many devices have none blocked.
- **Foreign permit**: share of what *other* devices open by themselves (defaults aside) that the profile would
  let them do, had they the device's place; over devices of other makers, and over all. By flows, and by kinds
  (flows of one device that differ in no more than the device's port count once).
- **Data**: IoT Sentinel, 31 devices, every second of about 20 setups held out; FIT, seven devices, the second
  half of a week held out. Names in what is held out come from that part's own DNS and TLS, as the
  resolver in the path would see them.
- **Yardsticks**: a plain learner after what mudmaker (iot-onboarding, b4764ca) does, on the same flows; and
  the point that was measured for mudmaker itself with another evaluator, 2.83 % at 2.23 %.

The samples are not part of this repository; ROADWORTHY_SAMPLES names the folder of firmware beside
`network/`.
"""

import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))  # ./dev bench starts with -P

from learning_data import SAMPLES, Device, fit, sentinel

from roadworthy.network.defaults import DEFAULTS, DNS_CLASS, ICMPV6, IGMP, NTP_CLASS, TCP, UDP
from roadworthy.network.flow import Flow, NameSource
from roadworthy.network.matcher import allows
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.profile.learning import BALANCED, LearnOptions, learn
from roadworthy.network.profile.sighting import BROADCAST, LOCAL, is_local
from roadworthy.network.surroundings import Surroundings

KNOB: Final = (0.0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.51, 0.52, 0.53, 0.55, 0.6, 0.7, 0.8, 0.9, 1.0)
MUDMAKER: Final = (2.83, 2.23)
GOAL: Final = (1.0, 2.2)
MANY_PORTS: Final = 4  # from here on the plain learner opens all ports of a host; counted above HIGH_PORT
HIGH_PORT: Final = 10_000
SYSTEM_PORTS: Final = 1024
ANYBODY: Final = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))
AROUND: Final = Surroundings(
    local=LOCAL, my_controllers=LOCAL, controllers={DNS_CLASS: ANYBODY, NTP_CLASS: ANYBODY}
)
GRANTED: Final = Policy(rules=DEFAULTS)


@dataclass(frozen=True)
class Point:
    """One point of a curve; shares in percent.

    Args:
        block: False block over all flows.
        macro: Mean of the devices.
        clean: Devices with none blocked.
        foreign: Foreign permit over other makers, by flows.
        kinds: The same by kinds.
        everybody: Over all other devices, by flows.
        rules: Mean number of rules.
        blocked: The flows that were blocked, with the device.
    """

    block: float
    macro: float
    clean: int
    foreign: float
    kinds: float
    everybody: float
    rules: float
    blocked: Sequence[tuple[str, Flow]]


def main() -> int:
    """Measure, print tables, and fail where the curve is not below the yardstick."""
    if not (SAMPLES / "manifest.tsv").is_file():
        print(f"NO SAMPLE CAPTURES in {SAMPLES}: nothing measured.")
        return 1
    with tempfile.TemporaryDirectory(prefix="roadworthy-bench-") as scratch:
        begun = time.perf_counter()
        sets = {
            "IoT Sentinel, every second setup held out": list(sentinel(Path(scratch))),
            "FIT, second half of the week held out": list(fit(Path(scratch))),
        }
        print(f"Read in {time.perf_counter() - begun:.1f} s.")
    verdict = 0
    for title, devices in sets.items():
        points = curve(title, devices)
        if title.startswith("IoT Sentinel"):
            verdict = judge(devices, points)
    return verdict


def curve(title: str, devices: Sequence[Device]) -> dict[float, Point]:
    """Print and give the curve over the knob."""
    held = sum(flow.peer is not None for each in devices for flow in each.held)
    print(f"\n### {title}: {len(devices)} devices, {held:,} flows held out\n")
    print(
        "| learner | false block | macro | none blocked | foreign permit | by kinds | all devices | rules |"
    )
    print("|---|---|---|---|---|---|---|---|")
    show("plain, after mudmaker", measure(devices, plain), len(devices))
    points = {}
    for knob in KNOB:
        points[knob] = measure(devices, partial(learner, strictness=knob))
        show(f"strictness {knob:g}", points[knob], len(devices))
    told(points[BALANCED])
    return points


def show(name: str, point: Point, devices: int) -> None:
    """One row."""
    print(
        f"| {name} | {point.block:.2f} % | {point.macro:.2f} % | {point.clean}/{devices} "
        f"| {point.foreign:.2f} % | {point.kinds:.2f} % | {point.everybody:.2f} % | {point.rules:.1f} |"
    )


def told(point: Point) -> None:
    """What was blocked at the usual strictness: what stands in the way."""
    kinds = Counter(_what(name, flow) for name, flow in point.blocked)
    print(f"\nBlocked at strictness {BALANCED:g}: {len(point.blocked)} flows. The most:")
    for what, number in kinds.most_common(12):
        print(f"- {number} of {what}")


def _what(name: str, flow: Flow) -> str:
    who = flow.names[0].name if flow.names else str(flow.peer)
    port = flow.peer_port if flow.opener is Side.DEVICE else flow.device_port
    way = "to" if flow.opener is Side.DEVICE else "from"
    kind = (
        f"ICMP type {flow.icmp_type}"
        if flow.icmp_type is not None
        else f"protocol {flow.protocol} port {port}"
    )
    return f"{name} {way} {who}, {kind}"


def judge(devices: Sequence[Device], points: Mapping[float, Point]) -> int:
    """Whether the curve lies below both yardsticks, and how near it comes to the goal."""
    yardstick = measure(devices, plain)
    under = {
        "the plain learner": best(points, yardstick.foreign) < yardstick.block,
        "mudmaker's measured point": best(points, MUDMAKER[1]) < MUDMAKER[0],
    }
    by_kinds = min((each.block for each in points.values() if each.kinds <= GOAL[1]), default=100.0)
    print(
        f"\nLeast false block at no more than {GOAL[1]} % foreign permit (goal {GOAL[0]} %): "
        f"{best(points, GOAL[1]):.2f} % by flows, {between(points, GOAL[1]):.2f} % on the line between two "
        f"points of the curve, {by_kinds:.2f} % by kinds."
    )
    for what, met in under.items():
        print(f"Below {what}: {'yes' if met else 'NO'}.")
    halves = split(devices)
    for name, half in zip("AB", halves, strict=True):
        point = measure(half, partial(learner, strictness=BALANCED))
        rival = measure(half, plain)
        print(
            f"Half {name} ({len(half)} devices): {point.block:.2f} % at {point.foreign:.2f} %; "
            f"plain {rival.block:.2f} % at {rival.foreign:.2f} %."
        )
    return 0 if all(under.values()) else 1


def best(points: Mapping[float, Point], foreign: float) -> float:
    """The least false block at no more than some foreign permit."""
    return min((each.block for each in points.values() if each.foreign <= foreign), default=100.0)


def between(points: Mapping[float, Point], foreign: float) -> float:
    """The false block on the straight line between the two points of the curve around some foreign permit."""
    under = max((each for each in points.values() if each.foreign <= foreign), key=lambda each: each.foreign)
    over = [each for each in points.values() if each.foreign > foreign]
    if not over:
        return under.block
    near = min(over, key=lambda each: each.foreign)
    share = (foreign - under.foreign) / (near.foreign - under.foreign)
    return under.block + share * (near.block - under.block)


def split(devices: Sequence[Device]) -> tuple[list[Device], list[Device]]:
    """Two halves by maker, to see whether one of them alone carries the result."""
    first = set(sorted({each.maker for each in devices})[::2])
    return [each for each in devices if each.maker in first], [
        each for each in devices if each.maker not in first
    ]


def learner(flows: Sequence[Flow], *, strictness: float) -> Policy:
    """What is measured."""
    if not flows:
        return Policy()
    return learn(flows, device=flows[0].device, options=LearnOptions(strictness=strictness, folds=0)).policy


def measure(devices: Sequence[Device], teach: Callable[[Sequence[Flow]], Policy]) -> Point:
    """Both axes of one learner."""
    policies = {each.name: teach(each.learned) for each in devices}
    shares, blocked, number = [], [], 0
    for each in devices:
        over_ip = [flow for flow in each.held if flow.peer is not None]
        bad = [flow for flow in over_ip if not granted(flow) and not passes(policies[each.name], flow)]
        blocked += [(each.name, flow) for flow in bad]
        number += len(over_ip)
        shares.append(len(bad) / len(over_ip) if over_ip else 0.0)
    foreign, kinds, everybody = _foreign(devices, policies)
    return Point(
        block=100 * len(blocked) / max(number, 1),
        macro=100 * sum(shares) / len(shares),
        clean=sum(not each for each in shares),
        foreign=foreign,
        kinds=kinds,
        everybody=everybody,
        rules=sum(len(each.rules) for each in policies.values()) / len(policies),
        blocked=blocked,
    )


def _foreign(devices: Sequence[Device], policies: Mapping[str, Policy]) -> tuple[float, float, float]:
    """What strangers may do: over other makers by flows and by kinds, and over all by flows."""
    opened = {each.name: _opened(each.held) for each in devices}
    others, kinds, everybody = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
    for mine in devices:
        for theirs in devices:
            if theirs.name == mine.name:
                continue
            for flows in opened[theirs.name]:
                open_to_them = sum(passes(policies[mine.name], each) for each in flows)
                _add(everybody, open_to_them, len(flows))
                if theirs.maker != mine.maker:
                    _add(others, open_to_them, len(flows))
                    _add(kinds, open_to_them / len(flows), 1)
    shares = [100 * part / max(whole, 1) for part, whole in (others, kinds, everybody)]
    return shares[0], shares[1], shares[2]


def _add(sums: list[float], part: float, whole: float) -> None:
    sums[0] += part
    sums[1] += whole


def _opened(flows: Sequence[Flow]) -> list[list[Flow]]:
    """What a device opens by itself, by kind."""
    found: dict[tuple[object, ...], list[Flow]] = defaultdict(list)
    for flow in flows:
        if flow.opener is Side.DEVICE and flow.peer is not None and not granted(flow):
            found[flow.protocol, flow.peer, flow.names, flow.peer_port, flow.icmp_type].append(flow)
    return list(found.values())


def granted(flow: Flow) -> bool:
    """Whether every device may do this; here with names and time from anybody."""
    if flow.protocol in {IGMP, ICMPV6}:
        return True
    if flow.opener is Side.PEER and flow.protocol == UDP and flow.peer_port in {53, 123}:
        return True
    return allows(GRANTED, flow.opening, AROUND)


def passes(policy: Policy, flow: Flow) -> bool:
    """Whether a profile lets a flow pass."""
    return allows(policy, flow.opening, AROUND)


def plain(flows: Sequence[Flow]) -> Policy:
    """What a plain learner makes of flows, after mudmaker.

    Every other end and service becomes a pair of rules: local hosts as local-networks, hosts with a name from
    DNS by the first one, others by address. Many high ports at one host become any port. Broadcasts, ICMP,
    DHCP, NTP and DNS to the local network are passed over.
    """
    names: dict[object, str] = {}
    services: dict[tuple[object, ...], Side | None] = {}
    for flow in flows:
        for each in flow.names:
            if each.source is NameSource.DNS:
                names.setdefault(flow.peer, each.name)
        if _wanted(flow):
            opener = flow.opener if flow.protocol == TCP and flow.opener_known else None
            key = (flow.protocol, flow.peer, _service_port(flow))
            services[key] = services.get(key) or opener
    _merge_high_ports(services)
    rules: dict[Rule, None] = {}
    for (protocol, peer, port), opener in services.items():
        for sender in Side:
            rules[_plain_rule((protocol, peer, port), opener, sender, names)] = None
    return Policy(rules=tuple(rules))


def _wanted(flow: Flow) -> bool:
    if flow.peer is None or flow.protocol not in {TCP, UDP}:
        return False
    if flow.peer == BROADCAST or flow.peer_mac == "ff:ff:ff:ff:ff:ff":
        return False
    if {flow.device_port, flow.peer_port} & {67, 68, 123}:
        return False
    return not (_service_port(flow) == 53 and is_local(flow.peer, LOCAL))  # noqa: PLR2004 -- DNS


def _service_port(flow: Flow) -> int:
    """The lower of the ports, unless the device was seen to open to the higher one."""
    mine, theirs = flow.device_port or 0, flow.peer_port or 0
    if flow.protocol == TCP and flow.opener_known:
        return theirs if flow.opener is Side.DEVICE else min(mine, theirs)
    return theirs if theirs < SYSTEM_PORTS else min(mine, theirs)


def _merge_high_ports(services: dict[tuple[object, ...], Side | None]) -> None:
    ends: dict[tuple[object, ...], list[tuple[object, ...]]] = defaultdict(list)
    for key in services:
        if isinstance(key[2], int) and key[2] > HIGH_PORT:
            ends[key[:2]].append(key)
    for end, keys in ends.items():
        if len(keys) >= MANY_PORTS:
            for key in keys:
                del services[key]
            services[*end, None] = None


def _plain_rule(
    key: tuple[object, ...], opener: Side | None, sender: Side, names: Mapping[object, str]
) -> Rule:
    protocol, peer, port = key
    assert isinstance(protocol, int)  # noqa: S101 -- for the type checker
    if is_local(peer, LOCAL):  # type: ignore[arg-type]
        who = Peer(PeerKind.LOCAL)
    elif peer in names:
        who = Peer(PeerKind.NAME, names[peer])
    else:
        who = Peer(PeerKind.ADDRESS, f"{peer}/{peer.max_prefixlen}")  # type: ignore[attr-defined]
    ports = (Ports(port, port),) if isinstance(port, int) else None
    served = protocol == TCP and opener is Side.PEER
    return Rule(
        name="plain",
        sender=sender,
        peers=(who,),
        protocol=protocol,
        device_ports=ports if served else None,
        peer_ports=None if served else ports,
        initiated=opener if ports else None,
    )


if __name__ == "__main__":
    sys.exit(main())
