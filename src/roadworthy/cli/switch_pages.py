"""Pages of ``roadworthy switch`` and ``roadworthy owner``."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from roadworthy.codecs.plain import to_plain
from roadworthy.network.switches.ownership import Holding
from roadworthy.network.switches.record import Act, Record
from roadworthy.network.switches.switch import OFF, ON, Switch
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Table, Text
from roadworthy.usecases._switch_state import STATE_TYPE, Line, State, owner_data, state_data
from roadworthy.usecases.switching import Owned

OWNED_TYPE: Final = "roadworthy.ownership/v1"
NAMES: Final = {Switch.POWER: "power", Switch.INTERNET: "Internet", Switch.CHANGE: "change"}
NOBODY: Final = "nobody: `roadworthy owner enrol` makes a key its owner"
DONE: Final = {
    Act.ENROL: "became its owner",
    Act.TRANSFER: "offered it",
    Act.RECOVER: "began a recovery",
    Act.ACCEPT: "accepted it",
    Act.OBJECT: "ended what was offered",
    Act.REVOKE: "gave it up",
}


def state_page(state: State, filed: str = "") -> Document:
    """The three switches: what is wanted, what is seen, and what nobody can know from outside."""
    title = f"Switches of {state.device}"
    rows = tuple(
        (NAMES[each.switch], ON if each.wanted else OFF, _seen(each), each.seen.evidence or "nothing is seen")
        for each in state.lines
    )
    said = Text(_changed(state, state.changed)) if state.changed else None
    return Document(
        title=title,
        blocks=(
            Heading(title, 1),
            *((said,) if said else ()),
            Table(("switch", "wanted", "seen", "by what"), rows),
            Facts(tuple(_owner(state.holding))),
            Heading("Who wants it so"),
            Facts(tuple((NAMES[each.switch], _word(each.record)) for each in state.lines)),
            Heading("When its enforcer is down"),
            Facts(tuple((NAMES[each.switch], each.fail_state) for each in state.lines)),
            *_unproven(state),
            *((Text(f"Filed as evidence: `{filed}`."),) if filed else ()),
        ),
        data={"type": STATE_TYPE, **state_data(state), "filed": filed},
    )


def owned_page(owned: Owned) -> Document:
    """Who owns a device, and all its records."""
    title = f"Owner of {owned.device}"
    rows = tuple(
        (str(each.sequence), _moment(each.time), _short(each.signer), _deed(each), each.reason)
        for each in owned.history
    )
    records: Block = Table(("record", "time", "key", "what it did", "why"), rows)
    return Document(
        title=title,
        blocks=(
            Heading(title, 1),
            Facts(tuple(_owner(owned.holding))),
            Heading("Records"),
            records if rows else Text("There is none."),
        ),
        data={
            "type": OWNED_TYPE,
            "device": owned.device,
            **owner_data(owned.holding),
            "records": to_plain(owned.history),
        },
    )


def _changed(state: State, switch: Switch) -> str:
    line = next(each for each in state.lines if each.switch is switch)
    word = f"{NAMES[switch]} is to be {ON if line.wanted else OFF}"
    if line.in_force:
        return f"It is recorded that {word}, and it is so."
    if line.in_force is None:
        return f"It is recorded that {word}. Whether it is so is not known: {line.seen.evidence}."
    return f"It is recorded that {word}, and it is NOT so: {line.seen.evidence}."


def _seen(line: Line) -> str:
    if line.seen.on is None:
        return "unknown"
    word = ON if line.seen.on else OFF
    return word if line.in_force else f"{word}, NOT as wanted"


def _word(record: Record | None) -> str:
    if record is None:
        return "nobody has switched it"
    lan = "" if record.keeps_lan else ", the local networks too"
    why = f": {record.reason}" if record.reason else ""
    return f"{record.state}{lan} since {_moment(record.time)} by {_short(record.signer)}{why}"


def _unproven(state: State) -> Iterator[Block]:
    traces = tuple((NAMES[each.switch], each.weight.value, each.evidence) for each in state.ways.traces)
    if traces:
        yield Heading("Ways round a switch that is off")
        yield Table(("switch", "worth", "what was noticed"), traces)
    rows = tuple((NAMES[each], what) for each, said in state.ways.unknowable.items() for what in said)
    if rows:
        yield Heading("What cannot be proven from outside")
        yield Table(("switch", "what stays open"), rows)


def _owner(holding: Holding) -> Iterator[tuple[str, str]]:
    yield "owner", holding.owner or NOBODY
    if holding.recovery:
        yield "recovery key", holding.recovery
    if holding.offer and holding.offer.act is Act.TRANSFER:
        yield "offered to", holding.offer.to
    elif holding.offer:
        ripe = _moment(holding.offer.ripe)
        yield "BEING RECOVERED", f"by {holding.offer.to}, who can accept from {ripe} on; the owner may object"


def _deed(record: Record) -> str:
    if record.act is Act.SWITCH:
        lan = "" if record.keeps_lan else ", the local networks too"
        return f"switched {record.switch} {record.state}{lan}"
    return f"{DONE[record.act]} to {_short(record.to)}" if record.to else DONE[record.act]


def _short(keyid: str) -> str:
    return keyid.removeprefix("sha256:")[:12]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
