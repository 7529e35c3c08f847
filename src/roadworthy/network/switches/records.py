"""The ledger of switches and owners: read, verified whole, and asked who owns a device and what they want.

Nobody's word counts but the owner's of that moment; the maker's counts as little as anybody's. A ledger that
holds one line that does not verify is refused whole: a gateway then keeps what it has.

What the chain cannot show by itself is that lines are missing at its end. So a reader keeps the `Head`
that it saw last, and refuses a ledger that does not hold it (`Ledger.must_hold`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from roadworthy.model.errors import InputError, VerificationError
from roadworthy.network.switches.ownership import FREE, Holding, changed
from roadworthy.network.switches.record import (
    CHANGED,
    GENESIS,
    Act,
    Record,
    line_of,
    link_of,
    read_line,
)
from roadworthy.network.switches.switch import Intended, Switch

MAX_BYTES: Final = 64 * 1024 * 1024
SKEW: Final = timedelta(minutes=5)
"""How far the time of a new record may be from the clock of whoever takes it in."""
SET_CLOCK: Final = "Set the clock of this machine, or of the one that signs, and give the command again."
SHORTER: Final = "Restore the file from a backup. Whoever shortened it took back what an owner had switched."


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a ledger, to be remembered.

    Args:
        sequence: Of the last record; 0 for none.
        link: The digest of its line; `GENESIS` for none.
    """

    sequence: int = 0
    link: str = GENESIS


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A ledger in which everything holds.

    Args:
        records: All records, the oldest first.
        links: The digest of each one's line.
        holdings: By device: who owns it, what is wanted, what is offered.
        torn: Bytes after the last whole line: a record that was being written when the machine died. Nobody
            was told that it was in, and it does not count.
        size: Bytes of the whole lines: from there on, a reader goes on (`extended`).
    """

    records: tuple[Record, ...] = ()
    links: tuple[str, ...] = ()
    holdings: Mapping[str, Holding] = field(default_factory=lambda: MappingProxyType({}))
    torn: bytes = b""
    size: int = 0

    @property
    def head(self) -> Head:
        """Its end."""
        return Head(len(self.links), self.links[-1]) if self.links else Head()

    def holding(self, device: str) -> Holding:
        """Everything about one device; a device that nobody enrolled has no owner and all switches on."""
        return self.holdings.get(device, FREE)

    def intended(self, device: str) -> Intended:
        """What the owner of a device wants."""
        return self.holding(device).intended

    def keeps_lan(self, device: str) -> bool:
        """Whether Internet off leaves a device the local networks."""
        return self.holding(device).keeps_lan

    def owner(self, device: str) -> str:
        """Name of the owner's key; empty for none."""
        return self.holding(device).owner

    def history(self, device: str) -> tuple[Record, ...]:
        """The records of one device, the oldest first."""
        return tuple(each for each in self.records if each.device == device)

    def last_switched(self, device: str, switch: Switch) -> Record | None:
        """The record that a switch stands as it does by; None where nobody switched it."""
        mine = (each for each in reversed(self.records) if each.device == device)
        return next((each for each in mine if each.act is Act.SWITCH and each.switch == switch), None)

    def must_hold(self, head: Head, name: str) -> None:
        """Make sure that this ledger goes on from what was seen before.

        Args:
            head: What was seen.
            name: The file, for errors.

        Raises:
            VerificationError: It was cut, or replaced by another.
        """
        if head.sequence == 0:
            return
        if head.sequence > len(self.links):
            what = f"{name}: it ends at record {len(self.links)}, and had {head.sequence} before"
            raise VerificationError(what, hint=SHORTER)
        if self.links[head.sequence - 1] != head.link:
            what = f"{name}: record {head.sequence} is another one than before"
            raise VerificationError(what, hint=SHORTER)


def read_records(data: bytes, name: str) -> Ledger:
    """The ledger that a file holds.

    Args:
        data: The bytes of the file; none for a ledger without records.
        name: Its name, for errors.

    Raises:
        InputError: It is too large.
        VerificationError: A line is no record, does not follow from the one before, or is not by whoever
            owned the device then. Names the line.
    """
    return extended(Ledger(), data, name)


def extended(ledger: Ledger, more: bytes, name: str) -> Ledger:
    """A ledger with the lines that were added to its file since, verified like all others.

    Args:
        ledger: What was read before; what was torn then is taken to be the beginning of `more`.
        more: The bytes after its last whole line.
        name: The file, for errors.

    Raises:
        InputError: It is too large.
        VerificationError: As for `read_records`.
    """
    if len(more) > MAX_BYTES:
        raise InputError(f"{name}: {len(more)} bytes are more than are read", hint="Is this the ledger?")
    records, links, holdings = list(ledger.records), list(ledger.links), dict(ledger.holdings)
    whole, end, torn = more.rpartition(b"\n")
    for line in whole.split(b"\n") if end else ():
        where = f"{name}: line {len(records) + 1}"
        record = read_line(line, where)
        _follows(record, records, links, where)
        holdings[record.device] = changed(holdings.get(record.device, FREE), record, where)
        records.append(record)
        links.append(link_of(line))
    return Ledger(
        records=tuple(records),
        links=tuple(links),
        holdings=MappingProxyType(holdings),
        torn=torn,
        size=ledger.size + len(more) - len(torn),
    )


def admitted(ledger: Ledger, record: Record, *, now: datetime) -> tuple[Ledger, bytes]:
    """A ledger with one more record, and the line to write, its end included.

    This is the door: here the time that a record says of itself is held against a clock, so nobody shortens
    the waiting time of a recovery by another date. A clock that went back (a gateway without a battery) locks
    nobody out: until it has caught up, records take the time of the one before.

    Args:
        ledger: The ledger as it is.
        record: What is to come in, signed.
        now: The time, UTC.

    Raises:
        VerificationError: Its time is not now, or it does not follow, or is not by the owner.
    """
    last = ledger.records[-1].time if ledger.records else now
    waits_for_clock = now < record.time == last
    if abs(record.time - now) > SKEW and not waits_for_clock:
        what = f"the record is of {record.time:%Y-%m-%dT%H:%M:%SZ}, and here it is {now:%Y-%m-%dT%H:%M:%SZ}"
        raise VerificationError(what, hint=SET_CLOCK)
    line = line_of(record) + b"\n"
    return extended(ledger, line, "the new record"), line


def next_record(ledger: Ledger, device: str, act: Act, *, now: datetime, reason: str = "") -> Record:
    """The frame of the record that would come next, not yet signed; never dated before the last."""
    head = ledger.head
    last = ledger.records[-1].time if ledger.records else now
    return Record(
        sequence=head.sequence + 1,
        time=max(now, last),
        device=device,
        act=act,
        reason=reason,
        signer=GENESIS,
        previous=head.link,
    )


def _follows(record: Record, before: list[Record], links: list[str], where: str) -> None:
    if record.sequence != len(before) + 1:
        what = f"{where}: it is number {record.sequence}, and {len(before) + 1} is next"
        raise VerificationError(what, hint=CHANGED)
    if record.previous != (links[-1] if links else GENESIS):
        raise VerificationError(f"{where}: it does not follow from the line before it", hint=CHANGED)
    if before and record.time < before[-1].time:
        raise VerificationError(f"{where}: it is dated before the line before it", hint=CHANGED)
