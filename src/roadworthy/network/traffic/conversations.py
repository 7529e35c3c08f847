"""Conversations: frames of a capture to the flows of one device, with the names that it knew its peers by.

A name is what the device asked for: an alias (CNAME) in between stays out of sight. Packets that are damaged
are counted and passed over. The opener of a TCP connection is who sent SYN; where the beginning is not in the
capture, the side with the ephemeral port.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple, TypeVar

import numpy as np

from roadworthy.network.defaults import ICMP, ICMPV6, TCP, UDP
from roadworthy.network.flow import Flow, NameSource, PeerName
from roadworthy.network.packet import Address
from roadworthy.network.policy import Side
from roadworthy.network.traffic import headers
from roadworthy.network.traffic.capture import Batch
from roadworthy.network.traffic.headers import TLS, Packets
from roadworthy.network.traffic.names import announced, answers, greeted, hosted, leased
from roadworthy.network.traffic.table import MAX_FLOWS, Rows, Table

MAX_NAMES: Final = 16
"""Of one address or one conversation; more tell nothing."""
MAX_ADDRESSES: Final = 1_000_000
EPHEMERAL: Final = 32768
GROUP: Final = 1
SOURCES: Final = tuple(NameSource)
TOLD: Final = {
    headers.DNS: (NameSource.DNS, answers),
    headers.MDNS: (NameSource.MDNS, announced),
    headers.DHCP: (NameSource.DHCP, leased),
}
"""What gives names to addresses: how a name was learned, and what reads such a message."""
_K = TypeVar("_K")
_V = TypeVar("_V")
Words = tuple[int, int, int, int]
"""What packets of one conversation share, as in `Packets`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one capture holds of a device.

    Args:
        flows: Its conversations, in the order in which they began.
        packets: How many packets were read, of all devices.
        damaged: How many packets of the device could not be understood.
        left: How many packets belong to conversations beyond `MAX_FLOWS`.
        senders: How many packets each MAC address sent.
    """

    flows: tuple[Flow, ...]
    packets: int
    damaged: int
    left: int
    senders: Counter[str]


def flows_of(batches: Iterable[Batch], *, device: str, capture: int = 0) -> Heard:
    """The conversations of one device.

    Args:
        batches: The capture.
        device: MAC address of the device, lower case with colons.
        capture: Number of the capture, to be written into the flows.
    """
    return _Capture(device, capture).read(batches)


class _Capture:
    """One capture, seen from one device."""

    def __init__(self, device: str, number: int) -> None:
        self._device, self._number = device, number
        self._told: dict[NameSource, dict[bytes, set[str]]] = {source: {} for source, _ in TOLD.values()}
        self._named: dict[Words, set[PeerName]] = {}

    def read(self, batches: Iterable[Batch]) -> Heard:
        """Its conversations."""
        mac = int.from_bytes(bytes.fromhex(self._device.replace(":", "")), "little")
        table = Table()
        senders: Counter[int] = Counter()
        count = damaged = 0
        for batch in batches:
            heads = headers.links(batch)
            packets, broken = headers.read(batch, heads, mac)
            table.add(packets)
            self._hear(batch, packets)
            self._hear(batch, headers.overheard(batch, heads, mac))
            count += len(batch.starts)
            damaged += broken
            values, counts = headers.senders(batch, heads)
            for value, number in zip(values.tolist(), counts.tolist(), strict=True):
                senders[value] += number
        rows = table.together()
        return Heard(
            flows=tuple(self._flows(rows)) if rows else (),
            packets=count,
            damaged=damaged,
            left=table.left,
            senders=Counter(
                {value.to_bytes(6, "little").hex(":"): n for value, n in senders.items() if not value & GROUP}
            ),
        )

    def _hear(self, batch: Batch, packets: Packets) -> None:
        """Take in the names of what names something, packet by packet."""
        which = np.flatnonzero(packets.telling)
        view = batch.buffer.data
        for row, kind, begin, end in zip(
            which.tolist(),
            packets.telling[which].tolist(),
            packets.begin[which].tolist(),
            packets.end[which].tolist(),
            strict=True,
        ):
            data = view[begin : max(begin, end)].tobytes()
            if kind in TOLD:
                self._learn(kind, data)
            elif (name := greeted(data) if kind == TLS else hosted(data)) is not None:
                _add(self._named, _words(packets, row), name, MAX_FLOWS)

    def _learn(self, kind: int, message: bytes) -> None:
        """Take in names that a message gives to addresses."""
        source, tell = TOLD[kind]
        told = self._told[source]
        for name, address in tell(message):
            _add(told, address, name, MAX_ADDRESSES)

    def _flows(self, rows: Rows) -> Iterator[Flow]:
        columns = (
            zip(rows.who.tolist(), rows.high.tolist(), rows.low.tolist(), rows.what.tolist(), strict=True),
            rows.opener.tolist(),
            rows.known.tolist(),
            (rows.from_device & rows.from_peer).tolist(),
            rows.first.tolist(),
            rows.last.tolist(),
            rows.packets.tolist(),
            rows.octets.tolist(),
        )
        for words, opener, known, answered, first, last, packets, octets in zip(*columns, strict=True):
            ends = _ends(words)
            by_device = opener
            if ends.protocol == TCP and not known:
                by_device = likely_opener(ends.device_port or 0, ends.peer_port or 0, by_device=opener)
            yield Flow(
                device=self._device,
                opener=Side.DEVICE if by_device else Side.PEER,
                peer=ends.peer,
                peer_mac=ends.mac,
                protocol=ends.protocol,
                device_port=ends.device_port,
                peer_port=ends.peer_port,
                icmp_type=ends.icmp_type,
                ethertype=ends.ethertype,
                names=self._names(words, ends.peer),
                first=first,
                last=last,
                packets=packets,
                octets=octets,
                answered=answered,
                capture=self._number,
                opener_known=known,
            )

    def _names(self, words: Words, peer: Address | None) -> tuple[PeerName, ...]:
        names = set(self._named.get(words, ()))
        packed = peer.packed if peer else b""
        for source, told in self._told.items():
            names.update(PeerName(each, source) for each in told.get(packed, ()))
        return tuple(sorted(names, key=lambda each: (SOURCES.index(each.source), each.name)))


def _words(packets: Packets, row: int) -> Words:
    return int(packets.who[row]), int(packets.high[row]), int(packets.low[row]), int(packets.what[row])


def _add(found: dict[_K, set[_V]], key: _K, value: _V, most: int) -> None:
    """Add to a bounded set in a bounded mapping."""
    values = found.get(key)
    if values is None:
        if len(found) < most:
            found[key] = {value}
    elif len(values) < MAX_NAMES:
        values.add(value)


class _Ends(NamedTuple):
    """What packets of one conversation share, spelled out."""

    mac: str
    peer: Address | None
    protocol: int | None = None
    device_port: int | None = None
    peer_port: int | None = None
    icmp_type: int | None = None
    ethertype: int | None = None


def _ends(words: Words) -> _Ends:
    who, high, low, what = words
    mac = (who & (1 << headers.PROTOCOL_AT) - 1).to_bytes(6, "little").hex(":")
    family, protocol = who >> headers.FAMILY_AT, who >> headers.PROTOCOL_AT & 0xFF
    if not family:
        return _Ends(mac, None, ethertype=what)
    peer = IPv4Address(low) if family == 4 else IPv6Address(high << 64 | low)  # noqa: PLR2004 -- of IP
    if protocol in {TCP, UDP}:
        ports = what >> headers.PORT_AT, what & 0xFFFF
        return _Ends(mac, peer, protocol, *ports)
    return _Ends(mac, peer, protocol, icmp_type=what if protocol in {ICMP, ICMPV6} else None)


def likely_opener(mine: int, theirs: int, *, by_device: bool) -> bool:
    """Whether the device opened a TCP connection whose beginning is not in the capture.

    The side with the ephemeral port did; where both or none are, the one with the higher port.

    Args:
        mine: Port at the device.
        theirs: Port at the other end.
        by_device: Whether the device was seen first: what counts where the ports are the same.
    """
    for edge in (1024, EPHEMERAL):
        if (mine < edge) != (theirs < edge):
            return mine >= edge
    return by_device if mine == theirs else mine > theirs
