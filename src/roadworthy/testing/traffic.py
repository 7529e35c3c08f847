"""Traffic for tests and examples: frames made byte by byte, and captures of them. None is read here."""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

IPV4: Final = 0x0800
IPV6: Final = 0x86DD
ICMP: Final = 1
TCP: Final = 6
UDP: Final = 17
ICMPV6: Final = 58
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
BROADCAST: Final = "ff:ff:ff:ff:ff:ff"
DNS_TYPES: Final = {"A": 1, "CNAME": 5, "PTR": 12, "AAAA": 28}
PCAP_MAGIC: Final = 0xA1B2C3D4
ETHERNET: Final = 1


@dataclass(frozen=True, slots=True)
class End:
    """One end of a conversation: MAC and IP address, and a port where there is one."""

    mac: str
    ip: str
    port: int = 0

    def at(self, port: int) -> "End":
        """The same, at another port."""
        return replace(self, port=port)


def ethernet(source: str, target: str, ethertype: int, payload: bytes, *, vlans: Iterable[int] = ()) -> bytes:
    """A frame (IEEE 802.3, with 802.1Q tags where asked), padded to its least length."""
    tags = b"".join(struct.pack("!HH", 0x8100, vlan) for vlan in vlans)
    return (_mac(target) + _mac(source) + tags + struct.pack("!H", ethertype) + payload).ljust(60, b"\0")


def ip(source: str, target: str, protocol: int, payload: bytes) -> bytes:
    """A packet (RFC 791, RFC 8200)."""
    one, other = ip_address(source), ip_address(target)
    if isinstance(one, IPv6Address) or isinstance(other, IPv6Address):
        return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + one.packed + other.packed + payload
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0)
    head += one.packed + other.packed
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def udp(sender: End, receiver: End, payload: bytes) -> bytes:
    """A frame with a datagram (RFC 768)."""
    head = struct.pack("!HHHH", sender.port, receiver.port, 8 + len(payload), 0)
    return _framed(sender, receiver, UDP, head + payload, 6)


def tcp(
    sender: End, receiver: End, flags: int, payload: bytes = b"", *, sequence: int = 0, acknowledged: int = 0
) -> bytes:
    """A frame with a segment (RFC 9293), without options."""
    head = struct.pack(
        "!HHIIBBHHH", sender.port, receiver.port, sequence, acknowledged, 0x50, flags, 0xFFFF, 0, 0
    )
    return _framed(sender, receiver, TCP, head + payload, 16)


def icmp(sender: End, receiver: End, kind: int, code: int = 0, payload: bytes = b"\0" * 8) -> bytes:
    """A frame with an ICMP or ICMPv6 message, by the family of the addresses (RFC 792, RFC 4443)."""
    protocol = ICMPV6 if ":" in sender.ip else ICMP
    return _framed(sender, receiver, protocol, struct.pack("!BBH", kind, code, 0) + payload, 2)


def connection(client: End, server: End, sent: Iterable[tuple[bool, bytes]]) -> list[bytes]:
    """The frames of a whole TCP connection.

    Args:
        client: Who opens it.
        server: Who answers.
        sent: Who sends what after the handshake: True for the client.
    """
    frames = [
        tcp(client, server, SYN, sequence=100),
        tcp(server, client, SYN | ACK, sequence=500, acknowledged=101),
        tcp(client, server, ACK, sequence=101, acknowledged=501),
    ]
    mine, theirs = 101, 501
    for by_client, data in sent:
        if by_client:
            frames.append(tcp(client, server, PSH | ACK, data, sequence=mine, acknowledged=theirs))
            mine += len(data)
        else:
            frames.append(tcp(server, client, PSH | ACK, data, sequence=theirs, acknowledged=mine))
            theirs += len(data)
    frames.append(tcp(client, server, FIN | ACK, sequence=mine, acknowledged=theirs))
    frames.append(tcp(server, client, FIN | ACK, sequence=theirs, acknowledged=mine + 1))
    return frames


def dns_query(name: str, kind: str = "A", *, number: int = 1) -> bytes:
    """A question (RFC 1035 §4)."""
    return (
        struct.pack("!6H", number, 0x0100, 1, 0, 0, 0)
        + dns_name(name)
        + struct.pack("!HH", DNS_TYPES[kind], 1)
    )


def dns_answer(
    name: str, records: Iterable[tuple[str, str, str]], kind: str = "A", *, number: int = 1, ttl: int = 300
) -> bytes:
    """An answer: records are (owner, type, value)."""
    made = b""
    count = 0
    for owner, type_, value in records:
        data = ip_address(value).packed if type_ in {"A", "AAAA"} else dns_name(value)
        made += dns_name(owner) + struct.pack("!HHIH", DNS_TYPES[type_], 1, ttl, len(data)) + data
        count += 1
    head = struct.pack("!6H", number, 0x8180, 1, count, 0, 0)
    return head + dns_name(name) + struct.pack("!HH", DNS_TYPES[kind], 1) + made


def dns_name(name: str) -> bytes:
    """A name on the wire (RFC 1035 §3.1), not compressed."""
    labels = [each.encode() for each in name.rstrip(".").split(".") if each]
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\0"


def client_hello(name: str) -> bytes:
    """The first record of TLS: a ClientHello (RFC 8446 §4.1.2) with the name of the server (RFC 6066 §3)."""
    host = name.encode()
    listed = struct.pack("!BH", 0, len(host)) + host
    names = struct.pack("!H", len(listed)) + listed
    extensions = struct.pack("!HH", 0, len(names)) + names
    extensions += struct.pack("!HHBH", 43, 3, 2, 0x0304)  # supported versions: 1.3
    body = struct.pack("!H", 0x0303) + b"R" * 32 + b"\0" + struct.pack("!HHH", 4, 0x1301, 0xC02F) + b"\x01\0"
    body += struct.pack("!H", len(extensions)) + extensions
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return struct.pack("!BHH", 22, 0x0301, len(message)) + message


def netflow_5(records: Iterable[tuple[End, End, int, int, int]], *, moment: int = 1_700_000_000) -> bytes:
    """A datagram of NetFlow 5: source, target, protocol, packets and bytes of each flow, a second long."""
    made = [
        IPv4Address(source.ip).packed
        + IPv4Address(target.ip).packed
        + struct.pack("!8xIIIIHHxBB9x", packets, octets, 8000, 9000, source.port, target.port, 0, protocol)
        for source, target, protocol, packets, octets in records
    ]
    return struct.pack("!HHIII8x", 5, len(made), 10_000, moment, 0) + b"".join(made)


def netflow_9(sets: Iterable[tuple[int, bytes]], *, moment: int = 1_700_000_000) -> bytes:
    """A datagram of NetFlow 9 (RFC 3954 §5): number and content of each set."""
    return struct.pack("!HHIIII", 9, 1, 10_000, moment, 0, 7) + _sets(sets)


def ipfix(sets: Iterable[tuple[int, bytes]], *, moment: int = 1_700_000_000) -> bytes:
    """A message of IPFIX (RFC 7011 §3): number and content of each set."""
    body = _sets(sets)
    return struct.pack("!HHIII", 10, 16 + len(body), moment, 0, 7) + body


def flow_template(number: int, fields: Iterable[tuple[int, ...]]) -> bytes:
    """A template: element and length of each field, and the number of an enterprise where it has one."""
    listed = list(fields)
    made = struct.pack("!HH", number, len(listed))
    for element, length, *enterprise in listed:
        made += struct.pack("!HH", element | (0x8000 if enterprise else 0), length)
        made += b"".join(struct.pack("!I", each) for each in enterprise)
    return made


def _sets(sets: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(struct.pack("!HH", number, 4 + len(content)) + content for number, content in sets)


def dhcp(kind: int, mac: str, options: Mapping[int, bytes], *, address: str = "0.0.0.0") -> bytes:  # noqa: S104 -- nothing listens
    """A DHCPv4 message (RFC 2131, RFC 2132): kind 1 is DISCOVER, 2 OFFER, 3 REQUEST, 5 ACK."""
    operation = 1 if kind in {1, 3} else 2
    head = struct.pack("!BBBBIHH", operation, 1, 6, 0, 0x1234, 0, 0) + b"\0" * 4
    head += IPv4Address(address).packed + b"\0" * 8 + _mac(mac).ljust(16, b"\0") + b"\0" * 192
    said = {53: bytes((kind,)), **options}
    tail = b"".join(bytes((number, len(value))) + value for number, value in said.items())
    return head + b"\x63\x82\x53\x63" + tail + b"\xff"


def capture(frames: Iterable[tuple[float, bytes]], *, link: int = ETHERNET) -> bytes:
    """A capture in the oldest form (pcap, microseconds): pairs of the moment, in seconds, and the frame."""
    made = [struct.pack("<IHHiIII", PCAP_MAGIC, 2, 4, 0, 0, 0x40000, link)]
    for moment, frame in frames:
        seconds, micro = divmod(round(moment * 1_000_000), 1_000_000)
        made.append(struct.pack("<IIII", seconds, micro, len(frame), len(frame)) + frame)
    return b"".join(made)


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total > 0xFFFF:  # noqa: PLR2004 -- sixteen bits
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _framed(sender: End, receiver: End, protocol: int, segment: bytes, place: int) -> bytes:
    """In IP and Ethernet, with the checksum at its place; ICMP's has no pseudo header."""
    addresses = ip_address(sender.ip).packed + ip_address(receiver.ip).packed
    pseudo = b"" if protocol == ICMP else addresses + struct.pack("!II", len(segment), protocol)
    total = checksum(pseudo + segment) or 0xFFFF
    whole = segment[:place] + struct.pack("!H", total) + segment[place + 2 :]
    ethertype = IPV6 if ":" in sender.ip else IPV4
    return ethernet(sender.mac, receiver.mac, ethertype, ip(sender.ip, receiver.ip, protocol, whole))


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))
