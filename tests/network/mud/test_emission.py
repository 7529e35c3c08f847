"""MUD URLs out of frames and certificates: the four ways, and what is refused."""

import struct
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import pytest
from asn1crypto import core
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.model.errors import InputError
from roadworthy.network.mud.emission import (
    MUD_URL,
    Emission,
    Source,
    emission_of,
    fault_of,
    url_of_certificate,
)
from roadworthy.network.traffic.capture import frames
from roadworthy.testing import traffic
from roadworthy.testing.authority import issue
from roadworthy.testing.traffic import End

TLS = "https://"
URL = "https://camera.example/m.json"
CAMERA = End("02:11:22:33:44:55", "192.168.8.20", 68)
OTHER = "02:11:22:33:44:66"
NOBODY = End(CAMERA.mac, "0.0.0.0", 68)  # noqa: S104 -- nothing listens
ALL = End(traffic.BROADCAST, "255.255.255.255", 67)
ROUTER = End("02:00:00:00:00:01", "192.168.8.1", 67)
CAMERA_6 = End(CAMERA.mac, "fe80::11:22ff:fe33:4455", 546)
ALL_6 = End("33:33:00:01:00:02", "ff02::1:2", 547)


def asking(options: dict[int, bytes], mac: str = CAMERA.mac) -> bytes:
    return traffic.udp(NOBODY, ALL, traffic.dhcp(3, mac, options))


def option(number: int, value: bytes) -> bytes:
    return struct.pack(">HH", number, len(value)) + value


def duid(mac: str, *, timed: bool = False) -> bytes:
    head = struct.pack(">HHI", 1, 1, 7) if timed else struct.pack(">HH", 3, 1)
    return option(1, head + bytes.fromhex(mac.replace(":", "")))


def solicit(*options: bytes) -> bytes:
    return b"\x01\0\0\7" + b"".join(options)


def relayed(message: bytes, *options: bytes, peer: str = "fe80::1") -> bytes:
    head = b"\x0c\0" + bytes(16) + ip_address(peer).packed
    return head + b"".join(options) + option(9, message)


def lldp(*entries: tuple[int, bytes]) -> bytes:
    data = b"".join(struct.pack(">H", kind << 9 | len(value)) + value for kind, value in entries)
    return traffic.ethernet(CAMERA.mac, "01:80:c2:00:00:0e", 0x88CC, data + b"\0\0")


def test_real_frames_tell_their_urls(network_samples: Path) -> None:
    told = {
        name: [
            found
            for frame in frames((network_samples / f"pcap/mud_url_emission/{name}.pcap").read_bytes(), name)
            if (found := emission_of(frame))
        ]
        for name in ("dhcp-mud", "dhcpv6-mud", "lldp_mudurl", "LLDP_and_CDP")
    }
    assert [len(each) for each in told.values()] == [1, 5, 2, 0]
    for name, source in (("dhcp-mud", Source.DHCPV4), ("dhcpv6-mud", Source.DHCPV6)):
        first = told[name][0]
        assert first.url == TLS + "mudctl.example.com/.well-known/mud/v1/rasbp101"
        assert (first.mac, first.source, first.hostname) == ("b8:27:eb:b8:53:c8", source, "raspberrypi")
        assert first.relayed
        assert not first.credible
        assert first.vendor_class == "dhcpcd-6.11.5:Linux-4.1.18-v7+:armv7l:BCM2709"
    (lldp_told,) = set(told["lldp_mudurl"])
    assert lldp_told.url == TLS + "imright.mud.example.com/.well-known/mud/v1/vomitv2.0"
    assert (lldp_told.mac, lldp_told.hostname) == ("00:23:54:c2:57:02", "upstairs.ofcourseimright.com")
    assert lldp_told.credible


def test_dhcpv4() -> None:
    told = emission_of(asking({161: URL.encode(), 12: b"cam\x1b\0", 60: b"cam 1.0"}))
    assert told == Emission(
        mac=CAMERA.mac,
        url=URL,
        source=Source.DHCPV4,
        sender=CAMERA.mac,
        hostname="cam?",
        vendor_class="cam 1.0",
    )
    assert told.credible
    assert emission_of(asking({12: b"cam"})) is None
    answer = traffic.udp(ROUTER, CAMERA, traffic.dhcp(5, CAMERA.mac, {161: URL.encode()}))
    assert emission_of(answer) is None  # a server tells none
    assert emission_of(traffic.udp(NOBODY.at(69), ALL, traffic.dhcp(3, CAMERA.mac, {161: b"x"}))) is None


def test_vlan_tags_are_passed_over() -> None:
    frame = asking({161: URL.encode()})
    tagged = frame[:12] + b"\x81\0\0\x07" + b"\x81\0\0\x08" + frame[12:]
    assert emission_of(tagged) == emission_of(frame)
    assert emission_of(frame[:12] + b"\x81\0\0\x07" * 9 + frame[12:]) is None


def test_who_speaks_for_another_is_not_believed() -> None:
    told = emission_of(asking({161: URL.encode()}, mac=OTHER))
    assert told is not None
    assert (told.mac, told.sender, told.credible) == (OTHER, CAMERA.mac, False)


@pytest.mark.parametrize("overload", [1, 2, 3])
def test_options_in_pieces_and_in_other_fields(overload: int) -> None:
    """RFC 3396 §5 to §7: pieces are joined in the order options, file, sname."""
    message = bytearray(traffic.dhcp(3, CAMERA.mac, {52: bytes((overload,)), 161: URL[:10].encode()}))
    one, other = URL[10:20].encode(), URL[20:].encode()
    if overload == 1:
        message[108:236] = (b"\xa1\x0a" + one + b"\0\xa1" + bytes((len(other),)) + other).ljust(128, b"\xff")
    elif overload == 2:
        message[44:108] = (b"\xa1\x0a" + one + b"\xa1" + bytes((len(other),)) + other).ljust(64, b"\xff")
    else:
        message[108:236] = (b"\xa1\x0a" + one).ljust(128, b"\xff")
        message[44:108] = (b"\xa1" + bytes((len(other),)) + other).ljust(64, b"\xff")
    told = emission_of(traffic.udp(NOBODY, ALL, bytes(message)))
    assert told is not None
    assert told.url == URL


def test_what_follows_a_blank_is_reserved() -> None:
    told = emission_of(asking({161: URL.encode() + b" anything"}))
    assert told is not None
    assert told.url == URL


@pytest.mark.parametrize("timed", [False, True])
def test_dhcpv6(timed: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    asked = solicit(duid(OTHER, timed=timed), option(112, URL.encode()), option(39, b"\0\3cam\0"))
    told = emission_of(traffic.udp(CAMERA_6, ALL_6, asked))
    assert told is not None
    assert (told.mac, told.url, told.hostname, told.credible) == (CAMERA.mac, URL, "cam", True)


@pytest.mark.parametrize(
    ("message", "mac"),
    [
        (relayed(solicit(duid(OTHER), option(112, URL.encode()))), OTHER),
        (relayed(solicit(duid(OTHER, timed=True), option(112, URL.encode()))), OTHER),
        (
            relayed(
                solicit(duid(OTHER), option(112, URL.encode())),
                option(79, b"\0\1" + bytes.fromhex("021122334477")),
            ),
            "02:11:22:33:44:77",
        ),
        (
            relayed(relayed(solicit(option(112, URL.encode())), peer="fe80::11:22ff:fe33:4488")),
            "02:11:22:33:44:88",
        ),
        (relayed(solicit(option(112, URL.encode()))), ""),
    ],
)
def test_dhcpv6_through_a_relay(message: bytes, mac: str) -> None:
    told = emission_of(traffic.udp(CAMERA_6.at(547), ALL_6, message))
    assert told is not None
    assert (told.mac, told.url, told.relayed, told.credible) == (mac, URL, True, False)


def test_relays_do_not_go_on_forever() -> None:
    message = solicit(option(112, URL.encode()))
    for _ in range(9):
        message = relayed(message)
    assert emission_of(traffic.udp(CAMERA_6, ALL_6, message)) is None


def test_lldp() -> None:
    told = emission_of(lldp((1, b"\4" + b"\2" * 6), (5, b"cam"), (127, b"\0\0\x5e\1" + URL.encode())))
    assert told is not None
    assert (told.mac, told.url, told.hostname, told.source) == (CAMERA.mac, URL, "cam", Source.LLDP)
    assert emission_of(lldp((127, b"\0\x12\x0f\1" + URL.encode()))) is None
    assert emission_of(lldp((127, b"\0\0\x5e\2" + URL.encode()))) is None


BAD = {
    "": "empty",
    "http://camera.example/m.json": "https",
    "https://": "host",
    "https:///m.json": "host",
    "https://user@camera.example/": "user",
    "https://user:pass@camera.example/": "user",
    "https://camera.example:0/": "port",
    "https://camera.example:/": "port",
    "https://camera.example:99999/": "port",
    "https://camera.example:x/": "port",
    "https://camera..example/": "host",
    "https://-camera.example/": "host",
    "https://camera_.example/": "host",
    TLS + "1.2.3.4.5/": "host",
    "https://[::1/": "host",
    "https://camera.example/#top": "fragment",
    "https://camera.example/m json": "characters",
    "https://camera.example/m\n": "characters",
    "https://camera.example\\@evil.example/": "characters",
    'https://camera.example/"': "characters",
    "https://cämera.example/": "characters",
    "https://camera.example/" + "x" * 2000: "2000",
    "https://" + "x" * 64 + ".example/": "host",
    "https://" + ".".join(["x" * 50] * 6) + "/": "host",
    "javascript:alert(1)": "https",
    "file:///etc/passwd": "https",
}


@pytest.mark.parametrize("url", BAD)
def test_bad_urls_are_told_and_not_given(url: str) -> None:
    assert BAD[url] in fault_of(url)
    if " " in url or len(url) > 255:  # a blank ends the URL there
        return
    told = emission_of(asking({161: url.encode("latin-1")}))
    assert told is not None
    assert told.url == ""
    assert told.fault == fault_of(url)
    assert not told.credible


@pytest.mark.parametrize(
    "url",
    [URL, "HTTPS://Camera.Example:8443/a%20b?c=d", TLS + "192.0.2.1/m", "https://[2001:db8::1]:8443/m"],
)
def test_good_urls(url: str) -> None:
    assert fault_of(url) == ""


def with_url(*values: bytes) -> bytes:
    return issue(
        "Camera",
        extensions=[
            (x509.UnrecognizedExtension(x509.ObjectIdentifier(MUD_URL), each), False) for each in values
        ],
    ).pem


def test_certificates() -> None:
    data = with_url(core.IA5String(URL).dump())
    assert url_of_certificate(data) == URL
    assert url_of_certificate(issue("Camera").pem) == ""
    for bad in (
        with_url(core.UTF8String(URL).dump()),
        with_url(core.IA5String("http://camera.example/").dump()),
        with_url(core.IA5String(URL).dump() + b"\0"),
        with_url(b""),
        b"",
        b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n",
    ):
        with pytest.raises(InputError):
            url_of_certificate(bad)


SEEDS = (
    asking({161: URL.encode(), 12: b"cam"}),
    traffic.udp(ROUTER, CAMERA, traffic.dhcp(5, CAMERA.mac, {51: bytes(4)}, address=CAMERA.ip)),
    traffic.udp(CAMERA_6, ALL_6, relayed(solicit(duid(OTHER), option(112, URL.encode())))),
    lldp((5, b"cam"), (127, b"\0\0\x5e\1" + URL.encode())),
)


@given(
    st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255))), st.integers(0, 400)
)
def test_damage_makes_nothing_fail(seed: bytes, wounds: list[tuple[int, int]], keep: int) -> None:
    damaged = bytearray(seed)
    for at, value in wounds:
        damaged[at % len(damaged)] = value
    for data in (bytes(damaged), bytes(damaged[:keep])):
        told = emission_of(data)
        assert told is None or not told.url or not fault_of(told.url)


@given(st.binary(max_size=300))
def test_nonsense_is_no_certificate(data: bytes) -> None:
    with suppress(InputError):
        url_of_certificate(data)
