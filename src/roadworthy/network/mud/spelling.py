"""Spell a policy as a MUD file (RFC 8520): the way back from `meaning`.

A list for each sender and family; a rule for both families stands in both. A rule with several spans of ports
becomes several entries, because an entry has one (RFC 8519 `port-range-or-operator`); a rule about ports
without a protocol becomes one for TCP and one for UDP. A rule that accepts and has matches nobody can hold
never matches, and is left out; so is one about frames that are not IP and asks who the other end is.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from itertools import product
from typing import Final

from roadworthy.codecs.plain import Json
from roadworthy.model.errors import PolicyError
from roadworthy.network.mud.file import About, AccessList, Entry, MudFile
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side

TCP: Final = 6
UDP: Final = 17
ICMP: Final = {1: 4, 58: 6}
LONGEST_NAME: Final = 64  # RFC 8519, `ace/name`
FAMILIES: Final = (4, 6)
LAYERS: Final = {TCP: "tcp", UDP: "udp"}
SENT_BY: Final = {Side.DEVICE: "from", Side.PEER: "to"}
REWRITE: Final = "Split the rule, so that each part can be said in an entry of RFC 8519."
FRAMES: Final = 0
"""In place of a family: what is not IP."""


def mud_of(policy: Policy, about: About) -> MudFile:
    """The file that means a policy.

    Args:
        policy: What is allowed.
        about: What the file says of itself.

    Raises:
        PolicyError: A rule cannot be said in a MUD file. Names the rule.
    """
    lists: dict[tuple[Side, int], list[Entry]] = {}
    for rule in policy.rules:
        if (rule.accept and rule.unheld) or (rule.ethertype is not None and rule.peers):
            continue
        for spelled in _parts(rule):
            for family in _families(spelled):
                lists.setdefault((spelled.sender, family), []).append(_entry(spelled, family))
    made = {key: _list(*key, entries) for key, entries in sorted(lists.items())}
    return MudFile(
        about=about,
        from_device=tuple(each.name for (side, _), each in made.items() if side is Side.DEVICE),
        to_device=tuple(each.name for (side, _), each in made.items() if side is Side.PEER),
        lists=tuple(made.values()),
    )


def _parts(rule: Rule) -> Iterator[Rule]:
    """Rules with one span of ports at each end, and a protocol where there are ports."""
    with_ports = rule.device_ports is not None or rule.peer_ports is not None
    if with_ports and rule.protocol not in {None, TCP, UDP}:
        raise PolicyError(f"rule {rule.name}: protocol {rule.protocol} has no ports", hint=REWRITE)
    if sum(each.kind is PeerKind.NAME for each in rule.peers) > 1:
        raise PolicyError(f"rule {rule.name}: two names at once", hint=REWRITE)
    protocols = (TCP, UDP) if with_ports and rule.protocol is None else (rule.protocol,)
    for protocol, mine, theirs in product(protocols, _each(rule.device_ports), _each(rule.peer_ports)):
        yield replace(rule, protocol=protocol, device_ports=mine, peer_ports=theirs)


def _each(spans: tuple[Ports, ...] | None) -> list[tuple[Ports, ...] | None]:
    return [None] if spans is None else [(span,) for span in spans]


def _families(rule: Rule) -> tuple[int, ...]:
    """The families that a rule can match at all."""
    if rule.ethertype is not None:
        return (FRAMES,)
    fixed = {rule.family} if rule.family is not None else set(FAMILIES)
    for peer in rule.peers:
        if peer.kind is PeerKind.ADDRESS:
            fixed &= {ip_network(peer.value).version}
    if (rule.icmp_type is not None or rule.icmp_code is not None) and rule.protocol in ICMP:
        fixed &= {ICMP[rule.protocol]}
    return tuple(sorted(fixed))


def _entry(rule: Rule, family: int) -> Entry:
    matches: dict[str, Json] = {}
    if family == FRAMES:
        return Entry(
            name=rule.name, matches={"eth": {"ethertype": rule.ethertype}}, forwarding=_verdict(rule)
        )
    layer = f"ipv{family}"
    ip: dict[str, Json] = {} if rule.protocol is None else {"protocol": rule.protocol}
    mud: dict[str, Json] = {}
    end = "destination" if rule.sender is Side.DEVICE else "source"
    for peer in rule.peers:
        if peer.kind is PeerKind.ADDRESS:
            _put(ip, f"{end}-{layer}-network", peer.value, rule)
        elif peer.kind is PeerKind.NAME:
            _put(ip, "dst-dnsname" if rule.sender is Side.DEVICE else "src-dnsname", peer.value, rule)
        else:
            _put(mud, peer.kind.value, _said(peer), rule)
    if mud:
        matches["mud"] = mud
    if ip:
        matches[layer] = ip
    matches.update(_transport(rule, family))
    return Entry(name=rule.name, matches=matches, forwarding=_verdict(rule))


def _put(nodes: dict[str, Json], key: str, value: Json, rule: Rule) -> None:
    if key in nodes:
        raise PolicyError(f"rule {rule.name}: {key} twice", hint=REWRITE)
    nodes[key] = value


def _said(peer: Peer) -> Json:
    """Empty leaves are ``[null]`` (RFC 7951 §6.9)."""
    return peer.value or [None]


def _transport(rule: Rule, family: int) -> dict[str, Json]:
    if rule.icmp_type is not None or rule.icmp_code is not None:
        kind = {"type": rule.icmp_type, "code": rule.icmp_code}
        said: dict[str, Json] = {key: value for key, value in kind.items() if value is not None}
        if ICMP.get(rule.protocol or 0) != family:
            raise PolicyError(f"rule {rule.name}: ICMP without its protocol", hint=REWRITE)
        return {"icmp": said}
    nodes: dict[str, Json] = {}
    near, far = ("source", "destination") if rule.sender is Side.DEVICE else ("destination", "source")
    for name, spans in ((near, rule.device_ports), (far, rule.peer_ports)):
        if spans is not None:
            nodes[f"{name}-port"] = _ports(spans[0])
    if rule.initiated is not None:
        if rule.protocol != TCP:
            raise PolicyError(f"rule {rule.name}: direction-initiated is for TCP", hint=REWRITE)
        nodes["direction-initiated"] = "from-device" if rule.initiated is Side.DEVICE else "to-device"
    return {LAYERS[rule.protocol]: nodes} if nodes and rule.protocol is not None else {}


def _ports(span: Ports) -> Json:
    if span.first == span.last:
        return {"operator": "eq", "port": span.first}
    return {"lower-port": span.first, "upper-port": span.last}


def _verdict(rule: Rule) -> str:
    return "accept" if rule.accept else "drop"


def _list(side: Side, family: int, entries: list[Entry]) -> AccessList:
    kind = "eth" if family == FRAMES else f"ipv{family}"
    named = _named([each.name for each in entries])
    return AccessList(
        name=f"{SENT_BY[side]}-{kind}",
        type=f"{kind}-acl-type",
        entries=tuple(replace(entry, name=name) for name, entry in zip(named, entries, strict=True)),
    )


def _named(names: list[str]) -> Iterator[str]:
    """Names that are unique and not too long."""
    seen: set[str] = set()
    for name in names:
        plain = re.sub(r"[^\w.:/-]+", "-", name)[:LONGEST_NAME] or "rule"
        free, number = plain, 1
        while free in seen:
            number += 1
            free = f"{plain[: LONGEST_NAME - len(str(number)) - 1]}-{number}"
        seen.add(free)
        yield free
