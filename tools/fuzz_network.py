"""Targets of the network wing: captures, names, DNS, MUD files, signatures, network.toml, switches, guard."""

import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from fuzz_corpus import Case, cases
from roadworthy.codecs import cms
from roadworthy.model.errors import RoadworthyError
from roadworthy.network.guard.dns_reply import MalformedMessageError, read_message
from roadworthy.network.guard.logged import read_logged, read_packet
from roadworthy.network.guard.memory import read_memory, written
from roadworthy.network.guard.neighbours import neighbour_of
from roadworthy.network.mud.advice import advise
from roadworthy.network.mud.checking import check
from roadworthy.network.mud.difference import difference
from roadworthy.network.mud.emission import emission_of, fault_of, url_of_certificate
from roadworthy.network.mud.file import About
from roadworthy.network.mud.meaning import policy_of
from roadworthy.network.mud.reading import read_mud
from roadworthy.network.mud.spelling import mud_of
from roadworthy.network.mud.upgrade import upgrade
from roadworthy.network.mud.writing import write_mud
from roadworthy.network.network_file import read_network
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.switches.record import Act
from roadworthy.network.switches.records import read_records
from roadworthy.network.switches.switch import Switch
from roadworthy.network.traffic import exported, zeek
from roadworthy.network.traffic.capture import batches
from roadworthy.network.traffic.conversations import flows_of
from roadworthy.network.traffic.logged import flows_of_log
from roadworthy.network.traffic.names import announced, answers, greeted, hosted, leased
from roadworthy.testing import authority, traffic
from roadworthy.testing.switches import Book
from roadworthy.testing.switches import name as key_name
from roadworthy.testing.traffic import End

Run = Callable[[Case], None]
NOW: Final = datetime(2026, 11, 27, tzinfo=UTC)
CAMERA: Final = End("02:11:22:33:44:55", "192.168.8.20", 40000)
SERVER: Final = End("02:00:00:00:00:01", "203.0.113.5", 443)
ANSWER: Final = traffic.dns_answer(
    "a.example", [("a.example", "CNAME", "b.example"), ("b.example", "A", SERVER.ip)]
)
CAPTURE: Final = traffic.capture(
    enumerate(
        [
            traffic.udp(SERVER.at(53), CAMERA.at(5000), ANSWER),
            *traffic.connection(CAMERA, SERVER, [(True, traffic.client_hello("a.example"))]),
        ]
    )
)
ZEEK: Final = b"""\
#separator \\x09
#set_separator\t,
#unset_field\t-
#path\tconn
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\torig_pkts\tresp_pkts\thistory
#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tinterval\tcount\tcount\tstring
1700000000.5\tC1\t192.168.8.20\t40000\t203.0.113.5\t443\ttcp\t1.5\t5\t4\tShADad
{"_path":"dns","ts":1700000000.1,"id.orig_h":"192.168.8.20","id.resp_p":53,"query":"a.b","answers":["203.0.113.5"]}
{"_path":"dhcp","ts":"2026-01-01T00:00:00Z","mac":"02:11:22:33:44:55","assigned_addr":"192.168.8.20","host_name":"c"}
"""
RECORDS: Final = traffic.ipfix(
    [
        (
            2,
            traffic.flow_template(
                256, ((8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (82, 65535), (2, 4, 29305))
            ),
        ),
        (256, b"\xc0\xa8\x08\x14\xcb\0\x71\5\x9c\x40\1\xbb\6\4eth0\0\0\0\7"),
    ]
)
PROFILE: Final = write_mud(
    mud_of(
        Policy(
            rules=(
                Rule(
                    name="web",
                    sender=Side.DEVICE,
                    peers=(Peer(PeerKind.NAME, "a.example"),),
                    protocol=6,
                    peer_ports=(Ports(443, 443), Ports(8000, 8010)),
                ),
                Rule(name="ping", sender=Side.PEER, protocol=1, icmp_type=8),
            )
        ),
        About(mud_url="https://camera.example/m.json", last_update="2026-11-27T00:00:00Z"),
    )
)
ASKING: Final = traffic.udp(
    CAMERA.at(68), SERVER.at(67), traffic.dhcp(3, CAMERA.mac, {161: b"https://camera.example/m.json"})
)
LOGGED: Final = struct.pack("=IHHII", 40 + 60, 0x400, 0, 0, 0) + b"\0\0\0\7" + (
    struct.pack("=HH", 8, 2) + b"\0\0\0\1"
    + struct.pack("=HH", 15, 10) + b"rw new out\0\0" + struct.pack("=HH", 60, 9)
    + traffic.tcp(CAMERA, SERVER, 2)[14:70].ljust(56, b"\0")
)  # fmt: skip
JOURNAL: Final = written(
    (
        {"kind": "told", "device": "camera", "name": "a.example", "address": SERVER.ip, "until": 9},
        {"kind": "mode", "device": "camera", "mode": "enforce"},
        {"kind": "quarantine", "device": "camera", "why": "it scans", "since": 1, "by": "anna"},
    )
)
LEDGER: Final = Book()
LEDGER.enrol()
LEDGER.switch(Switch.INTERNET, on=False)
LEDGER.add(1, Act.TRANSFER, to=key_name(5))
LEDGER.add(5, Act.ACCEPT, recovery=key_name(6))
NETWORK: Final = b"""\
[network]
local = ["192.168.8.0/24"]
address = "192.168.8.1"
[devices.camera]
mac = "02:11:22:33:44:55"
addresses = ["192.168.8.20"]
"""


def network() -> Iterator[tuple[str, tuple[Case, ...], Run]]:
    """Name, seeds, and what feeds a case, for each."""
    for name, seed, run in (
        ("capture", CAPTURE, read_capture),
        ("names", ANSWER, read_names),
        ("zeek", ZEEK, read_zeek),
        ("flow-records", RECORDS, read_flow_records),
        ("dns", ANSWER, read_dns),
        ("mud", PROFILE, read_profile),
        ("signature", _signature(), read_signature),
        ("network-file", NETWORK, read_network_file),
        ("logged", LOGGED, read_from_kernel),
        ("neighbour", ASKING, read_from_kernel),
        ("journal", JOURNAL, read_journal),
        ("mud-url", ASKING, read_emission),
        ("mud-url-certificate", HOLDER.pem, read_certificate),
        ("switches", LEDGER.data, read_ledger),
    ):
        place = f"network/{name}"
        yield place, (*cases(place), {"": seed}), run


def read_capture(case: Case) -> None:
    """A capture to conversations."""
    with suppress(RoadworthyError):
        flows_of(batches(case[""], "capture"), device=CAMERA.mac)


def read_zeek(case: Case) -> None:
    """Logs of Zeek, each as every kind of them: what is damaged is counted."""
    lines = case[""].splitlines(keepends=True)
    log = zeek.read_logs((f"{kind}.log", lines) for kind in sorted(zeek.KINDS))
    flows_of_log(log, device=CAMERA.mac, addresses=(CAMERA.ip,))


def read_flow_records(case: Case) -> None:
    """Flow records, as a file and as a datagram: what is damaged is counted."""
    flows_of_log(exported.read_file(case[""]), device=CAMERA.mac, addresses=(CAMERA.ip,))
    data = traffic.capture([(0, traffic.udp(CAMERA, SERVER.at(4739), case[""][:60_000]))])
    flows_of_log(exported.read_datagrams(batches(data, "capture")), device=CAMERA.mac, addresses=(CAMERA.ip,))


def read_names(case: Case) -> None:
    """Names in packets; these readers raise nothing at all."""
    list(answers(case[""]))
    list(announced(case[""]))
    list(leased(case[""]))
    greeted(case[""])
    hosted(case[""])


def read_dns(case: Case) -> None:
    """A message for the guard."""
    with suppress(MalformedMessageError):
        read_message(case[""])


def read_from_kernel(case: Case) -> None:
    """What the kernel tells the guard; these readers raise nothing at all."""
    list(read_logged(case[""]))
    neighbour_of(case[""])
    read_packet(case[""], Side.DEVICE)


def read_journal(case: Case) -> None:
    """The guard's journal: damaged lines are counted, the others are kept and can be written again."""
    memory = read_memory(case[""])
    again = read_memory(written(tuple(memory.records())))
    if again.lost or again.openings.keys() != memory.openings.keys():
        raise AssertionError("what was read cannot be written")


def read_profile(case: Case) -> None:
    """A MUD file, its meaning, its faults, and mending it; what was mended needs no mending."""
    sound = not check(case[""]).faults
    with suppress(RoadworthyError):
        read = read_mud(case[""], "profile")
        policy = policy_of(read)
        if difference(policy, policy):
            raise AssertionError("a policy differs from itself")
        if sound:
            advise(read)
    with suppress(RoadworthyError):
        done = upgrade(case[""], "profile")
        if upgrade(done.data, "profile").changes:
            raise AssertionError("mended twice")


def read_signature(case: Case) -> None:
    """A signature that was changed holds only if nothing was changed."""
    with suppress(RoadworthyError):
        cms.verify(PROFILE, case[""], anchors=[HOLDER.certificate], moment=NOW)


def read_network_file(case: Case) -> None:
    """A network.toml."""
    with suppress(RoadworthyError):
        read_network(case[""], "network.toml", lambda _: Policy())


def read_emission(case: Case) -> None:
    """A frame that tells a URL; what is given as a URL is one."""
    told = emission_of(case[""])
    if told is not None and told.url and fault_of(told.url):
        raise AssertionError("a URL that breaks the rules was given")


def read_certificate(case: Case) -> None:
    """A certificate that may hold a URL."""
    with suppress(RoadworthyError):
        url_of_certificate(case[""])


def read_ledger(case: Case) -> None:
    """A ledger of switches: whatever was changed, no record counts that was not signed so."""
    with suppress(RoadworthyError):
        ledger = read_records(case[""], "switches.jsonl")
        if ledger.records != LEDGER.ledger.records[: len(ledger.records)]:
            raise AssertionError("a record counts that nobody signed")


HOLDER: Final = authority.issue("Maker", make_key=lambda: ec.generate_private_key(ec.SECP256R1()))


def _signature() -> bytes:
    return cms.sign(PROFILE, HOLDER.key, HOLDER.certificate, (), now=NOW)
