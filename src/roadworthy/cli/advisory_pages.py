"""What the advisories commands have to tell, as documents."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from roadworthy.codecs.plain import to_plain
from roadworthy.model.advisory import Advisory, AffectedRange, Feed
from roadworthy.model.problem import Problem
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Table, Text
from roadworthy.usecases.advisories import Updated
from roadworthy.vulnerability.findings import missing_years, years_for_people
from roadworthy.vulnerability.source import AdvisorySource

MAX_PROBLEMS = 40
MAX_RANGES = 200
MAX_VERSIONS = 12


def updated(done: Updated) -> Document:
    """What was imported."""
    rows = tuple(
        (each.feed.id, each.feed.as_of.date().isoformat(), str(each.taken), str(each.feed.records))
        for each in done.imported
    )
    problems = [*done.problems, *(one for each in done.imported for one in each.problems)]
    blocks: list[Block] = [Heading("Advisories", 1)]
    blocks.append(
        Table(("source", "as of", "taken in", "there now"), rows) if rows else Text("Nothing was imported.")
    )
    blocks += _told(problems)
    return Document(
        title="Advisories",
        blocks=tuple(blocks),
        data={
            "type": "roadworthy.advisories-update/v1",
            "imported": [{**_plain(each.feed), "taken": each.taken} for each in done.imported],
            "problems": to_plain(problems),
        },
    )


def _told(problems: Sequence[Problem]) -> Iterator[Block]:
    if problems:
        yield Heading("What could not be used")
        rows = tuple((each.where, each.what, each.hint) for each in problems[:MAX_PROBLEMS])
        more = len(problems) - len(rows)
        yield Table(("where", "what", "what to do"), rows, f"And {more} more." if more else "")


def listed(feeds: Sequence[Feed], sources: Mapping[str, AdvisorySource], now: datetime) -> Document:
    """What is at hand, and what is not."""
    rows = tuple(
        (each.id, each.title, each.as_of.date().isoformat(), str(each.records), years_for_people(each.years))
        for each in feeds
    )
    missing = missing_years(feeds, now)
    blocks: list[Block] = [Heading("Advisories at hand", 1)]
    if rows:
        blocks.append(Table(("source", "title", "as of", "records", "years as a whole"), rows))
    else:
        blocks.append(Text("None. `roadworthy advisories update` fetches them."))
    if missing:
        blocks.append(
            Text(f"No source covers {years_for_people(missing)}. What is not covered is unknown, not clean.")
        )
    others = [(name, each.title, each.licence) for name, each in sources.items()]
    blocks += [Heading("Sources that can be read"), Table(("source", "title", "licence"), tuple(others))]
    return Document(
        title="Advisories at hand",
        blocks=tuple(blocks),
        data={
            "type": "roadworthy.advisories/v1",
            "feeds": [_plain(each) for each in feeds],
            "missing_years": list(missing),
        },
    )


def _plain(feed: Feed) -> dict[str, object]:
    plain = to_plain(feed)
    return dict(plain) if isinstance(plain, dict) else {}


def flaw(name: str, said: Sequence[Advisory]) -> Document:
    """What each source says of one flaw."""
    blocks: list[Block] = [Heading(name, 1)]
    for each in said:
        blocks.append(Heading(f"{each.source}, as of {each.as_of:%Y-%m-%d}"))
        if each.summary:
            blocks.append(Text(each.summary))
        blocks.append(Facts(tuple(_facts(each))))
        rows = tuple((one.product, span(one), ", ".join(one.only_with)) for one in each.affected[:MAX_RANGES])
        if rows:
            blocks.append(Table(("product", "versions", "only with"), rows))
    return Document(
        title=name,
        blocks=tuple(blocks),
        data={"type": "roadworthy.advisory/v1", "advisories": [to_plain(each) for each in said]},
    )


def _facts(advisory: Advisory) -> Iterator[tuple[str, str]]:
    if advisory.score is not None:
        yield "score", f"{advisory.score:.1f} {advisory.cvss}".strip()
    if advisory.published:
        yield "published", f"{advisory.published:%Y-%m-%d}"
    if advisory.weaknesses:
        yield "weaknesses", ", ".join(advisory.weaknesses)
    yield "known to be exploited", "yes" if advisory.exploited else "not listed"
    if advisory.epss is not None:
        yield "likely to be exploited", f"{advisory.epss:.1%} within 30 days"
    if advisory.withdrawn:
        yield "withdrawn", "yes"


def span(affected: AffectedRange) -> str:
    """A range in words: ``from 1.0.2 before 1.0.2p``."""
    if affected.versions:
        more = len(affected.versions) - MAX_VERSIONS
        return ", ".join(affected.versions[:MAX_VERSIONS]) + (f" and {more} more" if more > 0 else "")
    words = (
        ("from", affected.introduced),
        ("after", affected.after),
        ("before", affected.fixed),
        ("up to", affected.last_affected),
    )
    return " ".join(f"{word} {version}" for word, version in words if version) or "all"
