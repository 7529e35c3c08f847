"""Both targets say the same network in their own words, and what they cannot hold."""

from ipaddress import ip_address, ip_network

import pytest

from roadworthy.network.enforcers.nftables import ENFORCER as NFTABLES
from roadworthy.network.enforcers.openwrt import ENFORCER as OPENWRT
from roadworthy.network.live import Live, Standing
from roadworthy.network.network_file import Device, Mode, Network, placed
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side

CLOUD = Peer(PeerKind.NAME, "cloud.example.com")
RULES = (
    Rule(name="cloud", sender=Side.DEVICE, peers=(CLOUD,), protocol=6, peer_ports=(Ports(443, 443),)),
    Rule(name="net", sender=Side.DEVICE, peers=(Peer(PeerKind.ADDRESS, "198.51.100.0/24"),), protocol=17),
    Rule(
        name="it's",
        sender=Side.PEER,
        peers=(Peer(PeerKind.LOCAL),),
        protocol=6,
        device_ports=(Ports(80, 88),),
    ),
    Rule(name="ping", sender=Side.DEVICE, family=4, protocol=1, icmp_type=8),
    Rule(name="arp", sender=Side.DEVICE, ethertype=0x0806),
    Rule(name="ttl", sender=Side.DEVICE, unheld=("ipv4/ttl",)),
)
LOCAL = (ip_network("192.168.1.0/24"),)


def home(mode: Mode = Mode.ENFORCE) -> Network:
    camera = Device(
        name="camera",
        number=1,
        mac="02:00:00:00:00:01",
        addresses=(ip_address("192.168.1.2"),),
        policy=Policy(rules=RULES),
        mode=mode,
    )
    return Network(devices=placed({"camera": camera}, LOCAL, {}), local=LOCAL)


LIVE = Live(names={"camera": {ip_address("203.1.2.3"): frozenset({"cloud.example.com"})}})


@pytest.mark.parametrize("enforcer", [NFTABLES, OPENWRT])
def test_what_cannot_be_held_is_said_and_opens_nothing(enforcer: object) -> None:
    assert enforcer in (NFTABLES, OPENWRT)
    made = (NFTABLES if enforcer is NFTABLES else OPENWRT).compile(home(), LIVE)
    assert {each.rule for each in made.left_out} == {"arp", "ttl"}
    assert made == (NFTABLES if enforcer is NFTABLES else OPENWRT).compile(home(), LIVE)
    assert "203.1.2.3" in made.text
    assert "198.51.100.0/24" in made.text


def sections(text: str) -> list[dict[str, list[str]]]:
    found: list[dict[str, list[str]]] = []
    for line in text.splitlines():
        words = line.split(None, 2)
        if words[:1] == ["config"]:
            found.append({})
        elif words:
            found[-1].setdefault(words[1], []).append(words[2].strip("'"))
    return found


def test_openwrt_sections_are_whole_and_end_with_no() -> None:
    *rules, last_out, last_in = sections(OPENWRT.compile(home(), LIVE).text)
    assert [each["name"][0] for each in rules] == [
        "rw-camera-cloud",
        "rw-camera-net",
        "rw-camera-it-s",
        "rw-camera-ping",
    ]
    assert rules[0] == {
        "name": ["rw-camera-cloud"],
        "src": ["lan"],
        "dest": ["*"],
        "src_mac": ["02:00:00:00:00:01"],
        "dest_ip": ["203.1.2.3"],
        "family": ["any"],
        "proto": ["tcp"],
        "dest_port": ["443"],
        "target": ["ACCEPT"],
    }
    assert rules[2]["dest_ip"] == ["192.168.1.2"]
    assert rules[2]["src_ip"] == ["192.168.1.0/24"]
    assert rules[2]["dest_port"] == ["80-88"]
    assert rules[3]["icmp_type"] == ["8"]
    assert (last_out["src_mac"], last_out["target"]) == (["02:00:00:00:00:01"], ["REJECT"])
    assert (last_in["dest_ip"], last_in["target"]) == (["192.168.1.2"], ["REJECT"])


def test_openwrt_holds_a_switched_device_and_leaves_a_learned_one() -> None:
    off = Live(standings={"camera": Standing(internet_off=True)})
    assert len(sections(OPENWRT.compile(home(), off).text)) == 2
    made = OPENWRT.compile(home(Mode.LEARN), LIVE)
    assert made.text.strip() == ""
    assert "learning" in made.left_out[0].why


def test_a_name_without_an_address_is_said() -> None:
    made = OPENWRT.compile(home(), Live())
    assert ("cloud", "no address of its name is known") in {(each.rule, each.why) for each in made.left_out}
