"""Wording: rules in plain words, and names for them that can stand in a MUD file."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from roadworthy.network.defaults import ICMP, ICMPV6, IGMP, TCP, UDP
from roadworthy.network.policy import Peer, PeerKind, Ports, Rule, Side

PROTOCOLS: Final = {TCP: "TCP", UDP: "UDP", ICMP: "ICMP", ICMPV6: "ICMPv6", IGMP: "IGMP"}
LONGEST: Final = 60  # of a rule's name; OpenWrt and others cut longer ones
NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")


def describe(rule: Rule) -> str:
    """A rule in one sentence, such as ``May open TCP to api.example.com, port 443``."""
    who = " and ".join(map(_peer, rule.peers)) or "any host"
    if rule.ethertype is not None:
        return f"May {_verb(rule)} frames of type {rule.ethertype:#06x}."
    what = protocol_of(rule)
    if rule.sender is Side.DEVICE:
        said = f"May open {what} to {who}{_ports(', port', rule.peer_ports)}"
        return f"{said}{_ports(', from its port', rule.device_ports)}."
    said = f"May be reached over {what} by {who}{_ports(', at its port', rule.device_ports)}"
    return f"{said}{_ports(', from port', rule.peer_ports)}."


def _verb(rule: Rule) -> str:
    return "send" if rule.sender is Side.DEVICE else "receive"


def protocol_of(rule: Rule) -> str:
    """Its protocol: ``TCP``, ``ICMP type 8``, ``protocol 47``."""
    if rule.protocol is None:
        return "anything"
    word = PROTOCOLS.get(rule.protocol, f"protocol {rule.protocol}")
    return word if rule.icmp_type is None else f"{word} type {rule.icmp_type}"


def _peer(peer: Peer) -> str:
    words = {
        PeerKind.LOCAL: "hosts of the local network",
        PeerKind.MY_CONTROLLER: "its controller",
        PeerKind.SAME_MANUFACTURER: "devices of its maker",
    }
    if peer.kind is PeerKind.CONTROLLER:
        return f"whoever serves {peer.value}"
    if peer.kind in {PeerKind.MANUFACTURER, PeerKind.MODEL}:
        return f"devices of {peer.value}"
    return words.get(peer.kind, peer.value.removesuffix("/32").removesuffix("/128"))


def _ports(words: str, ports: tuple[Ports, ...] | None) -> str:
    if ports is None:
        return ""
    said = " or ".join(str(p.first) if p.first == p.last else f"{p.first}-{p.last}" for p in ports)
    return f"{words} {said}"


def names(rules: Iterable[Rule]) -> tuple[str, ...]:
    """A name for each rule: short, plain, telling, and no two alike."""
    used: dict[str, int] = {}
    made = []
    for each in rules:
        base = _name(each)
        used[base] = used.get(base, 0) + 1
        made.append(base if used[base] == 1 else f"{base}-{used[base]}")
    return tuple(made)


def _name(rule: Rule) -> str:
    way = "to" if rule.sender is Side.DEVICE else "from"
    who = "-".join(_short(each) for each in rule.peers) or "any"
    ports = rule.peer_ports if rule.sender is Side.DEVICE else rule.device_ports
    port = "-".join(str(each.first) for each in ports or ())
    text = NOT_PLAIN.sub("-", f"{way} {who} {protocol_of(rule)} {port}".lower()).strip("-")
    return text[:LONGEST].strip("-")


def _short(peer: Peer) -> str:
    if peer.kind is PeerKind.CONTROLLER:
        return peer.value.rpartition(":")[2]
    return peer.value.removesuffix("/32").removesuffix("/128") or peer.kind.value


def day(moment: float) -> str:
    """The day of a moment in seconds since 1970, UTC; empty for one that no calendar has."""
    try:
        return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}"
    except (ValueError, OverflowError, OSError):
        return ""


def counted(number: int, one: str, many: str = "") -> str:
    """``1 capture``, ``2 captures``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
