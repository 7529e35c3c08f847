"""Switching as a user has it: recorded, enforced, read back; and what is said where one is missing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from roadworthy.adapters import keys
from roadworthy.adapters.extensions import discover
from roadworthy.adapters.switch_ledger import SwitchLedger
from roadworthy.codecs.canonical import digest
from roadworthy.codecs.envelope import decode, encode
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError, VerificationError
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome
from roadworthy.model.resolve import resolve
from roadworthy.network.network_file import read_network
from roadworthy.network.policy import Policy
from roadworthy.network.switches.driver import Reading, Settings, SwitchDriver
from roadworthy.network.switches.ownership import WAIT
from roadworthy.network.switches.record import Act
from roadworthy.network.switches.switch import Intended, Switch, transitions
from roadworthy.network.switches.ways_round import ways_round
from roadworthy.testing.switches import BEGIN
from roadworthy.usecases._switch_findings import findings_of
from roadworthy.usecases._switch_seen import Code
from roadworthy.usecases.switching import (
    Outside,
    OwnerRequest,
    SwitchRequest,
    file_state,
    history,
    own,
    state_of,
    switch,
)

NETWORK = """
[devices.camera]
mac = "02:11:22:33:44:55"
[devices.camera.power]
driver = "plug"
number = "3"
[devices.lamp]
mac = "02:11:22:33:44:66"
"""


@dataclass(slots=True)
class World:
    """A plug, a guard and a clock."""

    folder: Path
    on: bool = True
    deaf: bool = False
    lies: bool = False
    guard: Mapping[str, object] | None = None
    now: datetime = BEGIN
    told: list[bool] = field(default_factory=list)

    def put(self, settings: Settings, *, on: bool) -> Reading:
        assert settings.text("number") == "3"
        self.told.append(on)
        if not self.deaf and not self.lies:
            self.on = on
        return Reading(fault="no answer after 5 s") if self.deaf else self._reading(on=on)

    def look(self, settings: Settings) -> Reading:
        settings.text("number")
        return Reading(fault="no answer after 5 s") if self.deaf else self._reading(on=self.on)

    def _reading(self, *, on: bool) -> Reading:
        watts = 4.2 if self.on else 0.0
        return Reading(on=on, evidence=f"it says {'on' if on else 'off'}", watts=watts)

    def outside(self, text: str = NETWORK) -> Outside:
        plug = SwitchDriver(title="A plug", keys={"number": "which"}, put=self.put, look=self.look)
        return Outside(
            network=read_network(text.encode(), "network.toml", lambda _: Policy()),
            name="network.toml",
            folder=str(self.folder),
            book=SwitchLedger(self.folder / "state"),
            keys=keys,
            drivers={"plug": plug},
            clock=lambda: self.now,
            tell_guard=lambda: self.guard,
        )

    def key(self, name: str) -> str:
        return str(self.folder / name)

    def do(self, act: Act, by: str, device: str = "camera", **more: str) -> None:
        files = {each: self.key(f"{name}.pub") for each, name in more.items()}
        own(OwnerRequest(device=device, act=act, key=self.key(by), **files), outside=self.outside())


@pytest.fixture
def world(tmp_path: Path) -> World:
    for each in ("me", "safe", "anna", "annas-safe", "maker"):
        keys.make(str(tmp_path / each))
    made = World(tmp_path)
    made.do(Act.ENROL, "me", recovery="safe")
    return made


def ask(world: World, which: Switch, *, on: bool, by: str = "me", device: str = "camera") -> SwitchRequest:
    return SwitchRequest(device=device, switch=which, on=on, key=world.key(by))


def test_power_off_is_recorded_enforced_and_read_back(world: World) -> None:
    state = switch(ask(world, Switch.POWER, on=False), outside=world.outside())
    assert state.holds
    assert not world.on
    line = state.lines[0]
    assert not line.wanted
    assert line.seen.on is False
    assert "its meter shows 0 W: nothing runs" in line.seen.evidence
    assert any("battery" in each for each in line.seen.unproven)


def test_a_plug_that_does_not_answer_is_told_and_the_word_stands(world: World) -> None:
    world.deaf = True
    state = switch(ask(world, Switch.POWER, on=False), outside=world.outside())
    assert not state.holds
    assert state.lines[0].in_force is None
    assert state.lines[0].seen.evidence == "no answer: no answer after 5 s"
    assert not state_of("camera", outside=world.outside()).lines[0].wanted


def test_a_plug_that_lies_is_caught_by_its_meter(world: World) -> None:
    world.lies = True
    state = switch(ask(world, Switch.POWER, on=False), outside=world.outside())
    assert not state.holds
    assert state.lines[0].in_force is False
    assert "it says off, and power flows" in state.lines[0].seen.evidence
    assert "4.2 W" in state.lines[0].seen.evidence


def test_internet_off_without_a_guard_is_recorded_and_said_to_be_no_more(world: World) -> None:
    state = switch(ask(world, Switch.INTERNET, on=False), outside=world.outside())
    assert not state.holds
    assert "nothing enforces it until `guard run` starts" in state.lines[1].seen.evidence


@pytest.mark.parametrize(
    ("sequence", "holds"), [(2, True), (3, True), (1, False), (None, False), ("2", False)]
)
def test_a_guard_enforces_what_it_has_taken_in(world: World, sequence: object, *, holds: bool) -> None:
    world.guard = {"sequence": sequence}
    state = switch(ask(world, Switch.INTERNET, on=False), outside=world.outside())
    assert state.holds is holds
    assert state.lines[1].seen.on is (False if holds else None)


def test_all_24_transitions_each_with_the_two_others_broken(world: World) -> None:
    world.guard = {"sequence": 10_000}
    for start, which, end in transitions():
        for each in Switch:
            switch(ask(world, each, on=start.on(each)), outside=world.outside())
        world.deaf = which is not Switch.POWER  # the plug is down while the guard works
        world.guard = None if which is Switch.POWER else {"sequence": 10_000}  # and the other way round
        state = switch(ask(world, which, on=end.on(which)), outside=world.outside())
        assert state.holds
        assert [line.wanted for line in state.lines] == [end.on(each) for each in Switch]
        world.deaf, world.guard = False, {"sequence": 10_000}


def test_the_maker_is_not_heard(world: World) -> None:
    for which in Switch:
        with pytest.raises(VerificationError, match="does not own camera"):
            switch(ask(world, which, on=False, by="maker"), outside=world.outside())
    assert world.told == []
    assert len(history("camera", outside=world.outside()).history) == 1


def test_a_plug_is_not_touched_for_who_may_not(world: World) -> None:
    with pytest.raises(VerificationError, match="has no owner"):
        switch(ask(world, Switch.POWER, on=False, device="lamp"), outside=world.outside())
    assert world.told == []


def test_a_device_without_a_driver_says_so(world: World) -> None:
    world.do(Act.ENROL, "me", "lamp", recovery="safe")
    state = switch(ask(world, Switch.POWER, on=False, device="lamp"), outside=world.outside())
    assert not state.holds
    assert state.lines[0].seen.evidence == "no driver: [devices.lamp.power] in network.toml names none"


def test_internet_off_takes_the_local_network_only_if_asked(world: World) -> None:
    request = SwitchRequest(
        device="camera", switch=Switch.INTERNET, on=False, key=world.key("me"), keep_lan=False
    )
    assert not switch(request, outside=world.outside()).holding.keeps_lan
    state = switch(ask(world, Switch.INTERNET, on=False), outside=world.outside())
    assert not state.holding.keeps_lan
    state = switch(ask(world, Switch.CHANGE, on=False), outside=world.outside())
    assert not state.holding.keeps_lan


def test_second_hand_and_recovery(world: World) -> None:
    world.do(Act.TRANSFER, "me", to="anna")
    world.do(Act.ACCEPT, "anna", recovery="annas-safe")
    with pytest.raises(VerificationError, match="does not own camera"):
        switch(ask(world, Switch.POWER, on=False), outside=world.outside())
    world.do(Act.RECOVER, "annas-safe", to="me")
    owned = history("camera", outside=world.outside())
    assert owned.holding.offer
    with pytest.raises(VerificationError, match="can be accepted from"):
        world.do(Act.ACCEPT, "me", recovery="maker")
    world.do(Act.OBJECT, "anna")
    world.do(Act.RECOVER, "annas-safe", to="me")
    world.now += WAIT + timedelta(seconds=1)
    world.do(Act.ACCEPT, "me", recovery="maker")
    assert switch(ask(world, Switch.POWER, on=False), outside=world.outside()).holds


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('driver = "plug"\nvolts = "3"', "network.toml: devices.camera.power.volts is unknown"),
        ('driver = "strip"', "devices.camera.power.driver: there is no driver 'strip'"),
        ('number = "3"', "devices.camera.power.driver is needed"),
        ("driver = 3", "devices.camera.power.driver: there is no driver 3"),
        ('driver = "plug"\nnumber = "3"\nidle-watts = -1', "devices.camera.power.idle-watts is no number"),
    ],
)
def test_a_mistake_in_the_power_table_names_its_key(world: World, text: str, told: str) -> None:
    network = f'[devices.camera]\nmac = "02:11:22:33:44:55"\n[devices.camera.power]\n{text}\n'
    with pytest.raises(InputError) as raised:
        switch(ask(world, Switch.POWER, on=False), outside=world.outside(network))
    assert told in str(raised.value)


@pytest.mark.parametrize("text", ['driver = "strip"', 'driver = "plug"', 'driver = "plug"\nvolts = "3"'])
def test_a_mistake_in_the_power_table_keeps_no_other_switch_from_working(world: World, text: str) -> None:
    world.guard = {"sequence": 9}
    network = f'[devices.camera]\nmac = "02:11:22:33:44:55"\n[devices.camera.power]\n{text}\n'
    for which in (Switch.INTERNET, Switch.CHANGE):
        assert switch(ask(world, which, on=False), outside=world.outside(network)).holds
    state = state_of("camera", outside=world.outside(network))
    assert state.lines[0].seen.on is None
    assert "devices.camera.power." in state.lines[0].seen.evidence


def test_a_plug_that_cannot_be_told_leaves_the_record(world: World) -> None:
    network = NETWORK.replace('number = "3"', "")
    state = switch(ask(world, Switch.POWER, on=False), outside=world.outside(network))
    assert not state.holds
    assert "devices.camera.power.number is needed (It is which.)" in state.lines[0].seen.evidence


def test_what_is_asked_wrongly_is_told(world: World) -> None:
    with pytest.raises(InputError, match="has no device 'kettle'"):
        state_of("kettle", outside=world.outside())
    with pytest.raises(InputError, match="a key is needed"):
        switch(SwitchRequest(device="camera", switch=Switch.POWER, on=False, key=""), outside=world.outside())
    odd = SwitchRequest(device="camera", switch=Switch.POWER, on=False, key=world.key("me"), keep_lan=True)
    with pytest.raises(InputError, match="only the Internet switch"):
        switch(odd, outside=world.outside())


def findings(world: World) -> dict[str, Finding]:
    return {each.property: each for each in findings_of(state_of("camera", outside=world.outside()))}


def test_switches_that_are_on_show_nothing(world: World) -> None:
    found = findings(world)
    assert set(found) == {"control.power-switch", "control.internet-switch", "control.change-switch"}
    assert set(found) <= discover().properties.keys()
    assert {each.outcome for each in found.values()} == {Outcome.UNKNOWN}


def test_a_meter_shows_that_its_owner_can_turn_it_off(world: World) -> None:
    switch(ask(world, Switch.POWER, on=False), outside=world.outside())
    power = findings(world)["control.power-switch"]
    assert power.outcome is Outcome.PASS
    assert "its meter shows 0 W" in power.message
    assert power.evidence[0].path == ("switches.jsonl", "record 2")


def test_a_device_that_runs_on_is_told(world: World) -> None:
    world.lies = True
    switch(ask(world, Switch.POWER, on=False), outside=world.outside())
    power = findings(world)["control.power-switch"]
    assert power.outcome is Outcome.FAIL
    assert "4.2 W" in power.message
    assert power.acts


def test_a_plug_without_an_answer_shows_nothing(world: World) -> None:
    switch(ask(world, Switch.POWER, on=False), outside=world.outside())
    world.deaf = True
    assert findings(world)["control.power-switch"].outcome is Outcome.UNKNOWN


def test_what_the_guard_saw_is_told(world: World) -> None:
    for which in (Switch.INTERNET, Switch.CHANGE):
        switch(ask(world, which, on=False), outside=world.outside())
    seen = {"refused_addresses": ["203.0.113.9", 7], "refused_names": ["up.example"], "frames": "x"}
    world.guard = {"sequence": 3, "devices": {"camera": seen}}
    network = NETWORK.replace(
        "[devices.camera.power]", 'update-hosts = ["up.example"]\n[devices.camera.power]'
    )
    state = state_of("camera", outside=world.outside(network))
    assert [(each.switch, each.way.value, each.weight.value) for each in state.ways.traces] == [
        (Switch.INTERNET, "bare-address", "tried"),
        (Switch.CHANGE, "bare-address", "tried"),
        (Switch.CHANGE, "other-code", "tried"),
    ]
    change = {each.property: each for each in findings_of(state)}["control.change-switch"]
    assert change.outcome is Outcome.UNKNOWN
    assert "these names are refused: up.example" in change.message
    assert any("no digest" in each for each in state.ways.unknowable[Switch.CHANGE])


def test_local_work_that_goes_on_is_shown(world: World) -> None:
    switch(ask(world, Switch.INTERNET, on=False), outside=world.outside())
    world.guard = {"sequence": 2, "devices": {"camera": {"local_flows": 12}}}
    internet = findings(world)["control.internet-switch"]
    assert internet.outcome is Outcome.PASS
    assert "12 conversations" in internet.message
    world.guard = {"sequence": 2, "devices": {"camera": {"local_flows": True}}}
    assert findings(world)["control.internet-switch"].outcome is Outcome.UNKNOWN


def test_code_that_stayed_the_same_is_shown(world: World) -> None:
    switch(ask(world, Switch.CHANGE, on=False), outside=world.outside())
    world.guard = {"sequence": 2}
    state = state_of("camera", outside=world.outside())
    for after, outcome in (("sha256:a", Outcome.PASS), ("", Outcome.UNKNOWN), ("sha256:b", Outcome.FAIL)):
        facts = replace(state.facts, code_before="sha256:a", code_after=after)
        told = replace(state, facts=facts, ways=ways_round(Intended(change=False), facts))
        found = {each.property: each for each in findings_of(told)}
        assert found["control.change-switch"].outcome is outcome


@pytest.mark.parametrize(
    ("after", "outcome"), [("sha256:aa", Outcome.PASS), ("sha256:bb", Outcome.FAIL), ("", Outcome.UNKNOWN)]
)
def test_code_is_compared_by_hash_where_both_images_are_given(
    world: World, after: str, outcome: Outcome
) -> None:
    outside = replace(
        world.outside(),
        tell_guard=lambda: {"sequence": 99},
        code=lambda: Code(before="sha256:aa", after=after, uplinks=("Wi-Fi",)),
    )
    switch(ask(world, Switch.CHANGE, on=False), outside=outside)
    state = state_of("camera", outside=outside)
    found = {each.property: each for each in findings_of(state)}
    assert found["control.change-switch"].outcome is outcome
    assert state.facts.uplinks == ("Wi-Fi",)


def test_what_is_seen_is_evidence_about_the_unit(world: World) -> None:
    switch(ask(world, Switch.POWER, on=False), outside=world.outside())
    filed: list[Envelope] = []

    def put(envelope: Envelope) -> str:
        filed.append(decode(encode(envelope)))
        return digest(envelope)

    named = NETWORK.replace(
        "[devices.camera.power]", 'maker = "Example"\nmodel = "Cam"\n[devices.camera.power]'
    )
    outside = replace(world.outside(named), file=put)
    assert file_state(state_of("camera", outside=outside), outside=outside).startswith("sha256:")
    assert filed[0].subject.id == "device:Example/Cam#02%3A11%3A22%3A33%3A44%3A55"
    properties = {each.id: each.object for each in discover().properties.values()}
    answers = resolve(properties.values(), filed, subject=filed[0].subject, now=BEGIN)
    assert {each.property: each.outcome for each in answers}["control.power-switch"] is Outcome.PASS
    unnamed = replace(world.outside(), file=put)
    with pytest.raises(InputError, match="does not say what it is"):
        file_state(state_of("camera", outside=unnamed), outside=unnamed)


def test_records_are_lines_of_json(world: World) -> None:
    switch(ask(world, Switch.CHANGE, on=False), outside=world.outside())
    lines = (world.folder / "state/switches.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(each)["act"] for each in lines] == ["enrol", "switch"]
