"""The ledger's file: one writer at a time, whole lines, and nothing that was on the disk is lost."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from roadworthy.adapters.switch_ledger import FILE, HEAD, TORN, SwitchLedger
from roadworthy.model.errors import InputError, VerificationError
from roadworthy.network.switches.record import Act, Record, signed
from roadworthy.network.switches.records import Ledger, next_record
from roadworthy.network.switches.switch import Intended
from roadworthy.testing.switches import BEGIN, key, name


def enrol(before: Ledger) -> Record:
    frame = next_record(before, "camera", Act.ENROL, now=BEGIN)
    return signed(replace(frame, recovery=name(2)), key(1))


def switched(before: Ledger, state: str = "off", signer: int = 1) -> Record:
    frame = next_record(before, "camera", Act.SWITCH, now=BEGIN)
    return signed(replace(frame, switch="internet", state=state), key(signer))


@pytest.fixture
def book(tmp_path: Path) -> SwitchLedger:
    made = SwitchLedger(tmp_path / "state")
    made.append(enrol, now=BEGIN)
    return made


def test_what_is_added_is_read(book: SwitchLedger) -> None:
    ledger = book.append(switched, now=BEGIN)
    assert SwitchLedger(book.path.parent).read() == ledger
    assert ledger.intended("camera") == Intended(internet=False)
    assert ledger.size == book.path.stat().st_size


def test_a_folder_that_is_not_there_has_no_records(tmp_path: Path) -> None:
    assert SwitchLedger(tmp_path / "none").read() == Ledger()


def test_only_what_is_new_is_read(book: SwitchLedger) -> None:
    first = book.read()
    longer = book.append(switched, now=BEGIN)
    assert book.read(first) == longer


def test_a_refused_record_leaves_no_trace(book: SwitchLedger) -> None:
    before = book.path.read_bytes()
    with pytest.raises(VerificationError, match="does not own camera"):
        book.append(lambda ledger: switched(ledger, signer=9), now=BEGIN)
    assert book.path.read_bytes() == before


def test_a_torn_line_is_set_aside_and_kept(book: SwitchLedger) -> None:
    whole = book.path.read_bytes()
    book.path.write_bytes(whole + b'{"act":"swi')
    assert book.read().torn == b'{"act":"swi'
    ledger = book.append(switched, now=BEGIN)
    assert ledger.torn == b""
    assert len(book.read().records) == 2
    assert (book.path.parent / TORN).read_bytes() == b'{"act":"swi\n'


@pytest.mark.parametrize("wound", ["cut", "gone", "replaced"])
def test_a_ledger_that_was_cut_is_refused(book: SwitchLedger, tmp_path: Path, wound: str) -> None:
    whole = book.path.read_bytes()
    book.append(switched, now=BEGIN)
    if wound == "cut":
        book.path.write_bytes(whole)
    elif wound == "gone":
        book.path.unlink()
    else:
        other = SwitchLedger(tmp_path / "other")
        for _ in range(2):
            other.append(enrol if not other.read().records else switched_otherwise, now=BEGIN)
        book.path.write_bytes(other.path.read_bytes())
    with pytest.raises(VerificationError, match=r"it ends at record|is another one than before"):
        book.read()
    with pytest.raises(VerificationError):
        book.append(switched, now=BEGIN)


def switched_otherwise(before: Ledger) -> Record:
    return switched(before, "on")


def test_a_damaged_head_is_told(book: SwitchLedger) -> None:
    (book.path.parent / HEAD).write_bytes(b"{}")
    with pytest.raises(VerificationError, match="is damaged"):
        book.read()


def test_a_writer_that_died_before_the_head_was_kept_loses_nothing(book: SwitchLedger) -> None:
    head = (book.path.parent / HEAD).read_bytes()
    book.append(switched, now=BEGIN)
    (book.path.parent / HEAD).write_bytes(head)
    assert len(book.read().records) == 2


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("", "utf-8")
    (tmp_path / FILE).symlink_to(tmp_path / "secret")
    with pytest.raises(InputError, match="cannot be written"):
        SwitchLedger(tmp_path).append(enrol, now=BEGIN)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", "utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        SwitchLedger(tmp_path / "state").append(enrol, now=BEGIN)


def test_a_reader_is_not_disturbed_by_a_writer(book: SwitchLedger) -> None:
    faults: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                book.read()
            except VerificationError as error:
                faults.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(30):
        SwitchLedger(book.path.parent).append(switched, now=BEGIN)
    done.set()
    reader.join()
    assert faults == []


def test_writers_wait_for_each_other(book: SwitchLedger) -> None:
    def add() -> None:
        for _ in range(10):
            SwitchLedger(book.path.parent).append(switched, now=BEGIN)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(book.read().records) == 41


WRITE_FOR_EVER = """
import sys
from dataclasses import replace
from roadworthy.adapters.switch_ledger import SwitchLedger
from roadworthy.network.switches.record import Act, signed
from roadworthy.network.switches.records import next_record
from roadworthy.testing.switches import BEGIN, key

def switched(before):
    frame = next_record(before, "camera", Act.SWITCH, now=BEGIN)
    return signed(replace(frame, switch="internet", state="off"), key(1))

while True:
    SwitchLedger(sys.argv[1]).append(switched, now=BEGIN)
"""


def test_a_writer_that_is_killed_leaves_a_ledger_that_holds(book: SwitchLedger) -> None:
    seen = 1
    for _ in range(3):
        words = [sys.executable, "-P", "-c", WRITE_FOR_EVER, str(book.path.parent)]
        with subprocess.Popen(words) as process:  # noqa: S603 -- our own program
            until = time.monotonic() + 30
            while book.path.read_bytes().count(b"\n") <= seen and time.monotonic() < until:
                time.sleep(0.005)
            process.kill()
        ledger = book.read()
        assert len(ledger.records) > seen
        seen = len(ledger.records) + 1
        book.append(switched, now=BEGIN)
