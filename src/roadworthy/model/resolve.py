"""From many findings to one answer per property.

The rules, in the order in which they are applied:

1. A finding counts for a property that it names, about a subject that covers the one asked for.
2. What is dated after `now` is set aside. Of what one producer's check said about one subject, only the
   latest counts; what it said at one moment counts together.
3. What is older than the property allows is set aside, and so is what rests on a kind of evidence that cannot
   answer the property; but an admitted failure counts whatever its kind.
4. A failure stands, whoever else says otherwise.
5. Among the rest, the strongest kind of evidence that settles the question answers it (tested, then observed,
   then declared). Within one kind the least certain word wins: error, unknown, pass, not applicable.
6. Nothing left is `unknown`. No evidence is never a pass.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from roadworthy.model.envelope import Envelope
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome
from roadworthy.model.property import Answer, Property, SetAside
from roadworthy.model.subject import Subject

_STRONGEST_FIRST = (Basis.TESTED, Basis.OBSERVED, Basis.DECLARED)
_FUTURE = "dated after the moment asked for"
_SUPERSEDED = "superseded by a later look"
_STALE = "stale"
_WRONG_BASIS = "this kind of evidence cannot answer the property"
_WORST_FIRST = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class _Claim:
    """One finding, with what its envelope says about how and when it came to be."""

    finding: Finding
    basis: Basis
    as_of: datetime
    source: tuple[str, str, str, Basis]  # subject, tool, check, basis: whose word it is

    @property
    def rank(self) -> tuple[int, str]:
        """Worst first; the text only makes the order total."""
        return _WORST_FIRST.index(self.finding.outcome), repr(self)


def resolve(
    properties: Iterable[Property], envelopes: Iterable[Envelope], *, subject: Subject, now: datetime
) -> tuple[Answer, ...]:
    """Answer each property about one subject from all the evidence at hand.

    Args:
        properties: The questions.
        envelopes: The evidence, in any order; duplicates change nothing.
        subject: About whom.
        now: The moment for which the answers speak.

    Returns:
        One answer per property, ordered by id.
    """
    claims = [
        _Claim(finding, envelope.basis, envelope.as_of, _source(envelope, finding))
        for envelope in envelopes
        if envelope.subject.covers(subject)
        for finding in envelope.findings
    ]
    return tuple(
        _answer(asked, [claim for claim in claims if claim.finding.property == asked.id], now)
        for asked in sorted(properties, key=lambda each: each.id)
    )


def _source(envelope: Envelope, finding: Finding) -> tuple[str, str, str, Basis]:
    return envelope.subject.id, envelope.producer.tool, finding.check, envelope.basis


def _answer(asked: Property, claims: Sequence[_Claim], now: datetime) -> Answer:
    newest: dict[tuple[str, str, str, Basis], datetime] = {}
    for claim in claims:
        if claim.as_of <= now:
            newest[claim.source] = max(claim.as_of, newest.get(claim.source, claim.as_of))
    judged = sorted(
        {(claim, _objection(asked, claim, newest.get(claim.source), now)) for claim in claims},
        key=lambda pair: (pair[0].rank, pair[1]),
    )
    counted = [claim for claim, objection in judged if not objection]
    outcome, basis, deciding = _decide(counted)
    opposite = {Outcome.PASS: Outcome.FAIL, Outcome.FAIL: Outcome.PASS}.get(outcome)
    return Answer(
        property=asked.id,
        outcome=outcome,
        basis=basis,
        because=_because(outcome, basis, judged),
        findings=tuple(dict.fromkeys(claim.finding for claim in deciding)),
        set_aside=tuple(
            dict.fromkeys(
                SetAside(finding=claim.finding, reason=reason) for claim, reason in judged if reason
            )
        ),
        contradicted=any(
            claim.finding.outcome is opposite
            for claim, objection in judged
            if objection in ("", _WRONG_BASIS)
        ),
    )


def _objection(asked: Property, claim: _Claim, newest: datetime | None, now: datetime) -> str:
    """Why a claim does not count; empty when it does."""
    if claim.as_of > now:
        return _FUTURE
    if newest is not None and claim.as_of < newest:
        return _SUPERSEDED
    if asked.max_age is not None and now - claim.as_of > asked.max_age:
        return _STALE
    if claim.basis not in asked.answerable and claim.finding.outcome is not Outcome.FAIL:
        return _WRONG_BASIS
    return ""


def _decide(counted: Sequence[_Claim]) -> tuple[Outcome, Basis | None, Sequence[_Claim]]:
    failures = [claim for claim in counted if claim.finding.outcome is Outcome.FAIL]
    if failures:
        basis = next(basis for basis in _STRONGEST_FIRST if any(claim.basis is basis for claim in failures))
        return Outcome.FAIL, basis, failures
    fallback: tuple[Outcome, Basis | None, Sequence[_Claim]] = (Outcome.UNKNOWN, None, ())
    for basis in _STRONGEST_FIRST:
        mine = [claim for claim in counted if claim.basis is basis]
        if not mine:
            continue
        outcome = min((claim.finding.outcome for claim in mine), key=_WORST_FIRST.index)
        verdict = (outcome, basis, [claim for claim in mine if claim.finding.outcome is outcome])
        if outcome.settled:
            return verdict
        if fallback[1] is None or (fallback[0] is Outcome.UNKNOWN and outcome is Outcome.ERROR):
            fallback = verdict
    return fallback


def _because(outcome: Outcome, basis: Basis | None, judged: Iterable[tuple[_Claim, str]]) -> str:
    if basis is not None:
        deed = {
            Outcome.FAIL: "a failure stands against anything said for it",
            Outcome.ERROR: "a check broke, and nothing else settles it",
            Outcome.UNKNOWN: "somebody looked and could not tell",
            Outcome.PASS: "every look that counts found it good",
            Outcome.NOT_APPLICABLE: "the question does not arise",
        }[outcome]
        return f"{basis}: {deed}"
    reasons = sorted({reason for _, reason in judged if reason})
    return "no evidence counts: " + "; ".join(reasons) if reasons else "no evidence"
