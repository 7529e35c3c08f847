"""What a MUD file means: the policy in it (RFC 8520 §6 to §8). What nobody can hold opens nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Final, TypeGuard

from roadworthy.codecs.plain import Json
from roadworthy.network.mud.file import AccessList, Entry, MudFile
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side

TOP_PORT: Final = 65535
PROTOCOLS: Final = {"tcp": 6, "udp": 17}
ICMP: Final = {4: 1, 6: 58}
ETHERTYPES: Final = {"ipv4": 0x0800, "arp": 0x0806, "vlan": 0x8100, "ipv6": 0x86DD, "lldp": 0x88CC}
IP_OF: Final = {0x0800: 4, 0x86DD: 6}
FAMILY_OF: Final = {"ipv4": 4, "ipv6": 6}
INITIATED: Final = {"from-device": Side.DEVICE, "to-device": Side.PEER}
MUD_PEERS: Final = {each.value: each for each in PeerKind if each not in {PeerKind.ADDRESS, PeerKind.NAME}}
Layer = Mapping[str, Json]


def policy_of(mud: MudFile) -> Policy:
    """The policy of a MUD file, its rules in the order of its lists.

    A list that is not there gives no rules. Names that several rules would share get their list before them.
    """
    lists = {each.name: each for each in mud.lists}
    found = [
        (acl.name, _Meaning(side, acl, entry).rule())
        for side, names in ((Side.DEVICE, mud.from_device), (Side.PEER, mud.to_device))
        for acl in (lists[name] for name in names if name in lists)
        for entry in acl.entries
    ]
    often = Counter(rule.name for _, rule in found)
    names = [rule.name if often[rule.name] == 1 else f"{acl}/{rule.name}" for acl, rule in found]
    return Policy(
        rules=tuple(replace(rule, name=name) for name, (_, rule) in zip(_unique(names), found, strict=True)),
        mud_url=mud.about.mud_url,
    )


def _unique(names: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        free, number = name, 1
        while free in seen:
            number += 1
            free = f"{name}-{number}"
        seen.add(free)
        yield free


class _Meaning:
    """Gathers the rule of one entry."""

    def __init__(self, side: Side, acl: AccessList, entry: Entry) -> None:
        self._side = side
        self._entry = entry
        self._peers: list[Peer] = []
        self._unheld: list[str] = []
        self._ports: dict[str, tuple[Ports, ...]] = {}
        self._icmp: dict[str, int] = {}
        self._initiated: Side | None = None
        self._protocol: int | None = None
        self._ethertype: int | None = None
        kind = acl.type.split(":")[-1].removesuffix("-acl-type")
        self._family = FAMILY_OF.get(kind)

    def rule(self) -> Rule:
        """The rule."""
        for name, layer in self._entry.matches.items():
            if isinstance(layer, dict):
                self._layer(name, layer)
            else:
                self._unheld.append(name)
        mine, theirs = ("source", "destination") if self._side is Side.DEVICE else ("destination", "source")
        return Rule(
            name=self._entry.name,
            sender=self._side,
            peers=tuple(self._peers),
            family=self._family,
            protocol=self._protocol,
            device_ports=self._ports.get(f"{mine}-port"),
            peer_ports=self._ports.get(f"{theirs}-port"),
            icmp_type=self._icmp.get("type"),
            icmp_code=self._icmp.get("code"),
            initiated=self._initiated,
            ethertype=self._ethertype,
            accept=self._entry.forwarding == "accept",
            unheld=tuple(self._unheld),
        )

    def _layer(self, name: str, layer: Layer) -> None:
        if name in FAMILY_OF:
            if self._family not in {None, FAMILY_OF[name]}:
                self._unheld.append(name)
            self._family = FAMILY_OF[name]
        elif name in PROTOCOLS:
            self._is_protocol(PROTOCOLS[name], name)
        elif name == "icmp":
            six = self._family == FAMILY_OF["ipv6"] or "ipv6" in self._entry.matches
            self._is_protocol(ICMP[6 if six else 4], name)
        for key, leaf in layer.items():
            if not self._leaf(name, key, leaf):
                self._unheld.append(f"{name}/{key}")

    def _is_protocol(self, number: int, place: str) -> None:
        if self._protocol not in {None, number}:
            self._unheld.append(f"{place} against protocol {self._protocol}")
        self._protocol = number

    def _leaf(self, layer: str, key: str, leaf: Json) -> bool:
        """Take one field in; false where nobody can hold it."""
        if layer == "mud":
            return self._mud(key, leaf)
        if layer == "eth":
            return key == "ethertype" and self._is_ethertype(leaf)
        if layer in FAMILY_OF:
            return self._ip(layer, key, leaf)
        if layer == "icmp":
            return key in {"type", "code"} and self._is_icmp(key, leaf)
        return layer in PROTOCOLS and self._transport(layer, key, leaf)

    def _mud(self, key: str, leaf: Json) -> bool:
        kind = MUD_PEERS.get(key)
        if kind is None or not (leaf == [None] or isinstance(leaf, str)):
            return False
        value = leaf if isinstance(leaf, str) else ""
        self._peers.append(Peer(kind, value.lower() if kind is PeerKind.MANUFACTURER else value))
        return True

    def _is_ethertype(self, leaf: Json) -> bool:
        number = ETHERTYPES.get(leaf) if isinstance(leaf, str) else leaf
        if not _is_number(number):
            return False
        if number in IP_OF:
            agrees = self._family in {None, IP_OF[number]}
            self._family = IP_OF[number]
            return agrees
        self._ethertype = number
        return True

    def _ip(self, layer: str, key: str, leaf: Json) -> bool:
        peer = "destination" if self._side is Side.DEVICE else "source"
        if key == "protocol" and _is_number(leaf):
            self._is_protocol(leaf, layer)
            return True
        if not isinstance(leaf, str):
            return False
        if key == ("dst-dnsname" if self._side is Side.DEVICE else "src-dnsname"):
            self._peers.append(Peer(PeerKind.NAME, leaf.lower().removesuffix(".")))
            return True
        if key == f"{peer}-{layer}-network":
            return self._network(leaf)
        return False

    def _network(self, leaf: str) -> bool:
        try:
            network = ip_network(leaf, strict=False)
        except ValueError:
            return False
        self._peers.append(Peer(PeerKind.ADDRESS, str(network)))
        return True

    def _is_icmp(self, key: str, leaf: Json) -> bool:
        if not _is_number(leaf):
            return False
        self._icmp[key] = leaf
        return True

    def _transport(self, layer: str, key: str, leaf: Json) -> bool:
        if layer == "tcp" and key == "direction-initiated":
            self._initiated = INITIATED.get(leaf) if isinstance(leaf, str) else None
            return self._initiated is not None
        if key not in {"source-port", "destination-port"} or not isinstance(leaf, dict):
            return False
        ports = _ports(leaf)
        if ports is None:
            return False
        self._ports[key] = ports
        return True


def _is_number(leaf: Json) -> TypeGuard[int]:
    """Whether it is a number; true and false are none in JSON."""
    return isinstance(leaf, int) and not isinstance(leaf, bool)


def _ports(leaf: Layer) -> tuple[Ports, ...] | None:
    """Ports of a range or an operator; None if they are neither (RFC 8519 `port-range-or-operator`)."""
    numbers = [leaf.get(key) for key in ("lower-port", "upper-port", "port")]
    lower, upper, port = (each if _is_number(each) and 0 <= each <= TOP_PORT else None for each in numbers)
    if lower is not None and upper is not None and set(leaf) == {"lower-port", "upper-port"}:
        return (Ports(lower, upper),)
    if port is None or not set(leaf) <= {"operator", "port"}:
        return None
    spans = {
        "eq": ((port, port),),
        "lte": ((0, port),),
        "gte": ((port, TOP_PORT),),
        "neq": ((0, port - 1), (port + 1, TOP_PORT)),
    }.get(str(leaf.get("operator", "eq")))
    if spans is None:
        return None
    return tuple(Ports(first, last) for first, last in spans if first <= last)
