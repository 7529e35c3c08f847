"""The ledger: what the owner says holds, and nothing else."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.codecs.canonical import canonical
from roadworthy.codecs.signing import pae
from roadworthy.model.errors import InputError, VerificationError
from roadworthy.network.live import Standing
from roadworthy.network.switches.ownership import WAIT
from roadworthy.network.switches.precedence import standings
from roadworthy.network.switches.record import (
    GENESIS,
    MAX_REASON,
    PAYLOAD_TYPE,
    Act,
    Record,
    line_of,
    link_of,
    read_line,
    signed,
)
from roadworthy.network.switches.records import (
    SKEW,
    Head,
    Ledger,
    admitted,
    extended,
    next_record,
    read_records,
)
from roadworthy.network.switches.switch import Intended, Switch, transitions
from roadworthy.testing.switches import BEGIN, Book, key, name

MAKER = 9
FILE = "switches.jsonl"


@pytest.fixture
def book() -> Book:
    """A camera of key 1, recovered by key 2, whose Internet is off; and a lamp of key 3."""
    made = Book()
    made.enrol(1, 2)
    made.enrol(3, 4, "lamp")
    made.switch(Switch.INTERNET, on=False)
    made.switch(Switch.POWER, on=False, owner=3, device="lamp")
    return made


def test_what_is_written_is_read(book: Book) -> None:
    ledger = read_records(book.data, FILE)
    assert ledger == book.ledger
    assert ledger.intended("camera") == Intended(internet=False)
    assert ledger.intended("lamp") == Intended(power=False)
    assert ledger.owner("camera") == name(1)
    assert [each.act for each in ledger.history("camera")] == [Act.ENROL, Act.SWITCH]
    last = ledger.last_switched("camera", Switch.INTERNET)
    assert last is not None
    assert last.reason == "a test"
    assert ledger.last_switched("camera", Switch.POWER) is None


def test_a_device_that_nobody_enrolled_has_all_on_and_no_owner() -> None:
    ledger = read_records(b"", FILE)
    assert ledger.intended("kettle") == Intended()
    assert ledger.owner("kettle") == ""
    assert ledger.keeps_lan("kettle")
    assert ledger.head == Head(0, GENESIS)


def test_all_24_transitions_from_all_8_states() -> None:
    for start, switch, end in transitions():
        book = Book()
        book.enrol()
        for each in Switch:
            if not start.on(each):
                book.switch(each, on=False)
        assert book.ledger.intended("camera") == start
        book.switch(switch, on=end.on(switch))
        assert read_records(book.data, FILE).intended("camera") == end


@given(st.lists(st.tuples(st.sampled_from(Switch), st.booleans(), st.booleans()), max_size=12))
def test_the_ledger_says_what_was_switched_last(commands: list[tuple[Switch, bool, bool]]) -> None:
    book = Book()
    book.enrol(1, 2)
    book.enrol(1, 2, "lamp")
    expected = {"camera": Intended(), "lamp": Intended()}
    for switch, on, lamp in commands:
        device = "lamp" if lamp else "camera"
        book.switch(switch, on=on, device=device)
        expected[device] = expected[device].switched(switch, on=on)
    ledger = read_records(book.data, FILE)
    assert {each: ledger.intended(each) for each in expected} == expected


def test_internet_off_keeps_the_lan_unless_its_owner_says_otherwise(book: Book) -> None:
    assert book.ledger.keeps_lan("camera")
    book.add(1, Act.SWITCH, switch="internet", state="off", keeps_lan=False)
    assert not book.ledger.keeps_lan("camera")
    book.switch(Switch.CHANGE, on=False)
    assert not book.ledger.keeps_lan("camera")
    told = standings(book.ledger, frozenset({"lamp"}), ["camera", "lamp", "kettle"])
    assert told["camera"] == Standing(internet_off=True, lan_off=True, change_off=True)
    assert told["lamp"] == Standing(silenced=True, internet_off=True, lan_off=True)
    assert told["kettle"] == Standing()


def test_a_ledger_is_read_on_from_where_it_was(book: Book) -> None:
    first = read_records(b"".join(book.lines[:2]), FILE)
    assert extended(first, b"".join(book.lines[2:]), FILE) == book.ledger


# --- lines that were tampered with ---


def rewritten(line: bytes, **changes: object) -> bytes:
    return canonical({**json.loads(line), **changes}) + b"\n"


def resigned(line: bytes, signer: int, **changes: object) -> bytes:
    record = Record(**{**vars_of(line), **changes})  # type: ignore[arg-type]
    return line_of(signed(record, key(signer))) + b"\n"


def vars_of(line: bytes) -> dict[str, object]:
    record = read_line(line.rstrip(b"\n"), FILE)
    return {each: getattr(record, each) for each in Record.__slots__}


Wound = Callable[[list[bytes]], list[bytes]]


def last(change: Callable[[bytes], bytes]) -> Wound:
    return lambda lines: [*lines[:-1], change(lines[-1])]


TAMPERED: dict[str, tuple[Wound, str]] = {
    "the state turned over": (
        last(lambda line: rewritten(line, state="on")), "line 4: the signature by .* does not hold",
    ),
    "another device": (
        last(lambda line: rewritten(line, device="camera")), "line 4: .* does not own camera",
    ),
    "another switch": (last(lambda line: rewritten(line, switch="change")), "line 4: the signature"),
    "another reason": (last(lambda line: rewritten(line, reason="mine")), "line 4: the signature"),
    "another time": (
        last(lambda line: rewritten(line, time="2026-11-27T13:00:00Z")), "line 4: the signature",
    ),
    "no signature": (last(lambda line: rewritten(line, signature="")), "line 4: the signature"),
    "a signature of noughts": (
        last(lambda line: rewritten(line, signature=b64encode(bytes(64)).decode())), "line 4: the signature",
    ),
    "the maker's signature in the owner's name": (
        last(lambda line: rewritten(resigned(line, MAKER), signer=name(3))), "line 4: the signature",
    ),
    "the maker's signature": (last(lambda line: resigned(line, MAKER)), "line 4: .* does not own lamp"),
    "the key of another device": (last(lambda line: resigned(line, 1)), "line 4: .* does not own lamp"),
    "the recovery key": (last(lambda line: resigned(line, 4)), "line 4: .* does not own lamp"),
    "a record replayed": (lambda lines: [*lines, lines[2]], "line 5: it is number 3, and 5 is next"),
    "a record replayed under the next number": (
        lambda lines: [*lines, rewritten(lines[2], sequence=5, previous=link_of(lines[3][:-1]))],
        "line 5: it is dated before",
    ),
    "a record replayed under number and time": (
        lambda lines: [
            *lines,
            rewritten(
                lines[2], sequence=5, previous=link_of(lines[3][:-1]), time="2026-11-27T12:05:00Z"
            ),
        ],
        "line 5: the signature",
    ),
    "two records of one number": (
        lambda lines: [*lines, resigned(lines[3], 3, reason="again")], "line 5: it is number 4, and 5",
    ),
    "two records in the other order": (
        lambda lines: [lines[1], lines[0], *lines[2:]], "line 1: it is number 2, and 1 is next",
    ),
    "a record taken out": (lambda lines: [*lines[:2], lines[3]], "line 3: it is number 4, and 3 is next"),
    "a record taken out, numbers mended": (
        lambda lines: [*lines[:2], resigned(lines[3], 3, sequence=3)], "line 3: it does not follow",
    ),
    "the beginning taken off": (lambda lines: lines[1:], "line 1: it is number 2, and 1 is next"),
    "the beginning taken off, numbers mended": (
        lambda lines: [resigned(lines[1], 3, sequence=1)], "line 1: it does not follow",
    ),
    "back-dated by the owner": (
        lambda lines: [
            *lines,
            resigned(
                lines[3],
                3,
                sequence=5,
                previous=link_of(lines[3][:-1]),
                time=Book().now - timedelta(days=1),
            ),
        ],
        "line 5: it is dated before the line before it",
    ),
    "half a line, then a whole one": (
        lambda lines: [*lines[:3], lines[3][:40] + b"\n"], "line 4: this is no record",
    ),
    "an empty line": (lambda lines: [*lines, b"\n"], "line 5: this is no record"),
    "blanks in the JSON": (
        last(lambda line: line.replace(b'","', b'", "')), "line 4: it is not in canonical form",
    ),
    "a field too many": (last(lambda line: rewritten(line, admin=True)), "this is no record: .*admin"),
    "a field twice": (
        last(lambda line: line.replace(b'"act":', b'"act":"switch","act":')), "line 4: this is no record",
    ),
    "a field that the act does not take": (
        last(lambda line: resigned_raw(line, to=name(MAKER))), "line 4: switch takes no to",
    ),
    "another act": (last(lambda line: rewritten(line, act="own")), "line 4: this is no record"),
    "another type": (last(lambda line: rewritten(line, type="x/v1")), "line 4: its type is"),
    "a name that is none": (last(lambda line: rewritten(line, device="../lamp")), "line 4: a field of it"),
    "a reason of two lines": (last(lambda line: rewritten(line, reason="a\nb")), "line 4: a field of it"),
    "a time of another zone": (
        last(lambda line: rewritten(line, time="2026-11-27T13:03:00+01:00")), "line 4: this is no record",
    ),
    "a line without end": (last(lambda line: rewritten(line, reason="x" * 9000)), "more than a record has"),
    "a ledger of somebody else": (
        lambda lines: [*lines, *_other().lines], "line 5: it is number 1, and 5 is next",
    ),
}  # fmt: skip


def resigned_raw(line: bytes, **changes: object) -> bytes:
    return rewritten(line, **changes)


def _other() -> Book:
    book = Book()
    book.enrol(MAKER, 8)
    return book


@pytest.mark.parametrize(("wound", "told"), TAMPERED.values(), ids=list(TAMPERED))
def test_a_ledger_that_was_tampered_with_is_refused(book: Book, wound: Wound, told: str) -> None:
    with pytest.raises(VerificationError, match=told):
        read_records(b"".join(wound(book.lines)), FILE)


@given(st.data())
def test_no_byte_of_it_can_be_changed(data: st.DataObject) -> None:
    book = Book()
    book.enrol()
    book.switch(Switch.INTERNET, on=False)
    at = data.draw(st.integers(0, len(book.data) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda each: each != book.data[at]))
    changed = book.data[:at] + bytes([byte]) + book.data[at + 1 :]
    with pytest.raises(VerificationError):
        read_records(changed, FILE)


@given(st.binary(max_size=300))
def test_rubbish_is_refused_or_torn(data: bytes) -> None:
    try:
        ledger = read_records(data, FILE)
    except VerificationError:
        return
    assert ledger.records == ()
    assert ledger.torn == data


def test_a_torn_last_line_is_set_aside(book: Book) -> None:
    for cut in range(1, len(book.lines[-1])):
        ledger = read_records(book.data[:-cut], FILE)
        assert len(ledger.records) == 3
        assert ledger.torn == book.lines[-1][:-cut]
        assert ledger.intended("lamp") == Intended()


def test_a_ledger_that_was_cut_at_its_end_is_noticed_by_who_knew_it(book: Book) -> None:
    head = book.ledger.head
    cut = read_records(b"".join(book.lines[:-1]), FILE)
    with pytest.raises(VerificationError, match="it ends at record 3, and had 4 before"):
        cut.must_hold(head, FILE)
    book.ledger.must_hold(cut.head, FILE)
    book.ledger.must_hold(Head(), FILE)


def test_a_ledger_that_was_replaced_is_noticed_by_who_knew_it(book: Book) -> None:
    with pytest.raises(VerificationError, match="record 1 is another one"):
        book.ledger.must_hold(_other().ledger.head, FILE)


def test_a_file_of_another_size_is_refused() -> None:
    with pytest.raises(InputError, match="more than are read"):
        read_records(bytes(65 * 1024 * 1024), FILE)


@pytest.mark.parametrize("away", [SKEW + timedelta(seconds=1), -SKEW - timedelta(seconds=1)])
def test_a_record_of_another_time_does_not_come_in(book: Book, away: timedelta) -> None:
    record = book.make(1, Act.SWITCH, switch="power", state="off")
    with pytest.raises(VerificationError, match="and here it is"):
        admitted(book.ledger, record, now=book.now + away)


def test_a_clock_that_went_back_locks_nobody_out(book: Book) -> None:
    last = book.ledger.records[-1].time
    book.now = BEGIN - timedelta(days=20_000)
    assert book.switch(Switch.CHANGE, on=False).time == last
    book.add(2, Act.RECOVER, to=name(5))
    refused(book, 5, Act.ACCEPT, "can be accepted from", recovery=name(6))
    book.now = last + WAIT - timedelta(seconds=1)
    refused(book, 5, Act.ACCEPT, "can be accepted from", recovery=name(6))
    book.now = last + WAIT
    book.add(5, Act.ACCEPT, recovery=name(6))


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "x" * (MAX_REASON + 1)},
        {"reason": "turn\x1b[2J"},
        {"switch": "engine"},
        {"state": ""},
        {"keeps_lan": False},
        {"to": "sha256:" + "0" * 64},
    ],
    ids=str,
)
def test_a_record_that_nobody_could_read_is_not_made(book: Book, changes: dict[str, object]) -> None:
    frame = next_record(book.ledger, "camera", Act.SWITCH, now=book.now)
    given = {"switch": "power", "state": "off", **changes}
    with pytest.raises(InputError, match="no such record can be made"):
        signed(replace(frame, **given), key(1))  # type: ignore[arg-type]


# --- who owns a device ---


def test_a_device_passes_to_another_hand(book: Book) -> None:
    book.add(1, Act.TRANSFER, to=name(5))
    assert book.ledger.owner("camera") == name(1)
    book.add(5, Act.ACCEPT, recovery=name(6))
    ledger = read_records(book.data, FILE)
    assert ledger.owner("camera") == name(5)
    assert ledger.intended("camera") == Intended(internet=False)
    refused(book, 1, Act.SWITCH, "does not own camera", switch="power", state="off")
    refused(book, 2, Act.RECOVER, "is not the recovery key", to=name(7))
    book.switch(Switch.INTERNET, on=True, owner=5)


def refused(book: Book, signer: int, act: Act, told: str, device: str = "camera", **more: object) -> None:
    record = book.make(signer, act, device, **more)
    with pytest.raises(VerificationError, match=told):
        admitted(book.ledger, record, now=book.now)


def test_a_lost_key_is_replaced_after_the_waiting_time(book: Book) -> None:
    book.add(2, Act.RECOVER, to=name(5))
    offer = book.ledger.holding("camera").offer
    assert offer is not None
    assert offer.ripe - offer.since == WAIT
    refused(book, 5, Act.ACCEPT, "can be accepted from 2026-11-28T12:04:00Z on", recovery=name(6))
    book.switch(Switch.CHANGE, on=False)  # the owner's word counts while it waits
    book.now = offer.ripe
    book.add(5, Act.ACCEPT, recovery=name(6))
    assert book.ledger.owner("camera") == name(5)
    refused(book, 1, Act.SWITCH, "does not own camera", switch="power", state="off")
    refused(book, 5, Act.TRANSFER, "cannot be offered", to=name(1))


def test_the_owner_objects_to_a_recovery(book: Book) -> None:
    book.add(2, Act.RECOVER, to=name(5))
    book.add(1, Act.OBJECT)
    book.now += WAIT
    refused(book, 5, Act.ACCEPT, "is not offered to", recovery=name(6))


def test_a_recovery_begun_again_waits_again(book: Book) -> None:
    book.add(2, Act.RECOVER, to=name(5))
    book.now += WAIT - timedelta(minutes=2)
    book.add(2, Act.RECOVER, to=name(7))
    refused(book, 5, Act.ACCEPT, "is not offered to", recovery=name(6))
    refused(book, 7, Act.ACCEPT, "can be accepted from", recovery=name(6))


@pytest.mark.parametrize(
    ("signer", "act", "told", "more"),
    [
        (MAKER, Act.ENROL, "has an owner already", {"recovery": name(8)}),
        (1, Act.ENROL, "has an owner already", {"recovery": name(8)}),
        (MAKER, Act.TRANSFER, "does not own camera", {"to": name(MAKER)}),
        (3, Act.TRANSFER, "does not own camera", {"to": name(3)}),
        (1, Act.TRANSFER, "cannot be offered", {"to": name(1)}),
        (1, Act.TRANSFER, "cannot be offered", {"to": name(2)}),
        (MAKER, Act.ACCEPT, "is not offered to", {"recovery": name(8)}),
        (MAKER, Act.RECOVER, "is not the recovery key", {"to": name(MAKER)}),
        (1, Act.RECOVER, "is not the recovery key", {"to": name(5)}),
        (2, Act.RECOVER, "cannot be recovered to", {"to": name(1)}),
        (2, Act.OBJECT, "does not own camera", {}),
        (1, Act.OBJECT, "is offered to nobody", {}),
        (2, Act.REVOKE, "does not own camera", {}),
        (MAKER, Act.REVOKE, "does not own camera", {}),
        (2, Act.SWITCH, "does not own camera", {"switch": "power", "state": "off"}),
    ],
)
def test_nobody_else_is_heard(book: Book, signer: int, act: Act, told: str, more: dict[str, object]) -> None:
    refused(book, signer, act, told, "camera", **more)


def test_nobody_switches_what_nobody_owns(book: Book) -> None:
    refused(book, 1, Act.SWITCH, "has no owner", "kettle", switch="power", state="off")
    refused(book, 1, Act.RECOVER, "has no owner", "kettle", to=name(5))


def test_the_two_keys_of_an_owner_are_two() -> None:
    refused(Book(), 1, Act.ENROL, "the recovery key is the owner's", recovery=name(1))


def test_the_old_recovery_key_does_not_come_along(book: Book) -> None:
    book.add(1, Act.TRANSFER, to=name(5))
    refused(book, 5, Act.ACCEPT, "one of the old owner's", recovery=name(2))
    refused(book, 5, Act.ACCEPT, "one of the old owner's", recovery=name(1))
    refused(book, 6, Act.ACCEPT, "is not offered to", recovery=name(7))


def test_a_device_in_recovery_is_neither_sold_nor_given_up(book: Book) -> None:
    book.add(2, Act.RECOVER, to=name(5))
    refused(book, 1, Act.TRANSFER, "is being recovered", to=name(6))
    refused(book, 1, Act.REVOKE, "is being recovered")


def test_what_is_given_up_stays_as_it_was_until_somebody_enrols(book: Book) -> None:
    book.add(1, Act.REVOKE)
    assert book.ledger.owner("camera") == ""
    assert book.ledger.intended("camera") == Intended(internet=False)
    refused(book, 1, Act.SWITCH, "has no owner", switch="internet", state="on")
    refused(book, 1, Act.ENROL, "was lost or given up", recovery=name(8))
    refused(book, 5, Act.ENROL, "was lost or given up", recovery=name(2))
    book.enrol(5, 6)
    book.switch(Switch.INTERNET, on=True, owner=5)


def test_a_key_under_which_anybody_signs_is_no_owner() -> None:
    weak = bytes([1]) + bytes(31)  # the neutral element: R = it, S = 0 holds for half of all texts and more
    book = Book()
    line = line_of(book.make(1, Act.ENROL, recovery=name(2)))
    told = rewritten(line, key=b64encode(weak).decode(), signer=_keyid(weak))
    with pytest.raises(VerificationError, match="is weak"):
        read_records(told, FILE)


def _keyid(raw: bytes) -> str:
    return link_of(raw)


def test_what_is_signed_is_the_line_without_its_signature(book: Book) -> None:
    record = book.make(1, Act.SWITCH, switch="power", state="off", reason='"signature":"","signer":"x"')
    fields = json.loads(line_of(record))
    value = b64decode(fields.pop("signature"))
    key(1).public_key().verify(value, pae(PAYLOAD_TYPE, canonical(fields)))


def test_an_empty_ledger_is_an_empty_file() -> None:
    assert read_records(b"", FILE) == Ledger()
