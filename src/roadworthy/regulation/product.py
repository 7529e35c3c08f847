"""The product of an assessment: what it is, who makes it, where and when it is sold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from roadworthy.regulation.formula import Truth

ROLES: Final = (
    "manufacturer",
    "importer",
    "distributor",
    "authorised_representative",
    "steward",
    "substantial_modifier",
)
SIZES: Final = ("micro", "small", "medium", "large")
MARKETS: Final = ("eu", "uk", "us", "us-ca", "sg", "jp")
FEATURES: Final = (*"abcdefghijklmnopqrstuvwxyz", "aa")
CONDITIONS: Final = ("3", "12", "14", "15", "16")
FLAGS: Final = {
    "connected": "it can be connected to a device or a network, directly or not",
    "consumer": "consumers are meant to use it, or are likely to",
    "radio": "it has a radio",
    "commercial": "it is made available in the course of a commercial activity",
    "free_software": "it is free and open-source software",
    "tailor_made": "it is tailor-made for one business user",
    "substantially_modified": "it was substantially modified after it was placed on the market",
    "harmonised_standards_in_full": "harmonised standards, common specifications or a scheme applied in full",
    "public_technical_file": "its technical documentation is public",
    "no_password_allowed": "the user may choose to set no password",
    "health_or_payment_data": "it processes data about health, place or payments",
    "medical": "it is a medical or in-vitro device",
    "vehicle": "it is type-approved as part of a vehicle",
    "aviation": "it is certified for aviation",
    "marine": "it is marine equipment",
    "defence": "it is made for defence or national security only",
    "spare_part": "it is a spare part that is identical to what it replaces",
}
"""What is said of a product with yes or no, and what it means."""
RARE: Final = frozenset(FLAGS) - {"connected", "consumer", "radio", "commercial"}
"""What is so rare that silence means no. Silence on the others is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate, label or licence that is held.

    Args:
        kind: ``cls``, ``jc-star``, ``eucc``, ``en303645``, …
        level: Its level; empty without one.
        number: Its number; empty where nobody says.
        until: Its last day; None where it does not end.
    """

    kind: str
    level: str = ""
    number: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What an assessment is about.

    Args:
        maker: Who makes it.
        model: What it is called.
        version: The release; empty for all of them.
        report_at: Where everybody can read the full report; empty: nowhere.
        role: Whose duties are asked for, one of `ROLES`.
        size: How large that company is (Recommendation 2003/361/EC), one of `SIZES`; empty: not said.
        turnover: Worldwide yearly turnover in millions of EUR; None: not said.
        markets: Where it is sold.
        categories: Ids of the kinds of products that it belongs to, as frameworks name them.
        flags: Answers to `FLAGS`.
        features: Which features of EN 303 645 it has; None: not said of that one.
        conditions: Which conditions of EN 303 645 hold.
        placed: When it was first placed on the market; None: it has not been yet.
        placed_until: When the last unit was placed on the market; None: it is still being sold.
        support_until: Until when it gets security updates; None: not said.
        expected_use_years: For how long it can be expected to be in use; None: not said.
        certificates: What is held.
    """

    maker: str = ""
    model: str = ""
    version: str = ""
    report_at: str = ""
    role: str = "manufacturer"
    size: str = ""
    turnover: float | None = None
    markets: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    flags: Mapping[str, bool] = field(default_factory=dict)
    features: Mapping[str, bool] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    placed: date | None = None
    placed_until: date | None = None
    support_until: date | None = None
    expected_use_years: float | None = None
    certificates: tuple[Certificate, ...] = ()

    def facts(
        self, product_class: str, now: date, state: Mapping[str, bool] | None = None
    ) -> Callable[[str], Truth]:
        """What each name in a formula is, for this product.

        Names are those of `FLAGS`, and ``role.steward``, ``size.micro``, ``market.eu``,
        ``class.important-1``, ``category.III.I.17``, ``feature.a``, ``condition.12``, ``holds.cls``,
        ``holds.cls.4``; and ``state.x`` for how things stand around a framework.
        """
        held = {each.kind for each in self.certificates if each.until is None or each.until >= now}
        levels = {
            f"{each.kind}.{each.level}"
            for each in self.certificates
            if each.level and (each.until is None or each.until >= now)
        }
        groups: dict[str, Callable[[str], Truth]] = {
            "role": lambda name: name == self.role,
            "size": lambda name: name == self.size if self.size else None,
            "market": lambda name: name in self.markets,
            "class": lambda name: name == product_class if product_class else None,
            "category": lambda name: name in self.categories,
            "feature": self.features.get,
            "condition": self.conditions.get,
            "state": (state or {}).get,
            "holds": lambda name: name in held or name in levels,
        }

        def fact(name: str) -> Truth:
            group, dot, rest = name.partition(".")
            if dot and group in groups:
                return groups[group](rest)
            return self.flags.get(name, False if name in RARE else None)

        return fact
