"""Hints on files that are valid."""

from dataclasses import replace

import pytest

from roadworthy.network.mud.advice import advise
from roadworthy.network.mud.file import About, AccessList, Entry, MudFile
from roadworthy.network.mud.spelling import mud_of
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side

ABOUT = About(mud_url="https://www.maker.example/m.json", last_update="2026-11-27T00:00:00Z")


def told(*rules: Rule, about: About = ABOUT) -> list[str]:
    return [each.what for each in advise(mud_of(Policy(rules=rules), about))]


def to(kind: PeerKind, value: str = "", port: int = 443) -> Rule:
    return Rule(
        name="r", sender=Side.DEVICE, peers=(Peer(kind, value),), protocol=6, peer_ports=(Ports(port, port),)
    )


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        (to(PeerKind.NAME, "api.maker.example"), ""),
        (to(PeerKind.LOCAL), ""),
        (to(PeerKind.ADDRESS, "192.168.0.0/16"), ""),
        (to(PeerKind.CONTROLLER, "urn:ietf:params:mud:dns", 53), ""),
        (to(PeerKind.ADDRESS, "8.8.4.0/24"), "names the address 8.8.4.0/24"),
        (to(PeerKind.NAME, "x.cloudfront.net"), "serve many others too"),
        (to(PeerKind.NAME, "0a1b2c3d4e.maker.example"), "made for one device"),
        (to(PeerKind.NAME, "02-11-22-33-44-55.maker.example"), "made for one device"),
        (to(PeerKind.NAME, "ec2-198-51-100-7.maker.example"), "made for one device"),
        (to(PeerKind.NAME, "time.other.example"), "not in the maker's domain maker.example"),
        (to(PeerKind.NAME, "dns.maker.example", 853), "asks a resolver that is not the network's"),
    ],
)
def test_what_is_unwise_in_a_rule(rule: Rule, hint: str) -> None:
    found = told(rule)
    assert len(found) == bool(hint)
    assert all(hint in each for each in found)


def test_each_is_told_once_at_its_entry() -> None:
    one = to(PeerKind.NAME, "time.other.example")
    hints = advise(mud_of(Policy(rules=(to(PeerKind.LOCAL), one, replace(one, name="again"))), ABOUT))
    (hint,) = hints
    assert hint.place == "/ietf-access-control-list:acls/acl[0]/aces/ace[1]"
    assert hint.remedy
    assert hint.rule == "RFC 9726"


def test_what_is_unwise_in_a_file() -> None:
    strange = Entry(name="a b", matches={"ipv4": {"ttl": 1}})
    lists = (
        AccessList(name="used", type="ipv4-acl-type", entries=(strange,)),
        AccessList(name="idle", type="ipv4-acl-type"),
    )
    about = replace(ABOUT, is_supported=False)
    hints = [each.what for each in advise(MudFile(about=about, from_device=("used",), lists=lists))]
    assert len(hints) == 4
    assert "asks for what no gateway can look at (ipv4/ttl)" in hints[0]
    assert "blanks or special" in hints[1]
    assert "which no policy names" in hints[2]
    assert "ended support" in hints[3]
    assert "may do nothing" in advise(MudFile(about=ABOUT))[0].what
