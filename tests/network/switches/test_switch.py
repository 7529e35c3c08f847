"""The switches by themselves: eight states, 24 transitions, and what decides when they meet a quarantine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.network.guard.reach import reach_of
from roadworthy.network.live import Standing
from roadworthy.network.network_file import Device
from roadworthy.network.policy import Peer, PeerKind, Policy, Rule, Side
from roadworthy.network.switches.precedence import Pass, passing, rows, standing
from roadworthy.network.switches.switch import FAIL_STATES, STATES, Intended, Switch, transitions


def test_there_are_eight_states_and_24_transitions() -> None:
    assert len(set(STATES)) == 8
    assert STATES[0] == Intended()
    assert len({(each.start, each.switch) for each in transitions()}) == 24
    assert {each.end for each in transitions()} == set(STATES)


def test_a_transition_changes_one_switch_and_leaves_the_two_others() -> None:
    for start, switch, end in transitions():
        assert end.on(switch) is not start.on(switch)
        assert [each for each in Switch if end.on(each) != start.on(each)] == [switch]
        assert end.switched(switch, on=start.on(switch)) == start


@given(st.sampled_from(STATES), st.lists(st.tuples(st.sampled_from(Switch), st.booleans())))
def test_each_switch_is_as_it_was_switched_last(start: Intended, commands: list[tuple[Switch, bool]]) -> None:
    state = start
    for switch, on in commands:
        state = state.switched(switch, on=on)
    last = dict(commands)
    assert all(state.on(each) == last.get(each, start.on(each)) for each in Switch)


def test_each_has_a_fail_state() -> None:
    assert set(FAIL_STATES) == set(Switch)


def test_the_table_is_whole() -> None:
    table = list(rows())
    assert len({(row.quarantined, row.intended, row.keeps_lan) for row in table}) == 2 * 8 * 2
    for row in table:
        assert row.passing == passing(row.intended, quarantined=row.quarantined, keeps_lan=row.keeps_lan)


def test_the_first_that_is_set_decides() -> None:
    causes = {
        (row.quarantined, row.intended.power, row.intended.internet, row.intended.change): row.passing.cause
        for row in rows()
        if row.keeps_lan
    }
    for (quarantined, power, internet, change), cause in causes.items():
        expected = (
            "power off"
            if not power
            else "quarantine"
            if quarantined and internet and change
            else "quarantine and the owner's no"
            if quarantined
            else "internet off"
            if not internet
            else "change off"
            if not change
            else "profile"
        )
        assert cause == expected


def test_what_an_enforcer_is_told_says_the_same() -> None:
    for row in rows():
        told = standing(row.intended, quarantined=row.quarantined, keeps_lan=row.keeps_lan)
        if told.internet_off and not told.quarantined:
            assert row.passing.internet is Pass.NO
        if told.quarantined:
            assert row.passing.cause.startswith("quarantine")
        if told == Standing():
            assert row.passing.cause == "profile"
        assert told.change_off or row.intended.change


def test_names_are_refused_by_change_off_alone() -> None:
    policy = Policy(
        rules=(Rule(name="cloud", sender=Side.DEVICE, peers=(Peer(PeerKind.NAME, "cloud.example"),)),)
    )
    device = Device(
        name="camera", number=1, mac="02:11:22:33:44:55", policy=policy, update_hosts=("update.example",)
    )
    for row in rows():
        told = standing(row.intended, quarantined=row.quarantined, keeps_lan=row.keeps_lan)
        reach = reach_of(device, told)
        assert reach.opens("cloud.example"), "the enforcer holds it; the answer is good when that ends"
        assert reach.opens("update.example") is not told.change_off
        assert reach.answers("update.example") is not told.change_off


@pytest.mark.parametrize("off", [Switch.CHANGE, Switch.INTERNET])
def test_a_quarantine_undoes_no_switch(off: Switch) -> None:
    intended = Intended().switched(off, on=False)
    assert standing(intended, quarantined=True).change_off
    assert passing(intended, quarantined=True).update is Pass.NO


def test_power_off_reaches_nobody_even_if_the_plug_lies() -> None:
    told = standing(Intended(power=False), quarantined=True)
    assert told.internet_off
    assert told.lan_off
