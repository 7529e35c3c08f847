"""Explaining: why one conversation may be, or not: by which rule of whom, or by which switch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from typing import Final

from roadworthy.model.errors import InputError
from roadworthy.network.defaults import DEFAULTS, ICMP, ICMPV6, TCP, UDP
from roadworthy.network.live import FREE, Live, Names, Standing
from roadworthy.network.matcher import decide
from roadworthy.network.network_file import Device, Mode, Network
from roadworthy.network.nftables.elements import addresses_of, chain_of, mode_of
from roadworthy.network.nftables.ruleset import NEAR, PORTAL_PORT
from roadworthy.network.packet import Address, Packet
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.surroundings import Surroundings

PROTOCOLS: Final[Mapping[str, int]] = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMPV6}
_GROUPS: Final = tuple(ip_network(each) for family in NEAR for each in NEAR[family].split(", "))
ECHO: Final = {ICMP: 8, ICMPV6: 128}
HINT: Final = "Write it like `camera to cloud.example.com:443/tcp`, or `203.0.113.5 to camera:80`."
_TARGET: Final = re.compile(
    r"(?:\[([0-9a-f:.]+)\]|([^:/\s]+|[0-9a-f:.]+))(?::(\d{1,5}))?(?:/([a-z0-9]{1,7}))?"
)
_HIGHEST: Final = 65_535
_PORT_OF_CALLER: Final = 50_000
WORDS: Final = {
    "silenced": "its owner has switched its power off",
    "quarantined": "it is in quarantine",
    "internet_off": "its owner has switched the Internet off",
    "alone": "its owner has switched the Internet and the local network off",
    "change_off": "its owner has switched changes off, and this host brings some",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one device of a conversation says.

    Args:
        device: The device.
        packet: The first packet, seen from it.
        allowed: Whether it may.
        rule: The rule that decides; None if none does, or a switch.
        granted: Whether that rule is one of the defaults.
        cause: What decides before any rule; empty if nothing does.
        mode: Whether it is enforced.
    """

    device: Device
    packet: Packet
    allowed: bool
    rule: Rule | None
    granted: bool
    cause: str
    mode: Mode


def explained(flow: str, network: Network, live: Live) -> tuple[Verdict, ...]:
    """What each device of a conversation says; all must allow it.

    Args:
        flow: ``FROM to TO[:PORT][/PROTOCOL]``: names of devices, addresses, or DNS names.
        network: The network.
        live: What is known at run time.

    Raises:
        InputError: The words cannot be understood, or none of the ends is a device.
    """
    caller, called, port, protocol = _read(flow)
    ends = (network.devices.get(caller), network.devices.get(called))
    if ends == (None, None):
        raise InputError(f"neither {caller} nor {called} is a device of this network", hint=HINT)
    both = zip(ends, (called, caller), (Side.DEVICE, Side.PEER), strict=True)
    return tuple(
        _verdict(device, other, network, live, (side, port, protocol))
        for device, other, side in both
        if device is not None
    )


def _read(flow: str) -> tuple[str, str, int | None, int]:
    caller, word, target = flow.strip().lower().partition(" to ")
    found = _TARGET.fullmatch(target.strip())
    if not word or found is None or not caller.strip():
        raise InputError(f"{flow!r} is no conversation", hint=HINT)
    six, plain, port, protocol = found.groups()
    number = int(port) if port else None
    if number is not None and not 0 < number <= _HIGHEST:
        raise InputError(f"{port} is no port", hint=HINT)
    return caller.strip().strip("[]"), six or plain, number, _protocol(protocol, number)


def _protocol(word: str | None, port: int | None) -> int:
    if word is None:
        return ICMP if port is None else TCP
    if word in PROTOCOLS:
        return PROTOCOLS[word]
    if word.isdecimal() and int(word) < 256:  # noqa: PLR2004 -- one byte
        return int(word)
    raise InputError(f"{word} is no protocol", hint=f"Known are {', '.join(PROTOCOLS)}, and numbers.")


def _verdict(
    device: Device, other: str, network: Network, live: Live, what: tuple[Side, int | None, int]
) -> Verdict:
    names = live.names.get(device.name, {})
    packet = _packet(_peer(other, network, live, names), names, what)
    if other != str(packet.peer) and other not in network.devices:
        packet = replace(packet, names=packet.names | {other})
    standing = live.standings.get(device.name, FREE)
    mode = mode_of(device, live)
    cause, allowed = _switched(device, packet, network, live, standing)
    if cause:
        return Verdict(
            device=device, packet=packet, allowed=allowed, rule=None, granted=False, cause=cause, mode=mode
        )
    policy = Policy(rules=(*device.policy.rules, *DEFAULTS))
    rule = decide(policy, packet, device.surroundings)
    granted = rule is not None and any(rule is each for each in DEFAULTS)
    good = rule is not None and rule.accept
    return Verdict(
        device=device, packet=packet, allowed=good, rule=rule, granted=granted, cause="", mode=mode
    )


def _peer(other: str, network: Network, live: Live, names: Names) -> Address:
    """An address of the other end; for a DNS name that was never told, one that stands for it."""
    known = network.devices.get(other)
    if known is not None:
        addresses = addresses_of(known, live)
        if not addresses:
            raise InputError(f"no address of {other} is known", hint="Give the address instead.")
        return addresses[0]
    try:
        return ip_address(other)
    except ValueError:
        told = [address for address, some in names.items() if other in some]
        return told[0] if told else ip_address("192.0.0.8")  # RFC 7600: nobody's, and no local network's


def _packet(peer: Address, names: Names, what: tuple[Side, int | None, int]) -> Packet:
    side, port, protocol = what
    if protocol == ICMP and peer.version == 6:  # noqa: PLR2004 -- of IP
        protocol = ICMPV6
    packet = Packet(
        sender=side, opener=side, peer=peer, protocol=protocol, names=names.get(peer, frozenset())
    )
    if protocol in ECHO:
        return replace(packet, icmp_type=ECHO[protocol], icmp_code=0)
    if port is None:
        return packet
    if side is Side.DEVICE:
        return replace(packet, peer_port=port, device_port=_PORT_OF_CALLER)
    return replace(packet, device_port=port, peer_port=_PORT_OF_CALLER)


def _switched(
    device: Device, packet: Packet, network: Network, live: Live, standing: Standing
) -> tuple[str, bool]:
    """What decides before any rule, and how; empty if nothing does."""
    chain = chain_of(standing)
    if not chain or packet.peer is None:
        return "", False
    granted = decide(Policy(rules=DEFAULTS), packet, device.surroundings) is not None
    near = any(packet.peer in each for each in (*network.local, *_GROUPS))
    out = packet.opener is Side.DEVICE
    updates = bool(packet.names & frozenset(device.update_hosts)) and not standing.change_off
    mends = out and updates and (_is_web(packet) or _by_profile(device, packet))
    passes = {
        "silenced": False,
        "quarantined": granted or mends or (out and _is_portal(packet, network)),
        "alone": granted,
    }
    if chain in passes:
        return WORDS[chain], passes[chain]
    stops = {"internet_off": not near, "change_off": _brings_change(device, packet, live)}
    return (WORDS[chain], False) if stops[chain] else ("", False)


def _is_web(packet: Packet) -> bool:
    return packet.protocol == TCP and packet.peer_port in {80, 443}


def _by_profile(device: Device, packet: Packet) -> bool:
    rule = decide(device.policy, packet, device.surroundings)
    return rule is not None and rule.accept


def _is_portal(packet: Packet, network: Network) -> bool:
    ports = {PORTAL_PORT, 443} if network.portal else {PORTAL_PORT}
    return packet.protocol == TCP and packet.peer == network.address and packet.peer_port in ports


def _brings_change(device: Device, packet: Packet, live: Live) -> bool:
    hosts = frozenset((*device.update_hosts, *device.config_hosts))
    return bool(packet.names & hosts) or packet.peer in live.changing.get(device.name, ())


def missing_rule(packet: Packet, surroundings: Surroundings) -> Rule:
    """The narrowest rule that would allow a conversation: what its profile lacks."""
    names = sorted(packet.names)
    if names:
        peer = Peer(PeerKind.NAME, names[0])
    elif packet.peer is not None and any(packet.peer in each for each in surroundings.local):
        peer = Peer(PeerKind.LOCAL)
    else:
        peer = Peer(PeerKind.ADDRESS, f"{packet.peer}/{packet.peer.max_prefixlen if packet.peer else 0}")
    called = packet.peer_port if packet.opener is Side.DEVICE else packet.device_port
    ports = None if called is None else (Ports(called, called),)
    return Rule(
        name="missing",
        sender=packet.opener,
        peers=(peer,),
        family=None if names or packet.peer is None else packet.peer.version,
        protocol=packet.protocol,
        peer_ports=ports if packet.opener is Side.DEVICE else None,
        device_ports=None if packet.opener is Side.DEVICE else ports,
        icmp_type=packet.icmp_type,
        icmp_code=packet.icmp_code,
    )
