"""What answers open: the names of the profile, to public addresses, as long as the device was told."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.network.guard.dns_reply import Code, Kind, Message, Question, Record
from roadworthy.network.guard.names import GRACE, MAX_ADDRESSES, MAX_CHAIN, MAX_SECONDS, Names, Opening
from roadworthy.network.guard.reach import Reach, reach_of
from roadworthy.network.live import FREE, Standing
from roadworthy.network.network_file import Device
from roadworthy.network.policy import Peer, PeerKind, Policy, Rule, Side

CLOUD = "cloud.example.com"
REACH = Reach(opened=frozenset({CLOUD}))
PUBLIC = "203.1.2.3"


def a(name: str, *addresses: str, ttl: int = 300) -> list[Record]:
    return [Record(name=name, kind=Kind.A, ttl=ttl, addresses=(ip_address(each),)) for each in addresses]


def cname(name: str, target: str, ttl: int = 300) -> Record:
    return Record(name=name, kind=Kind.CNAME, ttl=ttl, target=target)


def message(*answers: Record, name: str = CLOUD) -> Message:
    return Message(number=1, flags=0x8180, question=Question(name, Kind.A), spelling=b"", answers=answers)


def opening(address: str = PUBLIC, name: str = CLOUD) -> Opening:
    return Opening("camera", name, ip_address(address))


def test_a_name_of_the_profile_opens_its_addresses() -> None:
    assert Names().hear("camera", message(*a(CLOUD, PUBLIC)), REACH, 0).openings == (opening(),)


def test_a_chain_opens_under_the_name_that_was_asked() -> None:
    chain = message(cname(CLOUD, "x.cdn.net"), cname("x.cdn.net", "y.cdn.net"), *a("y.cdn.net", PUBLIC))
    assert Names().hear("camera", chain, REACH, 0).openings == (opening(),)


@pytest.mark.parametrize(
    "answers",
    [
        a("other.example.com", PUBLIC),
        [cname(CLOUD, CLOUD), *a("x.cdn.net", PUBLIC)],
        [cname(CLOUD, "x.cdn.net"), cname("x.cdn.net", CLOUD)],
        [cname(CLOUD, "x.cdn.net"), cname(CLOUD, "y.cdn.net"), *a("x.cdn.net", PUBLIC)],
        [*(cname(CLOUD if not n else f"{n}.net", f"{n + 1}.net") for n in range(MAX_CHAIN)),
         *a(f"{MAX_CHAIN}.net", PUBLIC)],
        [Record(name=CLOUD, kind=16, ttl=9)],
    ],
)  # fmt: skip
def test_poison_opens_nothing(answers: list[Record]) -> None:
    assert Names().hear("camera", message(*answers), REACH, 0).openings == ()


def test_a_name_outside_the_profile_opens_nothing_and_its_answer_passes() -> None:
    heard = Names().hear("camera", message(*a("c2.example.net", PUBLIC), name="c2.example.net"), REACH, 0)
    assert (heard.openings, heard.code) == ((), None)


@pytest.mark.parametrize(
    "inside",
    ["192.168.8.5", "10.0.0.1", "127.0.0.1", "169.254.1.1", "100.64.0.1", "240.0.0.1", "224.0.0.1", "8.8.4.4",
     "fd00::1", "fe80::1", "::1", "::ffff:192.168.8.5", "2002:c0a8:805::1", "64:ff9b::c0a8:805"],
)  # fmt: skip
def test_a_public_name_that_leads_inside_opens_nothing_at_all(inside: str) -> None:
    names = Names(inside=(ip_network("8.8.4.0/24"),))
    heard = names.hear("camera", message(*a(CLOUD, PUBLIC, inside)), REACH, 0)
    assert (heard.openings, heard.code) == ((), Code.NO_SUCH_NAME)
    assert names.open() == ()


def test_an_element_outlives_what_the_device_was_told_and_a_cached_answer_opens_it_again() -> None:
    names = Names()
    names.hear("camera", message(*a(CLOUD, PUBLIC, ttl=100)), REACH, 0)
    assert names.tick(100 + GRACE - 1) == ()
    assert names.tick(100 + GRACE) == (opening(),)
    assert names.hear("camera", message(*a(CLOUD, PUBLIC, ttl=3)), REACH, 500).openings == (opening(),)


def test_the_same_answer_again_prolongs_and_a_shorter_one_does_not_cut() -> None:
    names = Names()
    names.hear("camera", message(*a(CLOUD, PUBLIC, ttl=1000)), REACH, 0)
    names.hear("camera", message(*a(CLOUD, PUBLIC, ttl=1)), REACH, 10)
    assert names.tick(1000 + GRACE - 1) == ()
    names.hear("camera", message(*a(CLOUD, PUBLIC, ttl=1000)), REACH, 900)
    assert names.tick(1800 + GRACE) == ()


def test_a_name_with_endless_addresses_keeps_the_latest() -> None:
    names = Names()
    closed: list[Opening] = []
    for n in range(MAX_ADDRESSES + 3):
        told = names.hear("camera", message(*a(CLOUD, f"203.1.{n // 256}.{n % 256}")), REACH, n)
        closed += told.closings
    assert closed == [opening(f"203.1.0.{n}") for n in range(3)]
    assert len(names.open()) == MAX_ADDRESSES


def test_a_restart_keeps_what_leads_outside() -> None:
    names, later = Names(), Names()
    names.hear("camera", message(*a(CLOUD, PUBLIC)), REACH, 0)
    later.restore([*names.open(), (opening("10.0.0.1"), 9e9)])
    assert later.open() == names.open()


def device() -> Device:
    to_cloud = Rule(name="cloud", sender=Side.DEVICE, peers=(Peer(PeerKind.NAME, CLOUD),))
    return Device(
        name="camera", number=1, mac="02:00:00:00:00:01", policy=Policy(rules=(to_cloud,)),
        update_hosts=("up.example.com",), config_hosts=("conf.example.com",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("standing", "opened"),
    [
        (FREE, {CLOUD, "up.example.com", "conf.example.com"}),
        (Standing(change_off=True), {CLOUD}),
        (Standing(internet_off=True), {CLOUD, "up.example.com", "conf.example.com"}),
        (Standing(quarantined=True), {CLOUD, "up.example.com", "conf.example.com"}),
        (Standing(quarantined=True, change_off=True), {CLOUD}),
    ],
)
def test_reach_follows_what_is_switched(standing: Standing, opened: set[str]) -> None:
    reach = reach_of(device(), standing)
    assert {each for each in (CLOUD, "up.example.com", "conf.example.com") if reach.opens(each)} == opened
    assert reach.answers("up.example.com") is not standing.change_off


def test_where_nothing_outside_is_reached_other_names_are_not_answered() -> None:
    assert reach_of(device(), FREE).answers("other.example.com")
    for held in (Standing(internet_off=True), Standing(quarantined=True), Standing(silenced=True)):
        assert not reach_of(device(), held).answers("message.evil.example")
        assert reach_of(device(), held).answers(CLOUD)


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 2**31), st.booleans()),
        max_size=12,
    ),
    st.integers(0, 10**6),
)
def test_what_opens_was_told_to_the_asked_name_and_ends(
    drawn: list[tuple[str, str, int, bool]], now: int
) -> None:
    answers = [
        cname(name, target, ttl) if link else a(name, f"203.1.2.{ord(target)}", ttl=ttl)[0]
        for name, target, ttl, link in drawn
    ]
    names = Names()
    heard = names.hear("camera", message(*answers, name="a"), Reach(opened=frozenset("a")), now)
    led = {"a"} | {each.target for each in answers if each.target}
    said = {one for each in answers if each.name in led for one in each.addresses}
    assert {each.address for each in heard.openings} <= said
    assert {each.name for each in heard.openings} <= {"a"}
    names.tick(now + MAX_SECONDS + GRACE)
    assert names.open() == ()
