"""A maker's self-assessment by TS 103 701 as evidence: what he declares, and where our verdicts differ.

His verdict on a test group is his statement about the provision of the same id. Where the provision needs
properties, a pass says yes to each of them, as his word only; a failure says no where there is a single one,
and leaves several open, because it does not tell which.

"PASS (N/A)" is no pass: what is not applied is either not applicable, which the formula decides, or a
recommendation that is left unmet, which needs a written reason (EN 303 645, provision 5.0-1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.ixit import SelfAssessment, TestGroup
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome, Role, Severity
from roadworthy.regulation.assessment import Assessed, Chapter, Statement, Verdict
from roadworthy.regulation.framework import Framework, Strength

CHECK: Final = "self-assessment"
BODY_TYPE: Final = "roadworthy.self-assessment/v1"
_SAME: Final = {
    Outcome.PASS: Verdict.MET,
    Outcome.FAIL: Verdict.GAP,
    Outcome.NOT_APPLICABLE: Verdict.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One provision that the maker judges in another way than we do.

    Args:
        provision: ``5.3-13``.
        theirs: The maker's verdict.
        words: As he wrote it.
        ours: Our verdict.
        because: Why we say so.
        place: Where he says so.
    """

    provision: str
    theirs: Outcome
    words: str
    ours: Verdict
    because: str
    place: str


def statements(said: SelfAssessment, framework: str) -> dict[str, Statement]:
    """What the maker says of each provision, by ``FRAMEWORK:REQUIREMENT``."""
    made = (_statement(each, framework) for each in said.groups)
    return {each.requirement: each for each in made}


def _statement(group: TestGroup, framework: str) -> Statement:
    met = {Outcome.PASS: True, Outcome.FAIL: False}.get(group.verdict)
    not_applied = unapplied(group)
    return Statement(
        requirement=f"{framework}:{group.provision}",
        met=False if not_applied else met,
        arises=group.verdict is not Outcome.NOT_APPLICABLE,
        reason="" if not_applied else group.words if met is None else group.summary,
        place=place(group),
    )


def unapplied(group: TestGroup) -> bool:
    """Whether it is called a pass because it is not applied: ``PASS (N/A)``."""
    return group.verdict is Outcome.PASS and "N/A" in group.words.upper()


def place(group: TestGroup) -> str:
    """File and line of the verdict."""
    return f"{group.file}:{group.line}"


def implied(said: SelfAssessment, framework: Framework) -> tuple[dict[str, bool], dict[str, bool]]:
    """Features and conditions that follow from what the maker tested.

    Who tests a provision says that its feature is there and its condition holds; who calls it not applicable
    for a condition says that this one does not hold. The formulas are ours: makers' copies drift.
    """
    known = {each.id: each for each in framework.requirements}
    features: dict[str, bool] = {}
    conditions: dict[str, bool] = {}
    for group in said.groups:
        own = known.get(group.provision)
        if own is None or unapplied(group) or group.verdict not in _SAME:
            continue
        applied = group.verdict is not Outcome.NOT_APPLICABLE
        for formula, prefix, into in (
            (own.feature, "feature.", features),
            (own.applies, "condition.", conditions),
        ):
            names = tuple(formula.names())
            if formula.text.startswith(prefix) and len(names) == 1 and formula.text == names[0]:
                name = names[0].removeprefix(prefix)
                into[name] = into.get(name, True) and applied
    return features, conditions


def findings(said: SelfAssessment, framework: Framework, folder: str = "") -> tuple[Finding, ...]:
    """What follows for properties, as the maker's word."""
    known = {each.id: each for each in framework.requirements}
    made: list[Finding] = []
    for group in said.groups:
        own = known.get(group.provision)
        names = tuple(dict.fromkeys(own.needs.names())) if own else ()
        for name in names:
            outcome = _outcome(group, alone=len(names) == 1)
            failed = outcome is Outcome.FAIL
            made.append(
                Finding(
                    property=name,
                    check=CHECK,
                    outcome=outcome,
                    message=f"The maker judges {group.provision}: {group.words or group.verdict}.",
                    severity=Severity.MEDIUM if failed else Severity.INFO,
                    remedy=f"See to what the maker himself found missing for {group.provision}."
                    if failed
                    else "",
                    acts=(Role.MAKER,) if failed else (),
                    evidence=(
                        Evidence(
                            path=(folder, group.file) if folder else (group.file,),
                            line=group.line,
                            excerpt=group.words,
                        ),
                    ),
                )
            )
    return tuple(made)


def _outcome(group: TestGroup, *, alone: bool) -> Outcome:
    if unapplied(group):
        return Outcome.UNKNOWN
    if group.verdict is Outcome.FAIL and not alone:
        return Outcome.UNKNOWN
    return group.verdict


def differences(said: SelfAssessment, chapter: Chapter) -> tuple[Difference, ...]:
    """Provisions on which the maker and we disagree, each with our reason."""
    ours = {each.requirement: each for each in chapter.requirements}
    return tuple(
        Difference(
            provision=group.provision,
            theirs=group.verdict,
            words=group.words,
            ours=ours[group.provision].verdict,
            because=_why(group, ours[group.provision]),
            place=place(group),
        )
        for group in said.groups
        if group.provision in ours
        and (_SAME.get(group.verdict) is not ours[group.provision].verdict or unapplied(group))
    )


def _why(group: TestGroup, own: Assessed) -> str:
    if unapplied(group) and own.strength is Strength.RECOMMENDED and own.verdict is Verdict.GAP:
        return (
            "its feature and condition hold, so it is a recommendation that is left unmet, "
            "and no reason is written down (5.0-1)"
        )
    return "; ".join(own.because[-2:]) or own.verdict.value


def drift(said: SelfAssessment, framework: Framework) -> Iterator[tuple[str, str, str]]:
    """Provisions whose status, condition or feature the maker names otherwise: id, his, ours."""
    known = {each.id: each for each in framework.requirements}
    for group in said.groups:
        own = known.get(group.provision)
        if own is None or not group.status:
            continue
        letter = "M" if own.strength is Strength.MANDATORY else "R"
        theirs = _words(group.status, group.condition, group.feature)
        mine = _words(letter, _single(own.applies.text, "condition."), _single(own.feature.text, "feature."))
        if theirs != mine:
            yield group.provision, theirs, mine


def _single(formula: str, prefix: str) -> str:
    return formula.removeprefix(prefix) if formula.startswith(prefix) else formula


def _words(status: str, condition: str, feature: str) -> str:
    parts: Mapping[str, str] = {f"C({condition})": condition, f"F({feature})": feature}
    return " ".join((status, *(shown for shown, value in parts.items() if value)))
