"""Checking against the modules: every kind of node, broken in every way, with yangson as the oracle."""

import copy
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network.mud.oracle import ask

from roadworthy.network.mud.checking import check
from roadworthy.network.mud.upgrade import upgrade

Tree = Any
"""Whatever JSON holds."""
ACLS = "ietf-access-control-list:acls"
MUD = "ietf-mud:mud"


def ace(name: str, **matches: Tree) -> dict[str, Any]:
    named = {"mud": "ietf-mud:mud"}
    return {
        "name": name,
        "matches": {named.get(key, key): value for key, value in matches.items()},
        "actions": {"forwarding": "accept"},
    }


FOUR = [
    ace(
        "web",
        ipv4={"protocol": 6, "ietf-acldns:dst-dnsname": "a.example"},
        tcp={
            "destination-port": {"operator": "eq", "port": 443},
            "ietf-mud:direction-initiated": "from-device",
        },
    ),
    ace(
        "range",
        ipv4={
            "protocol": 17, "destination-ipv4-network": "192.0.2.0/24", "dscp": 3, "ecn": 1, "ttl": 5,
            "length": 9, "ihl": 5, "flags": "fragment more", "offset": 20, "identification": 7,
        },
        udp={"source-port": {"lower-port": 10, "upper-port": 20}, "length": 8},
    ),
    ace(
        "ping",
        ipv4={"protocol": 1, "source-ipv4-network": "198.51.100.7/32"},
        icmp={"type": 8, "code": 0, "rest-of-header": "AAAA"},
    ),
    ace(
        "flags",
        ipv4={"ietf-acldns:src-dnsname": "b.example."},
        tcp={
            "sequence-number": 1, "acknowledgement-number": 2, "data-offset": 5, "reserved": 0,
            "flags": "syn ack", "window-size": 3, "urgent-pointer": 4, "options": "AAAA",
            "source-port": {"port": 22},
        },
    ),
    ace("all"),
]  # fmt: skip
SIX = [
    ace("maker", ipv6={"protocol": 6, "flow-label": 7, "destination-ipv6-network": "2001:db8::/32"},
        mud={"manufacturer": "maker.example"}),
    ace("same", ipv6={"source-ipv6-network": "fd00::1/128"}, mud={"same-manufacturer": [None]}),
    ace("model", mud={"model": "https://maker.example/m.json"}),
    ace("local", mud={"local-networks": [None]}),
    ace("dns", mud={"controller": "urn:ietf:params:mud:dns"}),
    ace("mine", mud={"my-controller": [None]}),
]  # fmt: skip
FRAMES = [
    ace(
        "eap",
        eth={
            "ethertype": 0x888E,
            "destination-mac-address": "01:80:c2:00:00:03",
            "destination-mac-address-mask": "ff:ff:ff:ff:ff:ff",
            "source-mac-address": "02:00:00:00:00:01",
            "source-mac-address-mask": "ff:ff:ff:00:00:00",
        },
    ),
    ace("arp", eth={"ethertype": "arp"}),
]
WHOLE: dict[str, Any] = {
    MUD: {
        "mud-version": 1,
        "mud-url": "https://camera.example/m.json",
        "last-update": "2026-11-27T12:00:00.5+01:00",
        "mud-signature": "https://camera.example/m.p7s",
        "cache-validity": 48,
        "is-supported": True,
        "systeminfo": "A camera",
        "mfg-name": "Example",
        "model-name": "C1",
        "firmware-rev": "1",
        "software-rev": "2",
        "documentation": "https://camera.example/",
        "extensions": ["one", "two"],
        "from-device-policy": {"access-lists": {"access-list": [{"name": "four"}, {"name": "frames"}]}},
        "to-device-policy": {"access-lists": {"access-list": [{"name": "six"}]}},
    },
    ACLS: {
        "acl": [
            {"name": "four", "type": "ipv4-acl-type", "aces": {"ace": FOUR}},
            {"name": "six", "type": "ietf-access-control-list:ipv6-acl-type", "aces": {"ace": SIX}},
            {"name": "frames", "type": "eth-acl-type", "aces": {"ace": FRAMES}},
        ]
    },
}
Place = tuple[str | int, ...]
Mutation = tuple[str, Place, Any]
VALUES: list[Tree] = [
    None, True, False, 0, -1, 1, 2, 255, 256, 65535, 65536, 2**32, 1.5, "", "x", "1", "a b", "urn:x:y",
    "AAAA",
    "syn", "syn syn", "192.0.2.1", "192.0.2.0/33", "2001:db8::/129", "::/0", "0.0.0.0/0", "a..example",
    "-a.example", "*.example", "accept", "deny", "eth-acl-type", "eq", "to-device", "ipv6", "2026-11-27",
    "2026-13-01T00:00:00Z", "2026-11-27T12:00:00", "x" * 65, "\x01", [], [None], [1], {}, {"x": 1}, [{}],
    [{"name": "x"}],
]  # fmt: skip
STRANGERS = ("stranger", "ietf-mud:stranger", "ttl", "port", "ipv6", "udp", "icmp", "tcp", "ipv4", "eth")


def places(value: Tree, at: Place = ()) -> Iterator[Place]:
    yield at
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*at, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, (*at, number))


def inner(whole: Tree, at: Place) -> Tree:
    for step in at:
        whole = whole[step]
    return whole


def mutations() -> Iterator[Mutation]:
    """Each node left out, each said by every value, each with a stranger beside it, each list entry twice."""
    for at in places(WHOLE):
        if not at:
            continue
        *above, last = at
        changed = copy.deepcopy(WHOLE)
        del inner(changed, tuple(above))[last]
        yield "left out", at, changed
        for value in VALUES:
            changed = copy.deepcopy(WHOLE)
            inner(changed, tuple(above))[last] = value
            yield f"is {value!r}", at, changed
        here = inner(WHOLE, at)
        if isinstance(here, dict):
            for name in (
                "stranger",
                "ietf-mud:stranger",
                "ttl",
                "port",
                "ipv6",
                "udp",
                "icmp",
                "tcp",
                "ipv4",
                "eth",
            ):
                if name not in here:
                    changed = copy.deepcopy(WHOLE)
                    inner(changed, at)[name] = {}
                    yield f"with {name}", at, changed
        if isinstance(here, list) and here:
            changed = copy.deepcopy(WHOLE)
            inner(changed, at).append(copy.deepcopy(here[0]))
            yield "first again", at, changed


STRICTER = {
    "/ietf-mud:mud is missing": "a file that is about no device is no MUD file",
    "/mud-version is ": "this is version 1 (RFC 8520 §3.1)",
    "and not an https URL with a host": "a MUD URL is https (RFC 8520 §1.6); the module takes any text",
    "and not a URI": "the module takes any text for a URI",
    "and not a moment": "the module takes month 13",
    '\\u0001", and not a text': "no YANG string holds control characters (RFC 7950 §9.4)",
    "and not flags among": "a flag said twice",
    "which has no such matches": "the module looks at the types of all lists, and means the list's own",
    "is of the extension": "an extension has to be declared (RFC 8520 §3.9)",
}
"""Why a fault is told where the oracle says valid. Where it says invalid, one is always told."""


def apart(library: list[str], given_: Sequence[Mutation]) -> list[str]:
    """Where the two disagree, beyond what is listed."""
    lines = [json.dumps(each).encode() for _, _, each in given_]
    said = ask(library, lines)
    assert len(said) == len(lines)
    found = []
    for (what, at, _), line, oracle in zip(given_, lines, said, strict=True):
        faults = check(line).faults
        stricter = all(any(each in f"{one.place} {one.what}" for each in STRICTER) for one in faults)
        if (oracle == "valid" and faults and not stricter) or (oracle != "valid" and not faults):
            found.append(f"{'/'.join(map(str, at))} {what}: {oracle}, {faults}")
    return found


def test_what_is_whole_is_valid(library: list[str]) -> None:
    assert check(json.dumps(WHOLE).encode()).faults == ()
    assert ask(library, [json.dumps(WHOLE).encode()]) == ["valid"]


def test_each_node_broken_in_each_way(library: list[str]) -> None:
    """A part of all 6,000, always the same; `ROADWORTHY_ALL` asks about all of them."""
    every = list(mutations())
    assert len(every) > 5000
    if not os.environ.get("ROADWORTHY_ALL"):
        plain = [each for each in every if not each[0].startswith("is ")]
        chance = random.Random(5)  # noqa: S311 -- a choice, no secret
        every = chance.sample(plain, 250) + chance.sample(every, 250)
    assert apart(library, every) == []


def test_two_nodes_broken_at_once(library: list[str]) -> None:
    chance = random.Random(7)  # noqa: S311 -- a choice, no secret
    every = list(mutations())
    made: list[Mutation] = []
    while len(made) < 150:
        what, at, changed = chance.choice(every)
        for _ in range(3):
            other = chance.choice([each for each in places(changed) if each])
            value = chance.choice(VALUES)
            again = copy.deepcopy(changed)
            inner(again, other[:-1])[other[-1]] = value
            made.append((f"{what}, and {other} is {value!r}", at, again))
    assert apart(library, made) == []


def test_files_of_others(library: list[str], network_samples: Path) -> None:
    files = [
        each
        for each in sorted((network_samples / "mud").rglob("*.json"))
        if each.parent.name in {"unsw28", "rfc8520_testers", "cisco_luminaire_signed"} or "nist" in each.parts
    ]
    given_ = [(each.name, (), json.loads(each.read_bytes())) for each in files]
    assert len(given_) > 55
    assert apart(library, given_) == []
    old = [each for each in files if each.parent.name == "unsw28"]
    for each in old:
        assert check(each.read_bytes()).faults
        assert check(upgrade(each.read_bytes(), each.name).data).faults == ()


def faults_of(changed: Tree) -> dict[str, str]:
    return {each.place: each.what for each in check(json.dumps(changed).encode()).faults}


def test_all_faults_are_told_with_place_and_way_out() -> None:
    changed = copy.deepcopy(WHOLE)
    del changed[MUD]["is-supported"]
    changed[MUD]["mud_url"] = changed[MUD].pop("mud-url")
    changed[MUD]["to-device-policy"]["access-lists"]["access-list"].append({"name": "gone"})
    entries = changed[ACLS]["acl"][0]["aces"]["ace"]
    entries[0]["matches"]["tcp"]["destination-port"] = {"lower-port": 9, "upper-port": 8}
    entries[1]["matches"]["ipv4"]["dst-dnsname"] = "a.example"
    entries[2]["name"] = "web"
    entries[3]["matches"]["udp"] = {}
    entries[4]["matches"]["eth"] = {}
    faults = {each.place: each for each in check(json.dumps(changed).encode()).faults}
    acl = f"/{ACLS}/acl[0]/aces/ace"
    assert {place: each.what for place, each in faults.items()} == {
        f"/{MUD}/is-supported": "is missing",
        f"/{MUD}/mud-url": "is missing",
        f"/{MUD}/mud_url": "is not known here",
        f"/{MUD}/to-device-policy/access-lists/access-list[1]/name": (
            'names the list "gone", which is not there'
        ),
        f"{acl}[0]/matches/tcp/destination-port": "goes from 9 down to 8",
        f"{acl}[1]/matches/ipv4/dst-dnsname": "is not known here",
        f"{acl}[2]/name": 'has the name of [0], "web"',
        f"{acl}[3]/matches": "has tcp and udp, of which one only may be there",
        f"{acl}[4]/matches/eth": "is in a list of the type ipv4-acl-type, which has no such matches",
    }
    assert faults[f"/{MUD}/mud_url"].remedy == "Is mud-url meant?"
    assert faults[f"{acl}[1]/matches/ipv4/dst-dnsname"].remedy == "Is ietf-acldns:dst-dnsname meant?"
    assert faults[f"{acl}[4]/matches/eth"].remedy == "Give the list the type mixed-eth-ipv4-acl-type."
    assert all(each.remedy and each.rule.startswith("RFC ") for each in faults.values())


TRANSPARENT = {
    "sboms": [{"version-info": "1.0", "sbom-url": "https://camera.example/1.0.json"}],
    "sbom-archive-list": "https://camera.example/all",
    "vuln-url": ["https://camera.example/csaf"],
}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({}, ""),
        ({"sboms": None, "sbom-local-well-known": "https"}, ""),
        ({"sboms": None, "sbom-contact-uri": "tel:+1"}, ""),
        ({"vuln-url": None, "vuln-contact-uri": "mailto:a@camera.example"}, ""),
        ({"sbom-local-well-known": "https"}, ""),
        ({"sboms": None, "sbom-local-well-known": "ftp"}, "/sbom-local-well-known"),
        ({"sboms": None, "sbom-contact-uri": "ftp://x.example"}, "/sbom-contact-uri"),
        ({"vuln-contact-uri": "tel:+1"}, ""),
        ({"sboms": [{"sbom-url": "https://x.example"}]}, "/sboms[0]/version-info"),
        ({"sboms": [{"version-info": "1", "sbom-url": "ftp://x.example"}]}, "/sboms[0]/sbom-url"),
        ({"sboms": [{"version-info": "1"}, {"version-info": "1"}]}, "/sboms[1]/version-info"),
        ({"vuln-url": ["https://x.example", "https://x.example"]}, "/vuln-url[1]"),
        ({"vuln-url": "https://x.example"}, "/vuln-url"),
    ],
)
def test_transparency(change: dict[str, Any], place: str) -> None:
    """RFC 9472 §5."""
    node = f"/{MUD}/ietf-mud-transparency:transparency"
    said = {key: value for key, value in {**TRANSPARENT, **change}.items() if value is not None}
    whole = copy.deepcopy(WHOLE)
    whole[MUD]["ietf-mud-transparency:transparency"] = said
    both = len(said.keys() & {"sboms", "sbom-local-well-known", "sbom-contact-uri"}) > 1
    both = both or {"vuln-url", "vuln-contact-uri"} <= said.keys()
    wanted = {f"{node}{place}"} if place or both else set()
    whole[MUD]["extensions"] = ["transparency"]
    assert faults_of(whole).keys() == wanted
    whole[MUD]["extensions"] = []
    assert "not declared" in faults_of(whole)[node] or both


@pytest.mark.parametrize(
    ("node", "value", "valid"),
    [
        ("supported-tls-version", ["tls12", "tls13"], True),
        ("supported-tls-version", ["tls11"], False),
        ("supported-dtls-version", ["dtls13"], True),
        ("cipher-suite", [4865, 4866], True),
        ("cipher-suite", [4865, 4865], False),
        ("cipher-suite", ["4865"], False),
        ("cipher-suite", 4865, False),
        ("accept-list-ta-cert", ["AAAA"], True),
        ("accept-list-ta-cert", ["not base64"], False),
        ("psk-key-exchange-mode", [1], True),
        ("psk-key-exchange-mode", [256], False),
        ("supported-group", [29], True),
        ("signature-algorithm", [1027], True),
        ("application-protocol", ["h2"], True),
        ("certificate-authorities", ["CN=Root"], True),
        ("name", "x" * 65, False),
        ("name", "", False),
        ("stranger", 1, False),
    ],
)
def test_tls_profiles(node: str, value: Tree, valid: bool) -> None:  # noqa: FBT001 -- a table
    """RFC 9761 §5."""
    whole = copy.deepcopy(WHOLE)
    whole[MUD] |= {"extensions": ["ietf-mud-tls"], "ietf-mud-tls:is-tls-dtls-profile-supported": True}
    profile = {"name": "web", node: value}
    matches = whole[ACLS]["acl"][0]["aces"]["ace"][0]["matches"]
    matches["ietf-acl-tls:client-profiles"] = {"tls-dtls-profile": [profile]}
    assert (faults_of(whole) == {}) is valid


def test_extensions_that_are_not_known_are_told_and_let_be() -> None:
    whole = copy.deepcopy(WHOLE)
    whole[MUD]["maker-module:colour"] = "red"
    checked = check(json.dumps(whole).encode())
    assert checked.faults == ()
    assert [each.place for each in checked.hints] == [f"/{MUD}/maker-module:colour"]
    del whole[MUD]["extensions"]
    assert "none is declared" in faults_of(whole)[f"/{MUD}/maker-module:colour"]


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"1", b"nonsense", b"\xff", b"[" * 5000, b" " * (1024 * 1024 + 1), b'{"a":1,"a":1}', b"{}"],
)
def test_what_is_no_file_has_a_fault(data: bytes) -> None:
    assert check(data).faults


@pytest.mark.parametrize("form", ['{"%s": {"systeminfo": %s}}', '{"%s": {"extensions": [%s]}}'])
def test_depth_makes_nothing_fail(form: str) -> None:
    for depth in range(800, 1000, 3):
        assert check((form % (MUD, "[" * depth + "]" * depth)).encode()).faults


def test_faults_are_bounded() -> None:
    data = json.dumps({MUD: {f"x{each}": 1 for each in range(5000)}}).encode()
    assert len(check(data).faults) == 1000


@pytest.mark.parametrize(
    "data",
    [
        json.dumps({MUD: {"extensions": [f"x{each}" for each in range(80_000)]}}),
        json.dumps({MUD: {f"x{each}": 1 for each in range(80_000)}}),
        json.dumps({MUD: {"x" * 500_000: 1, "mud-url": "a." * 200_000}}),
        json.dumps({ACLS: {"acl": [{"name": f"n{each}"} for each in range(40_000)]}}),
    ],
)
def test_what_is_large_is_checked_in_time(data: str) -> None:
    began = time.process_time()
    assert check(data.encode()).faults
    assert time.process_time() - began < 5


NODES = (
    MUD, ACLS, "acl", "aces", "ace", "matches", "tcp", "source-port", "name", "type", "extensions",
    "from-device-policy", "access-lists", "access-list",
)  # fmt: skip
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.sampled_from(NODES), inside),
    max_leaves=20,
)


@given(TREES)
def test_nothing_makes_it_fail(value: Tree) -> None:
    check(json.dumps(value).encode())
