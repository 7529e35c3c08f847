"""Comparison of two inspections: what was added, removed and changed, and whether that is better or worse."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from roadworthy.codecs.plain import from_plain, to_plain
from roadworthy.inspection._facts import AXES, Axis, Told
from roadworthy.inspection._flaws import open_flaws, told, weight, why_gone
from roadworthy.inspection.identity import inner_path, without_numbers
from roadworthy.inspection.report import BODY_TYPE, Body
from roadworthy.inspection.waiver import Waived, accepted
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.problem import Problem

SIGHT: Final = ("formats", "inventory", "worker")  # stages whose problems mean that something was not seen
NOT_ASKED: Final = "it was not asked of the other"
OTHER_ADVISORIES: Final = "the two were held against different advisories"
UNSEEN: Final = "it may be in a part that could not be read"


class Manner(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Effect(StrEnum):
    """What that means for whoever runs the new release."""

    WORSE = "worse"
    BETTER = "better"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference.

    Args:
        kind: Of what: ``finding``, ``answer``, ``component``, ``service``, …, ``size``.
        name: Of which one; the property for findings and answers. Untrusted text.
        manner: What became of it.
        old: What was told of it; empty if it was not there. Untrusted text.
        new: What is told of it; empty if it is not there. Untrusted text.
        effect: Whether that is good or bad, where it can be told.
        severity: How bad it is, or was.
        because: Why the effect is not what one would expect; empty mostly.
    """

    kind: str
    name: str
    manner: Manner
    old: str = ""
    new: str = ""
    effect: Effect = Effect.NEITHER
    severity: Severity = Severity.INFO
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two inspections.

    Args:
        body: What was found.
        findings: What the checks said of it.
        problems: What could not be done.
    """

    body: Body
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]

    @property
    def blind(self) -> bool:
        """Whether parts could not be read, so that what is not seen may still be there."""
        return any(each.stage in SIGHT for each in self.problems)


def compare(old: Side, new: Side) -> tuple[Change, ...]:
    """All differences: the worst first, then what got better, then the rest; in a stable order.

    What only one of the two was asked, or could see, makes neither better nor worse: a failure that is gone
    from a part that cannot be read any more is not mended.
    """
    found = [
        *_findings(old, new),
        *_answers(old, new),
        *_flaws(old, new),
        *_facts(old, new),
        *_size(old, new),
    ]
    return tuple(sorted(found, key=_order))


def _order(change: Change) -> tuple[int, int, str, str, str, str]:
    rank = list(Effect).index(change.effect)
    return rank, -change.severity.weight, change.kind, change.name, change.old, change.new


def _findings(old: Side, new: Side) -> Iterator[Change]:
    gone, come = _failures(old), _failures(new)
    waived = accepted(new.body.waivers, new.findings)
    for same in (_verbatim, _in_words, _in_place):
        gone, come, pairs = _paired(gone, come, same)
        yield from (change for before, after in pairs for change in _weighed(before, after, waived))
    asked_before, asked_after = ({each.check for each in side.findings} for side in (old, new))
    for finding in come:
        doubt = "" if finding.check in asked_before else NOT_ASKED
        yield _finding(
            finding, Manner.ADDED, f"accepted: {waived[finding].reason}" if finding in waived else doubt
        )
    for finding in gone:
        doubt = UNSEEN if new.blind else ""
        yield _finding(finding, Manner.REMOVED, doubt if finding.check in asked_after else NOT_ASKED)


def _failures(side: Side) -> list[Finding]:
    return [each for each in side.findings if each.outcome is Outcome.FAIL]


def _verbatim(finding: Finding) -> tuple[str, ...]:
    return (finding.property, finding.check, finding.message)


def _in_words(finding: Finding) -> tuple[str, ...]:
    return (finding.property, finding.check, without_numbers(finding.message))


def _in_place(finding: Finding) -> tuple[str, ...]:
    where = inner_path(finding.evidence[0]) if finding.evidence else finding.message
    return (finding.property, finding.check, where)


Key = Callable[[Finding], tuple[str, ...]]
Pairs = list[tuple[Finding, Finding]]


def _paired(
    gone: Sequence[Finding], come: Sequence[Finding], same: Key
) -> tuple[list[Finding], list[Finding], Pairs]:
    """What is the same finding by a key, each at most once; and what is left on either side."""
    waiting: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, finding in enumerate(gone):
        waiting[same(finding)].append(number)
    left, pairs = [], []
    for finding in come:
        partners = waiting[same(finding)]
        if partners:
            pairs.append((gone[partners.pop(0)], finding))
        else:
            left.append(finding)
    alone = sorted(number for partners in waiting.values() for number in partners)
    return [gone[number] for number in alone], left, pairs


def _weighed(before: Finding, after: Finding, waived: Mapping[Finding, Waived]) -> Iterator[Change]:
    """One finding in both: worth a line where its weight or its words have changed."""
    if (before.severity, before.message) == (after.severity, after.message):
        return
    heavier = after.severity.weight - before.severity.weight
    yield Change(
        kind="finding",
        name=after.property,
        manner=Manner.CHANGED,
        old=before.message,
        new=after.message,
        effect=Effect.NEITHER if after in waived else _towards(heavier),
        severity=after.severity if heavier > 0 else before.severity,
        because=f"accepted: {waived[after].reason}" if after in waived else "",
    )


def _towards(danger: int) -> Effect:
    return Effect.WORSE if danger > 0 else Effect.BETTER if danger < 0 else Effect.NEITHER


def _finding(finding: Finding, manner: Manner, doubt: str) -> Change:
    """A failure that came or went; `doubt` is why that may mean nothing."""
    came = manner is Manner.ADDED
    return Change(
        kind="finding",
        name=finding.property,
        manner=manner,
        old="" if came else finding.message,
        new=finding.message if came else "",
        effect=Effect.NEITHER if doubt else Effect.WORSE if came else Effect.BETTER,
        severity=finding.severity,
        because=doubt,
    )


def _answers(old: Side, new: Side) -> Iterator[Change]:
    """Questions that are answered otherwise. Failures come and go as findings; here it is about the rest."""
    before = {each.property: each.outcome for each in old.body.answers}
    for each in new.body.answers:
        was = before.get(each.property, each.outcome)
        if was is not each.outcome and Outcome.FAIL not in (was, each.outcome):
            yield Change(
                kind="answer",
                name=each.property,
                manner=Manner.CHANGED,
                old=was.value,
                new=each.outcome.value,
                effect=_towards(was.settled - each.outcome.settled),
            )


def _flaws(old: Side, new: Side) -> Iterator[Change]:
    """Known vulnerabilities that came and went, where both were held against advisories."""
    if old.body.matching is None or new.body.matching is None:
        return
    before, after = open_flaws(old.body.matching), open_flaws(new.body.matching)
    settled = why_gone(new.body.matching)
    same = {(each.id, each.digest) for each in old.body.matching.feeds} == {
        (each.id, each.digest) for each in new.body.matching.feeds
    }
    for name in sorted(after.keys() - before.keys()):
        yield Change(
            kind="flaw",
            name=name,
            manner=Manner.ADDED,
            new=told(after[name]),
            effect=Effect.WORSE,
            severity=weight(after[name]),
            because="" if same else OTHER_ADVISORIES,
        )
    for name in sorted(before.keys() - after.keys()):
        yield Change(
            kind="flaw",
            name=name,
            manner=Manner.REMOVED,
            old=told(before[name]),
            effect=Effect.NEITHER if new.blind else Effect.BETTER,
            severity=weight(before[name]),
            because=UNSEEN if new.blind else settled.get(name, "") or ("" if same else OTHER_ADVISORIES),
        )


def _facts(old: Side, new: Side) -> Iterator[Change]:
    for axis in AXES:
        before, after = axis.things(old.body.inventory), axis.things(new.body.inventory)
        for name in sorted(before.keys() | after.keys()):
            was, is_ = before.get(name, ()), after.get(name, ())
            if was != is_:
                change = _fact(axis, name, was, is_)
                lost = change.effect is Effect.BETTER and change.manner is Manner.REMOVED and new.blind
                yield replace(change, effect=Effect.NEITHER, because=UNSEEN) if lost else change


def _fact(axis: Axis, name: str, was: tuple[Told, ...], is_: tuple[Told, ...]) -> Change:
    manner = Manner.CHANGED if was and is_ else Manner.ADDED if is_ else Manner.REMOVED
    danger = _danger(is_) - _danger(was) if axis.presence or manner is Manner.CHANGED else 0
    return Change(
        kind=axis.kind,
        name=name,
        manner=manner,
        old=_told(was, is_),
        new=_told(is_, was),
        effect=_towards(danger),
        severity=Severity.LOW if danger else Severity.INFO,
    )


def _danger(told: tuple[Told, ...]) -> int:
    return max((each.danger for each in told), default=0)


def _told(own: tuple[Told, ...], other: tuple[Told, ...]) -> str:
    """What is told here and not there: of a thing that changed only what differs."""
    if len(own) == len(other) == 1:
        facts = [pair for pair in own[0].facts if pair not in other[0].facts]
        missing = {name for name, _ in other[0].facts} - {name for name, _ in own[0].facts}
        return ", ".join(
            f"{name} {value}" for name, value in (*facts, *((name, "none") for name in sorted(missing)))
        )
    return "; ".join(_line(each) for each in own if each not in other)


def _line(told: Told) -> str:
    return ", ".join(f"{name} {value}" for name, value in told.facts)


def _size(old: Side, new: Side) -> Iterator[Change]:
    was, is_ = old.body.image.size, new.body.image.size
    if was != is_:
        yield Change(kind="size", name="image", manner=Manner.CHANGED, old=f"{was} bytes", new=f"{is_} bytes")


def side_of(envelope: Envelope) -> Side:
    """An inspection as one side of a comparison.

    Raises:
        InputError: The envelope holds none.
        VerificationError: Its body is not in the form of this version. Names the JSON path.
    """
    if envelope.body_type != BODY_TYPE:
        what = f"this is no inspection of an image but {envelope.body_type!a}"
        raise InputError(what, hint="Give an image, or the JSON report of `roadworthy inspect`.")
    body = from_plain(Body, to_plain(envelope.body), "$.body", older=True)
    return Side(body=body, findings=envelope.findings, problems=envelope.problems)
