"""Known vulnerabilities of one release: look up, match, triage, and apply what people have stated."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from roadworthy.model.advisory import Advisory, Feed, Matching
from roadworthy.model.inventory import Inventory
from roadworthy.vulnerability.matching import keys_in, match, urgency
from roadworthy.vulnerability.triage import triage


class Advisories(Protocol):
    """The advisories that are at hand."""

    def feeds(self) -> Sequence[Feed]:
        """What is at hand, with its day."""
        ...

    def lookup(self, keys: Collection[str]) -> Iterable[Advisory]:
        """All advisories that list one of some keys, each with the ranges of these keys only."""
        ...

    def known(self, keys: Collection[str]) -> frozenset[str]:
        """Those of some keys that any source lists."""
        ...


class NoAdvisories:
    """None at hand: everything is unknown."""

    def feeds(self) -> Sequence[Feed]:
        """See `Advisories.feeds`."""
        return ()

    def lookup(self, keys: Collection[str]) -> Iterable[Advisory]:
        """See `Advisories.lookup`."""
        del keys
        return ()

    def known(self, keys: Collection[str]) -> frozenset[str]:
        """See `Advisories.known`."""
        del keys
        return frozenset()


NOTHING: Final = NoAdvisories()


def matching_of(inventory: Inventory, advisories: Advisories, now: datetime) -> Matching:
    """What is known of the vulnerabilities of a release, at one moment.

    Args:
        inventory: What is in it.
        advisories: What is at hand.
        now: What was published later does not count.
    """
    keys = keys_in(inventory.components).keys()
    told = (
        each
        for each in advisories.lookup(keys)
        if not each.withdrawn and (each.published is None or each.published <= now)
    )
    matching = match(inventory, told, advisories.known(keys), advisories.feeds())
    settled = triage(matching.matches, inventory)
    return replace(matching, matches=tuple(sorted(settled, key=urgency)))


def digest_of(feeds: Iterable[Feed]) -> str:
    """One digest of all that was at hand: another lab with the same feeds finds the same."""
    lines = sorted(f"{each.id} {each.as_of.isoformat()} {each.digest}" for each in feeds)
    return f"sha256:{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"
