"""What the commands about frameworks have to tell, as documents."""

from collections import Counter
from collections.abc import Iterator, Sequence

from roadworthy.codecs.plain import to_plain
from roadworthy.regulation.assessment import Assessment, Verdict
from roadworthy.regulation.framework import Framework
from roadworthy.reports.blocks import Block, Document, Heading, Table, Text


def listed(frameworks: Sequence[Framework]) -> Document:
    """The frameworks that are known."""
    rows = tuple(
        (
            each.id,
            each.title,
            each.jurisdiction,
            "law" if each.binding else "no law",
            str(len(each.requirements)),
            each.as_of.isoformat(),
            _sure(each),
        )
        for each in frameworks
    )
    return Document(
        title="Frameworks",
        blocks=(
            Heading("Frameworks", 1),
            Text("Each row says how sure it is. What is from memory or read elsewhere needs a look."),
            Table(("id", "title", "where", "what", "rows", "as of", "how sure"), rows),
            *_dates(frameworks),
        ),
        data={"type": "roadworthy.frameworks/v1", "frameworks": [_plain(each) for each in frameworks]},
    )


def _sure(framework: Framework) -> str:
    counts = Counter(each.sureness.value for each in framework.requirements)
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(counts.items()))


def _dates(frameworks: Sequence[Framework]) -> Iterator[Block]:
    rows = sorted(
        (each.day.isoformat(), one.id, each.what, each.source)
        for one in frameworks
        for each in one.milestones
    )
    yield Heading("What applies when")
    yield Table(("day", "framework", "what", "source"), tuple(rows))


def _plain(framework: Framework) -> dict[str, object]:
    return {
        "id": framework.id,
        "title": framework.title,
        "jurisdiction": framework.jurisdiction,
        "binding": framework.binding,
        "version": framework.version,
        "source": framework.source,
        "as_of": framework.as_of.isoformat(),
        "milestones": to_plain(framework.milestones),
        "requirements": [
            {"id": each.id, "text": each.text, "source": each.source, "sureness": each.sureness.value}
            for each in framework.requirements
        ],
    }


def pages_index(assessment: Assessment, suffix: str) -> Document:
    """The page that leads to the page of each framework."""
    rows = []
    for chapter in assessment.chapters:
        counts = Counter(each.verdict for each in chapter.requirements)
        name = chapter.applicability.framework
        rows.append((f"{name}{suffix}", chapter.title, *(str(counts[each]) for each in Verdict)))
    columns = ("page", "framework", *(each.value.replace("_", " ") for each in Verdict))
    return Document(
        title="Assessment",
        blocks=(Heading("Assessment", 1), Table(columns, tuple(rows))),
        data={"type": "roadworthy.assessment-index/v1"},
    )
