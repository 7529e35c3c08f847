"""Ways round the switches: what is noticed, and what nobody can know from outside."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory
from roadworthy.model.program import Program
from roadworthy.network.switches.driver import Reading, observed
from roadworthy.network.switches.other_ways import shared_hosts, uplinks_in
from roadworthy.network.switches.switch import STATES, Intended, Switch
from roadworthy.network.switches.ways_round import UNPROVEN, Facts, Way, Weight, ways_round
from roadworthy.testing.switches import BEGIN

EVIDENCE = Evidence(path=("camera.bin",))
OFF = Intended(power=False, internet=False, change=False)


def test_a_switch_that_is_on_has_no_way_round() -> None:
    everything = Facts(watts=5.0, frames=9, refused_addresses=("203.0.113.9",), uplinks=("modem",))
    found = ways_round(Intended(), everything)
    assert found.traces == ()
    assert found.unknowable == {}


@given(st.sampled_from(STATES))
def test_what_cannot_be_known_is_said_of_each_switch_that_is_off(state: Intended) -> None:
    found = ways_round(state, Facts())
    assert found.traces == ()
    assert set(found.unknowable) == {each for each in Switch if not state.on(each)}
    for switch, said in found.unknowable.items():
        assert set(UNPROVEN[switch]) <= set(said)


@pytest.mark.parametrize(
    ("facts", "way", "weight", "words"),
    [
        (Facts(watts=4.2), Way.OTHER_POWER, Weight.DETECTED, "shows 4.2 W"),
        (Facts(frames=3), Way.OTHER_POWER, Weight.DETECTED, "3 frames of it were seen"),
        (Facts(heard_elsewhere="its application"), Way.OTHER_UPLINK, Weight.DETECTED, "its application"),
        (Facts(uplinks=("cellular modem",)), Way.OTHER_UPLINK, Weight.POSSIBLE, "cellular modem"),
        (Facts(refused_addresses=("203.0.113.9",)), Way.BARE_ADDRESS, Weight.TRIED, "203.0.113.9"),
        (Facts(code_before="sha256:a", code_after="sha256:b"), Way.OTHER_CODE, Weight.DETECTED, "sha256:b"),
        (
            Facts(refused_names=("up.example",), update_hosts=("up.example",)),
            Way.OTHER_CODE,
            Weight.TRIED,
            "up.example",
        ),
        (Facts(shared_hosts=("cdn.example",)), Way.SHARED_HOST, Weight.POSSIBLE, "cdn.example"),
    ],
)
def test_a_trace_is_noticed(facts: Facts, way: Way, weight: Weight, words: str) -> None:
    found = [each for each in ways_round(OFF, facts).traces if each.way is way]
    assert found
    assert all(each.weight is weight and words in each.evidence for each in found)


def test_what_shows_nothing_leaves_no_trace() -> None:
    quiet = Facts(
        watts=0.4, frames=0, refused_names=("ads.example",), code_before="sha256:a", code_after="sha256:a"
    )
    assert ways_round(OFF, quiet).traces == ()


def test_what_is_measured_is_no_longer_unknown() -> None:
    told = ways_round(OFF, Facts()).unknowable
    known = Facts(watts=0.0, frames=0, code_before="sha256:a", code_after="sha256:a")
    more = ways_round(OFF, known).unknowable
    assert {each: len(told[each]) - len(more[each]) for each in Switch} == {
        Switch.POWER: 2,
        Switch.INTERNET: 0,
        Switch.CHANGE: 1,
    }


@pytest.mark.parametrize(
    ("reading", "on", "words"),
    [
        (Reading(on=False, evidence="OFF"), False, "OFF"),
        (Reading(on=True, evidence="ON"), True, "ON"),
        (Reading(on=True, evidence="ON", watts=0.0), True, "0 W"),
        (Reading(on=False, evidence="OFF", watts=0.3), False, "nothing runs"),
        (Reading(on=False, evidence="OFF", watts=7.0), True, "it says off, and power flows"),
        (Reading(fault="gone"), None, "no answer: gone"),
        (Reading(on=False, evidence="OFF", fault="gone"), None, "no answer: gone (OFF)"),
        (Reading(on=False, evidence="OFF", fault="gone", watts=7.0), True, "power flows"),
        (Reading(), None, "nothing was said"),
    ],
)
def test_a_meter_is_believed_before_words(reading: Reading, *, on: bool | None, words: str) -> None:
    seen = observed(reading, when=BEGIN)
    assert seen.on is on
    assert words in seen.evidence
    assert seen.when == BEGIN
    assert seen.unproven


def test_a_meter_that_shows_something_with_nothing_running() -> None:
    reading = Reading(on=False, evidence="OFF", watts=2.5)
    assert observed(reading, when=BEGIN).on is True
    assert observed(reading, when=BEGIN, idle_watts=3.0).on is False
    assert ways_round(OFF, replace(Facts(watts=2.5), idle_watts=3.0)).traces == ()


def program(path: str, kind: str = "executable") -> Program:
    return Program(
        path=path, kind=kind, machine="mips", bits=32, big_endian=True, size=1, evidence=(EVIDENCE,)
    )


def test_uplinks_that_an_image_knows() -> None:
    inventory = Inventory(
        programs=(
            program("/usr/sbin/uqmi"),
            program("/lib/modules/5.4/qmi_wwan.ko", "module"),
            program("/usr/bin/option"),  # a program of that name is no modem
            program("/lib/modules/5.4/btusb.ko", "module"),
            program("/bin/busybox"),
        )
    )
    assert uplinks_in(inventory) == (
        "Bluetooth (/lib/modules/5.4/btusb.ko)",
        "cellular modem (/usr/sbin/uqmi)",
    )
    assert uplinks_in(Inventory()) == ()
    found = ways_round(OFF, Facts(uplinks=uplinks_in(inventory))).traces
    assert {each.weight for each in found} == {Weight.POSSIBLE}


def test_hosts_that_serve_strangers_too() -> None:
    names = [
        "api.maker.example",
        "d1.cloudfront.net",
        "notcloudfront.net",
        "cloudfront.net",
        "x.y.fastly.net",
    ]
    assert shared_hosts(names) == ("d1.cloudfront.net", "x.y.fastly.net")
