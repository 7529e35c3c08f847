"""A second reader of captures, slow and small, for `bench/learn.py`: what learning is measured on.

It knows pcap over Ethernet, IPv4 and IPv6, TCP, UDP, ICMP, the addresses in DNS answers, and names in TLS
greetings and HTTP requests. It trusts the captures: the reader that need not is `network/traffic`.
"""

import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Final, NamedTuple

from roadworthy.network.defaults import DNS_PORT, ICMP, ICMPV6, TCP, UDP
from roadworthy.network.flow import Flow, NameSource, PeerName
from roadworthy.network.packet import Address
from roadworthy.network.policy import Side

LITTLE: Final = (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1")
TAGS: Final = frozenset({0x8100, 0x88A8})
IPV4, IPV6, SYN, SYN_ACK = 0x0800, 0x86DD, 0x02, 0x12
EXTENSIONS: Final = frozenset({0, 43, 60})  # RFC 8200 §4: those before the payload
ASKING: Final = {(ICMP, 0): 8, (ICMP, 14): 13, (ICMPV6, 129): 128, (ICMPV6, 136): 135}
VERBS: Final = (b"GET ", b"POST", b"PUT ", b"HEAD")
EPHEMERAL: Final = 32768


class Key(NamedTuple):
    """What packets of one conversation share."""

    mac: str
    peer: Address | None
    protocol: int | None
    device_port: int | None
    peer_port: int | None
    icmp_type: int | None
    ethertype: int | None


@dataclass
class Entry:
    """One conversation so far."""

    opener: Side
    known: bool
    first: float
    last: float
    packets: int = 0
    octets: int = 0
    sides: set[Side] = field(default_factory=set)
    names: set[PeerName] = field(default_factory=set)


class Seen(NamedTuple):
    """What one packet tells."""

    key: Key
    opener: Side
    known: bool = False
    name: PeerName | None = None


def flows(captures: Sequence[Path], device: str) -> list[Flow]:
    """The conversations of a device in some captures."""
    return [each for number, path in enumerate(captures) for each in _Capture(device, number).read(path)]


class _Capture:
    """One capture, seen from one device."""

    def __init__(self, device: str, number: int) -> None:
        self._device, self._number = device, number
        self._mac = bytes.fromhex(device.replace(":", ""))
        self._told: dict[Address, set[str]] = {}

    def read(self, path: Path) -> Iterator[Flow]:
        """Its conversations."""
        table: dict[Key, Entry] = {}
        for moment, frame in packets(path.read_bytes()):
            sender = {frame[6:12]: Side.DEVICE, frame[:6]: Side.PEER}.get(self._mac)
            if sender is None:
                continue
            with suppress(struct.error, IndexError):
                _count(table, self._packet(frame, sender), sender, (moment, len(frame)))
        for key, entry in table.items():
            yield self._flow(key, entry)

    def _flow(self, key: Key, entry: Entry) -> Flow:
        told = (
            {PeerName(each, NameSource.DNS) for each in self._told.get(key.peer, ())} if key.peer else set()
        )
        order = list(NameSource)
        names = sorted(told | entry.names, key=lambda each: (order.index(each.source), each.name))
        return Flow(
            device=self._device,
            opener=entry.opener if entry.known or key.protocol != TCP else _likely(key, entry.opener),
            peer=key.peer,
            peer_mac=key.mac,
            protocol=key.protocol,
            device_port=key.device_port,
            peer_port=key.peer_port,
            icmp_type=key.icmp_type,
            ethertype=key.ethertype,
            names=tuple(names),
            first=entry.first,
            last=entry.last,
            packets=entry.packets,
            octets=entry.octets,
            answered=len(entry.sides) > 1,
            capture=self._number,
            opener_known=entry.known,
        )

    def _packet(self, frame: bytes, sender: Side) -> Seen:
        mac = (frame[:6] if sender is Side.DEVICE else frame[6:12]).hex(":")
        ethertype, at = struct.unpack_from(">H", frame, 12)[0], 14
        while ethertype in TAGS:
            ethertype, at = struct.unpack_from(">H", frame, at + 2)[0], at + 4
        if ethertype not in {IPV4, IPV6}:
            return Seen(Key(mac, None, None, None, None, None, ethertype), sender, known=True)
        source, target, protocol, payload = _ipv4(frame, at) if ethertype == IPV4 else _ipv6(frame, at)
        peer = target if sender is Side.DEVICE else source
        if protocol in {ICMP, ICMPV6}:
            kind = ASKING.get((protocol, payload[0]), payload[0])
            opener = sender if kind == payload[0] else sender.other
            return Seen(Key(mac, peer, protocol, None, None, kind, None), opener, known=True)
        if protocol not in {TCP, UDP}:
            return Seen(Key(mac, peer, protocol, None, None, None, None), sender, known=True)
        near, far = struct.unpack_from(">HH", payload)
        mine, theirs = (near, far) if sender is Side.DEVICE else (far, near)
        key = Key(mac, peer, protocol, mine, theirs, None, None)
        if protocol == UDP:
            if sender is Side.PEER and theirs == DNS_PORT:
                self._hear(payload[8:])
            return Seen(key, sender)
        return _segment(key, sender, payload)

    def _hear(self, message: bytes) -> None:
        with suppress(struct.error, IndexError):
            for name, address in answers(message):
                self._told.setdefault(address, set()).add(name)


def _count(table: dict[Key, Entry], seen: Seen, sender: Side, size: tuple[float, int]) -> None:
    moment, length = size
    entry = table.setdefault(seen.key, Entry(seen.opener, seen.known, moment, moment))
    if seen.known and not entry.known:
        entry.opener, entry.known = seen.opener, True
    entry.last = moment
    entry.packets += 1
    entry.octets += length
    entry.sides.add(sender)
    if seen.name is not None:
        entry.names.add(seen.name)


def _likely(key: Key, seen: Side) -> Side:
    """Who opened a connection whose beginning is not in the capture: the side with the ephemeral port."""
    mine, theirs = key.device_port or 0, key.peer_port or 0
    for edge in (1024, EPHEMERAL):
        if (mine < edge) != (theirs < edge):
            return Side.PEER if mine < edge else Side.DEVICE
    return seen if mine == theirs else Side.DEVICE if mine > theirs else Side.PEER


def _segment(key: Key, sender: Side, payload: bytes) -> Seen:
    data = payload[(payload[12] >> 4) * 4 :]
    flags = payload[13] & SYN_ACK
    opener = {SYN: sender, SYN_ACK: sender.other}.get(flags)
    name = None
    if data[:1] == b"\x16":
        name = greeted(data)
    elif data[:4] in VERBS and sender is Side.DEVICE:
        name = hosted(data)
    return Seen(key, opener or sender, opener is not None, name)


def _ipv4(frame: bytes, at: int) -> tuple[Address, Address, int, bytes]:
    start = at + (frame[at] & 15) * 4
    total, fragment = struct.unpack_from(">H2xH", frame, at + 2)
    if fragment & 0x1FFF:
        raise IndexError("a later fragment has no ports")
    source, target = IPv4Address(frame[at + 12 : at + 16]), IPv4Address(frame[at + 16 : at + 20])
    return source, target, frame[at + 9], frame[start : at + total]


def _ipv6(frame: bytes, at: int) -> tuple[Address, Address, int, bytes]:
    protocol, start = frame[at + 6], at + 40
    while protocol in EXTENSIONS:
        protocol, start = frame[start], start + 8 + 8 * frame[start + 1]
    source, target = IPv6Address(frame[at + 8 : at + 24]), IPv6Address(frame[at + 24 : at + 40])
    return source, target, protocol, frame[start:]


def packets(data: bytes) -> Iterator[tuple[float, bytes]]:
    """The packets of a pcap file, with their moments."""
    order = "<" if data[:4] in LITTLE else ">"
    at = 24
    while at + 16 <= len(data):
        seconds, micros, length, _ = struct.unpack_from(f"{order}IIII", data, at)
        yield seconds + micros / 1e6, data[at + 16 : at + 16 + length]
        at += 16 + length


def answers(message: bytes) -> Iterator[tuple[str, Address]]:
    """Names that were asked for, each with every address of the answer (RFC 1035 §4)."""
    asked, given = struct.unpack_from(">HH", message, 4)
    names, at = [], 12
    for _ in range(asked):
        name, at = _name(message, at)
        names.append(name)
        at += 4
    for _ in range(given if message[2] & 0x80 else 0):
        _, at = _name(message, at)
        kind, length = struct.unpack_from(">H6xH", message, at)
        value = message[at + 10 : at + 10 + length]
        at += 10 + length
        if (kind, length) in {(1, 4), (28, 16)}:
            for name in names:
                yield name, IPv4Address(value) if kind == 1 else IPv6Address(value)


def _name(message: bytes, at: int) -> tuple[str, int]:
    labels: list[str] = []
    after = None
    for _ in range(128):
        length = message[at]
        if length >= 0xC0:  # noqa: PLR2004 -- RFC 1035 §4.1.4: a pointer
            after = after or at + 2
            at = ((length & 0x3F) << 8) | message[at + 1]
        elif length == 0:
            break
        else:
            labels.append(message[at + 1 : at + 1 + length].decode("latin-1").lower())
            at += 1 + length
    return ".".join(labels), after or at + 1


def greeted(data: bytes) -> PeerName | None:
    """The server's name in a ClientHello (RFC 6066 §3)."""
    with suppress(struct.error, IndexError):
        if data[5] != 1:
            return None
        at = 43 + 1 + data[43]
        at += 2 + struct.unpack_from(">H", data, at)[0]
        at += 1 + data[at]
        end = at + 2 + struct.unpack_from(">H", data, at)[0]
        at += 2
        while at + 4 <= min(end, len(data)):
            kind, length = struct.unpack_from(">HH", data, at)
            if kind == 0:
                size = struct.unpack_from(">H", data, at + 7)[0]
                return PeerName(data[at + 9 : at + 9 + size].decode("latin-1").lower(), NameSource.SNI)
            at += 4 + length
    return None


def hosted(data: bytes) -> PeerName | None:
    """The host that an HTTP request is for (RFC 9110 §7.2)."""
    for line in data.split(b"\r\n")[1:40]:
        field_name, _, value = line.partition(b":")
        if field_name.lower() == b"host":
            host = value.strip().decode("latin-1").lower().partition(":")[0]
            return PeerName(host, NameSource.HTTP_HOST) if host else None
    return None
