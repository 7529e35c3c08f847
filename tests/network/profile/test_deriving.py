"""Deriving a policy from an inventory: what is contacted, what is doubted, and which host does what."""

from dataclasses import replace
from typing import Final

import pytest

from roadworthy.model.component import Component
from roadworthy.model.endpoint import Endpoint
from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory
from roadworthy.model.service import Service
from roadworthy.model.setting import Setting
from roadworthy.network.defaults import DNS_CLASS, NTP_CLASS
from roadworthy.network.policy import Peer, PeerKind, Side
from roadworthy.network.profile.deriving import DeriveOptions, derive


def place(path: str, excerpt: str = "") -> Evidence:
    """A place in an image."""
    return Evidence(path=("camera.bin", "squashfs@0x0", path), line=3, excerpt=excerpt)


def endpoint(
    host: str, path: str = "/etc/app.conf", protocol: str = "https", port: int | None = None
) -> Endpoint:
    """One host that a file names."""
    return Endpoint(host=host, port=port, protocol=protocol, named_by=path, evidence=(place(path),))


def service(name: str, *ports: str, enabled: bool | None = True) -> Service:
    """One program that listens."""
    return Service(
        name=name,
        command=name,
        started_by="init-script",
        user="",
        ports=ports,
        enabled=enabled,
        evidence=(place("/etc/init.d/rcS"),),
    )


CAMERA: Final = Inventory(
    endpoints=(
        endpoint("api.maker.net"),
        endpoint("mqtt.maker.net", "/usr/bin/agent", "mqtts"),
        endpoint("fw.maker.net", "/usr/sbin/fota.sh", "http"),
        endpoint("acs.maker.net", "/etc/cwmp/cwmpd.conf", "https", 7547),
        endpoint("pool.ntp.org", "/etc/ntp.conf", "ntp"),
        endpoint("www.gnu.org", "/usr/bin/agent", "http"),
        endpoint("manufacturer.url.here", "/sbin/hostapd", "http"),
        endpoint("matt.ucc.asn.au", "/usr/sbin/dropbear"),
        endpoint("192.168.1.100", "/etc/app.conf", "http", 8080),
    ),
    services=(service("httpd", "tcp/80"), service("dropbear", "tcp/22", enabled=None), service("agent")),
    settings=(
        Setting(
            scope="update",
            name="fetches",
            value="/usr/sbin/fota.sh",
            evidence=(place("/usr/sbin/fota.sh", "wget http://fw.maker.net/latest"),),
        ),
    ),
    components=(
        Component(
            name="dropbear",
            version="2020.81",
            purl="",
            cpes=(),
            identified_by="signature:dropbear",
            confidence=1.0,
            evidence=(place("/usr/sbin/dropbear"),),
        ),
    ),
)


def named(inventory: Inventory) -> dict[str, int]:
    """The hosts that the rules name, with the port."""
    rules = derive(inventory).policy.rules
    return {
        peer.value: rule.peer_ports[0].first
        for rule in rules
        for peer in rule.peers
        if peer.kind is PeerKind.NAME and rule.peer_ports
    }


def test_hosts_that_are_contacted() -> None:
    """Each with the port of its scheme, or its own."""
    assert named(CAMERA) == {
        "api.maker.net": 443,
        "mqtt.maker.net": 8883,
        "fw.maker.net": 80,
        "acs.maker.net": 7547,
        "pool.ntp.org": 123,
    }


def test_hosts_that_are_not() -> None:
    """Homes of projects, place holders, other people's programs and private addresses are doubted."""
    doubts = {each.what: each.why for each in derive(CAMERA).doubts}
    assert "project" in doubts["May open TCP to www.gnu.org, port 80."]
    assert "place holder" in doubts["May open TCP to manufacturer.url.here, port 80."]
    assert "dropbear" in doubts["May open TCP to matt.ucc.asn.au, port 443."]
    assert "outside of one network" in doubts["May open TCP to 192.168.1.100, port 8080."]


def test_update_and_configuration_hosts() -> None:
    """The change switch needs to know them."""
    derived = derive(CAMERA)
    assert derived.update_hosts == ("fw.maker.net",)
    assert derived.config_hosts == ("acs.maker.net",)


def test_services_are_doors_for_the_local_network() -> None:
    """Those that are started; one that may be is doubted."""
    doors = [each for each in derive(CAMERA).policy.rules if each.sender is Side.PEER]
    assert [each.device_ports and each.device_ports[0].first for each in doors] == [80]
    assert doors[0].peers == (Peer(PeerKind.LOCAL),)
    loose = derive(CAMERA, DeriveOptions(likely=0.3)).policy.rules
    assert {each.device_ports[0].first for each in loose if each.device_ports} == {22, 80}


def test_names_need_a_resolver_and_clocks_a_server() -> None:
    """A class rule for each, where it is needed only."""
    assert Peer(PeerKind.CONTROLLER, DNS_CLASS) in {p for r in derive(CAMERA).policy.rules for p in r.peers}
    assert derive(Inventory(services=(service("httpd", "tcp/80"),))).policy.rules[0].sender is Side.PEER
    clock = derive(Inventory(services=(service("ntpd", "udp/123"),))).policy.rules
    assert [each.peers for each in clock] == [(Peer(PeerKind.CONTROLLER, NTP_CLASS),)]


def test_each_rule_has_evidence_confidence_and_a_reason() -> None:
    """Nothing without a place."""
    derived = derive(CAMERA)
    reasons = dict(derived.reasons)
    for each in derived.policy.rules:
        assert each.evidence
        assert each.confidence is not None
        assert 0.5 <= each.confidence <= 1
        assert reasons[each.name]


def test_lists_of_choices_are_doubted() -> None:
    """A file that names dozens of hosts is a catalogue."""
    many = Inventory(
        endpoints=tuple(
            endpoint(f"dns{each}x.provider{each}.net", "/etc/ddns/services") for each in range(30)
        )
    )
    derived = derive(many)
    assert derived.policy.rules == ()
    assert len(derived.doubts) == 30
    assert derived.update_hosts == ()


def test_several_files_make_it_surer() -> None:
    """Agreement raises the confidence, and never to certainty."""
    one = derive(Inventory(endpoints=(endpoint("api.maker.net"),))).policy.rules
    paths = [f"/etc/app{each}.conf" for each in range(4)]
    more = derive(Inventory(endpoints=tuple(endpoint("api.maker.net", each) for each in paths))).policy.rules
    sure = {rule.confidence for rule in more if rule.peers[0].kind is PeerKind.NAME}
    assert max(each or 0 for each in sure) > (one[0].confidence or 0)
    assert max(each or 0 for each in sure) < 1


@pytest.mark.parametrize("host", ["", ".", "-", "a" * 300, "x y.net", "999.1.1.1", "*.maker.net", "\x00.net"])
def test_hostile_names_make_no_rule(host: str) -> None:
    """Names from inside an image are anything."""
    assert derive(Inventory(endpoints=(endpoint(host),))).policy.rules == ()


def test_hostile_ports_make_no_rule() -> None:
    """So are ports."""
    odd = service("x", "tcp/0", "tcp/70000", "tcp/", "sctp/5", "/", "tcp/-1", "tcp/1.5", "tcp/\xb2")
    assert derive(Inventory(services=(odd,))).policy.rules == ()


def test_order_does_not_matter() -> None:
    """The same inventory in another order gives the same."""
    turned = replace(CAMERA, endpoints=CAMERA.endpoints[::-1], services=CAMERA.services[::-1])
    assert derive(turned) == derive(CAMERA)
