"""Ruleset: the whole table as text, and the commands that change it while it is in force.

How a packet goes: whoever sends it, if it is a device, must be allowed to (`from_device`); whoever gets it,
if it is a device, too (`to_device`). In each, first what is switched, running conversations included; then a
conversation that runs may go on; then its first packet is put to the sets, to the lines of its device, to
the defaults, and what is left is refused. `return` says yes, because both ends must say it.

The packet mark carries the number of the device while its packet is looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from roadworthy.network.defaults import DEFAULTS, EAPOL
from roadworthy.network.live import Live
from roadworthy.network.network_file import Fail, Network
from roadworthy.network.nftables.elements import FAMILIES, Element, Group, Plan, elements
from roadworthy.network.nftables.lines import lines, networks_text
from roadworthy.network.nftables.resolving import resolved_rule, why_not
from roadworthy.network.policy import Side
from roadworthy.network.surroundings import Surroundings

TABLE: Final = "inet roadworthy"
BRIDGE_TABLE: Final = "bridge roadworthy"
LOG_GROUP: Final = 7
PORTAL_PORT: Final = 8910
_ADDRESS: Final = {4: "ipv4_addr", 6: "ipv6_addr"}
_IP: Final = {4: "ip", 6: "ip6"}
_SIDE: Final = {"out": Side.DEVICE, "in": Side.PEER}
NEAR: Final = {4: "224.0.0.0/24, 239.0.0.0/8, 255.255.255.255", 6: "fe80::/10, ff02::/16, ff05::/16"}
_OPENING: Final = "tcp flags & (fin | syn | rst | ack) != syn"
_TOLD: Final = "update @heard { meta mark limit rate 20/second burst 40 packets }"


def ruleset(planned: Plan, live: Live) -> str:
    """The table as one batch for ``nft -f -``: it replaces the one in force at once, or nothing changes."""
    return table(planned, contents(planned, live))


def contents(planned: Plan, live: Live) -> Mapping[str, Sequence[str]]:
    """What stands in the sets and maps, by their names."""
    standing: dict[str, list[str]] = {}
    for placed in planned.devices.values():
        for name, element in sorted(elements(placed, live)):
            standing.setdefault(name, []).append(element)
    return standing


def table(planned: Plan, standing: Mapping[str, Sequence[str]]) -> str:
    """The table as one batch, with what stands in its sets and maps."""
    words = [f"table {TABLE}", f"delete table {TABLE}", f"table {TABLE} {{"]
    words.extend(_sets(planned, standing))
    words.extend(_chains(planned))
    words.append("}")
    return "\n".join(words) + "\n"


def bridged(network: Network) -> str:
    """A table for gateways whose devices are on a bridge: of theirs, it passes what the other table sees.

    Frames with more than one tag, or of other protocols, would go by `ruleset`, and some hosts take them.
    """
    macs = ", ".join(each.mac for each in network.devices.values())
    known = f"meta protocol != {{ ip, ip6, arp, {EAPOL:#06x} }} drop"
    words = (
        f"table {BRIDGE_TABLE}",
        f"delete table {BRIDGE_TABLE}",
        f"table {BRIDGE_TABLE} {{",
        f"  set guarded {{ type ether_addr; {_content([macs] if macs else [])}}}",
        "  chain forward {",
        "    type filter hook forward priority filter; policy accept;",
        f"    ether saddr @guarded {known}",
        f"    ether daddr @guarded {known}",
        "  }",
        "}",
    )
    return "\n".join(words) + "\n"


def changes(before: Iterable[Element], after: Iterable[Element]) -> str:
    """The commands that lead from elements to others, as one batch; empty for none."""
    old, new = frozenset(before), frozenset(after)
    gone, come = sorted(old - new), sorted(new - old)
    return "".join(
        f"{verb} element {TABLE} {name} {{ {', '.join(some)} }}\n"
        for verb, which in (("delete", gone), ("add", come))
        for name, some in _by_set(which).items()
    )


def _by_set(some: Iterable[Element]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, element in some:
        found.setdefault(name, []).append(element)
    return found


_EACH: Final = {
    "numbers": "map ether_addr : mark",
    "learning": "set mark",
    "quarantined": "set ether_addr",
}
_EACH_WAY: Final = {"held": "map mark : verdict", "groups": "map mark : verdict"}
_EACH_FAMILY: Final = {
    "owners": "map {address} : mark",
    "bound": "set ether_addr . {address}",
    "updates": "set mark . {address}",
    "changing": "set mark . {address}",
}
_EACH_BOTH: Final = {
    "host": "set mark . {address} . inet_proto . inet_service",
    "peer": "set mark . {address}",
    "any": "set mark . inet_proto . inet_service",
    "local": "set mark . inet_proto . inet_service",
}


def _kinds(planned: Plan) -> Mapping[str, str]:
    """The sets and maps of the table, and of what type each is."""
    kinds = dict(_EACH)
    kinds.update((f"{name}_{way}", kind) for name, kind in _EACH_WAY.items() for way in _SIDE)
    for family in FAMILIES:
        address = _ADDRESS[family]
        own = {f"{name}{family}": kind for name, kind in _EACH_FAMILY.items()}
        own.update((f"{way}_{name}{family}", kind) for name, kind in _EACH_BOTH.items() for way in _SIDE)
        for group in planned.groups:
            own.update((group.names_set(each, family), "set mark . {address}") for each in group.names)
        kinds.update((name, kind.format(address=address)) for name, kind in own.items())
    return kinds


def _sets(planned: Plan, standing: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, kind in _kinds(planned).items():
        what, _, type_ = kind.partition(" ")
        yield f"  {what} {name} {{ type {type_}; {_content(standing.get(name, ()))}}}"
    for family in FAMILIES:
        nets = _nets(planned.network, family)
        yield f"  set local{family} {{ type {_ADDRESS[family]}; flags interval; {nets}}}"
    yield "  set heard { type mark; flags dynamic; timeout 1m; size 65535; }"
    if planned.network.fail is Fail.OPEN:
        yield "  set awake { type mark; flags timeout; }"


def _nets(network: Network, family: int) -> str:
    text = networks_text(network.local, family).strip("{ }")
    return _content([text] if text else [])


def _content(some: Iterable[str]) -> str:
    text = ", ".join(some)
    return f"elements = {{ {text} }}; " if text else ""


def _chains(planned: Plan) -> Iterator[str]:
    network = planned.network
    around = Surroundings(local=network.local, controllers=network.controllers)
    for way in _SIDE:
        yield from _chain(f"denied_{way}", _denied(network, way))
        yield from _chain(f"unbound_{way}", _denied(network, way, word="unbound"))
        yield from _chain(
            f"cut_{way}", [f'{_TOLD} log prefix "rw cut {way} " group {LOG_GROUP}', "counter drop"]
        )
        yield from _chain(f"defaults_{way}", [*_granted(around, way), f"goto denied_{way}"])
        for group in planned.groups:
            yield from _chain(f"group{group.number}_{way}", _group(group, way))
        yield from _standings(network, around, way)
        yield from _chain(f"opening_{way}", _opening(way))
    yield from _chain("from_device", _from_device())
    yield from _chain("to_device", _to_device())
    yield from _hooks()
    yield from _redirections(network)


def _chain(name: str, some: Iterable[str]) -> Iterator[str]:
    yield f"  chain {name} {{"
    yield from (f"    {each}" for each in some)
    yield "  }"


def _denied(network: Network, way: str, *, word: str = "denied") -> Iterator[str]:
    if network.fail is Fail.OPEN:
        yield "meta mark & 0 != @awake return"
    yield f'meta mark @learning {_TOLD} log prefix "rw new {way} " group {LOG_GROUP}'
    yield "meta mark @learning return"
    yield f'{_TOLD} log prefix "rw {word} {way} " group {LOG_GROUP}'
    yield "counter drop"


def _granted(around: Surroundings, way: str) -> Iterator[str]:
    """The defaults, as lines."""
    for rule in DEFAULTS:
        if rule.sender is _SIDE[way] and not why_not(rule):
            resolved = resolved_rule(rule, around)
            if resolved.networks != ():
                yield from lines(resolved, "return")


def _group(group: Group, way: str) -> Iterator[str]:
    for resolved in group.rules:
        if resolved.rule.sender is _SIDE[way]:
            verdict = "return" if resolved.rule.accept else f"goto denied_{way}"
            yield from lines(resolved, verdict, group.names_set)
    yield f"goto defaults_{way}"


def _other(way: str) -> str:
    return "daddr" if way == "out" else "saddr"


def _standings(network: Network, around: Surroundings, way: str) -> Iterator[str]:
    """One chain for each standing. Those of `elements.FINAL` say yes by `return`; the others let go on."""
    other = _other(way)
    near = [f"ip {other} @local4 return", f"ip6 {other} @local6 return"]
    near.extend(f"{_IP[each]} {other} {{ {NEAR[each]} }} return" for each in FAMILIES)
    changing = [f"meta mark . {_IP[each]} {other} @changing{each} goto cut_{way}" for each in FAMILIES]
    updates = list(_updates(way))
    basis = [*_granted(around, way), *(_answers(around) if way == "in" else ())]
    yield from _chain(f"silenced_{way}", [f"goto cut_{way}"])
    yield from _chain(f"change_off_{way}", changing)
    yield from _chain(f"internet_off_{way}", [*near, f"goto cut_{way}"])
    yield from _chain(f"alone_{way}", [*basis, f"goto cut_{way}"])
    portal = _portal(network) if way == "out" else ()
    yield from _chain(f"quarantined_{way}", [*updates, *portal, *basis, f"goto cut_{way}"])


def _updates(way: str) -> Iterator[str]:
    """What mends a device in quarantine: its update hosts, over the web or as its profile says."""
    for family in FAMILIES:
        ip = _IP[family]
        if way == "in":
            yield f"ct state established meta mark . {ip} saddr @updates{family} return"
            continue
        known = f"meta mark . {ip} daddr @updates{family}"
        yield f"{known} tcp dport {{ 80, 443 }} return"
        yield f"{known} meta mark . {ip} daddr . meta l4proto . th dport @out_host{family} return"


def _answers(around: Surroundings) -> Iterator[str]:
    """The answers to what the defaults grant, from whoever serves."""
    for rule in DEFAULTS:
        resolved = resolved_rule(rule, around)
        if rule.sender is Side.DEVICE and rule.peers and rule.peer_ports and resolved.networks:
            for family in FAMILIES:
                text = networks_text(resolved.networks, family)
                if text:
                    port = rule.peer_ports[0].first
                    who = f"{_IP[family]} saddr {text} meta l4proto {rule.protocol} th sport {port}"
                    yield f"ct state established {who} return"


def _portal(network: Network) -> Iterator[str]:
    if network.address is not None:
        family = network.address.version
        ports = f"{{ 443, {PORTAL_PORT} }}" if network.portal else str(PORTAL_PORT)
        yield f"{_IP[family]} daddr {network.address} tcp dport {ports} return"


def _opening(way: str) -> Iterator[str]:
    other = _other(way)
    for family in FAMILIES:
        address = f"{_IP[family]} {other}"
        end = "meta l4proto . th dport"
        yield f"meta mark . {address} . {end} @{way}_host{family} return"
        yield f"{address} @local{family} meta mark . {end} @{way}_local{family} return"
        yield f"meta nfproto ipv{family} meta mark . {end} @{way}_any{family} return"
        yield f"meta mark . {address} @{way}_peer{family} return"
    yield f"meta mark vmap @groups_{way}"
    yield f"goto defaults_{way}"


def _running() -> Iterator[str]:
    yield "ct state established return"
    yield "ct state related meta l4proto { icmp, ipv6-icmp } return"


def _from_device() -> Iterator[str]:
    yield "meta mark vmap @held_out"
    yield from _running()
    for near in ("@local6", f"{{ {NEAR[6]} }}"):  # by these, addresses become known
        yield f"ip6 hoplimit 255 ip6 daddr {near} icmpv6 type {{ 133, 135, 136 }} return"
    yield "ip saddr != 0.0.0.0 ether saddr . ip saddr != @bound4 goto unbound_out"
    yield "ip6 saddr != { ::, fe80::/10 } ether saddr . ip6 saddr != @bound6 goto unbound_out"
    yield from _late()
    yield "goto opening_out"


def _to_device() -> Iterator[str]:
    yield "meta mark vmap @held_in"
    yield from _running()
    yield from _late()
    yield "goto opening_in"


def _late() -> Iterator[str]:
    """What belongs to a connection from before the table: to be opened again, once it is enforced."""
    yield f"{_OPENING} meta mark @learning return"
    yield f"{_OPENING} drop"


def _hooks() -> Iterator[str]:
    sender = "meta mark set ether saddr map @numbers jump from_device"
    receiver = ["meta mark set ether daddr map @numbers jump to_device"]  # on a bridge: whatever its address
    receiver.extend(f"meta mark set {_IP[each]} daddr map @owners{each} jump to_device" for each in FAMILIES)
    policy = "policy accept;"
    yield from _chain("forward", [f"type filter hook forward priority filter; {policy}", sender, *receiver])
    yield from _chain("input", [f"type filter hook input priority filter; {policy}", sender])


def _redirections(network: Network) -> Iterator[str]:
    """Questions of devices go to the gateway's resolver; plain pages of quarantined ones to the portal."""
    if network.address is None:
        return
    family = network.address.version
    where = str(network.address) if family == 4 else f"[{network.address}]"  # noqa: PLR2004 -- of IP
    to = f"dnat {_IP[family]} to {where}"
    names = f"meta nfproto ipv{family} meta l4proto {{ tcp, udp }} th dport 53"
    yield from _chain(
        "redirections",
        [
            "type nat hook prerouting priority dstnat; policy accept;",
            f"meta nfproto ipv{family} ether saddr @quarantined tcp dport 80 {to}:{PORTAL_PORT}",
            f"{names} meta mark set ether saddr map @numbers {to}:53",
        ],
    )
