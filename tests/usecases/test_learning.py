"""Learning, deriving and comparing as the commands do it: options, findings, and evidence that is filed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Final

import pytest
from tests.network.profile.traffic import DEVICE, flow

from roadworthy.adapters.extensions import discover
from roadworthy.cli.profile_learning_pages import compared_page, derived_page, learned_page
from roadworthy.codecs.envelope import decode, encode
from roadworthy.codecs.plain import to_plain
from roadworthy.codecs.plain import write as write_json
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Outcome
from roadworthy.model.problem import Problem
from roadworthy.model.resolve import resolve
from roadworthy.network.defaults import UDP
from roadworthy.network.flow import Flow
from roadworthy.network.policy import Policy, Side
from roadworthy.reports.blocks import DEFAULT_CANVAS, Document
from roadworthy.testing.world import MemoryWorld, Silence, memory_image
from roadworthy.usecases._learning_seams import (
    CompareRequest,
    DeriveRequest,
    LearnRequest,
    Outside,
    Traffic,
    Who,
)
from roadworthy.usecases.inspect import InspectOptions, inspect
from roadworthy.usecases.learning import NO_URL, compare_profiles, derive_profile, learn_profile

NOW: Final = datetime(2026, 11, 27, tzinfo=UTC)
CAMERA: Final = Who(maker="Example", model="Cam", unit="1", mud_url="https://example.com/cam.json")
IMAGE: Final = memory_image(
    {
        "/etc/app.conf": "server = https://api.maker.net/v1\n",
        "/usr/sbin/update.sh": "#!/bin/sh\nwget http://fw.maker.net/latest.bin\n",
        "/etc/passwd": "root:x:0:0::/:/bin/sh\n",
    }
)


@dataclass
class House:
    """What surrounds the use cases: flows and files in memory, and what they asked for."""

    flows: Sequence[Flow] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    written: list[tuple[Policy, Who]] = field(default_factory=list)
    filed: list[Envelope] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    addresses: tuple[str, ...] = ()

    def outside(self) -> Outside:
        """As the use cases want it."""
        return Outside(
            read_traffic=self._read_traffic,
            read=lambda path, *, limit: self.files[path][:limit],
            is_document=lambda path: self.files.get(path, b"").startswith(b"{"),
            inspected=self._inspected,
            write_profile=self._write,
            read_profile=lambda _, name: self.policies[name],
            clock=lambda: NOW,
            file=self._file,
            sign=self._sign,
            tool_digest=lambda: "sha256:00",
        )

    def _read_traffic(self, files: Sequence[str], device: str, addresses: Sequence[str]) -> Traffic:
        self.addresses = tuple(addresses)
        mine = [each for each in self.flows if each.device == device]
        lost = Problem(stage="traffic", where="x.pcap", what="it is cut off", hint="Record it again.")
        return Traffic(flows=mine, captures=tuple(files), problems=(lost,))

    def _inspected(self, image: str, as_of: datetime | None) -> Envelope:
        if image in self.files:
            return decode(self.files[image])
        world = MemoryWorld(files={"cam.bin": IMAGE}).world()
        options = InspectOptions(image=image, as_of=as_of, keep=False)
        return inspect(options, world=world, catalogue=discover(), progress=Silence()).dossier.envelopes[0]

    def _write(self, policy: Policy, who: Who, moment: datetime) -> bytes:
        assert moment == NOW
        self.written.append((policy, who))
        return b"{}"

    def _file(self, envelope: Envelope) -> str:
        self.filed.append(decode(encode(envelope)))
        return "sha256:ab"

    def _sign(self, envelope: Envelope, key: str) -> Envelope:
        self.signed.append(key)
        return envelope


def day(number: int) -> list[Flow]:
    """What the camera does each day: its cloud, its update server in plain, and somebody on telnet."""
    telnet = flow("192.168.1.9", 23, opener=Side.PEER, capture=number)
    return [
        flow("198.51.100.1", 443, name="api.maker.net", capture=number),
        flow("198.51.100.2", 80, name="fw.maker.net", capture=number),
        flow("203.0.113.5", 443, name="spy.example.org", capture=number),
        telnet,
    ]


WEEK: Final = [each for number in range(4) for each in day(number)]
LEARN: Final = LearnRequest(captures=("a.pcap", "b.pcap", "c.pcap", "d.pcap"), device=DEVICE, who=CAMERA)


def texts(document: Document) -> str:
    """A page as a terminal shows it."""
    return discover().renderings["terminal"].object.render(document, DEFAULT_CANVAS).decode()


def report(house: House) -> bytes:
    """The JSON report of learning."""
    return write_json(to_plain(learned_page(learn_profile(LEARN, outside=house.outside())).data))


def test_learning_writes_a_profile_and_files_evidence() -> None:
    """The profile goes to whoever writes MUD, findings to the workspace, about the device."""
    house = House(flows=WEEK)
    done = learn_profile(LEARN, outside=house.outside())
    assert done.profile == b"{}"
    assert house.written == [(done.learned.policy, CAMERA)]
    (envelope,) = house.filed
    assert envelope.subject.id == "device:Example/Cam#1"
    assert [each.value for each in envelope.subject.aliases] == [DEVICE]
    assert envelope.problems == done.problems
    assert done.filed == "sha256:ab"


def test_a_telnet_that_answered_fails_its_property() -> None:
    """`assess` sees it: the door was open."""
    house = House(flows=WEEK)
    learn_profile(LEARN, outside=house.outside())
    (envelope,) = house.filed
    properties = {name: extension.object for name, extension in discover().properties.items()}
    answers = resolve(properties.values(), house.filed, subject=envelope.subject, now=NOW)
    assert {each.property for each in answers if each.outcome is Outcome.FAIL} == {
        "surface.no-cleartext-login"
    }
    finding, _ = envelope.findings
    assert "Telnet was opened and answered 4 times" in finding.message
    assert finding.evidence[0].path == ("a.pcap",)


def test_a_knock_without_an_answer_is_no_finding() -> None:
    """That somebody tried telnet says nothing about the device."""
    knocked = [replace(each, answered=False) for each in WEEK]
    assert failed(knocked) == {}
    guessed = [replace(each, opener_known=False) for each in WEEK]
    assert failed(guessed) == {}


def failed(flows: Sequence[Flow]) -> dict[str, str]:
    """The properties that traffic fails, with what is said."""
    found = learn_profile(LEARN, outside=House(flows=flows).outside()).findings
    return {each.property: each.message for each in found if each.outcome is Outcome.FAIL}


def test_bare_addresses_are_told_where_the_device_was_seen_to_start() -> None:
    """Else it may have asked for the name before."""
    start = [flow("255.255.255.255", 67, protocol=UDP, other=68, capture=each) for each in range(4)]
    bare = [flow("203.0.113.77", 8899, capture=each) for each in range(4)]
    public = [replace(each, peer=ip_address("8.8.8.8")) for each in bare]
    told = failed([*start, *public])
    assert "8.8.8.8, port 8899" in told["network.names-over-addresses"]
    assert failed(public) == {}
    named = [flow("8.8.4.4", 443, name="api.maker.net", capture=each) for each in range(4)]
    assert failed([*start, *named]) == {}


def test_nothing_is_filed_about_nobody() -> None:
    """Without maker and model there is no subject; and who does not want it kept has it kept nowhere."""
    for request in (replace(LEARN, who=Who()), replace(LEARN, keep=False)):
        house = House(flows=WEEK)
        assert learn_profile(request, outside=house.outside()).filed == ""
        assert house.filed == []
    house = House(flows=WEEK)
    learn_profile(replace(LEARN, who=Who()), outside=house.outside())
    assert house.written[0][1].mud_url == NO_URL


def test_evidence_is_signed_where_a_key_is_given() -> None:
    """With the key that was named."""
    house = House(flows=WEEK)
    learn_profile(replace(LEARN, sign="key.pem"), outside=house.outside())
    assert house.signed == ["key.pem"]


def test_steps_and_numbers_of_the_knob() -> None:
    """Names and numbers mean the same; what is neither is refused with a hint."""
    house = House(flows=WEEK)

    def at(text: str) -> float:
        return learn_profile(replace(LEARN, strictness=text), outside=house.outside()).learned.strictness

    assert at("strict") == at("0.75")
    assert at("0") < at("Loose") < at("1")
    for text in ("very", "1.1", "-1", "nan", ""):
        with pytest.raises(InputError, match="strictness") as caught:
            at(text)
        assert "balanced" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"device": "camera"}, "MAC"),
        ({"device": "02:11:22:33:44"}, "MAC"),
        ({"local": ("192.168.1.1/24",)}, "--local"),
        ({"my_controllers": ("hub",)}, "--my-controller"),
        ({"addresses": ("camera",)}, "--address"),
    ],
)
def test_options_that_mean_nothing(change: dict[str, object], said: str) -> None:
    """Each is refused by its name."""
    request = replace(LEARN, **change)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=said):
        learn_profile(request, outside=House(flows=WEEK).outside())


def test_macs_are_understood_as_people_write_them() -> None:
    """With dashes, dots or in capitals."""
    for text in ("02-00-00-00-00-01", "0200.0000.0001", DEVICE.upper()):
        done = learn_profile(replace(LEARN, device=text), outside=House(flows=WEEK).outside())
        assert done.learned.device == DEVICE


def test_deriving_from_an_image() -> None:
    """Through a real inspection: the settings' host, and the update's."""
    house = House()
    done = derive_profile(DeriveRequest(image="cam.bin", who=CAMERA), outside=house.outside())
    named = {peer.value for rule in done.derived.policy.rules for peer in rule.peers}
    assert {"api.maker.net", "fw.maker.net"} <= named
    assert done.derived.update_hosts == ("fw.maker.net",)
    assert house.written[0][0] == done.derived.policy
    page = texts(derived_page(done))
    assert "fw.maker.net" in page
    with pytest.raises(InputError, match="likely"):
        derive_profile(DeriveRequest(image="cam.bin", likely=1.5), outside=house.outside())


def test_comparing_with_the_image() -> None:
    """What nothing explains comes out, and that updates come in plain fails their property."""
    house = House(flows=WEEK)
    house.files["learned.json"] = report(house)
    request = CompareRequest(learned="learned.json", other="cam.bin", who=CAMERA)
    done = compare_profiles(request, outside=house.outside())
    elsewhere = [
        peer.value for each in done.comparison.unexplained for peer in each.seen.peers if each.elsewhere
    ]
    assert elsewhere == ["spy.example.org"]
    (finding,) = done.findings
    assert (finding.property, finding.outcome) == ("updates.encrypted-transport", Outcome.FAIL)
    assert "fw.maker.net over HTTP" in finding.message
    assert "spy.example.org" in texts(compared_page(done))


def test_comparing_with_what_is_published() -> None:
    """Hosts and doors that the maker does not name fail; nothing passes before it was seen long enough."""
    house = House(flows=WEEK)
    house.files |= {"learned.json": report(house), "maker.json": b"{}"}
    whole = learn_profile(LEARN, outside=house.outside()).learned.policy
    part = [each for each in whole.rules if "spy" not in each.name and each.sender is Side.DEVICE]
    request = CompareRequest(learned="learned.json", other="maker.json", published=True, who=CAMERA)
    house.policies["maker.json"] = Policy(rules=tuple(part))
    done = {each.property: each for each in compare_profiles(request, outside=house.outside()).findings}
    hosts, ports = done["communication.endpoints-documented"], done["surface.ports-documented"]
    assert (hosts.outcome, ports.outcome) == (Outcome.FAIL, Outcome.FAIL)
    assert "spy.example.org" in hosts.message
    assert "port 23" in ports.message
    house.policies["maker.json"] = whole
    found = compare_profiles(request, outside=house.outside()).findings
    assert {each.outcome for each in found} == {Outcome.UNKNOWN}


def test_a_pass_after_long_enough() -> None:
    """Seen for days, started, nothing new, all published: yes."""
    start = [flow("255.255.255.255", 67, protocol=UDP, other=68, at=each * 9e4) for each in range(2)]
    hours = [flow("198.51.100.1", 443, name="api.maker.net", at=each * 3600.0) for each in range(100)]
    house = House(flows=[*start, *hours])
    house.files |= {"learned.json": report(house), "maker.json": b"{}"}
    house.policies["maker.json"] = learn_profile(LEARN, outside=house.outside()).learned.policy
    request = CompareRequest(learned="learned.json", other="maker.json", published=True, who=CAMERA)
    found = compare_profiles(request, outside=house.outside()).findings
    assert {each.outcome for each in found} == {Outcome.PASS}


def test_an_image_is_not_published() -> None:
    """Whoever calls one the maker's profile made a mistake."""
    house = House(flows=WEEK)
    house.files["learned.json"] = report(house)
    with pytest.raises(InputError, match="no published profile"):
        compare_profiles(
            CompareRequest(learned="learned.json", other="cam.bin", published=True), outside=house.outside()
        )


def test_the_report_of_an_inspection_stands_for_its_image() -> None:
    """As everywhere."""
    house = House(flows=WEEK)
    world = MemoryWorld(files={"cam.bin": IMAGE}).world()
    options = InspectOptions(image="cam.bin", keep=False)
    done = inspect(options, world=world, catalogue=discover(), progress=Silence())
    house.files |= {"learned.json": report(house), "inspected.json": encode(done.dossier.envelopes[0])}
    request = CompareRequest(learned="learned.json", other="inspected.json")
    assert compare_profiles(request, outside=house.outside()).comparison.both


def test_the_page_says_both_sides_and_what_is_missing() -> None:
    """A person sees the trade, why it is not enough, and what could not be read."""
    page = texts(learned_page(learn_profile(LEARN, outside=House(flows=WEEK).outside())))
    for said in ("would block of its own", "would let strangers do", "not seen long enough", "it is cut off"):
        assert said in " ".join(page.split())
