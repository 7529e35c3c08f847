"""The reader in columns finds what the plain one finds: in made captures, damaged ones, and real ones."""

import gzip
import re
import struct
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.network.traffic import one_by_one

from roadworthy.adapters import capture_files
from roadworthy.adapters.capture_files import read_flows
from roadworthy.model.errors import InputError
from roadworthy.network.traffic import capture, chain, columns, table
from roadworthy.network.traffic.capture import batches
from roadworthy.network.traffic.conversations import Heard, flows_of
from roadworthy.testing import traffic
from roadworthy.testing.traffic import End

CAMERA = "02:11:22:33:44:55"
HERE, THERE = End(CAMERA, "192.168.8.20", 40000), End("02:00:00:00:00:01", "203.0.113.5", 443)
MACS = st.sampled_from([CAMERA, CAMERA, "02:00:00:00:00:01", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb"])
ADDRESSES = st.sampled_from([("192.168.8.20", "203.0.113.5"), ("fd00::20", "2001:db8::1")])
PORTS = st.sampled_from([53, 67, 5353, 80, 443, 1023, 40000, 50000])
HELLO = traffic.client_hello("relay.camera.example")
ANSWER = traffic.dns_answer("a.example", [("a.example", "A", "203.0.113.5")])
LOCAL = traffic.dns_answer("tv.local", [("tv.local", "A", "203.0.113.5")])
LEASE = traffic.dhcp(3, "02:00:00:00:00:77", {12: b"TV", 50: b"\xcb\0\x71\5"})
PAYLOADS = st.sampled_from(
    [
        b"",
        b"x",
        HELLO,
        ANSWER,
        LOCAL,
        LEASE,
        b"GET / HTTP/1.1\r\nHost: b.example\r\n\r\n",
        b"\x16\x03\x01\0\1\2",
        b"P" * 40,
    ]
) | st.binary(max_size=40)


@st.composite
def ip_payloads(draw: st.DrawFn) -> tuple[int, bytes]:
    """Protocol, and what it carries."""
    kind = draw(st.sampled_from([1, 2, 6, 17, 58, 0, 43, 44, 60]))
    payload = draw(PAYLOADS)
    ports = struct.pack("!HH", draw(PORTS), draw(PORTS))
    if kind == 6:
        size, flags = (
            draw(st.sampled_from([0x50, 0x50, 0x60, 0xF0, 0])),
            draw(st.sampled_from([2, 18, 16, 24, 4])),
        )
        return kind, ports + bytes(8) + bytes([size, flags]) + bytes(6) + payload
    if kind == 17:
        return kind, ports + bytes(4) + payload
    if kind in {1, 58}:
        return kind, bytes([draw(st.sampled_from([0, 8, 13, 14, 128, 129, 135, 136])), 0]) + payload
    return kind, bytes([draw(st.sampled_from([0, 6, 17, 60])), draw(st.sampled_from([0, 1, 255]))]) + payload


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A frame that may be of the camera, whole or cut, with a header or two that are odd."""
    here, there = draw(ADDRESSES)
    source, target = draw(st.sampled_from([(here, there), (there, here)]))
    kind, carried = draw(ip_payloads())
    packet = bytearray(traffic.ip(source, target, kind, carried))
    if draw(st.integers(0, 5)) == 0:
        packet[draw(st.integers(0, min(9, len(packet) - 1)))] = draw(st.integers(0, 255))
    ethertype = 0x86DD if ":" in here else 0x0800
    if draw(st.integers(0, 9)) == 0:
        ethertype = draw(st.sampled_from([0x0806, 0x8100, 0x86DD, 0x0800, 60]))
    vlans = range(draw(st.sampled_from([0, 0, 0, 1, 2, 8, 9])))
    whole = traffic.ethernet(draw(MACS), draw(MACS), ethertype, bytes(packet), vlans=vlans)
    return whole[: draw(st.integers(0, len(whole)))] if draw(st.integers(0, 5)) == 0 else whole


def pcap(made: list[bytes], order: str = "<", magic: int = 0xA1B2C3D4) -> bytes:
    """A capture; its packets are 0.1 s apart."""
    head = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 262144, 1)
    records = (
        struct.pack(f"{order}IIII", 1_700_000_000 + each // 10, each % 10 * 100_000, len(frame), len(frame))
        + frame
        for each, frame in enumerate(made)
    )
    return head + b"".join(records)


def pcapng(made: list[bytes], order: str = "<", *, sections: int = 1) -> bytes:
    """The same in blocks: interfaces in nanoseconds and microseconds, and blocks that nobody knows."""

    def block(kind: int, body: bytes) -> bytes:
        body += b"\0" * (-len(body) % 4)
        size = struct.pack(f"{order}I", 12 + len(body))
        return struct.pack(f"{order}I", kind) + size + body + size

    nanoseconds = struct.pack(f"{order}HHB3xHH", 9, 1, 9, 0, 0)
    blocks = []
    for section in range(sections):
        blocks.append(block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1)))
        blocks.append(block(1, struct.pack(f"{order}HHI", 1, 0, 0) + nanoseconds))
        blocks.append(block(1, struct.pack(f"{order}HHI", 1, 0, 0)))
        for each, frame in enumerate(made[section::sections]):
            unit = 10**9 if each % 3 else 10**6
            when = int((1_700_000_000 + each) * unit)
            fixed = struct.pack(
                f"{order}IIIII", [1, 0, 0][each % 3], when >> 32, when & 0xFFFFFFFF, len(frame), len(frame)
            )
            blocks += [block(6, fixed + frame), block(0x0BAD, b"?" * (each % 5))]
    return b"".join(blocks)


def or_error(read: Callable[[], Heard]) -> Heard | str:
    """What is read, or what is said against it."""
    try:
        return read()
    except InputError as error:
        return str(error)


def same(data: bytes) -> Heard | None:
    """What both find in a capture, which must be the same; None where both refuse it."""
    wanted = or_error(lambda: one_by_one.flows_of(one_by_one.frames(data, "made"), device=CAMERA))
    if isinstance(wanted, str):
        assert or_error(lambda: flows_of(batches(data, "made"), device=CAMERA)) == wanted
        return None
    found = flows_of(batches(data, "made"), device=CAMERA)
    for each in fields(Heard):
        assert getattr(found, each.name) == getattr(wanted, each.name), each.name
    return found


@pytest.fixture(params=["one window", "small windows"], autouse=True)
def windows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both as it is, and with so little memory that everything happens at an edge."""
    if request.param == "small windows":
        monkeypatch.setattr(capture, "WINDOW", 3000)
        monkeypatch.setattr(chain, "STRETCH", 200)
        monkeypatch.setattr(chain, "FEW", 2)
        monkeypatch.setattr(chain, "REACHES", (32, 128))
        monkeypatch.setattr(table, "PENDING", 2)


WRITERS = st.sampled_from(
    [
        pcap,
        lambda made: pcap(made, ">"),
        lambda made: pcap(made, "<", 0xA1B23C4D),
        pcapng,
        lambda made: pcapng(made, ">"),
        lambda made: pcapng(made, sections=3),
    ]
)


@settings(max_examples=60)
@given(made=st.lists(frames(), max_size=60), write=WRITERS)
def test_both_readers_find_the_same(made: list[bytes], write: Callable[[list[bytes]], bytes]) -> None:
    assert same(write(made)) is not None


@settings(max_examples=60)
@given(st.data())
def test_and_in_damaged_captures(data: st.DataObject) -> None:
    whole = data.draw(WRITERS)(data.draw(st.lists(frames(), min_size=10, max_size=60)))
    damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 4)) if damaged else 0):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    same(bytes(damaged))


def captures(samples: Path) -> Iterator[tuple[str, bytes]]:
    """Every capture of the samples, but of the 550 of one collection only some."""
    for path in sorted(samples.rglob("*.pcap*")):
        if path.suffix != ".xz":
            yield path.name, path.read_bytes()
    with tarfile.open(samples / "pcap/iot_sentinel_550_pcaps.tar.xz") as archive:
        inside = [each for each in archive if each.name.endswith(".pcap")]
        for each in inside[::50]:
            if (stream := archive.extractfile(each)) is not None:
                yield each.name, stream.read()


def test_and_in_real_captures(network_samples: Path) -> None:
    count = 0
    for name, data in captures(network_samples):
        try:
            wanted = one_by_one.flows_of(one_by_one.frames(data, name), device=CAMERA)
        except InputError as error:
            with pytest.raises(InputError, match=re.escape(str(error))):
                flows_of(batches(data, name), device=CAMERA)
            continue
        for mac, _ in wanted.senders.most_common(1):
            wanted = one_by_one.flows_of(one_by_one.frames(data, name), device=mac)
            assert flows_of(batches(data, name), device=mac) == wanted, name
            count += wanted.packets
    assert count > 200_000


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=50))
def test_what_is_alike_gets_the_same_number(made: list[tuple[int, int]]) -> None:
    words = [np.array(column, np.uint64) for column in zip(*made, strict=True)]
    kinds, firsts = columns.alike(words)
    order = list(dict.fromkeys(made))
    assert [order[kind] for kind in kinds] == made
    assert [made[first] for first in firsts] == order


def test_ends_made_to_share_a_place_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MIX", (0, 0, 0, 0))  # as if somebody had found numbers that hash alike
    words = [np.arange(5000, dtype=np.uint64) % 700]
    kinds, firsts = columns.alike(words)
    assert kinds.tolist() == words[0].tolist()
    assert firsts.tolist() == list(range(700))


def test_a_big_file_is_walked_side_by_side() -> None:
    made = [traffic.udp(HERE, THERE, bytes(each * 37 % 1400)) for each in range(1000)]
    for data in (pcap(made), pcap(made, ">"), pcapng(made)):
        found = same(data)
        assert found is not None
        assert found.packets == 1000


def test_a_capture_inside_a_capture_misleads_nobody() -> None:
    inner = pcap([traffic.udp(HERE, THERE, b"x" * 50)] * 2000)[24:]
    made = [traffic.udp(HERE, THERE, inner[at : at + 60_000]) for at in range(0, len(inner) - 60_000, 9_000)]
    found = same(pcap(made))
    assert found is not None
    assert found.packets == len(made)


def test_a_long_block_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "MAX_BLOCK", 5000)
    monkeypatch.setattr(capture, "WINDOW", 3000)
    made = [traffic.udp(HERE, THERE, bytes(9000)), traffic.udp(HERE, THERE, b"short")]
    assert flows_of(batches(pcapng(made), "made"), device=CAMERA).packets == 1
    assert flows_of(batches(pcapng(made)[:-2000], "made"), device=CAMERA).packets == 0


def test_a_packed_capture_has_a_bound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bomb.pcap.gz").write_bytes(gzip.compress(pcap([b""] * 1000)))
    monkeypatch.setattr(capture_files, "MAX_UNPACKED", 10_000)
    with pytest.raises(InputError, match="holds more than 10000 bytes"):
        read_flows([str(tmp_path)], device=CAMERA)


def test_records_of_another_age_are_found_too() -> None:
    every = b"".join(struct.pack("<IIII", each % 2 << 30, 0, 0, 0) for each in range(30_000))
    found = same(pcap([]) + every)  # no guess is right here
    assert found is not None
    assert found.packets == 30_000
