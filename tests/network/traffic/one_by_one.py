"""The same as the reader in columns, packet by packet: slow, plain, and what that one is held against."""

import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, NamedTuple

from roadworthy.model.errors import InputError
from roadworthy.network.defaults import DNS_PORT, ICMP, ICMPV6, TCP, UDP
from roadworthy.network.flow import Flow, NameSource, PeerName
from roadworthy.network.packet import Address
from roadworthy.network.policy import Side
from roadworthy.network.traffic.conversations import Heard
from roadworthy.network.traffic.names import announced, answers, greeted, hosted, leased

MAX_FRAME: Final = 262_144
ETHERNET: Final = 1
PCAP: Final = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e6),
    b"\xa1\xb2\xc3\xd4": (">", 1e6),
    b"\x4d\x3c\xb2\xa1": ("<", 1e9),
    b"\xa1\xb2\x3c\x4d": (">", 1e9),
}
SECTION: Final = b"\x0a\x0d\x0d\x0a"
BYTE_ORDER: Final = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
INTERFACE, ENHANCED = 1, 6
RESOLUTION: Final = 9
RECORD: Final = 16


class Frame(NamedTuple):
    """One frame, with the moment in seconds since 1970."""

    moment: float
    data: bytes


def frames(data: bytes | memoryview, name: str) -> Iterator[Frame]:
    """The frames of a capture, in order.

    Args:
        data: The file.
        name: What to call it in errors.

    Raises:
        InputError: It is no capture, or not of Ethernet.
    """
    magic = bytes(data[:4])
    if magic in PCAP:
        yield from _pcap(data, name, *PCAP[magic])
    elif magic == SECTION:
        yield from _pcapng(data, name)
    else:
        raise InputError(f"{name} is no capture", hint="-")


def _pcap(data: bytes | memoryview, name: str, order: str, unit: float) -> Iterator[Frame]:
    if len(data) < 24:
        raise InputError(f"{name} ends in its header", hint="-")
    _check_link(struct.unpack_from(f"{order}I", data, 20)[0] & 0xFFFF, name)
    header = struct.Struct(f"{order}III")
    at, end = 24, len(data) - RECORD
    while at <= end:
        seconds, parts, length = header.unpack_from(data, at)
        if length > MAX_FRAME or at + RECORD + length > len(data):
            return
        at += RECORD
        yield Frame(seconds + parts / unit, bytes(data[at : at + length]))
        at += length


def _pcapng(data: bytes | memoryview, name: str) -> Iterator[Frame]:
    order = "<"
    units: list[float] = []
    at = 0
    while at + 12 <= len(data):
        if bytes(data[at : at + 4]) == SECTION:
            order = BYTE_ORDER.get(bytes(data[at + 8 : at + 12]), "")
            units = []
            if not order:
                return
        kind, length = struct.unpack_from(f"{order}II", data, at)
        if length < 12 or length % 4 or at + length > len(data):
            return
        body = bytes(data[at + 8 : at + length - 4])
        if kind == INTERFACE:
            _check_link(struct.unpack_from(f"{order}H", body)[0] if len(body) >= 8 else -1, name)
            units.append(_unit(body, order))
        elif kind == ENHANCED and (frame := _enhanced(body, order, units)) is not None:
            yield frame
        at += length


def _enhanced(body: bytes, order: str, units: list[float]) -> Frame | None:
    if len(body) < 20:
        return None
    number, high, low, length = struct.unpack_from(f"{order}IIII", body)
    if number >= len(units) or length > len(body) - 20 or length > MAX_FRAME:
        return None
    return Frame(((high << 32) | low) / units[number], body[20 : 20 + length])


def _unit(body: bytes, order: str) -> float:
    """Parts of a second that an interface counts in (option if_tsresol); microseconds if it does not say."""
    at = 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(f"{order}HH", body, at)
        if code == 0:
            break
        if code == RESOLUTION and length == 1 and at + 4 < len(body):
            said = body[at + 4]
            return float(2 ** (said & 0x7F) if said & 0x80 else 10 ** min(said, 18))
        at += 4 + length + (-length % 4)
    return 1e6


def _check_link(link: int, name: str) -> None:
    if link != ETHERNET:
        raise InputError(f"{name} is a capture of link type {link}, not of Ethernet", hint="-")


MAX_FLOWS: Final = 500_000
MAX_NAMES: Final = 16
TAGS: Final = frozenset({0x8100, 0x88A8})
IPV4, IPV6, SYN, SYN_ACK = 0x0800, 0x86DD, 0x02, 0x12
EXTENSIONS: Final = frozenset({0, 43, 60})  # RFC 8200 §4: those before the payload
MAX_EXTENSIONS: Final = 8
MAX_TAGS: Final = 8
ASKING: Final = {(ICMP, 0): 8, (ICMP, 14): 13, (ICMPV6, 129): 128, (ICMPV6, 136): 135}
VERBS: Final = (b"GET ", b"POST", b"PUT ", b"HEAD")
EPHEMERAL: Final = 32768
GROUP: Final = 1
TO_ALL: Final = (b"\xff" * 6, b"\x01\0\x5e\0\0\xfb", b"\x33\x33\0\0\0\xfb")
HEARD: Final = {
    DNS_PORT: (NameSource.DNS, answers),
    5353: (NameSource.MDNS, announced),
    67: (NameSource.DHCP, leased),
    68: (NameSource.DHCP, leased),
}


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


def flows_of(frames: Iterable[Frame], *, device: str, capture: int = 0) -> Heard:
    """The conversations of one device.

    Args:
        frames: The capture.
        device: MAC address of the device, lower case with colons.
        capture: Number of the capture, to be written into the flows.
    """
    return _Capture(device, capture).read(frames)


class _Capture:
    """One capture, seen from one device."""

    def __init__(self, device: str, number: int) -> None:
        self._device, self._number = device, number
        self._mac = bytes.fromhex(device.replace(":", ""))
        self._told: dict[tuple[Address, NameSource], set[str]] = {}
        self._senders: Counter[bytes] = Counter()
        self._damaged = self._left = 0

    def read(self, frames: Iterable[Frame]) -> Heard:
        """Its conversations."""
        table: dict[Key, Entry] = {}
        packets = 0
        for moment, frame in frames:
            packets += 1
            self._senders[frame[6:12]] += 1
            sender = {frame[6:12]: Side.DEVICE, frame[:6]: Side.PEER}.get(self._mac)
            if frame[:6] in TO_ALL and frame[6:12] != self._mac:
                with suppress(struct.error, IndexError, ValueError):
                    self._packet(frame, Side.PEER)
            if sender is None:
                continue
            try:
                seen = self._packet(frame, sender)
            except (struct.error, IndexError, ValueError):
                self._damaged += 1
                continue
            if seen.key not in table and len(table) >= MAX_FLOWS:
                self._left += 1
                continue
            _count(table, seen, sender, (moment, len(frame)))
        return Heard(
            flows=tuple(self._flow(key, entry) for key, entry in table.items()),
            packets=packets,
            damaged=self._damaged,
            left=self._left,
            senders=Counter(
                {
                    mac.hex(":"): count
                    for mac, count in self._senders.items()
                    if len(mac) == 6 and not mac[0] & GROUP
                }
            ),
        )

    def _flow(self, key: Key, entry: Entry) -> Flow:
        told = {
            PeerName(each, source)
            for source in NameSource
            for each in (self._told.get((key.peer, source), ()) if key.peer else ())
        }
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
        tags = 0
        while ethertype in TAGS:
            tags += 1
            if tags > MAX_TAGS:
                raise ValueError("too many tags")
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
            if sender is Side.PEER and theirs in HEARD and (theirs != DNS_PORT or frame[:6] not in TO_ALL):
                self._hear(theirs, payload[8:])
            return Seen(key, sender)
        return _segment(key, sender, payload)

    def _hear(self, port: int, message: bytes) -> None:
        source, tell = HEARD[port]
        for name, packed in tell(message):
            told = self._told.setdefault((ip_address(packed), source), set())
            if len(told) < MAX_NAMES:
                told.add(name)


def _count(table: dict[Key, Entry], seen: Seen, sender: Side, size: tuple[float, int]) -> None:
    moment, length = size
    entry = table.setdefault(seen.key, Entry(seen.opener, seen.known, moment, moment))
    if seen.known and not entry.known:
        entry.opener, entry.known = seen.opener, True
    entry.last = moment
    entry.packets += 1
    entry.octets += length
    entry.sides.add(sender)
    if seen.name is not None and len(entry.names) < MAX_NAMES:
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
    for _ in range(MAX_EXTENSIONS):
        if protocol not in EXTENSIONS:
            break
        protocol, start = frame[start], start + 8 + 8 * frame[start + 1]
    source, target = IPv6Address(frame[at + 8 : at + 24]), IPv6Address(frame[at + 24 : at + 40])
    return source, target, protocol, frame[start:]
