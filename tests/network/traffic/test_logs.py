"""Logs of Zeek, and flow records of routers, tell the same conversations as packets."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.capture_files import read_flows
from roadworthy.model.errors import InputError
from roadworthy.network.flow import Flow, NameSource, PeerName
from roadworthy.network.policy import Side
from roadworthy.network.traffic import exported, zeek
from roadworthy.network.traffic.logged import Log, flows_of_log
from roadworthy.testing import traffic
from roadworthy.testing.traffic import End

CAMERA = End("02:11:22:33:44:55", "192.168.8.20", 40000)
SERVER = End("02:00:00:00:00:01", "203.0.113.5", 443)
DNS, SNI, CERTIFICATE = NameSource.DNS, NameSource.SNI, NameSource.CERTIFICATE
Records = list[dict[str, object]]


def ends(source: str, port: int, target: str, other: int) -> dict[str, object]:
    return {"id.orig_h": source, "id.orig_p": port, "id.resp_h": target, "id.resp_p": other}


COUNTS = {"orig_pkts": 6, "resp_pkts": 5, "orig_ip_bytes": 500, "resp_ip_bytes": 700}
CONN: Records = [
    {"ts": 100.5, "uid": "C1", "proto": "tcp", "duration": 2.0, "history": "ShADadfF", **COUNTS}
    | ends(CAMERA.ip, 40000, SERVER.ip, 443),
    {"ts": 99.0, "uid": "C2", "proto": "icmp", "orig_pkts": 1, "resp_pkts": 1, "orig_l2_addr": SERVER.mac}
    | ends("192.168.8.1", 8, CAMERA.ip, 0),
    {"ts": 101.0, "uid": "C3", "proto": "udp", "orig_pkts": 1, "resp_pkts": 0}
    | ends("192.168.8.99", 1, SERVER.ip, 53),
]
OTHERS: dict[str, Records] = {
    "dns": [
        {"ts": 90.0, "query": "Relay.Camera.Example", "answers": [SERVER.ip, "edge.example"]}
        | ends(CAMERA.ip, 5000, "192.168.8.1", 53),
        {"ts": 90.0, "query": "not.asked.here", "answers": [SERVER.ip]}
        | ends("192.168.8.99", 5000, "192.168.8.1", 53),
        {"ts": 90.0, "query": "router.local", "answers": ["192.168.8.1"]}
        | ends("192.168.8.1", 5353, "224.0.0.251", 5353),
    ],
    "ssl": [{"ts": 100.6, "uid": "C1", "server_name": "api.example", "cert_chain_fps": ["f1", "f2"]}],
    "x509": [
        {"ts": 100.6, "fingerprint": "f1", "certificate.subject": "CN=cert.example,O=Maker", "san.dns": []},
        {"ts": 100.6, "fingerprint": "f2", "certificate.subject": "CN=authority.example"},
    ],
    "http": [{"ts": 100.6, "uid": "C3", "host": "plain.example:80"}],
    "dhcp": [{"ts": 80.0, "mac": CAMERA.mac, "assigned_addr": CAMERA.ip, "host_name": "Camera"}],
    "weird": [{"ts": 1.0}],
}


def json_lines(records: Records) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in records)


def columns(path: str, records: Records) -> bytes:
    names = list(dict.fromkeys(name for each in records for name in each))
    sets = {name for each in records for name, value in each.items() if isinstance(value, list)}

    def text(value: object) -> str:
        if isinstance(value, list):
            return ",".join(value) or "(empty)"
        return "-" if value is None else str(value).replace(",", "\\x2c")

    head = [
        "#separator \\x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        f"#path\t{path}",
    ]
    head.append("\t".join(["#fields", *names]))
    head.append("\t".join(["#types", *("vector[string]" if name in sets else "string" for name in names)]))
    rows = ["\t".join(text(each.get(name)) for name in names) for each in records]
    return "\n".join([*head, *rows, "#close\t2026-01-01", ""]).encode()


@pytest.fixture(params=["json", "columns"])
def logs(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder of logs, some of them packed."""
    for kind, records in {"conn": CONN, **OTHERS}.items():
        data = json_lines(records) if request.param == "json" else columns(kind, records)
        if kind == "dns":
            (tmp_path / "dns.00:00:00-01:00:00.log.gz").write_bytes(gzip.compress(data))
        else:
            (tmp_path / f"{kind}.log").write_bytes(data)
    return tmp_path


def test_a_folder_of_logs_is_one_capture(logs: Path) -> None:
    found = read_flows([str(logs)], device=CAMERA.mac)
    assert found.captures == (str(logs),)
    assert found.problems == ()
    ping, talk = found.flows
    assert (ping.opener, ping.icmp_type, ping.peer_mac, ping.opener_known) == (Side.PEER, 8, SERVER.mac, True)
    assert (ping.device_port, ping.peer_port) == (None, None)
    assert ping.names == (PeerName("router.local", NameSource.MDNS),)
    assert talk.names == (
        PeerName("relay.camera.example", DNS),
        PeerName("api.example", SNI),
        PeerName("cert.example", CERTIFICATE),
    )
    assert talk == Flow(
        device=CAMERA.mac, opener=Side.DEVICE, peer=talk.peer, protocol=6, device_port=40000, peer_port=443,
        names=talk.names, first=100.5, last=102.5, packets=11, octets=1200, answered=True, opener_known=True,
    )  # fmt: skip
    assert str(talk.peer) == SERVER.ip


def test_an_address_stands_for_a_lease(tmp_path: Path) -> None:
    (tmp_path / "conn.log").write_bytes(json_lines(CONN))
    with pytest.raises(InputError, match="in none of 1 captures") as error:
        read_flows([str(tmp_path)], device=CAMERA.mac)
    assert "--address" in error.value.hint
    assert len(read_flows([str(tmp_path)], device=CAMERA.mac, addresses=[CAMERA.ip]).flows) == 2


def test_damaged_records_are_counted(tmp_path: Path) -> None:
    good = columns("conn", CONN)
    bad = b"too\tfew\n" + good.splitlines()[-2].replace(b"udp", b"carrier pigeon") + b"\n{broken\n"
    (tmp_path / "conn.log").write_bytes(good + bad + b"x" * (zeek.MAX_LINE + 5))
    found = read_flows([str(tmp_path)], device=CAMERA.mac, addresses=[CAMERA.ip])
    assert len(found.flows) == 2
    assert found.problems[0].what.startswith("5 ")


@given(st.binary(max_size=300), st.sampled_from(sorted(zeek.KINDS)))
def test_rubbish_is_no_log(data: bytes, kind: str) -> None:
    whole = columns(kind, OTHERS.get(kind, CONN)) + data
    assert isinstance(zeek.read_logs([(f"{kind}.log", whole.splitlines(keepends=True))]), Log)


FIELDS = ((56, 6), (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (6, 2), (1, 8), (2, 8), (152, 8), (153, 8))


def record(source: End, target: End, flags: int, packets: int) -> bytes:
    mac = bytes.fromhex(source.mac.replace(":", ""))
    ends = b"".join(bytes(map(int, each.ip.split("."))) for each in (source, target))
    ports = source.port.to_bytes(2, "big") + target.port.to_bytes(2, "big")
    counts = (packets * 100).to_bytes(8, "big") + packets.to_bytes(8, "big")
    times = (1_700_000_000_500).to_bytes(8, "big") + (1_700_000_001_500).to_bytes(8, "big")
    return mac + ends + ports + b"\x06" + flags.to_bytes(2, "big") + counts + times


TEMPLATE = (2, traffic.flow_template(256, FIELDS))
DATA = (256, record(CAMERA, SERVER, 2 | 16, 5) + record(SERVER, CAMERA, 18, 4))


def test_a_file_of_ipfix(tmp_path: Path) -> None:
    (tmp_path / "flows.ipfix").write_bytes(traffic.ipfix([TEMPLATE]) + traffic.ipfix([DATA]))
    (flow,) = read_flows([str(tmp_path)], device=CAMERA.mac).flows
    assert (flow.opener, flow.device_port, flow.peer_port, flow.packets, flow.octets, flow.answered) == (
        Side.DEVICE, 40000, 443, 9, 900, True,
    )  # fmt: skip
    assert (flow.first, flow.last, flow.peer_mac) == (1_700_000_000.5, 1_700_000_001.5, "")


def test_a_biflow_was_answered() -> None:
    fields = ((8, 4), (12, 4), (4, 1), (82, 65535), (2, 4), (2, 4, 29305), (1, 4, 29305))
    ends = bytes([192, 168, 8, 20, 203, 0, 113, 5])
    name = b"\xff\x01\x00" + b"e" * 256
    data = ends + b"\x01" + name + bytes([0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 9])
    log = exported.read_file(traffic.ipfix([(2, traffic.flow_template(300, fields)), (300, data)]))
    (flow,) = flows_of_log(log, device=CAMERA.mac, addresses=[CAMERA.ip]).flows
    assert (flow.protocol, flow.packets, flow.octets, flow.answered) == (1, 5, 9, True)


def test_exports_on_their_way_to_a_collector(tmp_path: Path) -> None:
    router, collector = End("02:00:00:00:00:01", "192.168.8.1", 9999), End("02:00:00:00:00:09", "192.168.8.9")
    old = traffic.netflow_5([(CAMERA, SERVER, 6, 7, 700), (SERVER, CAMERA, 6, 5, 500)])
    nine = [(0, TEMPLATE[1]), (256, record(CAMERA, SERVER.at(8883), 2, 3))]
    sent = [
        traffic.udp(router, collector.at(2055), old),
        traffic.udp(router, collector.at(4739), traffic.netflow_9(nine)),
    ]
    (tmp_path / "exports.pcap").write_bytes(traffic.capture(enumerate(sent)))
    flows = read_flows([str(tmp_path)], device=CAMERA.mac, addresses=[CAMERA.ip]).flows
    assert [(each.peer_port, each.packets, each.opener, each.opener_known) for each in flows] == [
        (443, 12, Side.DEVICE, False), (8883, 3, Side.DEVICE, True),
    ]  # fmt: skip
    assert flows[0].first == 1_700_000_000 - 2


def test_what_nobody_can_read_is_counted() -> None:
    assert exported.read_file(traffic.ipfix([DATA])).damaged == 1  # no template
    assert exported.read_file(traffic.ipfix([TEMPLATE, (256, b"short")])).records == ()
    broken = traffic.ipfix([TEMPLATE]) + b"\0\x0a\0\x14" + bytes(12) + b"\0\2\0\1"
    assert exported.read_file(broken).damaged == 1
    collector = exported.Collector()
    collector.take(b"\0\7", b"")
    collector.take(traffic.netflow_5([(CAMERA, SERVER, 6, 7, 700)])[:50], b"")
    collector.take(traffic.ipfix([TEMPLATE]), b"one")
    collector.take(traffic.ipfix([DATA]), b"another")
    assert (collector.log().damaged, collector.log().records) == (3, ())


@given(st.data())
def test_damage_to_exports_ends_nothing(data: st.DataObject) -> None:
    damaged = bytearray(traffic.ipfix([TEMPLATE, DATA]))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    flows_of_log(exported.read_file(bytes(damaged)), device=CAMERA.mac, addresses=[CAMERA.ip])
