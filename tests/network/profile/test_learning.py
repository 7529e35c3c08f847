"""Learning keeps its promises for any traffic, and does the sensible thing for the usual."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.network.profile.traffic import DEVICE, HOUSE, echo, flow, flows, passes

from roadworthy.model.errors import InputError
from roadworthy.network.defaults import DNS_CLASS, UDP
from roadworthy.network.flow import Flow, NameSource
from roadworthy.network.policy import Peer, PeerKind, Ports, Rule, Side
from roadworthy.network.profile.learned import Learned, Why
from roadworthy.network.profile.learning import LearnOptions, learn
from roadworthy.network.profile.sighting import Ground

FAST: Final = LearnOptions(folds=0)
TRAFFIC: Final = st.lists(flows(), min_size=1, max_size=25)


def taught(*seen: Flow, strictness: float = 0.5, ground: Ground | None = None) -> Learned:
    """What these flows teach."""
    options = replace(FAST, strictness=strictness, ground=ground or Ground())
    return learn(seen, device=DEVICE, options=options)


def peers(learned: Learned) -> set[Peer]:
    """The other ends that the rules name."""
    return {peer for rule in learned.policy.rules for peer in rule.peers}


@settings(max_examples=60, deadline=None)
@given(TRAFFIC)
def test_what_was_seen_may_pass_at_the_loosest(seen: list[Flow]) -> None:
    """Strictness 0 blocks nothing that it learned from."""
    policy = taught(*seen, strictness=0.0).policy
    assert [each for each in seen if not passes(policy, each)] == []


@settings(max_examples=60, deadline=None)
@given(TRAFFIC, st.lists(flows(), max_size=10), st.floats(0, 1), st.floats(0, 1))
def test_stricter_never_permits_more(seen: list[Flow], others: list[Flow], one: float, two: float) -> None:
    """What passes at a strictness passes at every lower one."""
    loose, strict = sorted((one, two))
    narrow, wide = taught(*seen, strictness=strict).policy, taught(*seen, strictness=loose).policy
    assert all(passes(wide, each) for each in (*seen, *others) if passes(narrow, each))


@settings(max_examples=40, deadline=None)
@given(TRAFFIC, st.data())
def test_order_of_the_flows_does_not_matter(seen: list[Flow], data: st.DataObject) -> None:
    """The same flows teach the same, in whatever order they come."""
    shuffled = data.draw(st.permutations(seen))
    options = LearnOptions(strictness=0.3)
    assert learn(seen, device=DEVICE, options=options) == learn(shuffled, device=DEVICE, options=options)


@settings(max_examples=40, deadline=None)
@given(TRAFFIC, st.floats(0, 1))
def test_rules_can_be_written_as_mud(seen: list[Flow], strictness: float) -> None:
    """Names are unique, ports in order, direction is said of TCP only, and names have a domain."""
    rules = taught(*seen, strictness=strictness).policy.rules
    assert len({each.name for each in rules}) == len(rules)
    for each in rules:
        assert each.name
        assert each.evidence
        assert 0 <= (each.confidence or 0) <= 1
        assert each.initiated is None or each.protocol == 6
        assert len(each.peers) <= 1
        assert all("." in peer.value for peer in each.peers if peer.kind is PeerKind.NAME)


def test_names_rather_than_addresses() -> None:
    """A host that changes its address is one rule, by the name that it was asked for."""
    seen = [flow(f"198.51.100.{each}", 443, name="api.example.com", capture=each) for each in range(1, 5)]
    learned = taught(*seen)
    assert peers(learned) == {Peer(PeerKind.NAME, "api.example.com")}
    assert passes(learned.policy, flow("203.0.113.77", 443, name="api.example.com"))
    assert not passes(learned.policy, flow("198.51.100.1", 443))
    assert not passes(learned.policy, flow("203.0.113.77", 80, name="api.example.com"))


def test_name_of_the_resolver_before_one_of_a_greeting() -> None:
    """Only a name that the device asks for can be followed by a resolver in the path."""
    greeted = flow("198.51.100.1", 443, name="a.example.com", source=NameSource.SNI)
    asked = flow("198.51.100.1", 443, name="z.example.com", source=NameSource.DNS)
    both = replace(greeted, names=(*greeted.names, *asked.names))
    assert peers(taught(both, replace(both, capture=1))) == {Peer(PeerKind.NAME, "z.example.com")}


def test_numbered_hosts_are_counted_on() -> None:
    """What is missing in a row is foretold; nothing else of the domain passes."""
    row = (1, 2, 5, 1, 2, 5, 7)
    names = [f"relay0{number}.example.com" for number in row]
    seen = [flow("198.51.100.1", 443, name=each, capture=capture) for capture, each in enumerate(names)]
    policy = taught(*seen, strictness=0.2).policy
    assert passes(policy, flow("203.0.113.1", 443, name="relay03.example.com"))
    assert not passes(policy, flow("203.0.113.1", 443, name="relay11.example.com"))
    assert not passes(policy, flow("203.0.113.1", 443, name="other.example.com"))


def test_changing_ports_become_a_range() -> None:
    """A port that is new each time is said as a range."""
    seen = [
        flow("255.255.255.255", 20000 + 777 * each, protocol=UDP, capture=each, other=3000 + each)
        for each in range(8)
    ]
    policy = taught(*seen).policy
    assert passes(policy, flow("255.255.255.255", 33333, protocol=UDP))
    assert not passes(policy, flow("255.255.255.255", 1000, protocol=UDP))


def test_the_web_is_not_opened_for_a_few_hosts() -> None:
    """Three hosts on port 443 are three rules, not all hosts; on a port of its own they are."""
    web = [flow(f"198.51.100.{each}", 443, name=f"h{each}x.example.com", capture=each) for each in range(3)]
    assert not passes(taught(*web).policy, flow("203.0.113.1", 443, name="evil.example.net"))
    own = [flow(f"{each + 20}.1.2.3", 7275, capture=each) for each in range(8)]
    assert passes(taught(*own).policy, flow("203.0.113.1", 7275))


def test_no_rule_is_made_of_a_scan_at_any_strictness() -> None:
    scan = [flow(f"203.0.113.{each}", 23, capture=0, answered=False) for each in range(1, 40)]
    one = flow("198.51.100.7", 23, capture=0, answered=True)
    for strictness in (0.0, 0.5):
        learned = taught(*scan, one, strictness=strictness)
        peers = {peer.value for rule in learned.policy.rules for peer in rule.peers}
        assert not any(each.startswith("203.0.113.") for each in peers)
        (left,) = (each for each in learned.left_out if each.why is Why.SCAN)
        assert (left.what, left.flows) == ("39 hosts on port 23", 39)


def test_a_scan_is_not_generalised() -> None:
    """What knocks at many doors that nobody opens gets no rule for all doors."""
    hosts = [flow(f"{each + 20}.1.2.3", 23, capture=each % 8, answered=False) for each in range(60)]
    assert not passes(taught(*hosts).policy, flow("203.0.113.1", 23))
    assert "60 hosts on port 23 that never answered" in taught(*hosts).sufficiency.reasons[0]
    opened = [replace(each, answered=True) for each in hosts]
    assert not any("never answered" in each for each in taught(*opened).sufficiency.reasons)
    assert passes(taught(*opened).policy, flow("203.0.113.1", 23))


def test_local_hosts_are_not_named_by_address() -> None:
    """Addresses of one house are in no rule; classes are."""
    learned = taught(
        flow("192.168.1.1", 53, protocol=UDP),
        flow("192.168.1.5", 8008),
        flow("192.168.1.77", 80, opener=Side.PEER),
        echo("192.168.1.1", opener=Side.PEER),
    )
    assert peers(learned) == {Peer(PeerKind.LOCAL), Peer(PeerKind.CONTROLLER, DNS_CLASS)}
    assert not passes(learned.policy, flow("203.0.113.1", 80, opener=Side.PEER))


def test_controller_is_said_where_it_is_known() -> None:
    """Whoever controls the device is my-controller."""
    ground = Ground(my_controllers=frozenset({ip_address("192.168.1.77")}))
    learned = taught(flow("192.168.1.77", 80, opener=Side.PEER), ground=ground)
    assert peers(learned) == {Peer(PeerKind.MY_CONTROLLER)}
    around = replace(HOUSE, my_controllers=HOUSE.local)
    assert passes(learned.policy, flow("192.168.1.77", 80, opener=Side.PEER), around)


def test_direction_and_ephemeral_ports() -> None:
    """Whoever opened may open; the ephemeral side's port is left out, a fixed one is kept."""
    seen = [flow("198.51.100.1", 8883, capture=each, other=41000 + each) for each in range(4)]
    (rule,) = taught(*seen).policy.rules
    assert (rule.sender, rule.initiated) == (Side.DEVICE, Side.DEVICE)
    assert rule.device_ports is None
    fixed = [flow("224.0.0.251", 5353, protocol=UDP, capture=each, other=5353) for each in range(4)]
    (rule,) = taught(*fixed).policy.rules
    assert rule.device_ports == (Ports(5353, 5353),)


def test_what_is_left_out_is_said() -> None:
    """Frames that are not IP, what all may do, and what is not worth its price."""
    lease = flow("255.255.255.255", 67, protocol=UDP, other=68)
    often = [flow("198.51.100.1", 443, name="api.example.com", capture=each) for each in range(12)]
    once = flow("239.255.255.250", 1900, protocol=UDP)
    arp = replace(lease, peer=None, protocol=None, device_port=None, peer_port=None, ethertype=0x0806)
    learned = taught(lease, arp, once, *often, strictness=0.9)
    left = {each.why: each for each in learned.left_out}
    assert set(left) == {Why.GRANTED, Why.NOT_IP, Why.NOT_WORTH_IT}
    worth = left[Why.NOT_WORTH_IT].worth
    assert worth is not None
    assert worth < 0.9
    assert passes(taught(lease, once, *often, strictness=worth).policy, once)


def test_not_seen_long_enough() -> None:
    """One short capture is not enough, and why; a week with restarts and nothing new is."""
    short = taught(flow("198.51.100.1", 443)).sufficiency
    assert not short.enough
    assert any("not 24 hours" in each for each in short.reasons)
    week = [
        flow("198.51.100.1", 443, name="api.example.com", at=day * 86400.0 + hour * 3600)
        for day in range(7)
        for hour in range(24)
    ]
    start = flow("255.255.255.255", 67, protocol=UDP, other=68, at=0.0)
    again = flow("255.255.255.255", 67, protocol=UDP, other=68, at=90000.0)
    judged = taught(start, again, *week).sufficiency
    assert judged.enough, judged.reasons
    assert judged.days == 7
    late = [flow("203.0.113.5", each, at=6 * 86400.0 + each) for each in range(1000, 1080)]
    assert not taught(start, again, *week, *late).sufficiency.enough


def test_one_long_conversation_counts_in_each_stretch_that_it_lasts_through() -> None:
    """A clock asked from the same port all week is no chance of one moment."""
    hours = [flow("198.51.100.1", 443, name="api.example.com", at=each * 3600.0) for each in range(160)]
    clock = flow("192.168.1.1", 123, protocol=UDP, other=123, at=10.0)
    lasting = replace(clock, last=570_000.0, packets=400)
    often = {rule.confidence or 0 for rule in taught(*hours, lasting).policy.rules}
    assert min(often) > 0.8
    once = {rule.confidence or 0 for rule in taught(*hours, clock, strictness=0.0).policy.rules}
    assert min(once) < 0.3


def test_what_all_may_do_teaches_nothing() -> None:
    """No door is opened to port 68 because of an answer that gave an address."""
    lease = flow("255.255.255.255", 67, protocol=UDP, other=68)
    answer = flow("192.168.1.1", 68, protocol=UDP, opener=Side.PEER, other=67)
    learned = taught(lease, answer, flow("198.51.100.1", 443), strictness=0.0)
    assert [each.protocol for each in learned.policy.rules] == [6]


def test_evidence_says_how_often_when_and_where() -> None:
    """A rule tells its captures, days, name source and addresses."""
    seen = [flow("198.51.100.1", 443, name="api.example.com", capture=each) for each in range(3)]
    options = replace(FAST, captures=("mon.pcap", "tue.pcap", "wed.pcap"))
    (rule,) = learn(seen, device=DEVICE, options=options).policy.rules
    said = rule.evidence[0].excerpt
    assert "3 conversations in 3 captures on 3 days (1970-01-01 to 1970-01-03)" in said
    assert "named by dns" in said
    assert "198.51.100.1" in said
    assert [each.path for each in rule.evidence] == [("mon.pcap",), ("tue.pcap",), ("wed.pcap",)]


def test_both_sides_of_the_trade_are_estimated() -> None:
    """A device that does the same each day will be blocked little; one that never does, much."""
    same = [flow("198.51.100.1", 443, name="api.example.com", capture=each) for each in range(8)]
    steady = learn(same, device=DEVICE).estimate
    assert steady.false_block == 0.0
    assert steady.tried == 8
    new = [flow(f"{each + 1}.2.3.4", 443, capture=each) for each in range(25)]
    fickle = learn(new, device=DEVICE, options=LearnOptions(strictness=1)).estimate
    assert fickle.false_block == 1.0
    loose = learn(new, device=DEVICE, options=LearnOptions(strictness=0.0)).estimate
    assert loose.foreign_permit > steady.foreign_permit
    assert loose.false_block == 0.0


def test_confidence_follows_how_often() -> None:
    """What comes each day is surer than what came once."""
    seen = [flow("198.51.100.1", 443, name="api.example.com", capture=each) for each in range(8)]
    rules = taught(*seen, flow("203.0.113.5", 4444, capture=3), strictness=0.0).policy.rules
    sure = {each.peers[0].value: each.confidence or 0 for each in rules}
    assert sure["api.example.com"] > 0.8
    assert sure["203.0.113.5/32"] < 0.3


def test_names_that_no_rule_can_hold() -> None:
    """A hostile or senseless name is no name: the address stands."""
    for name in (
        "x",
        "10.1.2.3",
        "a..b",
        "-",
        "a b.example.com",
        "é.example.com",
        f"{'a' * 64}.com",
        "*.com",
    ):
        learned = taught(flow("198.51.100.1", 443, name=name))
        assert peers(learned) == {Peer(PeerKind.ADDRESS, "198.51.100.1/32")}, name


def test_no_traffic_of_the_device() -> None:
    """It names those that were seen."""
    with pytest.raises(InputError, match="no traffic of 02:00:00:00:00:99") as caught:
        learn([flow("198.51.100.1", 443)], device="02:00:00:00:00:99")
    assert DEVICE in caught.value.hint


def test_strictness_has_bounds() -> None:
    """A knob beyond its ends means nothing."""
    with pytest.raises(ValueError, match="strictness"):
        LearnOptions(strictness=1.5)


def test_many_kinds_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan does not become a thousand rules; what is left out is said."""
    monkeypatch.setattr("roadworthy.network.profile.learning.MAX_KINDS", 50)
    often = [flow("198.51.100.1", 443, name="api.example.com", capture=each) for each in range(5)]
    scan = [flow(f"203.0.113.{each % 250}", 2000 + each, capture=2) for each in range(400)]
    learned = taught(*often, *scan, strictness=0.0)
    assert any(each.why is Why.TOO_MANY for each in learned.left_out)
    assert passes(learned.policy, often[0])


def test_rules_are_rules() -> None:
    """Nothing that is learned denies, or holds what nobody can enforce."""
    rules: tuple[Rule, ...] = taught(flow("198.51.100.1", 443)).policy.rules
    assert all(each.accept and not each.unheld for each in rules)
