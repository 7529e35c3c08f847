"""From many findings to one answer per property.

The rules, in the order in which they are applied:

1. A finding counts for a property that it names, about a subject that covers the one asked for.
2. What is dated after `now` is set aside, what is older than the property allows, and what rests on a kind of
   evidence that cannot answer the property; but an admitted failure counts whatever its kind.
3. What one producer's check said about one subject is superseded by what it said later, if that settles the
   question and comes from no older version of the producer. A later look that saw nothing takes nothing away.
4. A failure stands, whoever else says otherwise.
5. Among the rest, the strongest kind of evidence that settles the question answers it (tested, then observed,
   then declared). Within one kind the least certain word wins: error, unknown, pass, not applicable.
6. Nothing left is `unknown`. No evidence is never a pass.

Whose word an envelope is, is not asked here: whoever calls gives only envelopes that he trusts.
"""

import re
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
    version: tuple[int, ...]

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
        _Claim(finding, envelope.basis, envelope.as_of, _source(envelope, finding), _version(envelope))
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


def _version(envelope: Envelope) -> tuple[int, ...]:
    """The numbers in the producer's version, to be compared in order."""
    return tuple(int(digits[:9]) for digits in re.findall(r"[0-9]+", envelope.producer.version))


def _answer(asked: Property, claims: Sequence[_Claim], now: datetime) -> Answer:
    objections = {claim: _objection(asked, claim, now) for claim in claims}
    settling: dict[tuple[str, str, str, Basis], list[_Claim]] = {}
    for claim, objection in objections.items():
        if not objection and claim.finding.outcome.settled:
            settling.setdefault(claim.source, []).append(claim)
    judged = sorted(
        (
            (claim, objection or _superseded(claim, settling.get(claim.source, ())))
            for claim, objection in objections.items()
        ),
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


def _objection(asked: Property, claim: _Claim, now: datetime) -> str:
    """Why a claim does not count, whatever else is said; empty when it may."""
    if claim.as_of > now:
        return _FUTURE
    if asked.max_age is not None and now - claim.as_of > asked.max_age:
        return _STALE
    if claim.basis not in asked.answerable and claim.finding.outcome is not Outcome.FAIL:
        return _WRONG_BASIS
    return ""


def _superseded(claim: _Claim, settling: Iterable[_Claim]) -> str:
    later = any(each.as_of > claim.as_of and each.version >= claim.version for each in settling)
    return _SUPERSEDED if later else ""


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
