"""Selection: which candidates are worth their price, in the order of their worth.

What is wanted is a rule that lets the device do tomorrow what it did not do in just this way today, and lets
strangers do little. Tomorrow is tried on the past: each episode in turn is left out, and a candidate gains
what it would have let through there had it been learned from the others. Gain over price is its worth: how
many points of false block one point of foreign permit buys. The most worthy is taken, what it covers is
covered, and so on; worth never rises on the way. So the knob is a bound on worth, and a stricter one takes a
part of what a looser one takes.
"""

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

from roadworthy.network.profile.candidate import Candidate
from roadworthy.network.profile.sighting import Sighting

ONCE: Final = 0.1
"""What a sighting counts at the least that came once: it may come again."""


@dataclass(frozen=True, kw_only=True)
class Pick:
    """One candidate that was taken.

    Args:
        candidate: Which.
        worth: Gain over price when it was taken, at most that of the one before.
        gain: Share of the device's conversations in a new episode that it alone lets through, estimated.
        tried: In how many episodes it was tried, left out of learning.
        held: In how many of these it would have been learned from the others.
    """

    candidate: Candidate
    worth: float
    gain: float
    tried: int
    held: int


def select(sightings: Sequence[Sighting], candidates: Sequence[Candidate]) -> tuple[Pick, ...]:
    """All candidates that gain something, the most worthy first."""
    ledger = _Ledger(sightings, candidates)
    waiting = [(-ledger.gain(number) / each.cost, number) for number, each in enumerate(candidates)]
    heapq.heapify(waiting)
    picks: list[Pick] = []
    worth = float("inf")
    while waiting:
        _, number = heapq.heappop(waiting)
        gain = ledger.gain(number)
        now = gain / candidates[number].cost
        if gain <= 0:
            continue
        if waiting and -now > waiting[0][0]:
            heapq.heappush(waiting, (-now, number))
            continue
        worth = min(worth, now)
        tried, held = ledger.record(number)
        picks.append(Pick(candidate=candidates[number], worth=worth, gain=gain, tried=tried, held=held))
        ledger.take(number)
    return tuple(picks)


def _once(sightings: Sequence[Sighting]) -> float:
    """What a sighting counts that came in one episode only.

    How likely it comes again is told by those that came twice: of n1 kinds that came once and n2 that came
    twice in as many episodes, 2 n2 / n1 come again in as many more (Good and Turing).
    """
    times = Counter(len(each.flows) for each in sightings)
    return min(1.0, max(ONCE, 2 * times[2] / (times[1] + 1)))


class _Ledger:
    """What is covered already, and what a candidate would add."""

    def __init__(self, sightings: Sequence[Sighting], candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates
        self._weights = [
            {episode: 1.0 + log2(count) for episode, count in each.flows.items()} for each in sightings
        ]
        self._total = sum(sum(each.values()) for each in self._weights) or 1.0
        self._open = [dict(each) for each in self._weights]
        self._unseen = [True] * len(sightings)
        self._once = _once(sightings)
        self._lone = [self._learnable(each) for each in candidates]

    def _learnable(self, candidate: Candidate) -> tuple[int, Counter[int]]:
        """How many variants there are, and how many of them each episode alone has."""
        where: dict[object, set[int]] = {}
        for number, variant in zip(candidate.covers, candidate.variants, strict=True):
            where.setdefault(variant, set()).update(self._weights[number])
        alone = Counter(next(iter(each)) for each in where.values() if len(each) == 1)
        return len(where), alone

    def _without(self, number: int, episode: int) -> bool:
        """Whether a candidate would have been learned without an episode."""
        variants, alone = self._lone[number]
        return variants - alone[episode] >= self._candidates[number].needed

    def gain(self, number: int) -> float:
        """What a candidate would add: share of the conversations of a new episode."""
        gained = 0.0
        for each in self._candidates[number].covers:
            gained += sum(w for e, w in self._open[each].items() if self._without(number, e))
            gained += self._once if self._unseen[each] else 0.0
        return gained / self._total

    def record(self, number: int) -> tuple[int, int]:
        """In how many episodes a candidate was tried, and in how many it would have been learned."""
        tried = {e for each in self._candidates[number].covers for e in self._weights[each]}
        return len(tried), sum(self._without(number, each) for each in tried)

    def take(self, number: int) -> None:
        """A candidate is taken: what it covers is covered."""
        for each in self._candidates[number].covers:
            self._unseen[each] = False
            left = self._open[each]
            self._open[each] = {e: w for e, w in left.items() if not self._without(number, e)}
