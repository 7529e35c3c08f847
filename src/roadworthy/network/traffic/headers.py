"""Headers: Ethernet, IPv4 (RFC 791), IPv6 (RFC 8200) and those above, of many packets of a device at once."""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np

from roadworthy.network.defaults import DNS_PORT, ICMP, ICMPV6, TCP, UDP
from roadworthy.network.traffic.capture import Batch
from roadworthy.network.traffic.columns import Column, alike, number, rows

MAX_TAGS: Final = 8
IPV4, IPV6, SYN, SYN_ACK = 0x0800, 0x86DD, 0x02, 0x12
MACS, LINK, IPV4_HEAD, IPV6_HEAD, TO_FLAGS = 12, 14, 20, 40, 14
MAX_EXTENSIONS: Final = 8
ASKING: Final = ((ICMP, 0, 8), (ICMP, 14, 13), (ICMPV6, 129, 128), (ICMPV6, 136, 135))
"""Protocol, type of an answer, type of what it answers."""
VERBS: Final = tuple(int.from_bytes(each, "big") for each in (b"GET ", b"POST", b"PUT ", b"HEAD"))
MAC: Final = np.uint64(2**48 - 1)
FAMILY_AT, PROTOCOL_AT, PORT_AT = 56, 48, 16
DNS, TLS, HTTP, MDNS, DHCP = 1, 2, 3, 4, 5
MDNS_PORT, DHCP_PORTS = 5353, (67, 68)
TO_ALL: Final = tuple(
    int.from_bytes(bytes.fromhex(each), "little") for each in ("ffffffffffff", "01005e0000fb", "3333000000fb")
)
"""Where hosts tell their names: to everybody (DHCP), and to all that speak mDNS (RFC 6762 §3)."""
HANDSHAKE, CLIENT_HELLO, LEAST_TELLING = 22, 1, 6  # RFC 8446 §5.1 and §4


@dataclass(frozen=True, slots=True, kw_only=True)
class Packets:
    """Packets between the device and others, one entry of each column for one of them.

    Args:
        who: MAC address of the other end as the number whose little-endian bytes it is; from bit 48 the
            protocol, from bit 56 the family: 4, 6, or 0 for what is not IP.
        high: Upper half of the other end's IPv6 address, else 0.
        low: Lower half of it, or its IPv4 address.
        what: Port at the device above port at the other end (16 bits each), or type of ICMP, or ethertype.
        by_device: Whether the device sent it.
        opener: Whether, by this packet, the device opened the conversation.
        known: Whether that is seen, not guessed.
        moments: When, in seconds since 1970.
        lengths: Bytes of the frame.
        begin: Where the payload of TCP or UDP begins.
        end: Where it ends.
        telling: 0, or what may name something: `DNS`, `TLS`, `HTTP`, `MDNS`, `DHCP`.
    """

    who: Column
    high: Column
    low: Column
    what: Column
    by_device: Column
    opener: Column
    known: Column
    moments: Column
    lengths: Column
    begin: Column
    end: Column
    telling: Column

    def take(self, which: Column) -> Self:
        """Some of them."""
        return type(self)(**{each.name: getattr(self, each.name)[which] for each in fields(self)})


@dataclass(slots=True, kw_only=True)
class _Frames:
    """Frames of the device, and what is found above the link, filled family by family.

    Args:
        buffer: The bytes.
        by_device: Whether the device sent it.
        mac: The other end's address.
        ethertype: What it carries.
        at: Where that begins; later, where the payload of IP begins.
        end: Where the frame ends; later, where the payload of IP ends.
        broken: Whether it cannot be understood.
        family: 4, 6 or 0.
        protocol: IP protocol.
        high: Upper half of the other end's IPv6 address.
        low: Lower half, or its IPv4 address.
    """

    buffer: Column
    by_device: Column
    mac: Column
    ethertype: Column
    at: Column
    end: Column
    broken: Column
    family: Column
    protocol: Column
    high: Column
    low: Column


def links(batch: Batch) -> Column:
    """The first bytes of each frame, to be given to the others here."""
    return rows(batch.buffer, batch.starts, LINK)


def read(batch: Batch, heads: Column, device: int) -> tuple[Packets, int]:
    """The packets that a device sent, or was sent; and how many of them could not be understood.

    Args:
        batch: Frames.
        heads: Their `links`.
        device: Its MAC address, as the number whose little-endian bytes it is.
    """
    target, source = number(heads, 0, "<u8") & MAC, number(heads, 6, "<u8") & MAC
    to_it = (target == device) & (batch.lengths >= MACS // 2)
    mine = np.flatnonzero(to_it | ((source == device) & (batch.lengths >= MACS)))
    by_device = ~to_it[mine]
    mac = np.where(by_device, target[mine], source[mine])
    frames = _opened(_frames(batch, mine, by_device, mac), number(heads, 12, ">u2")[mine])
    packets = _transport(frames, batch.moments[mine], batch.lengths[mine])
    broken = int(np.count_nonzero(frames.broken))
    return (packets.take(np.flatnonzero(~frames.broken)) if broken else packets), broken


def overheard(batch: Batch, heads: Column, device: int) -> Packets:
    """What others tell everybody of names, in the shape of packets to the device.

    Args:
        batch: Frames.
        heads: Their `links`.
        device: MAC address of the device, as for `read`.
    """
    target, source = number(heads, 0, "<u8") & MAC, number(heads, 6, "<u8") & MAC
    to_all = (target == TO_ALL[0]) | (target == TO_ALL[1]) | (target == TO_ALL[2])
    which = np.flatnonzero(to_all & (source != device) & (batch.lengths >= LINK))
    frames = _frames(batch, which, np.zeros(len(which), bool), source[which])
    _opened(frames, number(heads, 12, ">u2")[which])
    packets = _transport(frames, batch.moments[which], batch.lengths[which])
    return packets.take(np.flatnonzero((packets.telling >= MDNS) & ~frames.broken))


def datagrams(batch: Batch, heads: Column, ports: tuple[int, ...]) -> Packets:
    """UDP to some ports, whoever sends it, in the shape of packets to the device.

    Args:
        batch: Frames.
        heads: Their `links`.
        ports: The ports.
    """
    every = np.flatnonzero(batch.lengths >= LINK)
    source = number(heads, 6, "<u8") & MAC
    frames = _frames(batch, every, np.zeros(len(every), bool), source[every])
    _opened(frames, number(heads, 12, ">u2")[every])
    packets = _transport(frames, batch.moments[every], batch.lengths[every])
    port = packets.what >> np.uint64(PORT_AT)
    return packets.take(np.flatnonzero((frames.protocol == UDP) & np.isin(port, ports) & ~frames.broken))


def _opened(frames: _Frames, ethertype: Column) -> _Frames:
    """The same, with what is found up to the payload of IP."""
    _step_over_tags(frames, ethertype)
    _ipv4(frames, np.flatnonzero((frames.ethertype == IPV4) & ~frames.broken))
    _ipv6(frames, np.flatnonzero((frames.ethertype == IPV6) & ~frames.broken))
    return frames


def senders(batch: Batch, heads: Column) -> tuple[Column, Column]:
    """The MAC addresses of those that sent whole ones, each as a number, and how many frames each sent."""
    source = (number(heads, 6, "<u8") & MAC)[batch.lengths >= MACS]
    _, firsts = kinds = alike([source])
    return source[firsts], np.bincount(kinds[0])


def _frames(batch: Batch, mine: Column, by_device: Column, mac: Column) -> _Frames:
    """Some frames, of which nothing is known yet."""
    starts, lengths = batch.starts[mine], batch.lengths[mine]
    count = len(mine)
    return _Frames(
        buffer=batch.buffer,
        by_device=by_device,
        mac=mac,
        ethertype=np.zeros(count, np.int64),
        at=starts + LINK,
        end=starts + lengths,
        broken=lengths < LINK,
        family=np.zeros(count, np.int64),
        protocol=np.zeros(count, np.int64),
        high=np.zeros(count, np.uint64),
        low=np.zeros(count, np.uint64),
    )


def _step_over_tags(frames: _Frames, ethertype: Column) -> None:
    """Fill in what the frames carry, behind the tags of IEEE 802.1Q."""
    frames.ethertype = ethertype
    for _ in range(MAX_TAGS + 1):
        tagged = np.flatnonzero(((ethertype == 0x8100) | (ethertype == 0x88A8)) & ~frames.broken)  # noqa: PLR2004 -- IEEE 802.1Q
        if not len(tagged):
            return
        frames.at[tagged] += 4
        at, end = frames.at[tagged], frames.end[tagged]
        frames.broken[tagged] = at > end
        ethertype[tagged] = number(rows(frames.buffer, np.minimum(at, end) - 2, 2), 0, ">u2")
    frames.broken[tagged] = True


def _ipv4(frames: _Frames, which: Column) -> None:
    """Fill in the packets of IPv4. A later fragment has no ports, and counts as broken."""
    if not len(which):
        return
    at, end = frames.at[which], frames.end[which]
    heads = rows(frames.buffer, np.minimum(at, end), IPV4_HEAD)
    target = number(heads, 16, ">u4")
    frames.broken[which] = (end - at < IPV4_HEAD) | (number(heads, 6, ">u2") & 0x1FFF != 0)
    frames.family[which] = 4
    frames.protocol[which] = number(heads, 9, "u1")
    frames.low[which] = np.where(frames.by_device[which], target, number(heads, 12, ">u4"))
    frames.at[which] = at + (number(heads, 0, "u1") & 15) * 4
    frames.end[which] = np.minimum(end, at + number(heads, 2, ">u2"))


def _ipv6(frames: _Frames, which: Column) -> None:
    """Fill in the packets of IPv6."""
    if not len(which):
        return
    at, end = frames.at[which], frames.end[which]
    heads = rows(frames.buffer, np.minimum(at, end), IPV6_HEAD)
    mine = frames.by_device[which]
    frames.broken[which] = end - at < IPV6_HEAD
    frames.family[which] = 6
    frames.protocol[which] = number(heads, 6, "u1")
    frames.high[which] = np.where(mine, number(heads, 24, ">u8"), number(heads, 8, ">u8"))
    frames.low[which] = np.where(mine, number(heads, 32, ">u8"), number(heads, 16, ">u8"))
    frames.at[which] = at + IPV6_HEAD
    for _ in range(MAX_EXTENSIONS):
        kind = frames.protocol[which]
        which = which[((kind == 0) | (kind == 43) | (kind == 60)) & ~frames.broken[which]]  # noqa: PLR2004 -- RFC 8200 §4: before the payload
        if not len(which):
            return
        at, end = frames.at[which], frames.end[which]
        frames.broken[which] = at + 2 > end
        heads = rows(frames.buffer, np.minimum(at, end), 2)
        frames.protocol[which] = number(heads, 0, "u1")
        frames.at[which] = at + 8 + 8 * number(heads, 1, "u1")


def _transport(frames: _Frames, moments: Column, lengths: Column) -> Packets:
    """What the headers above IP say."""
    by_device, over_ip = frames.by_device, frames.family > 0
    room = frames.end - frames.at
    heads = rows(frames.buffer, np.minimum(frames.at, frames.end), TO_FLAGS)
    tcp, udp = frames.protocol == TCP, frames.protocol == UDP
    pings = ((frames.protocol == ICMP) & over_ip) | (frames.protocol == ICMPV6)
    frames.broken |= room < np.where(tcp, TO_FLAGS, np.where(udp, 4, np.where(pings, 1, -(2**40))))
    near, far = number(heads, 0, ">u2"), number(heads, 2, ">u2")
    what = np.where(by_device, near << PORT_AT | far, far << PORT_AT | near)
    other = np.flatnonzero(~(tcp | udp))
    opener, known = by_device.copy(), ~(tcp | udp)
    if len(other):
        what[other] = np.where(over_ip[other], 0, frames.ethertype[other])
        _pings(frames, np.flatnonzero(pings & ~frames.broken), number(heads, 0, "u1"), (what, opener))
    flags = np.where(tcp, number(heads, 13, "u1") & SYN_ACK, 0)
    opener ^= flags == SYN_ACK
    known |= (flags == SYN) | (flags == SYN_ACK)
    begin = frames.at + np.where(tcp, (number(heads, 12, "u1") >> 4) * 4, 8)
    who = frames.mac | (frames.protocol << PROTOCOL_AT | frames.family << FAMILY_AT).astype(np.uint64)
    return Packets(
        who=who,
        high=frames.high,
        low=frames.low,
        what=what.astype(np.uint64),
        by_device=by_device,
        opener=opener,
        known=known,
        moments=moments,
        lengths=lengths,
        begin=begin,
        end=frames.end,
        telling=_telling(frames, what, begin, (tcp, udp)),
    )


def _pings(frames: _Frames, which: Column, kinds: Column, filled: tuple[Column, Column]) -> None:
    """Fill in the type, of an answer that of what it answers, and who asked."""
    what, opener = filled
    kind, protocol = kinds[which], frames.protocol[which]
    for above, answer, question in ASKING:
        answers = which[(protocol == above) & (kind == answer)]
        kinds[answers] = question
        opener[answers] = ~opener[answers]
    what[which] = kinds[which]


def _telling(frames: _Frames, what: Column, begin: Column, above: tuple[Column, Column]) -> Column:
    """What may name something."""
    tcp, udp = above
    telling = np.zeros(len(what), np.int8)
    heard = np.flatnonzero(udp & ~frames.by_device)
    port = what[heard] & 0xFFFF
    telling[heard[port == DNS_PORT]] = DNS
    telling[heard[port == MDNS_PORT]] = MDNS
    telling[heard[(port == DHCP_PORTS[0]) | (port == DHCP_PORTS[1])]] = DHCP
    full = np.flatnonzero(tcp & (frames.end - begin >= LEAST_TELLING) & ~frames.broken)
    heads = rows(frames.buffer, begin[full], LEAST_TELLING)
    first = number(heads, 0, ">u4")
    kind = np.zeros(len(full), np.int8)
    kind[(first >> 24 == HANDSHAKE) & (number(heads, 5, "u1") == CLIENT_HELLO)] = TLS
    kind[np.isin(first, VERBS) & frames.by_device[full]] = HTTP
    telling[full] = kind
    return telling
