"""What the switches of one unit show about properties: whether its owner can cut it off, and know it.

A switch that is on shows nothing about what it does when it is off. A plug's word is not enough to know that
a device is off: that takes a meter. And what a network cannot see, nobody passes: see `ways_round`.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome, Role, Severity
from roadworthy.network.switches.switch import Switch
from roadworthy.network.switches.ways_round import Facts, Trace, Weight
from roadworthy.usecases._switch_state import Line, State

ASKED: Final = {
    Switch.POWER: ("control.power-switch", "switches.power"),
    Switch.INTERNET: ("control.internet-switch", "switches.internet"),
    Switch.CHANGE: ("control.change-switch", "switches.change"),
}
NAMES: Final = {Switch.POWER: "power", Switch.INTERNET: "Internet", Switch.CHANGE: "change"}
REMEDY: Final = {
    Switch.POWER: "Cut the other source of power too, or replace the plug; then switch it off again.",
    Switch.INTERNET: "Find the other way out and shut it, or take the device out of use.",
    Switch.CHANGE: "Find out what was changed and by whom; put the old code back, and shut the way it took.",
}
ACTS: Final = {
    Switch.POWER: (Role.MAKER, Role.OWNER_COMPANY, Role.OWNER_CONSUMER),
    Switch.INTERNET: (Role.MAKER, Role.OPERATOR),
    Switch.CHANGE: (Role.MAKER, Role.OPERATOR),
}


def findings_of(state: State) -> Iterator[Finding]:
    """One finding for each switch, with the unit's own evidence."""
    for line in state.lines:
        went = [each for each in state.ways.traces if each.switch is line.switch]
        yield _finding(line, went, state.facts)


def _finding(line: Line, traces: list[Trace], facts: Facts) -> Finding:
    detected = [each for each in traces if each.weight is Weight.DETECTED]
    if not line.wanted and detected:
        return _failed(line, detected)
    outcome, message = _judged(line, facts)
    asked, check = ASKED[line.switch]
    return Finding(property=asked, check=check, outcome=outcome, message=message, evidence=_places(line))


def _failed(line: Line, detected: list[Trace]) -> Finding:
    asked, check = ASKED[line.switch]
    told = "; ".join(each.evidence for each in detected)
    return Finding(
        property=asked,
        check=check,
        outcome=Outcome.FAIL,
        severity=Severity.HIGH,
        message=f"Its owner switched {NAMES[line.switch]} off, and it goes round that: {told}.",
        remedy=REMEDY[line.switch],
        acts=ACTS[line.switch],
        evidence=_places(line),
    )


def _judged(line: Line, facts: Facts) -> tuple[Outcome, str]:
    name = NAMES[line.switch]
    if line.wanted:
        return Outcome.UNKNOWN, f"Its {name} is on: what it does without was not tried."
    if not line.in_force:
        return (
            Outcome.UNKNOWN,
            f"Its {name} is to be off, and nothing shows that it is: {line.seen.evidence}.",
        )
    return {Switch.POWER: _power, Switch.INTERNET: _internet, Switch.CHANGE: _change}[line.switch](facts)


def _power(facts: Facts) -> tuple[Outcome, str]:
    if facts.watts is None:
        return (
            Outcome.UNKNOWN,
            "Its plug says that it is off; without a meter nobody knows that nothing runs.",
        )
    return Outcome.PASS, f"Its plug says that it is off, and its meter shows {facts.watts:g} W."


def _internet(facts: Facts) -> tuple[Outcome, str]:
    if not facts.local_flows:
        return Outcome.UNKNOWN, "Its network cuts it off; nothing shows that its local work goes on."
    told = f"{facts.local_flows} conversations in the local network since"
    return Outcome.PASS, f"Its network cuts it off, and its local work goes on: {told}."


def _change(facts: Facts) -> tuple[Outcome, str]:
    """By the digest of its code where that is known; else by names, which never makes a pass."""
    if facts.code_before and facts.code_before == facts.code_after:
        return Outcome.PASS, f"Its network stops changes, and its code is the same: {facts.code_after}."
    hosts = ", ".join(facts.update_hosts)
    named = f"these names are refused: {hosts}" if hosts else "no name is known that brings any"
    return Outcome.UNKNOWN, f"Its network stops changes as far as {named}; its code was not compared by hash."


def _places(line: Line) -> tuple[Evidence, ...]:
    if not line.seen.evidence:
        return ()
    sequence = f"record {line.record.sequence}" if line.record else "no record"
    return (Evidence(path=("switches.jsonl", sequence), excerpt=line.seen.evidence[:500]),)
