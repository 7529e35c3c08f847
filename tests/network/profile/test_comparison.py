"""Comparing what was seen with what is said."""

from typing import Final

from roadworthy.network.defaults import DNS_CLASS, ICMP, TCP, UDP
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.profile.comparison import compare, explains
from roadworthy.network.profile.derived import Doubt


def out(host: str, port: int, protocol: int = TCP) -> Rule:
    """The device opens to a host by name."""
    return Rule(
        name=f"{host}-{port}",
        sender=Side.DEVICE,
        peers=(Peer(PeerKind.NAME, host),),
        protocol=protocol,
        peer_ports=(Ports(port, port),),
        initiated=Side.DEVICE if protocol == TCP else None,
    )


def door(port: int) -> Rule:
    """The local network opens to the device."""
    local = (Peer(PeerKind.LOCAL),)
    return Rule(
        name=f"door-{port}", sender=Side.PEER, peers=local, protocol=TCP, device_ports=(Ports(port, port),)
    )


ANY_WEB: Final = Rule(name="web", sender=Side.DEVICE, protocol=TCP, peer_ports=(Ports(443, 443),))


def test_three_answers() -> None:
    """What both say, what was never seen, what nothing explains."""
    learned = Policy(rules=(out("api.example.com", 443), out("spy.example.net", 443), door(80)))
    derived = Policy(rules=(out("api.example.com", 443), out("update.example.com", 443), door(80), door(23)))
    found = compare(learned, derived)
    assert [each.seen.name for each in found.both] == ["api.example.com-443", "door-80"]
    assert [each.name for each in found.unseen] == ["update.example.com-443", "door-23"]
    assert [each.seen.name for each in found.unexplained] == ["spy.example.net-443"]
    assert found.sentences[0].startswith("Seen and not explained: May open TCP to spy.example.net")


def test_a_rule_for_all_explains_one_host_and_not_the_other_way_round() -> None:
    """That the code names one server does not explain that the device speaks with any."""
    assert explains(ANY_WEB, out("api.example.com", 443))
    assert not explains(out("api.example.com", 443), ANY_WEB)
    found = compare(Policy(rules=(ANY_WEB,)), Policy(rules=(out("api.example.com", 443),)))
    assert [each.seen for each in found.unexplained] == [ANY_WEB]
    assert found.unseen == ()


def test_direction_protocol_and_port_count() -> None:
    """The same host on another port, over another protocol or the other way is something else."""
    seen = out("api.example.com", 443)
    assert not explains(out("api.example.com", 80), seen)
    assert not explains(out("api.example.com", 443, UDP), seen)
    back = Rule(name="back", sender=Side.PEER, peers=seen.peers, protocol=TCP, initiated=Side.PEER)
    assert not explains(back, seen)


def test_classes_of_local_hosts_explain_each_other() -> None:
    """Which host is the controller, each network settles for itself."""
    one = Rule(name="a", sender=Side.PEER, peers=(Peer(PeerKind.MY_CONTROLLER),), protocol=TCP)
    assert explains(one, door(80))
    assert not explains(one, out("api.example.com", 443))


def test_addresses_meet_their_networks() -> None:
    """A prefix explains its addresses."""

    def at(network: str) -> Rule:
        return Rule(name=network, sender=Side.DEVICE, peers=(Peer(PeerKind.ADDRESS, network),), protocol=TCP)

    assert explains(at("198.51.100.0/24"), at("198.51.100.7/32"))
    assert not explains(at("198.51.100.0/24"), at("203.0.113.7/32"))
    assert not explains(at("198.51.100.0/24"), at("2001:db8::1/128"))


def test_names_time_and_ping_need_no_explanation() -> None:
    """Every device does so."""
    dns = Rule(
        name="dns",
        sender=Side.DEVICE,
        peers=(Peer(PeerKind.CONTROLLER, DNS_CLASS),),
        protocol=UDP,
        peer_ports=(Ports(53, 53),),
    )
    ping = Rule(name="ping", sender=Side.PEER, peers=(Peer(PeerKind.LOCAL),), protocol=ICMP, icmp_type=8)
    found = compare(Policy(rules=(dns, ping)), Policy())
    assert found.unexplained == ()
    assert found.ordinary == (dns, ping)


def test_hints() -> None:
    """A doubt, another port, or a sister host comes nearest."""
    doubt = Doubt(
        what="May open TCP to a.example.org, port 80.",
        why="it is a project's home",
        confidence=0.05,
        evidence=(),
    )
    learned = Policy(rules=(out("a.example.org", 80), out("api.example.com", 8443), out("b.example.com", 1)))
    found = compare(learned, Policy(rules=(out("api.example.com", 443),)), doubts=(doubt,))
    assert [each.hint for each in found.unexplained] == [
        "The image names it, but it is a project's home.",
        "The host is known, but not on this port.",
        "Another host of example.com is known: api.example.com.",
    ]


def test_local_and_elsewhere_are_told_apart() -> None:
    """What leads out of the house comes first."""
    learned = Policy(rules=(door(8080), out("far.example.net", 1234)))
    found = compare(learned, Policy())
    assert {each.seen.name: each.elsewhere for each in found.unexplained} == {
        "door-8080": False,
        "far.example.net-1234": True,
    }
    assert "far.example.net" in found.sentences[0]
