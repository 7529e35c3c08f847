"""Exported: flow records of a router, NetFlow 5, NetFlow 9 (RFC 3954) and IPFIX (RFC 7011), to conversations.

They come as a file of IPFIX messages (RFC 5655), or as a capture of the datagrams on their way to a
collector. Biflows (RFC 5103) count for both directions. What a template names that is not needed here is
passed over, and so are records that come before their template, as nobody can read them; those are counted.
"""

import struct
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from roadworthy.network.defaults import ICMP, ICMPV6, TCP, UDP
from roadworthy.network.packet import Address
from roadworthy.network.traffic import headers
from roadworthy.network.traffic.capture import Batch
from roadworthy.network.traffic.logged import End, Log, Logged

PORTS: Final = (2055, 4739, 9995, 9996)
"""Where collectors listen: 4739 is IPFIX's own, the others are usual for NetFlow."""
NETFLOW_5, NETFLOW_9, IPFIX = 5, 9, 10
LEAST_DATA: Final = 256
MAX_TEMPLATES: Final = 4096
MAX_FIELDS: Final = 512
MAX_RECORDS: Final = 5_000_000
VARIABLE: Final = 65_535
REVERSE: Final = 29_305
"""The number under which RFC 5103 tells of the other direction."""
# Information elements, as IANA lists them under IPFIX
OCTETS, PACKETS, PROTOCOL, FLAGS, SOURCE_PORT, SOURCE_4, TARGET_PORT, TARGET_4 = 1, 2, 4, 6, 7, 8, 11, 12
LAST_UP, FIRST_UP, SOURCE_6, TARGET_6, ICMP_4, SOURCE_MAC, TARGET_MAC, ICMP_6 = (
    21,
    22,
    27,
    28,
    32,
    56,
    80,
    139,
)
FIRST_TIMES: Final = ((150, 1.0), (152, 1e3))
LAST_TIMES: Final = ((151, 1.0), (153, 1e3))
SYN, ACK = 2, 16
Values = dict[tuple[int, int], bytes]
"""What a record says: enterprise and element to bytes."""


class _Field(NamedTuple):
    element: int
    length: int
    enterprise: int


class _Clock(NamedTuple):
    """When a message was sent, and how long its sender was up then, in seconds; None if it does not say."""

    now: float
    up: float | None


def is_export(first: bytes) -> bool:
    """Whether a file that begins with some bytes may be one of IPFIX messages."""
    return len(first) >= 16 and first[:2] == b"\0\x0a" and first[2:4] >= b"\0\x10"  # noqa: PLR2004 -- the header


def read_file(data: bytes) -> Log:
    """A file of IPFIX messages."""
    collector = Collector()
    at = 0
    while at + 16 <= len(data):
        length = struct.unpack_from(">H", data, at + 2)[0]
        if length < 16:  # noqa: PLR2004 -- the header
            break
        collector.take(data[at : at + length], b"")
        at += length
    return collector.log()


def read_datagrams(batches: Iterable[Batch]) -> Log:
    """A capture of datagrams on their way to a collector."""
    collector = Collector()
    for batch in batches:
        found = headers.datagrams(batch, headers.links(batch), PORTS)
        view = batch.buffer.data
        ends = (found.begin.tolist(), found.end.tolist(), found.high.tolist(), found.low.tolist())
        for begin, end, high, low in zip(*ends, strict=True):
            collector.take(view[begin : max(begin, end)].tobytes(), struct.pack(">QQ", high, low))
    return collector.log()


class Collector:
    """What takes in messages, and remembers their templates."""

    def __init__(self) -> None:
        self._templates: dict[tuple[bytes, int, int, int], tuple[_Field, ...]] = {}
        self._records: list[Logged] = []
        self._damaged = 0

    def log(self) -> Log:
        """All that was taken in."""
        return Log(records=tuple(self._records), damaged=self._damaged)

    def take(self, message: bytes, exporter: bytes) -> None:
        """Take in a message; nothing is raised, damage is counted.

        Args:
            message: NetFlow 5 or 9, or IPFIX.
            exporter: Who sent it: templates of one do not hold for another.
        """
        try:
            version = struct.unpack_from(">H", message)[0]
            if version == NETFLOW_5:
                self._netflow_5(message)
            elif version == NETFLOW_9:
                up, now, _, domain = struct.unpack_from(">IIII", message, 4)
                self._sets(message[20:], (exporter, version, domain), _Clock(now, up / 1000))
            elif version == IPFIX:
                length, now, _, domain = struct.unpack_from(">HIII", message, 2)
                self._sets(message[16:length], (exporter, version, domain), _Clock(now, None))
            else:
                self._damaged += 1
        except (struct.error, ValueError, IndexError):
            self._damaged += 1

    def _netflow_5(self, message: bytes) -> None:
        count, up, now, part = struct.unpack_from(">HIII", message, 2)
        clock = _Clock(now + part / 1e9, up / 1000)
        for at in range(24, 24 + 48 * count, 48):
            source, target, packets, octets, first, last = struct.unpack_from(">II8xIIII", message, at)
            near, far, flags, protocol = struct.unpack_from(">HHxBB", message, at + 32)
            self._add(
                Logged(
                    source=_end(IPv4Address(source), "", near, protocol),
                    target=_end(IPv4Address(target), "", far, protocol),
                    protocol=protocol,
                    icmp_type=far >> 8 if protocol == ICMP else None,
                    first=_uptime(clock, first),
                    last=_uptime(clock, last),
                    packets=packets,
                    octets=octets,
                    known=protocol == TCP and flags & (SYN | ACK) == SYN,
                )
            )

    def _sets(self, body: bytes, sender: tuple[bytes, int, int], clock: _Clock) -> None:
        at = 0
        while at + 4 <= len(body):
            kind, length = struct.unpack_from(">HH", body, at)
            if length < 4:  # noqa: PLR2004 -- the head of a set
                raise ValueError("a set without its head")
            content = body[at + 4 : at + length]
            if kind in {0, 2}:
                self._learn(content, sender)
            elif kind >= LEAST_DATA:
                self._data(content, (*sender, kind), clock)
            at += length

    def _learn(self, content: bytes, sender: tuple[bytes, int, int]) -> None:
        """Templates."""
        at = 0
        while at + 4 <= len(content):
            number, count = struct.unpack_from(">HH", content, at)
            at += 4
            if number < LEAST_DATA or count > MAX_FIELDS:
                return  # padding, or nonsense
            fields = []
            for _ in range(count):
                element, length = struct.unpack_from(">HH", content, at)
                at += 4
                enterprise = 0
                if element & 0x8000 and sender[1] == IPFIX:
                    enterprise = struct.unpack_from(">I", content, at)[0]
                    at += 4
                fields.append(_Field(element & 0x7FFF, length, enterprise))
            key = (*sender, number)
            if key in self._templates or len(self._templates) < MAX_TEMPLATES:
                self._templates[key] = tuple(fields)

    def _data(self, content: bytes, key: tuple[bytes, int, int, int], clock: _Clock) -> None:
        """Records of one template."""
        template = self._templates.get(key)
        if template is None:
            self._damaged += 1
            return
        least = sum(1 if each.length == VARIABLE else each.length for each in template)
        at = 0
        while least and at + least <= len(content):
            values: Values = {}
            for element, length, enterprise in template:
                if length == VARIABLE:
                    length, at = _length(content, at)  # noqa: PLW2901 -- what stands for it
                values[enterprise, element] = content[at : at + length]
                at += length
            if at > len(content):
                raise ValueError("a record that is cut")
            if (logged := _logged(values, clock)) is not None:
                self._add(logged)

    def _add(self, logged: Logged) -> None:
        if len(self._records) < MAX_RECORDS:
            self._records.append(logged)


def _length(content: bytes, at: int) -> tuple[int, int]:
    """Length of a field of variable length, and where it begins (RFC 7011 §7)."""
    if content[at] < 255:  # noqa: PLR2004 -- else two more bytes
        return content[at], at + 1
    return struct.unpack_from(">H", content, at + 1)[0], at + 3


def _logged(values: Values, clock: _Clock) -> Logged | None:
    """A record; None if it is of no conversation over IP."""
    source, target = _address(values, SOURCE_4, SOURCE_6), _address(values, TARGET_4, TARGET_6)
    if source is None or target is None or (0, PROTOCOL) not in values:
        return None
    protocol = _number(values, PROTOCOL)
    back = _number(values, PACKETS, REVERSE)
    first = _moment(values, FIRST_TIMES, FIRST_UP, clock)
    kind = None
    if protocol in {ICMP, ICMPV6}:
        kind = _number(values, ICMP_4 if protocol == ICMP else ICMP_6) >> 8
    flags = _number(values, FLAGS) & 0xFF
    return Logged(
        source=_end(source, _mac(values, SOURCE_MAC), _number(values, SOURCE_PORT), protocol),
        target=_end(target, _mac(values, TARGET_MAC), _number(values, TARGET_PORT), protocol),
        protocol=protocol,
        icmp_type=kind,
        first=first,
        last=max(first, _moment(values, LAST_TIMES, LAST_UP, clock)),
        packets=_number(values, PACKETS) + back,
        octets=_number(values, OCTETS) + _number(values, OCTETS, REVERSE),
        answered=back > 0,
        known=protocol == TCP and (back > 0 or flags & (SYN | ACK) == SYN) and bool(flags & SYN),
    )


def _end(address: Address, mac: str, port: int, protocol: int) -> End:
    return End(address, mac, port if protocol in {TCP, UDP} else None)


def _address(values: Values, four: int, six: int) -> Address | None:
    if len(packed := values.get((0, four), b"")) == 4:  # noqa: PLR2004 -- IPv4
        return IPv4Address(packed)
    packed = values.get((0, six), b"")
    return IPv6Address(packed) if len(packed) == 16 else None  # noqa: PLR2004 -- IPv6


def _mac(values: Values, element: int) -> str:
    value = values.get((0, element), b"")
    return value.hex(":") if len(value) == 6 and any(value) else ""  # noqa: PLR2004 -- EUI-48


def _number(values: Values, element: int, enterprise: int = 0) -> int:
    return int.from_bytes(values.get((enterprise, element), b"")[:8], "big")


def _moment(values: Values, times: Iterable[tuple[int, float]], up: int, clock: _Clock) -> float:
    for element, unit in times:
        if (0, element) in values:
            return _number(values, element) / unit
    return _uptime(clock, _number(values, up)) if (0, up) in values else clock.now


def _uptime(clock: _Clock, milliseconds: int) -> float:
    """The moment when the sender was up for so long; it counts in 32 bits, and begins anew."""
    if clock.up is None:
        return clock.now
    ago = clock.up - milliseconds / 1000
    return clock.now - (ago if ago >= 0 else ago + 2**32 / 1000)
