"""The guard on a real gateway: names, deviations, quarantine, crashes; with a real kernel and DNS server."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from roadworthy.network.guard.dns_reply import Code, Kind, Message
from roadworthy.network.mud.file import About
from roadworthy.network.mud.spelling import mud_of
from roadworthy.network.mud.writing import write_mud
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.testing.household import (
    CAMERA,
    CAMERA6,
    CAMERA_MAC,
    CLOUD,
    CLOUD6,
    GATEWAY,
    HUB,
    HUB_MAC,
    OTHER,
    PROGRAMS,
    UPDATE,
    Household,
    echoes,
    network_file,
    wait,
)
from roadworthy.testing.namespaces import missing
from roadworthy.testing.traffic import End, ethernet, udp

ABOUT = About(mud_url="https://maker.example/camera.json", last_update="2026-01-01T00:00:00Z")
CLOUD_RULE = Rule(
    name="cloud",
    sender=Side.DEVICE,
    peers=(Peer(PeerKind.NAME, "cloud.example.com"),),
    protocol=6,
    peer_ports=(Ports(443, 443),),
)
UPDATE_RULE = Rule(
    name="update",
    sender=Side.DEVICE,
    peers=(Peer(PeerKind.NAME, "update.example.com"),),
    protocol=6,
    peer_ports=(Ports(443, 443),),
)
LOCAL_RULE = Rule(
    name="pages",
    sender=Side.PEER,
    peers=(Peer(PeerKind.LOCAL),),
    protocol=6,
    device_ports=(Ports(80, 80),),
)
TRAP_RULE = Rule(
    name="trap", sender=Side.DEVICE, peers=(Peer(PeerKind.NAME, "trap.example.com"),), protocol=6
)
POLICY = Policy(rules=(CLOUD_RULE, UPDATE_RULE, LOCAL_RULE, TRAP_RULE))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Household]:
    lacking = missing(*PROGRAMS)
    if lacking:
        pytest.skip(lacking)
    with ExitStack() as stack:
        made = Household(stack, tmp_path)
        (made.folder / "camera.mud.json").write_bytes(write_mud(mud_of(POLICY, ABOUT)))
        made.file.write_text(network_file())
        made.start_guard()
        yield made


def ask(home: Household, name: str, kind: Kind = Kind.A) -> Message:
    answer = home.asked(home.camera, GATEWAY, name, kind)
    assert answer is not None
    return answer


def told(answer: Message) -> list[str]:
    return [str(one) for each in answer.answers for one in each.addresses]


def deviations(home: Household) -> dict[str, bool]:
    found = home.status()["deviations"]
    assert isinstance(found, list)
    return {each["says"]: each["stopped"] for each in found}


def learning_stops_nothing_and_tells_what_is_missing(home: Household) -> None:
    assert told(ask(home, "c2.example.org")) == [OTHER]
    assert home.reaches(home.camera, OTHER, 6667)
    missing_rule = "May open TCP to c2.example.org, port 6667."
    wait(lambda: missing_rule in deviations(home), "the deviation")
    assert deviations(home)[missing_rule] is False


def the_owner_agrees_and_running_conversations_are_looked_at_anew(home: Household) -> None:
    running = home.connected(home.camera, OTHER, 6667)
    assert echoes(running)
    home.tell("agree", "camera")
    assert not echoes(running)
    running.close()
    assert not home.reaches(home.camera, OTHER, 6667)
    wait(lambda: deviations(home).get("May open TCP to c2.example.org, port 6667.", False), "stopped")


def a_way_opens_with_the_answer_and_not_before(home: Household) -> None:
    assert told(ask(home, "edge.example.net")) == [CLOUD]
    assert not home.reaches(home.camera, CLOUD), "nobody led it there under a name of its profile"
    assert told(ask(home, "cloud.example.com")) == [CLOUD]
    assert home.reaches(home.camera, CLOUD)
    assert not home.reaches(home.camera, CLOUD, 80), "another port"
    assert not home.reaches(home.hub, CAMERA, 443)


def the_same_in_ipv6_over_tcp(home: Household) -> None:
    assert told(ask(home, "edge.example.net", Kind.AAAA)) == [CLOUD6]
    assert not home.reaches(home.camera, CLOUD6)
    wait(lambda: CAMERA6 in str(home.status()["addresses"]), "the camera's IPv6 address")
    assert told(ask(home, "cloud.example.com", Kind.AAAA)) == [CLOUD6]
    assert home.reaches(home.camera, CLOUD6)
    assert told(home.asked_by_stream(home.camera, GATEWAY, "cloud.example.com")) == [CLOUD]


def a_question_to_another_resolver_is_answered_by_the_guard(home: Household) -> None:
    answer = home.asked(home.camera, "198.51.100.53", "c2.example.org")
    assert answer is not None
    assert told(answer) == [OTHER]
    assert not home.reaches(home.camera, OTHER), "it is not in the profile"


def a_public_name_that_leads_inside_opens_nothing(home: Household) -> None:
    assert ask(home, "trap.example.com").code == Code.NO_SUCH_NAME
    assert not home.reaches(home.camera, HUB)


def hosts_of_the_same_network_are_held_too(home: Household) -> None:
    assert home.reaches(home.hub, CAMERA, 80)
    assert not home.reaches(home.hub, CAMERA, 8443)
    assert not home.reaches(home.camera, HUB, 80)
    wait(lambda: any("local network, port 80" in each for each in deviations(home)), "the deviation")


def a_tag_is_no_way_round(home: Household) -> None:
    """Frames with VLAN 0 are taken for frames without; a bridge would pass them by the rules."""
    sender, receiver = home.camera.frames("eth0"), home.hub.frames("eth0")
    receiver.settimeout(0.3)
    hub, camera = End(HUB_MAC, HUB, 9999), End(CAMERA_MAC, CAMERA, 9999)
    packet = udp(camera, hub, b"round")[14:]
    for tags in ((), (0,), (0, 0)):
        sender.send(ethernet(CAMERA_MAC, HUB_MAC, 0x0800, packet, vlans=tags))
        assert not heard(receiver, b"round"), tags


def heard(receiver: socket.socket, word: bytes) -> bool:
    try:
        while True:
            data, sender = receiver.recvfrom(2048)
            if word in data and sender[2] != socket.PACKET_OUTGOING:
                return True
    except TimeoutError:
        return False


def an_address_of_the_internet_cannot_be_claimed(home: Household) -> None:
    claim = bytes.fromhex("0001080006040001" + CAMERA_MAC.replace(":", "")) + bytes((1, 1, 1, 1)) + bytes(10)
    home.camera.frames("eth0").send(ethernet(CAMERA_MAC, "ff:ff:ff:ff:ff:ff", 0x0806, claim))
    assert "1.1.1.1" not in str(home.status()["addresses"])


def a_table_that_somebody_took_away_comes_back(home: Household) -> None:
    home.gateway.run("nft", "flush", "ruleset")
    wait(lambda: not home.reaches(home.camera, OTHER, 6667), "the table")
    assert "not in force" in home.log.read_text()


def quarantine_stops_what_runs_and_leaves_what_mends(home: Household) -> None:
    ask(home, "cloud.example.com")
    ask(home, "update.example.com")
    running = home.connected(home.camera, CLOUD, 443)
    assert echoes(running)
    home.tell("quarantine", "camera", "--why", "it scans <the> Internet")
    assert not echoes(running)
    running.close()
    assert not home.reaches(home.camera, CLOUD)
    assert not home.reaches(home.hub, CAMERA, 80)
    assert told(ask(home, "update.example.com")) == [UPDATE]
    assert home.reaches(home.camera, UPDATE), "the way to mend it"
    page = fetched(home, "198.51.100.1", 80, "/anything")
    assert b"511" in page.partition(b"\r\n")[0]
    assert b"camera is in quarantine" in page
    assert b"it scans &lt;the&gt; Internet" in page
    api = fetched(home, GATEWAY, 8910, "/captive-portal/api")
    assert b"application/captive+json" in api
    assert json.loads(api.partition(b"\r\n\r\n")[2]) == {"captive": True}


def fetched(home: Household, address: str, port: int, path: str) -> bytes:
    with home.connected(home.camera, address, port) as asking:
        asking.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        with asking.makefile("rb") as file:
            return file.read()


def what_was_decided_outlives_kill_9_and_stays_in_force(home: Household) -> None:
    home.kill_guard()
    assert not home.reaches(home.camera, CLOUD)
    assert home.reaches(home.camera, UPDATE)
    home.start_guard()
    assert not home.reaches(home.camera, CLOUD)
    assert home.reaches(home.camera, UPDATE), "it still has the answer"
    assert home.status()["mode"] == "enforce"
    home.kill_guard()
    said = home.tell("lift", "camera")
    assert json.loads(said)["running"] is False
    assert not home.reaches(home.camera, OTHER)
    ask_later = home.asked(home.camera, GATEWAY, "cloud.example.com")
    assert ask_later is None, "fail state: closed"
    home.start_guard()
    assert told(ask(home, "cloud.example.com")) == [CLOUD]
    assert home.reaches(home.camera, CLOUD)


def explain_says_by_which_rule(home: Household) -> None:
    said = home.tell("explain", "camera to cloud.example.com:443/tcp", "--format", "markdown")
    assert "passes" in said
    assert "camera.mud.json:" in said
    said = home.tell("explain", "camera to 203.1.2.5:6667", "--format", "markdown")
    assert "is stopped" in said
    assert "May open TCP to 203.1.2.5" in said


def a_switch_outlives_kill_9_and_works_without_a_guard(home: Household) -> None:
    at = str(home.folder)
    for name in ("me.key", "safe.key"):
        home.roadworthy("evidence", "keygen", f"{at}/{name}")
    mine = ("--key", f"{at}/me.key", "--network", str(home.file))
    home.roadworthy("owner", "enrol", "camera", "--recovery", f"{at}/safe.key.pub", *mine)
    ask(home, "cloud.example.com")
    assert home.reaches(home.camera, CLOUD)
    home.roadworthy("switch", "camera", "internet", "off", *mine)
    assert not home.reaches(home.camera, CLOUD)
    home.kill_guard()
    assert not home.reaches(home.camera, CLOUD)
    assert home.reaches(home.hub, CAMERA, 80)
    with pytest.raises(RuntimeError):  # exit code 1: recorded, and nothing shows that it is in force
        home.roadworthy("switch", "camera", "internet", "on", *mine)
    home.start_guard()
    assert home.reaches(home.camera, CLOUD), "the record was found at the start"


def what_it_saw_is_filed_as_evidence(home: Household) -> None:
    at = str(home.folder / "workspace")
    said = json.loads(home.tell("report", "camera", "--workspace", at, "--format", "json"))
    filed = json.loads(home.roadworthy("evidence", "show", said["digest"][7:19], "--workspace", at))
    found = {each["property"]: each["outcome"] for each in filed["findings"]}
    assert found == {"network.held-to-profile": "pass", "network.keeps-to-profile": "fail"}


def the_guard_ends_when_asked_and_leaves_the_door_shut(home: Household) -> None:
    home.stop_guard()
    assert not home.reaches(home.camera, OTHER, 6667)
    assert (home.folder / "state/guard.jsonl").is_file()
    assert not (home.folder / "state/guard.sock").exists()
    home.start_guard()


def it_fails_open_where_the_owner_wants(home: Household) -> None:
    home.stop_guard()
    home.file.write_text(network_file(mode="enforce", fail="open"))
    home.start_guard()
    assert not home.reaches(home.camera, OTHER, 6667)
    home.tell("reload")
    assert not home.reaches(home.camera, OTHER, 6667), "no gap while it is loaded anew"
    home.stop_guard()
    assert home.reaches(home.camera, OTHER, 6667)


def test_one_household_from_learning_to_its_end(home: Household) -> None:
    """Each step goes on from where the one before left the household."""
    learning_stops_nothing_and_tells_what_is_missing(home)
    the_owner_agrees_and_running_conversations_are_looked_at_anew(home)
    a_way_opens_with_the_answer_and_not_before(home)
    the_same_in_ipv6_over_tcp(home)
    a_question_to_another_resolver_is_answered_by_the_guard(home)
    a_public_name_that_leads_inside_opens_nothing(home)
    hosts_of_the_same_network_are_held_too(home)
    a_tag_is_no_way_round(home)
    an_address_of_the_internet_cannot_be_claimed(home)
    a_table_that_somebody_took_away_comes_back(home)
    quarantine_stops_what_runs_and_leaves_what_mends(home)
    what_was_decided_outlives_kill_9_and_stays_in_force(home)
    explain_says_by_which_rule(home)
    a_switch_outlives_kill_9_and_works_without_a_guard(home)
    what_it_saw_is_filed_as_evidence(home)
    the_guard_ends_when_asked_and_leaves_the_door_shut(home)
    it_fails_open_where_the_owner_wants(home)
