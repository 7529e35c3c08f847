"""Assessment: from answers to verdicts by requirement, with the chain of reasons kept.

A requirement applies if the framework does, it is the duty of the role that is asked for, the time is such,
and its condition and its feature hold. Then it is met if the questions that it needs are answered with yes,
and a gap if they are answered with no. Where they are open, the maker's own answer to the requirement counts,
as his word; against an observed failure it does not. What nobody has answered is unknown. A recommendation,
or a point that the law lets a maker set aside, may be set aside with a written reason, and stays visible as
that; without a reason it is a gap.

It never says that a product is in order with the law: it says what is met, what is missing, and what nobody
has shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from roadworthy.model.outcome import Basis, Outcome, Role
from roadworthy.model.property import Answer, Property
from roadworthy.regulation.applicability import Applicability, applicability, holds_from, time_reasons
from roadworthy.regulation.formula import Truth
from roadworthy.regulation.framework import Framework, Requirement, Strength
from roadworthy.regulation.money import Exposure, exposure
from roadworthy.regulation.product import Product

BODY_TYPE: Final = "roadworthy.assessment/v1"
PRODUCT: Final = "product"
_STANDS_FOR: Final = {"substantial_modifier": "manufacturer"}
"""Who substantially modifies a product and makes it available counts as its manufacturer (CRA Art. 22)."""


class Verdict(StrEnum):
    """What came of holding a product against one requirement."""

    MET = "met"
    GAP = "gap"
    UNKNOWN = "unknown"
    SET_ASIDE = "set_aside"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the maker says of one requirement himself.

    Args:
        requirement: ``cra:Art.31``.
        met: Whether it is met; None: he says only why it is set aside, or does not arise.
        arises: Whether the requirement arises at all; False: he says that it does not.
        reason: Why.
        place: Where he says so: ``camera.toml:12``.
    """

    requirement: str
    met: Truth
    arises: bool = True
    reason: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """One answer that a verdict rests on.

    Args:
        property: Id of the property.
        outcome: The answer.
        basis: How it is known; None where it is not.
        because: Why this answer, or what the finding says that decided it.
        places: Where it shows.
    """

    property: str
    outcome: Outcome
    basis: Basis | None
    because: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """One requirement, held against the product.

    Args:
        requirement: Its id in the framework.
        text: What it asks, in our words.
        source: Where it is written.
        strength: How strongly it binds.
        verdict: What came of it.
        basis: On what kind of evidence it rests; None where on none.
        because: The chain of reasons, first to last.
        used: The answers that it rests on.
        contradicted: Whether the maker says the opposite of what was found.
        who: Who must act, most responsible first.
        due: From when it holds; None: now.
        stake: What a gap can cost in fines at most; None where nothing is missing.
    """

    requirement: str
    text: str
    source: str
    strength: Strength
    verdict: Verdict
    basis: Basis | None
    because: tuple[str, ...]
    used: tuple[Used, ...] = ()
    contradicted: bool = False
    who: tuple[str, ...] = ()
    due: date | None = None
    stake: Exposure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One framework, held against the product.

    Args:
        applicability: What of it applies.
        title: Of the framework.
        version: Of the framework.
        as_of: For when its rows speak.
        requirements: Every requirement, in its order.
    """

    applicability: Applicability
    title: str
    version: str
    as_of: date
    requirements: tuple[Assessed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A product, held against frameworks.

    Args:
        product: The product.
        now: For when it speaks.
        chapters: One for each framework, in the order in which they were asked for.
    """

    product: Product
    now: date
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a product.

    Args:
        product: What it is, who makes it, where it is sold.
        answers: The answers to properties, from all evidence, by id.
        statements: What the maker says of requirements himself, by ``FRAMEWORK:REQUIREMENT``.
        properties: The properties by id: who is responsible.
    """

    product: Product
    answers: Mapping[str, Answer]
    statements: Mapping[str, Statement]
    properties: Mapping[str, Property]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ruling:
    """What came of one requirement that applies."""

    verdict: Verdict
    basis: Basis | None
    because: tuple[str, ...]
    used: tuple[Used, ...] = ()
    contradicted: bool = False


def assess(frameworks: Sequence[Framework], known: Known, now: date) -> Assessment:
    """Hold a product against frameworks, at one moment."""
    chapters = tuple(_Judge(each, known, now).chapter() for each in frameworks)
    return Assessment(product=known.product, now=now, chapters=chapters)


class _Judge:
    """Holds a product against one framework."""

    def __init__(self, framework: Framework, known: Known, now: date) -> None:
        self._framework, self._product, self._now = framework, known.product, now
        self._answers, self._said, self._properties = known.answers, known.statements, known.properties
        self._applies = applicability(framework, known.product, now)
        self._facts = known.product.facts(self._applies.product_class, now, framework.state)

    def chapter(self) -> Chapter:
        """All requirements of the framework."""
        found = [self._requirement(each) for each in self._framework.requirements]
        return Chapter(
            applicability=self._applies,
            title=self._framework.title,
            version=self._framework.version,
            as_of=self._framework.as_of,
            requirements=tuple(self._reasons(each, found) for each in found),
        )

    def _requirement(self, requirement: Requirement) -> Assessed:
        said = self._said.get(f"{self._framework.id}:{requirement.id}")
        reasons = list(self._scope(requirement, said))
        values = [truth for truth, _ in reasons]
        if False in values:
            because = tuple(reason for truth, reason in reasons if truth is False)
            ruling = _Ruling(verdict=Verdict.NOT_APPLICABLE, basis=None, because=because)
            return self._told(requirement, ruling)
        ruling = self._judged(requirement, said)
        if None in values and ruling.verdict is not Verdict.MET:
            ruling = replace(ruling, verdict=Verdict.UNKNOWN)
        because = (*(reason for _, reason in reasons), *ruling.because)
        return self._told(requirement, replace(ruling, because=because))

    def _reasons(self, own: Assessed, found: Sequence[Assessed]) -> Assessed:
        """The requirement that asks for reasons of what is set aside follows from all others."""
        if own.requirement != self._framework.reasons or own.verdict is Verdict.NOT_APPLICABLE:
            return own
        lacking = [
            each.requirement
            for each in found
            if each.strength is not Strength.MANDATORY and each.verdict is Verdict.GAP
        ]
        if lacking:
            told = f"no written reason stands for {', '.join(lacking)}"
            who = self._who(self._requirement_of(own.requirement), ())
            return replace(own, verdict=Verdict.GAP, who=who, because=(*own.because[:1], told))
        return own

    def _requirement_of(self, name: str) -> Requirement:
        return next(each for each in self._framework.requirements if each.id == name)

    def _told(self, requirement: Requirement, ruling: _Ruling) -> Assessed:
        missing = ruling.verdict in (Verdict.GAP, Verdict.UNKNOWN)
        since = holds_from(requirement, self._framework)
        turnover = self._product.turnover
        return Assessed(
            requirement=requirement.id,
            text=requirement.text,
            source=requirement.source,
            strength=requirement.strength,
            verdict=ruling.verdict,
            basis=ruling.basis,
            because=ruling.because,
            used=ruling.used,
            contradicted=ruling.contradicted,
            who=self._who(requirement, ruling.used) if missing else (),
            due=since if since is not None and since > self._now else None,
            stake=exposure(self._framework, requirement.id, requirement.tier, self._facts, turnover)
            if missing
            else None,
        )

    def _scope(self, requirement: Requirement, said: Statement | None) -> Iterator[tuple[Truth, str]]:
        """Whether it applies, reason by reason."""
        yield self._applies.applies, f"{self._framework.title}: {self._applies.because}"
        role = _STANDS_FOR.get(self._product.role, self._product.role)
        wanted = {role, self._product.role, PRODUCT} if role == "manufacturer" else {role}
        if requirement.who and not wanted & set(requirement.who):
            yield False, f"it is the duty of the {' and the '.join(requirement.who)}"
        yield from time_reasons(requirement, self._framework, self._product, self._now)
        for name, formula in (("condition", requirement.applies), ("feature", requirement.feature)):
            if formula.text:
                truth = formula.value(self._facts)
                words = {True: "holds", False: "does not hold", None: "was not said"}[truth]
                yield truth, f"its {name} {formula.text} {words}"
        if said is not None and not said.arises:
            yield (False if said.reason else None), f"the maker says that it does not arise: {said.reason}"

    def _judged(self, requirement: Requirement, said: Statement | None) -> _Ruling:
        if requirement.deemed.text and requirement.deemed.value(self._facts):
            deemed = f"it is deemed to be met: {requirement.deemed.text}"
            return _Ruling(verdict=Verdict.MET, basis=Basis.DECLARED, because=(deemed,))
        names = tuple(dict.fromkeys(requirement.needs.names()))
        used = tuple(self._used(each) for each in names)
        truth = requirement.needs.value(self._truth) if names else None
        because = tuple(f"{each.property}: {_word(each.outcome)} ({each.because})" for each in used)
        open_ = _Ruling(verdict=Verdict.UNKNOWN, basis=_weakest(used), because=because, used=used)
        if used and all(each.outcome is Outcome.NOT_APPLICABLE for each in used):
            told = (*because, "none of its questions arises")
            return replace(open_, verdict=Verdict.NOT_APPLICABLE, because=told)
        if truth is True:
            against = said is not None and said.met is False
            return replace(open_, verdict=Verdict.GAP if against else Verdict.MET, contradicted=against)
        if truth is False:
            against = said is not None and said.met is True
            return replace(_missing(requirement, said, open_), contradicted=against)
        return _declared(requirement, said, open_)

    def _truth(self, name: str) -> Truth:
        answer = self._answers.get(name)
        if answer is None:
            return None
        return {Outcome.PASS: True, Outcome.NOT_APPLICABLE: True, Outcome.FAIL: False}.get(answer.outcome)

    def _used(self, name: str) -> Used:
        answer = self._answers.get(name)
        if answer is None:
            return Used(property=name, outcome=Outcome.UNKNOWN, basis=None, because="no evidence")
        deciding = answer.findings[0] if answer.findings else None
        places = tuple(each.place for finding in answer.findings[:3] for each in finding.evidence[:2])
        because = deciding.message if deciding is not None and answer.outcome.settled else answer.because
        return Used(
            property=name, outcome=answer.outcome, basis=answer.basis, because=because, places=places[:4]
        )

    def _who(self, requirement: Requirement, used: Sequence[Used]) -> tuple[str, ...]:
        failed = [each for each in used if each.outcome is Outcome.FAIL]
        responsible = (
            role
            for each in failed or used
            if each.property in self._properties
            for role in self._properties[each.property].responsible
        )
        duty = self._product.role if requirement.who else ""
        first = [] if duty in ("", "manufacturer") else [duty]
        roles = [each.value for each in responsible] or ([] if first else [Role.MAKER.value])
        return tuple(dict.fromkeys([*first, *roles]))


def _declared(requirement: Requirement, said: Statement | None, ruling: _Ruling) -> _Ruling:
    """The evidence leaves it open: what the maker says himself counts."""
    if said is None or (said.met is None and not said.reason):
        nobody = "the evidence at hand leaves it open" if ruling.used else "nobody has said anything of it"
        return replace(ruling, basis=None, because=(*ruling.because, nobody))
    told = f"the maker says: {said.reason or _word_of(said.met)} ({said.place})"
    declared = replace(ruling, basis=Basis.DECLARED, because=(*ruling.because, told))
    if said.met is True:
        return replace(declared, verdict=Verdict.MET)
    return _missing(requirement, said, declared)


def _missing(requirement: Requirement, said: Statement | None, ruling: _Ruling) -> _Ruling:
    """Something is missing: a gap, or set aside with a written reason where that is allowed."""
    allowed = requirement.justifiable or requirement.strength is not Strength.MANDATORY
    if said is not None and said.met is not True and said.reason and allowed:
        told = f"set aside with a written reason: {said.reason} ({said.place})"
        return replace(ruling, verdict=Verdict.SET_ASIDE, because=(*ruling.because, told))
    more = ("no reason is written down why it is set aside",) if allowed else ()
    return replace(ruling, verdict=Verdict.GAP, because=(*ruling.because, *more))


def _weakest(used: Sequence[Used]) -> Basis | None:
    """The weakest kind of evidence among the answers: a chain holds what its weakest link does."""
    order = (Basis.DECLARED, Basis.OBSERVED, Basis.TESTED)
    found = {each.basis for each in used if each.outcome.settled}
    return next((each for each in order if each in found), None)


def _word(outcome: Outcome) -> str:
    return {
        Outcome.PASS: "yes",
        Outcome.FAIL: "no",
        Outcome.NOT_APPLICABLE: "does not arise",
        Outcome.ERROR: "a check broke",
    }.get(outcome, "unknown")


def _word_of(met: Truth) -> str:
    return "it is met" if met else "it is not met"


def ranked(assessment: Assessment) -> tuple[tuple[Chapter, Assessed], ...]:
    """What is missing, by what is at stake: gaps before the unknown, mandatory ones first, then by money."""
    found = [
        (chapter, each)
        for chapter in assessment.chapters
        for each in chapter.requirements
        if each.verdict in (Verdict.GAP, Verdict.UNKNOWN)
    ]
    return tuple(sorted(found, key=lambda pair: _rank(pair[1])))


def _rank(each: Assessed) -> tuple[object, ...]:
    stake = each.stake
    money = 0 if stake is None else stake.most if stake.most is not None else stake.at_least
    return (
        each.verdict is not Verdict.GAP,
        each.strength is not Strength.MANDATORY,
        -money,
        each.due or date.min,
    )
