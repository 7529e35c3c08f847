"""The guard as a machine: what it lets pass into the kernel, what it remembers, what it does not believe."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.network.guard.dns_reply import Code, Kind, Message, Question
from roadworthy.network.guard.dns_reply import Record as Answer
from roadworthy.network.guard.machine import CHANGING_SECONDS, MOST_ADDRESSES, Machine
from roadworthy.network.guard.memory import MOST_DEVIATIONS, Memory, read_memory, written
from roadworthy.network.guard.names import GRACE, MIN_SECONDS
from roadworthy.network.network_file import Device, Mode, Network, placed
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.switches.records import Ledger

CLOUD, UPDATE = "cloud.example.com", "up.example.com"
MAC = "02:00:00:00:00:01"
HTTPS = (Ports(443, 443),)
LOCAL = (ip_network("192.168.1.0/24"),)


def rule(name: str, peer: Peer) -> Rule:
    return Rule(name=name, sender=Side.DEVICE, peers=(peer,), protocol=6, peer_ports=HTTPS)


def home(**more: object) -> Network:
    camera = Device(
        name="camera",
        number=1,
        mac=MAC,
        addresses=(ip_address("192.168.1.2"),),
        policy=Policy(
            rules=(
                rule("cloud", Peer(PeerKind.NAME, CLOUD)),
                rule("kin", Peer(PeerKind.SAME_MANUFACTURER)),
            ),
            mud_url="https://maker.example/c.json",
        ),
        mode=Mode.ENFORCE,
        update_hosts=(UPDATE,),
    )
    lamp = Device(
        name="lamp",
        number=2,
        mac="02:00:00:00:00:02",
        policy=Policy(
            rules=(rule("web", Peer(PeerKind.NAME, UPDATE)),), mud_url="https://maker.example/l.json"
        ),
    )
    devices = placed({"camera": camera, "lamp": lamp}, LOCAL, {})
    return Network(devices=devices, local=LOCAL, address=ip_address("192.168.1.1"), **more)  # type: ignore[arg-type]


def machine(memory: Memory | None = None, now: float = 1000.0) -> Machine:
    made = Machine(home(), memory or Memory(), Ledger(), now)
    made.ruleset()
    return made


def answer(name: str, *addresses: str, ttl: int = 120) -> Message:
    records = tuple(
        Answer(name=name, kind=Kind.A, ttl=ttl, addresses=(ip_address(each),)) for each in addresses
    )
    return Message(number=1, flags=0x8180, question=Question(name, Kind.A), spelling=b"", answers=records)


def test_an_answer_opens_what_the_profile_says_and_is_remembered() -> None:
    guard = machine()
    effect = guard.answered("camera", answer(CLOUD, "203.1.2.3"), 1000)
    assert effect.commands == "add element inet roadworthy out_host4 { 1 . 203.1.2.3 . 6 . 443 }\n"
    assert [each["kind"] for each in effect.records] == ["told"]
    again = guard.answered("camera", answer(CLOUD, "203.1.2.3"), 1000)
    assert (again.commands, again.records) == ("", ())


def test_an_answer_that_comes_again_from_a_cache_keeps_the_way_open() -> None:
    """The element would be gone with the first answer's time, although the device was just told again."""
    guard = machine()
    guard.answered("camera", answer(CLOUD, "203.1.2.3", ttl=120), 1000)
    late = 1000 + 120 + GRACE - 1
    assert guard.answered("camera", answer(CLOUD, "203.1.2.3", ttl=1), late).commands == ""
    assert guard.ticked(late + 2).commands == ""
    gone = guard.ticked(late + MIN_SECONDS + GRACE + 1)
    assert gone.commands == "delete element inet roadworthy out_host4 { 1 . 203.1.2.3 . 6 . 443 }\n"
    assert [each["kind"] for each in gone.records] == ["closed"]


@pytest.mark.parametrize("name", ["other.example.com", "evil.cloud.example.com", ""])
def test_an_answer_outside_the_profile_opens_nothing(name: str) -> None:
    effect = machine().answered("camera", answer(name, "203.1.2.9"), 1000)
    assert (effect.commands, effect.records) == ("", ())


@pytest.mark.parametrize("inside", ["192.168.1.9", "10.0.0.1", "127.0.0.1", "169.254.1.1", "100.64.0.1"])
def test_a_name_of_the_profile_that_leads_inside_opens_nothing_and_is_not_told(inside: str) -> None:
    effect = machine().answered("camera", answer(CLOUD, "203.1.2.3", inside), 1000)
    assert effect.commands == ""
    assert effect.told is not None
    assert effect.told.code == Code.NO_SUCH_NAME


def test_a_learned_address_moves_what_others_say_of_the_device() -> None:
    guard = machine()
    effect = guard.seen("02:00:00:00:00:02", ip_address("192.168.1.3"), 1000)
    assert "add element inet roadworthy bound4 { 02:00:00:00:00:02 . 192.168.1.3 }" in effect.commands
    assert "add element inet roadworthy out_host4 { 1 . 192.168.1.3 . 6 . 443 }" in effect.commands
    assert guard.seen("02:00:00:00:00:02", ip_address("192.168.1.3"), 1001).records == ()
    assert "delete element" in guard.ticked(1000 + 86_401).commands


@pytest.mark.parametrize(
    "claimed",
    ["192.168.1.2", "192.168.1.1", "203.1.2.66", "224.0.0.1", "0.0.0.0", "127.0.0.1"],  # noqa: S104 -- nobody's
)
def test_an_address_of_another_or_of_nobody_is_not_believed(claimed: str) -> None:
    assert machine().seen("02:00:00:00:00:02", ip_address(claimed), 1000).commands == ""


def test_a_stranger_is_not_learned() -> None:
    assert machine().seen("02:00:00:00:00:77", ip_address("192.168.1.9"), 1000).records == ()


def test_a_device_with_endless_addresses_keeps_the_latest() -> None:
    guard = machine()
    for each in range(10, 12 + MOST_ADDRESSES):
        guard.seen(MAC, ip_address(f"192.168.1.{each}"), 1000 + each)
    assert len(guard.memory.addresses["camera"]) == MOST_ADDRESSES
    assert ip_address("192.168.1.10") not in guard.memory.addresses["camera"]


def test_hosts_that_bring_changes_are_known_from_whoever_asked() -> None:
    guard = machine()
    guard.answered("lamp", answer(UPDATE, "203.1.2.4"), 1000)
    assert guard.live().changing["camera"] == {ip_address("203.1.2.4")}
    guard.memory.changing[UPDATE][ip_address("203.1.2.4")] += CHANGING_SECONDS
    assert read_memory(written(tuple(guard.memory.records()))).changing == {
        UPDATE: {ip_address("203.1.2.4"): 1000 + 2 * CHANGING_SECONDS}
    }


def test_deviations_are_counted_kept_seldom_and_bounded() -> None:
    guard = machine()
    kept = [bool(guard.deviated("camera", "x", 1000 + n, stopped=True).records) for n in range(9)]
    assert kept == [True, True, False, True, False, False, False, True, False]
    assert guard.memory.deviations["camera", "x"].count == 9
    for each in range(MOST_DEVIATIONS + 5):
        assert guard.deviated("camera", str(each), 1000 + each, stopped=True).records
    assert len(guard.memory.deviations) == MOST_DEVIATIONS
    assert ("camera", "6") in guard.memory.deviations
    assert ("camera", "4") not in guard.memory.deviations
    assert guard.deviated("lamp", "x", 1000, stopped=False).records


def test_a_learned_address_that_is_another_devices_now_is_forgotten() -> None:
    known = Memory(addresses={"lamp": {ip_address("192.168.1.2"): 9e9, ip_address("192.168.1.3"): 9e9}})
    text = machine(known).ruleset()
    assert "192.168.1.2 : 1" in text
    assert "192.168.1.2 : 2" not in text
    assert "192.168.1.3 : 2" in text


def test_a_name_of_the_profile_that_leads_to_an_update_host_brings_changes_too() -> None:
    guard = machine()
    link = Answer(name=CLOUD, kind=Kind.CNAME, ttl=60, target=UPDATE)
    address = Answer(name=UPDATE, kind=Kind.A, ttl=60, addresses=(ip_address("203.1.2.8"),))
    asked = Question(CLOUD, Kind.A)
    told = Message(number=1, flags=0x8180, question=asked, spelling=b"", answers=(link, address))
    guard.answered("camera", told, 1000)
    assert guard.live().changing["camera"] == {ip_address("203.1.2.8")}
    guard.ticked(1000 + CHANGING_SECONDS + 1)
    assert guard.live().changing["camera"] == frozenset()


def test_an_answer_for_days_is_open_for_days() -> None:
    guard = machine()
    guard.answered("camera", answer(CLOUD, "203.1.2.3", ttl=200_000), 0)
    assert guard.ticked(200_000).commands == ""
    assert "delete" in guard.ticked(200_000 + GRACE + 1).commands


def test_a_restart_knows_what_was_known() -> None:
    guard = machine()
    records = [
        *guard.answered("camera", answer(CLOUD, "203.1.2.3"), 1000).records,
        *guard.agreed("lamp", Mode.ENFORCE).records,
        *guard.quarantined("lamp", "it scans", "anna", 1000).records,
        *guard.seen("02:00:00:00:00:02", ip_address("192.168.1.3"), 1000).records,
        *guard.deviated("camera", "x", 1000, stopped=True).records,
    ]
    journal = written(records)
    again = machine(read_memory(journal))
    assert again.ruleset() == guard.ruleset()
    assert again.live() == guard.live()
    compact = written(tuple(again.memory.records()))
    assert machine(read_memory(compact)).ruleset() == guard.ruleset()
    assert read_memory(journal + b'{"kind":"lift","device":"la').lost == 0, "torn while it was written"
    assert read_memory(b'{"kind":"mode"}\n[]\n\xff\n' + journal).lost == 3


def test_what_left_the_profile_does_not_come_back() -> None:
    guard = machine()
    records = guard.answered("camera", answer(CLOUD, "203.1.2.3"), 1000).records
    bare = home()
    less = placed({"lamp": bare.devices["lamp"]}, LOCAL, {})
    again = Machine(Network(devices=less), read_memory(written(records)), Ledger(), 1000)
    assert "203.1.2.3" not in again.ruleset()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("camera", "lamp")),
            st.sampled_from((CLOUD, UPDATE, "other.example.com")),
            st.sampled_from(("203.1.2.3", "203.1.2.4", "10.0.0.1", "2a00::1")),
            st.sampled_from(("answer", "quarantine", "lift", "agree", "seen", "tick")),
        ),
        max_size=20,
    )
)
def test_what_is_changed_piece_by_piece_is_what_would_be_loaded_whole(
    steps: list[tuple[str, str, str, str]],
) -> None:
    guard, now = machine(), 1000.0
    held = elements_in(guard.ruleset())
    for device, name, address, what in steps:
        now += 100
        effect = {
            "answer": lambda: guard.answered(device, answer(name, address), now),  # noqa: B023 -- called at once
            "quarantine": lambda: guard.quarantined(device, "", "", now),  # noqa: B023
            "lift": lambda: guard.lifted(device),  # noqa: B023
            "agree": lambda: guard.agreed(device, Mode.ENFORCE),  # noqa: B023
            "seen": lambda: guard.seen("02:00:00:00:00:02", ip_address("192.168.1.7"), now),  # noqa: B023
            "tick": lambda: guard.ticked(now),  # noqa: B023
        }[what]()
        held = changed(held, effect.commands)
    assert held == elements_in(guard.ruleset())


def elements_in(text: str) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for line in text.splitlines():
        words = line.split()
        if len(words) > 3 and words[0] in {"set", "map"} and "elements = {" in line:
            inside = line.partition("elements = {")[2].partition("}")[0]
            found.update((words[1], each.strip()) for each in inside.split(","))
    return frozenset(found)


def changed(held: frozenset[tuple[str, str]], commands: str) -> frozenset[tuple[str, str]]:
    for line in commands.splitlines():
        verb, _, _, _, name = line.split()[:5]
        some = {(name, each.strip()) for each in line.partition("{")[2].rpartition("}")[0].split(",")}
        if verb == "add":
            assert not some & held
            held |= some
        else:
            assert some <= held
            held -= some
    return held
