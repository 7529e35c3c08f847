"""The answers as chapters: failures one by one, worst first; all that is not wrong as one line each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome, Role, Severity
from roadworthy.model.property import Answer
from roadworthy.reports._text import unquoted
from roadworthy.reports.blocks import Block, Heading, Item, Point, Table, Text
from roadworthy.reports.report import Dossier

MAX_PLACES: Final = 3
MAX_FURTHER: Final = 5
MAX_NAMES: Final = 8
MIN_OVERVIEW: Final = 4  # failures; fewer can be overlooked at a glance
IN_JSON: Final = "the JSON report has them all"
ROLES: Final = {
    Role.MAKER: "the maker",
    Role.IMPORTER: "the importer",
    Role.INTEGRATOR: "the integrator",
    Role.OPERATOR: "the operator",
    Role.OWNER_COMPANY: "the company that owns it",
    Role.OWNER_CONSUMER: "the person who owns it",
}


def answer_chapters(dossier: Dossier, accepted: Mapping[Finding, str], image: str) -> Iterator[Block]:
    """All chapters of answers, the wrong ones first.

    Args:
        dossier: What is known.
        accepted: Which failures somebody accepts, and in what words.
        image: Name of the image; places inside it are told without it.
    """
    asked = [each for each in dossier.answers if not unasked(each)]
    asked.sort(key=lambda each: (-severity_of(each).weight, each.property))
    failed = [each for each in asked if each.outcome is Outcome.FAIL]
    for title, waived in (("What is wrong", False), ("What is wrong and accepted", True)):
        own = [each for each in failed if _accepted(each, accepted) is waived]
        if own:
            yield Heading(title)
            yield from _overview(own, accepted)
            yield from (_failure(each, dossier, accepted, image) for each in own)
    yield from _open(asked, dossier, image)
    for title, outcome, column in (
        ("What was found good", Outcome.PASS, "what was seen"),
        ("What does not arise here", Outcome.NOT_APPLICABLE, "why not"),
    ):
        rows = tuple((each.property, _phrase(each)) for each in asked if each.outcome is outcome)
        if rows:
            yield Heading(f"{title} ({len(rows)})")
            yield Table(("question", column), rows)


def unasked(answer: Answer) -> bool:
    """Nobody looked: no finding speaks of it at all."""
    return answer.outcome is Outcome.UNKNOWN and not answer.findings and not answer.set_aside


def severity_of(answer: Answer) -> Severity:
    """The worst of an answer's failures; what is no failure has none."""
    if answer.outcome is not Outcome.FAIL:
        return Severity.INFO
    return max(
        (each.severity for each in answer.findings), key=lambda each: each.weight, default=Severity.INFO
    )


def _overview(answers: Sequence[Answer], accepted: Mapping[Finding, str]) -> Iterator[Block]:
    """All failures at a glance, where there are so many that one would have to scroll."""
    if len(answers) < MIN_OVERVIEW:
        return
    rows = []
    for answer in answers:
        first = next(iter(_ordered(answer, accepted)), None)
        said = first.message if first else answer.because
        rows.append((severity_of(answer).value, unquoted(said), answer.property))
    yield Table(("severity", "what is wrong", "question"), tuple(rows))


def _open(asked: Sequence[Answer], dossier: Dossier, image: str) -> Iterator[Block]:
    """Broken checks one by one; the questions without an answer by the reason."""
    broken = [each for each in asked if each.outcome is Outcome.ERROR]
    reasons: dict[str, list[str]] = {}
    for each in asked:
        if each.outcome is Outcome.UNKNOWN:
            reasons.setdefault(_phrase(each, image), []).append(each.property)
    count = len(broken) + sum(map(len, reasons.values()))
    if not count:
        return
    yield Heading(f"What nobody could tell ({count})")
    yield from (_broken(each, dossier, image) for each in broken)
    if reasons:
        yield Text("These were asked, and stay open. `roadworthy explain QUESTION` says what each means.")
        rows = tuple((", ".join(names), reason) for reason, names in reasons.items())
        yield Table(("question", "why nobody could tell"), rows)


def _phrase(answer: Answer, image: str | None = None) -> str:
    """What was said first, and how much more there is; with the first place, if the image is given."""
    said = list(dict.fromkeys(each.message for each in answer.findings)) or [f"{answer.because}."]
    more = f" And {len(said) - 1} more; {IN_JSON}." if len(said) > 1 else ""
    places = [place for each in answer.findings for place in each.evidence]
    where = f" ({_inside(places[0], image).place})" if places and image is not None else ""
    return f"{unquoted(said[0])}{where}{more}"


def _accepted(answer: Answer, accepted: Mapping[Finding, str]) -> bool:
    return bool(answer.findings) and all(each in accepted for each in answer.findings)


def _ordered(answer: Answer, accepted: Mapping[Finding, str]) -> list[Finding]:
    """What weighs most first, what is accepted last."""
    return sorted(
        answer.findings,
        key=lambda each: (each in accepted, -each.severity.weight, each.check, each.message),
    )


def _broken(answer: Answer, dossier: Dossier, image: str) -> Item:
    asked = dossier.properties.get(answer.property)
    return Item(
        id=answer.property,
        title=asked.question if asked else answer.property,
        outcome=answer.outcome,
        text=" ".join(dict.fromkeys(each.message for each in answer.findings)) or f"{answer.because}.",
        evidence=_few(tuple(place for each in answer.findings for place in each.evidence), image),
    )


def _failure(answer: Answer, dossier: Dossier, accepted: Mapping[Finding, str], image: str) -> Item:
    asked = dossier.properties.get(answer.property)
    findings = _ordered(answer, accepted)
    if not findings:
        return _broken(answer, dossier, image)
    first = findings[0]
    said = (
        accepted.get(first),
        asked.why if asked else "",
        "Other evidence says the opposite." if answer.contradicted else "",
    )
    return Item(
        id=answer.property,
        title=first.message,
        outcome=answer.outcome,
        severity=first.severity,
        text=" ".join(filter(None, said)),
        remedy=first.remedy,
        acts=", then ".join(ROLES[each] for each in first.acts),
        evidence=_few(first.evidence, image),
        further=(*_uncounted(first), *_points(findings, accepted, image)),
    )


def _points(findings: Sequence[Finding], accepted: Mapping[Finding, str], image: str) -> Iterator[Point]:
    """What else was said, each kind once: findings that differ only in the file go together."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        kinds.setdefault((_pattern(each), accepted.get(each, "")), []).append(each)
    (_, first), *others = kinds.items()
    if _same(first):
        yield Point(_same(first))
    for (_, words), alike in others[:MAX_FURTHER]:
        yield Point(
            " ".join(filter(None, (alike[0].message, words, _same(alike)))), _few(alike[0].evidence, image)
        )
        yield from _uncounted(alike[0])
    more = sum(len(alike) for _, alike in others[MAX_FURTHER:])
    if more:
        yield Point(f"And {more} more of the kind; {IN_JSON}.")


def _pattern(finding: Finding) -> str:
    name = _name(finding)
    return finding.message.replace(name, "\0") if name else finding.message


def _name(finding: Finding) -> str:
    return finding.evidence[0].path[-1] if finding.evidence and finding.evidence[0].path else ""


def _same(alike: Sequence[Finding]) -> str:
    """For which other files the first of them holds too."""
    names = list(dict.fromkeys(filter(None, map(_name, alike[1:]))))
    if not names:
        return ""
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return f"The same holds for {', '.join(names[:MAX_NAMES])}{more}."


def _uncounted(finding: Finding) -> Iterator[Point]:
    more = len(finding.evidence) - MAX_PLACES
    if more > 0:
        yield Point(f"The JSON report names {more} more place{'s' * (more != 1)}.")


def _few(evidence: Sequence[Evidence], image: str) -> tuple[Evidence, ...]:
    """The first places; an excerpt that was shown already is not shown again."""
    seen: set[str] = set()
    places = []
    for each in evidence[:MAX_PLACES]:
        place = _inside(each, image)
        places.append(replace(place, excerpt="") if each.excerpt in seen else place)
        seen.add(each.excerpt)
    return tuple(places)


def _inside(evidence: Evidence, image: str | None) -> Evidence:
    """The same place, told from inside the image."""
    if len(evidence.path) > 1 and evidence.path[0] == image:
        return replace(evidence, path=evidence.path[1:])
    return evidence
