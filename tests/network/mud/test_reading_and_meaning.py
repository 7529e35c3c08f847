"""MUD files: read, written again, understood."""

import json
from pathlib import Path

import pytest

from roadworthy.model.errors import InputError
from roadworthy.network.mud.meaning import policy_of
from roadworthy.network.mud.reading import read_mud
from roadworthy.network.mud.writing import write_mud
from roadworthy.network.policy import Peer, PeerKind, Ports, Side


def mud(matches: dict[str, object], *, side: str = "from", kind: str = "ipv4-acl-type") -> bytes:
    return json.dumps(
        {
            "ietf-mud:mud": {
                "mud-version": 1,
                "mud-url": "https://maker.example/a.json",
                "last-update": "2026-01-01T00:00:00Z",
                "is-supported": True,
                "x:own": {"kept": 1},
                f"{side}-device-policy": {"access-lists": {"access-list": [{"name": "l"}]}},
            },
            "ietf-access-control-list:acls": {
                "acl": [
                    {
                        "name": "l",
                        "type": kind,
                        "aces": {
                            "ace": [{"name": "a", "matches": matches, "actions": {"forwarding": "accept"}}]
                        },
                    }
                ]
            },
        }
    ).encode()


def test_every_conformant_sample_reads_and_its_text_is_stable(network_samples: Path) -> None:
    files = [
        *(network_samples / "mud/rfc8520_testers").glob("*.json"),
        network_samples / "mud/cisco_luminaire_signed/Luminaire_150.json",
    ]
    read = 0
    for file in files:
        try:
            one = read_mud(file.read_bytes(), file.name)
        except InputError:
            continue
        again = read_mud(write_mud(one), "again")
        assert again == one
        assert write_mud(again) == write_mud(one)
        assert json.loads(write_mud(one)) is not None
        assert policy_of(one).rules
        read += 1
    assert read >= 15


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ({"operator": "eq", "port": 443}, (Ports(443, 443),)),
        ({"port": 443}, (Ports(443, 443),)),
        ({"operator": "lte", "port": 9}, (Ports(0, 9),)),
        ({"operator": "gte", "port": 9}, (Ports(9, 65535),)),
        ({"operator": "neq", "port": 9}, (Ports(0, 8), Ports(10, 65535))),
        ({"operator": "neq", "port": 0}, (Ports(1, 65535),)),
        ({"lower-port": 5, "upper-port": 7}, (Ports(5, 7),)),
    ],
)
def test_ports_mean_what_their_operator_says(port: dict[str, object], expected: tuple[Ports, ...]) -> None:
    (rule,) = policy_of(read_mud(mud({"udp": {"destination-port": port}}), "f")).rules
    assert (rule.peer_ports, rule.device_ports, rule.protocol) == (expected, None, 17)


def test_the_other_end_is_the_source_of_what_is_sent_to_the_device() -> None:
    layers: dict[str, object] = {
        "ipv4": {"ietf-acldns:src-dnsname": "Cloud.Example.", "protocol": 6},
        "tcp": {"source-port": {"port": 8883}, "ietf-mud:direction-initiated": "from-device"},
    }
    (rule,) = policy_of(read_mud(mud(layers, side="to"), "f")).rules
    assert rule.sender is Side.PEER
    assert rule.peers == (Peer(PeerKind.NAME, "cloud.example"),)
    assert rule.peer_ports == (Ports(8883, 8883),)
    assert rule.initiated is Side.DEVICE
    assert not rule.unheld


@pytest.mark.parametrize(
    ("layers", "unheld"),
    [
        ({"ipv4": {"ttl": 3}}, "ipv4/ttl"),
        ({"ipv4": {"ietf-acldns:src-dnsname": "own.example"}}, "ipv4/src-dnsname"),
        ({"ipv4": {"protocol": 17}, "tcp": {}}, "tcp against protocol 17"),
        ({"ipv6": {}}, "ipv6"),
        ({"tcp": {"destination-port": {"operator": "eq", "lower-port": 1}}}, "tcp/destination-port"),
        ({"eth": {"source-mac-address": "02:00:00:00:00:01"}}, "eth/source-mac-address"),
        ({"new:layer": {"field": 1}}, "new:layer/field"),
        ({"ingress-interface": "eth0"}, "ingress-interface"),
        ({"ietf-mud:mud": {"owner": "me"}}, "mud/owner"),
    ],
)
def test_what_nobody_can_hold_is_said(layers: dict[str, object], unheld: str) -> None:
    (rule,) = policy_of(read_mud(mud(layers), "f")).rules
    assert unheld in rule.unheld


@pytest.mark.parametrize(
    ("data", "place"),
    [(b"[]", "/: an object"), (b"{}", "/ietf-mud:mud"), (b"{", "no JSON"), (b" " * (1 << 21), "bytes")],
)
def test_what_is_no_mud_file_is_refused_by_place(data: bytes, place: str) -> None:
    with pytest.raises(InputError, match=place):
        read_mud(data, "f.json")
