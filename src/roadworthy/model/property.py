"""Property: one true/false question about a subject, and the answer to it."""

from dataclasses import dataclass
from datetime import timedelta

from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One question that wings, regulations, prices and simulated rules share. Its id never changes meaning.

    Args:
        id: ``<family>.<name>``; the name says the good state (``no-…``, ``…-verified``).
        question: The question; "yes" is the good answer.
        why: Why it matters, in two or three sentences.
        remedy: What a maker does to answer yes.
        responsible: Who has to act when the answer is no, most responsible first.
        answerable: Which kinds of evidence can answer it; others are set aside.
        fresh_days: For how many days an answer holds; None where the subject itself cannot change
            (an image is what it is, but a certificate in it runs out).

    Raises:
        ValueError: Nobody is responsible, or the consumer alone is; or nothing can answer it.
    """

    id: str
    question: str
    why: str
    remedy: str
    responsible: tuple[Role, ...]
    answerable: tuple[Basis, ...]
    fresh_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse a property that nobody can answer, or that leaves the consumer alone with it."""
        if not set(self.responsible) - {Role.OWNER_CONSUMER}:
            raise ValueError(f"{self.id}: somebody other than the consumer must be responsible")
        if not self.answerable:
            raise ValueError(f"{self.id}: no kind of evidence can answer it")
        family, _, name = self.id.partition(".")
        if not family or not name:
            raise ValueError(f"{self.id}: an id is <family>.<name>")

    @property
    def family(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]

    @property
    def max_age(self) -> timedelta | None:
        """`fresh_days` as a time span."""
        return None if self.fresh_days is None else timedelta(days=self.fresh_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The one answer to a property that follows from all evidence at hand.

    Args:
        property: Id of the property.
        outcome: The answer: pass, fail, unknown, not_applicable or error.
        basis: On what kind of evidence it rests; None when there is none.
        because: Why this and no other answer, in one sentence.
        findings: The findings that decided it.
        set_aside: Findings that did not count, each with the reason, e.g. ``stale``.
        contradicted: Whether evidence at hand says the opposite (a declaration against an observation).
    """

    property: str
    outcome: Outcome
    basis: Basis | None
    because: str
    findings: tuple[Finding, ...] = ()
    set_aside: tuple["SetAside", ...] = ()
    contradicted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A finding that did not count, and why."""

    finding: Finding
    reason: str
