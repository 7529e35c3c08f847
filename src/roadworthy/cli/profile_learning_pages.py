"""Pages of ``roadworthy profile learn``, ``derive`` and ``compare``."""

from collections.abc import Iterable, Iterator

from roadworthy.codecs.plain import to_plain
from roadworthy.model.finding import Finding
from roadworthy.model.problem import Problem
from roadworthy.network.policy import Rule
from roadworthy.network.profile.learned import Learned, Why
from roadworthy.network.profile.wording import counted, describe
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Table, Text
from roadworthy.usecases.learning import (
    COMPARED_TYPE,
    LEARNED_TYPE,
    CompareResult,
    DeriveResult,
    LearnResult,
)

DERIVED_TYPE = "roadworthy.derived-profile/v1"


def learned_page(result: LearnResult) -> Document:
    """What was learned, what was left out, and how far it can be trusted."""
    learned = result.learned
    return Document(
        title=f"Profile of {learned.device}",
        blocks=(
            Heading(f"Profile of {learned.device}", 1),
            _trade(learned),
            Text(_enough(learned)),
            Heading("What it may do"),
            _rules(learned.policy.rules),
            *_left_out(learned),
            *_findings(result.findings),
            *_problems(result.problems),
            *_filed(result.filed),
        ),
        data={
            "type": LEARNED_TYPE,
            "learned": to_plain(learned),
            "findings": to_plain(result.findings),
            "problems": to_plain(result.problems),
            "filed": result.filed,
        },
    )


def _trade(learned: Learned) -> Facts:
    estimate = learned.estimate
    block = "nothing could be left out to try it"
    if estimate.false_block is not None:
        block = (
            f"{estimate.false_block:.1%} ({estimate.blocked} of {counted(estimate.tried, 'conversation')})"
        )
    seen = learned.sufficiency
    return Facts(
        (
            ("conversations", f"{learned.flows:,} in {counted(seen.captures, 'capture')}"),
            (
                "seen",
                f"{seen.seconds / 3600:.1f} hours on {counted(seen.days, 'day')}, started {seen.restarts}x",
            ),
            ("strictness", f"{learned.strictness:g}"),
            ("would block of its own", block),
            ("would let strangers do", f"about {estimate.foreign_permit:.1%} of what they open (estimated)"),
        )
    )


def _enough(learned: Learned) -> str:
    if learned.sufficiency.enough:
        return "It was seen long enough to say what it does."
    return f"It was not seen long enough to say what it does: {'; '.join(learned.sufficiency.reasons)}."


def _rules(rules: Iterable[Rule]) -> Block:
    rows = tuple(
        (
            each.name,
            describe(each),
            "" if each.confidence is None else f"{each.confidence:.2f}",
            each.evidence[0].excerpt if each.evidence else "",
        )
        for each in rules
    )
    if not rows:
        return Text("Nothing: there is no rule.")
    return Table(("rule", "what", "confidence", "seen"), rows)


def _left_out(learned: Learned) -> Iterator[Block]:
    if not learned.left_out:
        return
    yield Heading("What no rule was made of")
    yield Table(
        ("what", "why", "conversations", "captures"),
        tuple(
            (
                each.what,
                f"{each.why} (from strictness {each.worth:g} down)"
                if each.why is Why.NOT_WORTH_IT and each.worth is not None
                else str(each.why),
                f"{each.flows:,}",
                str(each.captures),
            )
            for each in learned.left_out
        ),
    )


def _findings(findings: Iterable[Finding]) -> Iterator[Block]:
    rows = tuple((each.property, str(each.outcome), each.message) for each in findings)
    if rows:
        yield Heading("Findings")
        yield Table(("property", "outcome", "what"), rows)


def _problems(problems: Iterable[Problem]) -> Iterator[Block]:
    rows = tuple((each.where, each.what, each.hint) for each in problems)
    if rows:
        yield Heading("What could not be read")
        yield Table(("where", "what", "what to do"), rows)


def _filed(digest: str) -> Iterator[Block]:
    if digest:
        yield Text(f"Filed as evidence `{digest}`; `roadworthy assess` finds it there.")


def derived_page(result: DeriveResult) -> Document:
    """What was derived, why, and what was doubted."""
    derived = result.derived
    reasons = dict(derived.reasons)
    rules = tuple(
        (
            each.name,
            describe(each),
            f"{each.confidence or 0:.2f}",
            reasons.get(each.name, ""),
            each.evidence[0].place if each.evidence else "",
        )
        for each in derived.policy.rules
    )
    doubts = tuple((each.what, f"{each.confidence:.2f}", each.why) for each in derived.doubts)
    columns = ("rule", "what", "confidence", "why", "where")
    return Document(
        title="Derived profile",
        blocks=(
            Heading("Derived profile", 1),
            Table(columns, rules) if rules else Text("The image shows nothing that it would do."),
            Facts(
                (
                    ("brings software", ", ".join(derived.update_hosts) or "no host is known to"),
                    ("brings configuration", ", ".join(derived.config_hosts) or "no host is known to"),
                )
            ),
            *((Heading("Doubted"), Table(("what", "confidence", "why"), doubts)) if doubts else ()),
        ),
        data={"type": DERIVED_TYPE, "derived": to_plain(derived)},
    )


def compared_page(result: CompareResult) -> Document:
    """What both say, what was never seen, and what nothing explains."""
    found = result.comparison
    parts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
        ("Seen, and nothing explains it", tuple((describe(u.seen), u.hint) for u in found.unexplained)),
        ("Possible, and never seen", tuple((describe(each), "") for each in found.unseen)),
        ("Both say", tuple((describe(each.seen), "") for each in found.both)),
        ("Needs no explanation", tuple((describe(each), "") for each in found.ordinary)),
    )
    blocks: list[Block] = [Heading("Two profiles compared", 1)]
    for title, rows in parts:
        blocks.append(Heading(title))
        blocks.append(Table(("what", "note"), rows) if rows else Text("Nothing."))
    return Document(
        title="Two profiles compared",
        blocks=(*blocks, *_findings(result.findings), *_filed(result.filed)),
        data={
            "type": COMPARED_TYPE,
            "comparison": to_plain(found),
            "sentences": list(found.sentences),
            "findings": to_plain(result.findings),
            "filed": result.filed,
        },
    )
