"""Table: packets to conversations, thousands at once."""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np

from roadworthy.network.traffic.columns import Column, alike
from roadworthy.network.traffic.headers import Packets

MAX_FLOWS: Final = 500_000
PENDING: Final = 65_536
"""So many rows are gathered before they are brought together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Conversations, one entry of each column for each; several may be of one until brought together.

    Args:
        who: As in `Packets`, like the next three.
        high: As in `Packets`.
        low: As in `Packets`.
        what: As in `Packets`.
        opener: Whether the device opened it.
        known: Whether that was seen.
        from_device: Whether the device sent something.
        from_peer: Whether the other end did.
        first: When its first packet was seen.
        last: When its last packet was seen.
        packets: How many.
        octets: How many bytes.
    """

    who: Column
    high: Column
    low: Column
    what: Column
    opener: Column
    known: Column
    from_device: Column
    from_peer: Column
    first: Column
    last: Column
    packets: Column
    octets: Column

    @classmethod
    def of(cls, packets: Packets) -> Self:
        """Each packet as a conversation."""
        return cls(
            who=packets.who,
            high=packets.high,
            low=packets.low,
            what=packets.what,
            opener=packets.opener,
            known=packets.known,
            from_device=packets.by_device,
            from_peer=~packets.by_device,
            first=packets.moments,
            last=packets.moments,
            packets=np.ones(len(packets.who), np.int64),
            octets=packets.lengths,
        )

    def __len__(self) -> int:
        """How many rows."""
        return len(self.who)

    def before(self, count: int) -> Self:
        """The first so many."""
        return type(self)(**{each.name: getattr(self, each.name)[:count] for each in fields(self)})

    def then(self, *others: Self) -> Self:
        """These, then others."""
        names = [each.name for each in fields(self)]
        return type(self)(
            **{name: np.concatenate([getattr(each, name) for each in (self, *others)]) for name in names}
        )

    def together(self) -> Self:
        """One for each conversation, in the order of first appearance."""
        kind, firsts = alike((self.who, self.high, self.low, self.what))
        count = len(firsts)
        opener, known = self.opener[firsts], np.zeros(count, bool)
        seen = np.flatnonzero(self.known)[::-1]
        opener[kind[seen]] = self.opener[seen]  # of several, the last to be written stays: the first seen
        known[kind[seen]] = True
        last = np.empty(count)
        last[kind] = self.last
        return type(self)(
            who=self.who[firsts],
            high=self.high[firsts],
            low=self.low[firsts],
            what=self.what[firsts],
            opener=opener,
            known=known,
            from_device=np.bincount(kind, self.from_device, count) > 0,
            from_peer=np.bincount(kind, self.from_peer, count) > 0,
            first=self.first[firsts],
            last=last,
            packets=np.bincount(kind, self.packets, count).astype(np.int64),
            octets=np.bincount(kind, self.octets, count).astype(np.int64),
        )


class Table:
    """The conversations so far, no more than `MAX_FLOWS`: the first."""

    def __init__(self) -> None:
        self._rows: list[Rows] = []
        self._count = 0
        self.left = 0

    def add(self, packets: Packets) -> None:
        """Take in packets, in the order of time."""
        if not len(packets.who):
            return
        rows = Rows.of(packets).together()
        self._rows.append(rows)
        self._count += len(rows)
        if self._count > 2 * max(len(self._rows[0]), PENDING):
            self.together()

    def together(self) -> Rows | None:
        """All of them; None if there was nothing."""
        if not self._rows:
            return None
        rows = self._rows[0].then(*self._rows[1:]).together()
        self.left += int(rows.packets[MAX_FLOWS:].sum())
        rows = rows.before(MAX_FLOWS)
        self._rows, self._count = [rows], len(rows)
        return rows
