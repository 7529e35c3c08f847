"""What the guard hears: packets that the kernel tells of, and who says which address is theirs."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.network.guard.logged import read_logged, read_packet
from roadworthy.network.guard.neighbours import neighbour_of
from roadworthy.network.policy import Side
from roadworthy.testing.traffic import End, ethernet, icmp, ip, tcp, udp

CAMERA = End("02:00:00:00:00:10", "192.168.1.2", 40000)
CLOUD = End("02:00:00:00:00:01", "203.1.2.3", 443)
SIX = End("02:00:00:00:00:10", "fd00::2", 40000)


def logged(frame: bytes, prefix: bytes = b"rw denied out \0", mark: int = 7, kind: int = 0x400) -> bytes:
    parts = ((2, struct.pack(">I", mark)), (9, frame[14:]), (10, prefix))
    body = b"\0\0\0\7"
    for number, value in parts:
        body += (struct.pack("=HH", 4 + len(value), number) + value).ljust((len(value) + 7) & ~3, b"\0")
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body


def test_what_the_kernel_tells_is_seen_from_the_device() -> None:
    data = logged(tcp(CAMERA, CLOUD, 2)) + logged(udp(CLOUD, CAMERA, b"x"), b"rw new in \0", 8)
    out, into = read_logged(data)
    assert (out.number, out.word, out.packet.sender) == (7, "denied", Side.DEVICE)
    assert (str(out.packet.peer), out.packet.protocol, out.packet.peer_port) == ("203.1.2.3", 6, 443)
    assert (into.number, into.word, into.packet.device_port) == (8, "new", 40000)
    assert str(into.own) == CAMERA.ip


def test_icmp_has_a_type_and_no_ports() -> None:
    found = read_packet(icmp(CAMERA, CLOUD, 8)[14:], Side.DEVICE)
    assert found is not None
    assert (found[0].icmp_type, found[0].icmp_code, found[0].peer_port) == (8, 0, None)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x45", logged(tcp(CAMERA, CLOUD, 2), b"other \0"), logged(tcp(CAMERA, CLOUD, 2), kind=0x401)],
)
def test_what_is_none_of_ours_is_passed_over(data: bytes) -> None:
    assert list(read_logged(data)) == []


@given(st.binary(max_size=300), st.integers(0, 200))
def test_damaged_netlink_never_raises(noise: bytes, at: int) -> None:
    good = logged(tcp(CAMERA, CLOUD, 2))
    list(read_logged(noise))
    list(read_logged(good[:at] + noise + good[at:]))


def arp(sender: End, claimed: str, mac: str = "") -> bytes:
    own = bytes.fromhex((mac or sender.mac).replace(":", ""))
    body = b"\0\1\x08\0\6\4\0\1" + own + ip_address(claimed).packed + bytes(6) + bytes(4)
    return ethernet(sender.mac, "ff:ff:ff:ff:ff:ff", 0x0806, body)


def discovery(kind: int, source: str, target: str, hops: int = 255) -> bytes:
    packet = ip(source, "ff02::1", 58, bytes((kind, 0, 0, 0)) + bytes(4) + ip_address(target).packed)
    return ethernet(SIX.mac, "33:33:00:00:00:01", 0x86DD, packet[:7] + bytes((hops,)) + packet[8:])


@pytest.mark.parametrize(
    ("frame", "address"),
    [
        (arp(CAMERA, "192.168.1.2"), "192.168.1.2"),
        (discovery(135, "::", "fd00::2"), "fd00::2"),
        (discovery(135, "fd00::2", "fd00::1"), "fd00::2"),
        (discovery(136, "fd00::2", "fd00::2"), "fd00::2"),
    ],
)
def test_who_says_that_an_address_is_theirs_is_heard(frame: bytes, address: str) -> None:
    found = neighbour_of(frame)
    assert found is not None
    assert (found.mac, str(found.address)) == (CAMERA.mac, address)


@pytest.mark.parametrize(
    "frame",
    [
        arp(CAMERA, "0.0.0.0"),  # noqa: S104 -- a probe, RFC 5227
        arp(CAMERA, "192.168.1.9", "02:00:00:00:00:99"),
        discovery(135, "fd00::2", "fd00::1", 254),
        discovery(134, "fe80::1", "fd00::1"),
        tcp(CAMERA, CLOUD, 2),
        b"",
    ],
)
def test_others_are_not(frame: bytes) -> None:
    assert neighbour_of(frame) is None


@given(st.binary(max_size=120), st.sampled_from((b"\x08\x06", b"\x86\xdd")))
def test_damaged_frames_never_raise(noise: bytes, kind: bytes) -> None:
    neighbour_of(noise)
    neighbour_of(bytes(12) + kind + noise)
