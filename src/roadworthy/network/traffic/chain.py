"""Chain: where the records of a capture begin, each told only by the length of the one before.

One after the other this is the slowest part of reading. So many chains are walked side by side: in each
stretch of bytes a place is guessed where a record begins, and every chain must end exactly where the next one
began. Where one does not, the guess was wrong, and the walk goes on record by record until it meets a chain
again. What comes out never depends on a guess; only the time does.
"""

from typing import Final, Protocol

import numpy as np

from roadworthy.network.traffic.columns import Column, rows

STRETCH: Final = 16_384
"""Bytes between guesses."""
REACHES: Final = (512, 2_048)
"""How far a beginning is looked for; the second where there was none in the first."""
FEW: Final = 16
"""So few chains are walked record by record: that is faster then."""


NOWHERE: Final = 1 << 62


class Shape(Protocol):
    """How records of a kind of capture follow each other."""

    @property
    def head(self) -> int:
        """Bytes that a record has at least."""
        ...

    @property
    def unit(self) -> int:
        """What places are multiples of."""
        ...

    def after(self, data: Column, at: Column) -> Column:
        """Where the next ones begin; `NOWHERE` behind what is not sound."""
        ...

    def after_one(self, data: memoryview, at: int) -> int:
        """The same for one."""
        ...

    def begin(self, data: Column, at: int) -> None:
        """Look at the first one, before anything is guessed."""
        ...

    def possible(self, block: Column) -> Column:
        """Where one may begin, in rows of bytes that have `head` to spare, every `unit` bytes."""
        ...

    def likely(self, data: Column, at: Column, end: int) -> Column:
        """Whether a second look bears that out."""
        ...


def walk(
    data: Column, end: int, shape: Shape, *, begin: int = 0, guessing: bool = True
) -> tuple[Column, int]:
    """Where the whole records begin, and where that ends.

    Args:
        data: Bytes, with a margin behind `end`.
        end: How many of them mean something.
        shape: How to get from one record to the next.
        begin: Where the first record begins.
        guessing: Whether guesses are worth their time.

    Returns:
        The places; and the place behind the last of these records, where one begins that is not whole, or not
        sound, or none.
    """
    view = data.data
    count = (end - begin) // STRETCH
    if not guessing or count <= FEW:
        return _one_by_one(view, begin, end, shape, {})
    shape.begin(data, begin)
    heads = _guess(data, begin, end, shape)
    return _join(view, end, shape, (heads, *_side_by_side(data, end, shape, heads)))


def _one_by_one(
    view: memoryview, at: int, end: int, shape: Shape, heads: dict[int, int]
) -> tuple[Column, int]:
    """From one place on, until a head of a chain is met or there is no more."""
    starts = []
    after, last = shape.after_one, end - shape.head
    while at <= last:
        following = after(view, at)
        if following > end:
            break
        starts.append(at)
        at = following
        if at in heads:
            break
    return np.array(starts, np.int64), at


def _guess(data: Column, begin: int, end: int, shape: Shape) -> Column:
    """Where records seem to begin, one for each stretch where one was found, in order; the first for sure."""
    edges = begin + STRETCH * np.arange(1, (end - begin) // STRETCH)
    heads = [np.array([begin])]
    for reach in REACHES:
        edges = edges[edges + reach + 2 * shape.head <= end]
        block = rows(data, edges, reach + shape.head).view(np.uint8).reshape(len(edges), reach + shape.head)
        possible = shape.possible(block)
        which, offset = np.divmod(np.flatnonzero(possible), possible.shape[1])
        at = edges[which] + offset * shape.unit
        likely = shape.likely(data, at, end)
        which, at = which[likely], at[likely]
        new = np.ones(len(which), bool)
        new[1:] = which[1:] != which[:-1]
        heads.append(at[new])
        missing = np.ones(len(edges), bool)
        missing[which] = False
        edges = edges[missing]
    return np.unique(np.concatenate(heads))


def _side_by_side(data: Column, end: int, shape: Shape, heads: Column) -> tuple[Column, Column]:
    """All chains, a record of each at a time: the places in order, and where each chain stopped."""
    limits = np.append(heads[1:], end - shape.head + 1)
    stops = np.empty(len(heads), np.int64)
    which, at = np.arange(len(heads)), heads
    met, torn = [], []
    while len(at) > FEW:
        met.append(at)
        following = shape.after(data, at)
        going = following < limits
        if not going.all():
            done = ~going
            last, behind = at[done], following[done]
            torn.append(last[behind > end])
            stops[which[done]] = np.where(behind > end, last, behind)
            which, limits, following = which[going], limits[going], following[going]
        at = following
    stops[which] = at  # a few long chains: no use in side by side
    places = np.concatenate([*met, heads[:0]])
    places.sort()
    return np.delete(places, np.searchsorted(places, np.concatenate([*torn, heads[:0]]))), stops


def _join(
    view: memoryview, end: int, shape: Shape, chains: tuple[Column, Column, Column]
) -> tuple[Column, int]:
    """Those chains that hang together from the first record on, and what is between them."""
    heads, places, stops = chains
    torn = [*np.flatnonzero(stops[:-1] != heads[1:]).tolist(), len(heads) - 1]
    numbers = {int(head): number for number, head in enumerate(heads)}
    edges = [*np.searchsorted(places, heads).tolist(), len(places)]
    pieces = []
    number = 0
    for last in torn:
        if last < number:
            continue  # a chain from a false start, behind which the walk is already
        pieces.append(places[edges[number] : edges[last + 1]])
        at = int(stops[last])
        if numbers.get(at, -1) <= last:
            more, at = _one_by_one(view, at, end, shape, numbers)
            pieces.append(more)
        number = numbers.get(at, -1)
        if number <= last:
            break
    return np.concatenate(pieces), at
