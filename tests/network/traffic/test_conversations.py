"""Captures to conversations: made ones, real ones, and damaged ones."""

import gzip
import lzma
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.capture_files import read_flows
from roadworthy.model.errors import InputError
from roadworthy.network.flow import NameSource, PeerName
from roadworthy.network.policy import Side
from roadworthy.network.traffic import conversations, table
from roadworthy.network.traffic.capture import batches
from roadworthy.network.traffic.conversations import Heard, flows_of
from roadworthy.network.traffic.names import announced, answers, greeted, hosted, leased
from roadworthy.testing import traffic
from roadworthy.testing.traffic import End

CAMERA = End("02:11:22:33:44:55", "192.168.8.20")
ROUTER = End("02:00:00:00:00:01", "192.168.8.1")
SERVER = End(ROUTER.mac, "203.0.113.5")
NAME = "relay.camera.example"


def heard(*made: bytes) -> Heard:
    data = traffic.capture((1000 + number, each) for number, each in enumerate(made))
    return flows_of(batches(data, "made"), device=CAMERA.mac)


def looked_up(name: str, records: list[tuple[str, str, str]]) -> bytes:
    return traffic.udp(ROUTER.at(53), CAMERA.at(5000), traffic.dns_answer(name, records))


def test_a_peer_is_called_what_the_device_asked_for() -> None:
    answer = looked_up(NAME, [(NAME, "CNAME", "edge.cdn.example"), ("edge.cdn.example", "A", SERVER.ip)])
    talk = traffic.connection(
        CAMERA.at(40000), SERVER.at(443), [(True, traffic.client_hello("other.example"))]
    )
    flow = heard(answer, *talk).flows[1]
    assert flow.names == (PeerName(NAME, NameSource.DNS), PeerName("other.example", NameSource.SNI))
    assert (flow.opener, flow.opener_known, flow.answered) == (Side.DEVICE, True, True)
    assert (flow.device_port, flow.peer_port, flow.packets) == (40000, 443, 6)


def test_who_opened_it() -> None:
    inbound = traffic.connection(SERVER.at(50000), CAMERA.at(80), [])
    assert heard(*inbound).flows[0].opener is Side.PEER
    in_the_middle = inbound[4:]
    assert (heard(*in_the_middle).flows[0].opener, heard(*in_the_middle).flows[0].opener_known) == (
        Side.PEER,
        False,
    )
    ping = traffic.icmp(SERVER, CAMERA, 8)
    reply = traffic.icmp(CAMERA, SERVER, 0)
    (flow,) = heard(ping, reply).flows
    assert (flow.opener, flow.icmp_type, flow.answered) == (Side.PEER, 8, True)


def test_ipv6_vlans_and_what_is_not_ip() -> None:
    six, far = End(CAMERA.mac, "fd00::20", 1234), End(ROUTER.mac, "2001:db8::1", 443)
    segment = traffic.tcp(six, far, traffic.SYN)
    tagged = segment[:12] + struct.pack("!HH", 0x8100, 7) + segment[12:]
    arp = traffic.ethernet(CAMERA.mac, traffic.BROADCAST, 0x0806, b"\0" * 28)
    flows = heard(tagged, arp).flows
    assert [(str(each.peer), each.peer_port, each.ethertype) for each in flows] == [
        ("2001:db8::1", 443, None), ("None", None, 0x0806),
    ]  # fmt: skip


def test_a_hostile_name_is_no_name() -> None:
    for name in ("a b.example", "x" * 300 + ".example", "-\n.example"):
        answer = looked_up("a.example", [("a.example", "A", SERVER.ip)]).replace(b"\x01a\x07example", b"")
        assert all(each.names == () for each in heard(answer).flows)
        hello = traffic.client_hello(name)
        assert greeted(hello) is None
        assert hosted(f"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()) is None
    loop = struct.pack("!6H", 1, 0x8180, 1, 1, 0, 0) + b"\xc0\x0c" + b"\0\1\0\1"
    assert list(answers(loop)) == []


def test_floods_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_FLOWS", 10)
    flood = [traffic.tcp(CAMERA.at(port), SERVER.at(23), traffic.SYN) for port in range(100, 150)]
    found = heard(*flood)
    assert (len(found.flows), found.left) == (10, 40)
    many = [looked_up(f"n{number}.example", [("x.example", "A", SERVER.ip)]) for number in range(100)]
    talk = traffic.connection(CAMERA.at(40000), SERVER.at(443), [])
    assert len(heard(*many, *talk).flows[-1].names) == conversations.MAX_NAMES


GOOD = traffic.capture(
    (number, each)
    for number, each in enumerate(
        [
            looked_up(NAME, [(NAME, "A", SERVER.ip)]),
            *traffic.connection(CAMERA.at(40000), SERVER.at(443), [(True, traffic.client_hello(NAME))]),
        ]
    )
)


@given(st.data())
def test_damage_ends_nothing(data: st.DataObject) -> None:
    damaged = bytearray(GOOD[: data.draw(st.integers(24, len(GOOD)))])
    for _ in range(data.draw(st.integers(0, 8))):
        damaged[data.draw(st.integers(24, len(damaged) - 1)) if len(damaged) > 24 else 0] = data.draw(
            st.integers(0, 255)
        )
    try:
        flows_of(batches(bytes(damaged), "damaged"), device=CAMERA.mac)
    except InputError:
        assert damaged[:4] != GOOD[:4]


@given(st.binary(max_size=400))
def test_rubbish_has_no_names(data: bytes) -> None:
    assert isinstance(list(answers(data)), list)
    greeted(b"\x16\x03\x01" + data)
    hosted(b"GET " + data)


def pcapng(made: list[bytes], order: str) -> bytes:
    def block(kind: int, body: bytes) -> bytes:
        body += b"\0" * (-len(body) % 4)
        return (
            struct.pack(f"{order}II", kind, 12 + len(body)) + body + struct.pack(f"{order}I", 12 + len(body))
        )

    nanoseconds = struct.pack(f"{order}HHB3xHH", 9, 1, 9, 0, 0)
    blocks = [block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))]
    blocks.append(block(1, struct.pack(f"{order}HHI", 1, 0, 0) + nanoseconds))
    for number, frame in enumerate(made):
        when = (1000 + number) * 10**9
        fixed = struct.pack(f"{order}IIIII", 0, when >> 32, when & 0xFFFFFFFF, len(frame), len(frame))
        blocks.append(block(6, fixed + frame))
    return b"".join(blocks)


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_holds_the_same(order: str) -> None:
    made = traffic.connection(CAMERA.at(40000), SERVER.at(443), [(True, traffic.client_hello(NAME))])
    found = flows_of(batches(pcapng(made, order), "ng"), device=CAMERA.mac).flows
    assert found == heard(*made).flows


def test_files_folders_and_packed_files(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(GOOD)
    (tmp_path / "b.pcap.gz").write_bytes(gzip.compress(GOOD))
    (tmp_path / "c.pcap.xz").write_bytes(lzma.compress(GOOD))
    (tmp_path / "notes.txt").write_text("no capture")
    found = read_flows([str(tmp_path)], device=CAMERA.mac)
    assert [Path(each).name for each in found.captures] == ["a.pcap", "b.pcap.gz", "c.pcap.xz"]
    assert [each.capture for each in found.flows] == [0, 0, 1, 1, 2, 2]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    place = tmp_path / "a.pcap"
    place.write_bytes(GOOD)
    with pytest.raises(InputError, match="02:00:00:00:00:77 is in none of 1 captures") as error:
        read_flows([str(place)], device="02:00:00:00:00:77")
    assert CAMERA.mac in error.value.hint
    (tmp_path / "b.pcap").write_bytes(b"hello")
    with pytest.raises(InputError, match=r"b\.pcap is no capture"):
        read_flows([str(tmp_path / "b.pcap")], device=CAMERA.mac)
    (tmp_path / "raw.pcap").write_bytes(traffic.capture([], link=101))
    with pytest.raises(InputError, match="link type 101"):
        read_flows([str(tmp_path / "raw.pcap")], device=CAMERA.mac)
    with pytest.raises(InputError, match="cannot read"):
        read_flows([str(tmp_path / "nothing.pcap")], device=CAMERA.mac)
    (tmp_path / "torn.pcap.gz").write_bytes(gzip.compress(GOOD)[:40])
    with pytest.raises(InputError, match="cannot read"):
        read_flows([str(tmp_path / "torn.pcap.gz")], device=CAMERA.mac)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no capture in"):
        read_flows([str(tmp_path / "empty")], device=CAMERA.mac)


@pytest.mark.parametrize(
    "path", ["fit_week_long/lockly-hub-01.pcap", "ndpi/alexa-app.pcapng", "zeek/mqtt.pcap"]
)
def test_real_captures_are_read_to_their_end(path: str, network_samples: Path) -> None:
    data = (network_samples / "pcap" / path).read_bytes()
    counted = flows_of(batches(data, path), device="02:00:00:00:00:00")
    most = counted.senders.most_common(1)[0][0]
    found = flows_of(batches(data, path), device=most)
    assert found.flows
    assert found.damaged == 0


def test_names_that_hosts_give_themselves() -> None:
    tv = End("02:00:00:00:00:77", "192.168.8.77")
    group = End("01:00:5e:00:00:fb", "224.0.0.251", 5353)
    everybody = End("ff:ff:ff:ff:ff:ff", "255.255.255.255", 67)
    says = traffic.dns_answer("TV.local", [("TV.local", "A", tv.ip), ("bank.example", "A", tv.ip)])
    lease = traffic.dhcp(3, tv.mac, {12: b"Living-TV", 50: bytes([192, 168, 8, 77])})
    talk = traffic.connection(CAMERA.at(40000), tv.at(8009), [])
    flow = heard(
        traffic.udp(tv.at(5353), group, says),
        traffic.udp(End(tv.mac, "192.168.8.1", 68), everybody, lease),
        *talk,
    )
    assert [each.names for each in flow.flows] == [
        (PeerName("tv.local", NameSource.MDNS), PeerName("living-tv", NameSource.DHCP)),
    ]  # fmt: skip


def test_names_of_the_house_from_real_captures(network_samples: Path) -> None:
    mdns = {
        each
        for batch in batches((network_samples / "pcap/zeek/mdns.pcap").read_bytes(), "mdns")
        for packet in [
            batch.buffer[at : at + size].tobytes()
            for at, size in zip(batch.starts, batch.lengths, strict=True)
        ]
        for at in (42, 62)
        for each in announced(packet[at:])
    }
    assert mdns
    assert all(name.endswith(".local") for name, _ in mdns)


def test_a_lease_without_a_name_or_an_address() -> None:
    for options in ({12: b"tv"}, {50: bytes(4), 12: b"tv"}, {50: b"\1\2\3\4"}, {12: b"a b", 50: b"\1\2\3\4"}):
        assert list(leased(traffic.dhcp(3, CAMERA.mac, options))) == []
    assert list(leased(traffic.dhcp(5, CAMERA.mac, {12: b"tv"}, address="192.168.8.9"))) == [
        ("tv", bytes([192, 168, 8, 9]))
    ]
