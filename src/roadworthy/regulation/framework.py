"""Frameworks: a law, standard or baseline as data. One TOML file each, in `frameworks/`; its name is its id.

What is written there are facts with their source, and paraphrases in our own words. How sure each row is, it
says itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from roadworthy.regulation.formula import Formula


class Strength(StrEnum):
    """How strongly a requirement binds."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    OPTION = "option"


class Sureness(StrEnum):
    """How well a row is known."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    RECHECK = "to_be_rechecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A day from which something holds.

    Args:
        id: Name within the framework, e.g. ``full``.
        day: The day.
        what: What holds from then on.
        source: Where that is written.
        sureness: How sure that is.
    """

    id: str
    day: date
    what: str
    source: str
    sureness: Sureness


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of product that a framework names.

    Args:
        id: Locus, e.g. ``III.I.17``.
        title: What it is, in our words.
        product_class: Id of the class that it puts a product into.
    """

    id: str
    title: str
    product_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way to show conformity.

    Args:
        id: ``A``, ``B+C``, ``H``, ``scheme``.
        title: What it is.
        open: When it is legally open.
        available: Whether it can be had in practice, as of the framework's day; None where nobody knows.
        because: Why it can or cannot be had.
        source: Where that is written.
        sureness: How sure that is.
    """

    id: str
    title: str
    open: Formula
    available: Formula
    because: str
    source: str
    sureness: Sureness


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """When a penalty does not apply.

    Args:
        when: For whom.
        requirements: For which requirements; for all if there is none.
        because: Why.
        source: Where that is written.
    """

    when: Formula
    requirements: tuple[str, ...]
    because: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A ceiling of fines.

    Args:
        id: Name within the framework.
        title: What it is for.
        currency: ISO 4217.
        most: The fixed ceiling; None where there is none.
        share: The ceiling as a share of worldwide yearly turnover; None where there is none. The higher of
            the two counts.
        source: Where that is written.
        sureness: How sure that is.
        exemptions: When it does not apply.
    """

    id: str
    title: str
    currency: str
    most: int | None
    share: float | None
    source: str
    sureness: Sureness
    exemptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A deadline that runs from an event.

    Args:
        track: Of what: ``vulnerability``, ``severe_incident``.
        step: ``early_warning``, ``notification``, ``final_report``, ``user_information``.
        hours: Hours; None where it is not set in hours.
        months: Months; None where it is not set in months.
        starts: From when it runs.
        content: What has to be said.
        source: Where that is written.
    """

    track: str
    step: str
    hours: int | None
    months: int | None
    starts: str
    content: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One requirement.

    Args:
        id: Its locus, unique in the framework: ``AnnexI.I.2.c``, ``5.3-4A``.
        text: What it asks, in our words.
        source: Where it is written.
        sureness: How sure the row is.
        strength: How strongly it binds.
        who: Whose duty it is.
        applies: Condition over facts of the product (EN 303 645: C).
        feature: Formula over features of the product (EN 303 645: F).
        since: From when it holds for products placed on the market from then on; None: as the framework.
        older: Whether it also holds for products that were placed before.
        tier: Id of the tier of fines; empty without one.
        justifiable: Whether it may be set aside with a written reason.
        needs: Formula over properties: what has to be answered with yes. Always true where only the maker's
            own answer can tell.
        deemed: Formula over facts of the product that settles it, whatever else: a label that is recognised.
        note: What else one should know.
    """

    id: str
    text: str
    source: str
    sureness: Sureness
    strength: Strength
    who: tuple[str, ...]
    applies: Formula
    feature: Formula
    since: date | None
    older: bool
    tier: str
    justifiable: bool
    needs: Formula
    deemed: Formula
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A law, a standard, or a baseline.

    Args:
        id: Its file's name.
        title: For people.
        jurisdiction: Where it holds; ``world`` where it is nobody's law.
        binding: Whether it is law.
        version: Which version of it.
        source: Where it is written.
        licence: What may be done with its text.
        as_of: The day for which the rows speak.
        about: What it is for, in a sentence or two.
        applies: To which products.
        since: From when it holds; None where it is no law.
        until: From when it does not hold any more for what is placed on the market; None where no end is set.
        milestones: Its days.
        categories: Kinds of products that it names.
        default_class: The class of products of no such kind; empty without classes.
        routes: Ways to show conformity.
        tiers: Fines.
        clocks: Deadlines.
        corrigenda: What was corrected in its text, and why that matters.
        state: How things stand around it as of its day, for formulas: ``state.notified_bodies``.
        reasons: Id of the requirement that asks for a written reason of all that is set aside; empty without.
        requirements: The requirements, in its order.
    """

    id: str
    title: str
    jurisdiction: str
    binding: bool
    version: str
    source: str
    licence: str
    as_of: date
    about: str
    applies: Formula
    since: date | None
    until: date | None
    milestones: tuple[Milestone, ...]
    categories: tuple[Category, ...]
    default_class: str
    routes: tuple[Route, ...]
    tiers: tuple[Tier, ...]
    clocks: tuple[Clock, ...]
    corrigenda: tuple[str, ...]
    state: Mapping[str, bool]
    reasons: str
    requirements: tuple[Requirement, ...]
