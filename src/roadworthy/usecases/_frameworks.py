"""Pages about frameworks and their requirements, and about sources of advisories, for `explain`."""

from collections.abc import Iterator, Mapping

from roadworthy.model.property import Property
from roadworthy.regulation.framework import Clock, Framework, Requirement, Route, Strength, Tier
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Table, Text
from roadworthy.vulnerability.source import AdvisorySource

Pairs = tuple[tuple[str, str], ...]


def law_or_source(own: Framework | AdvisorySource) -> tuple[str, Pairs, tuple[Block, ...]]:
    """Title, facts and tables of a framework, or of a source of advisories."""
    if isinstance(own, AdvisorySource):
        return own.title, (("fetched from", ", ".join(own.urls)), ("licence", own.licence)), ()
    facts = (
        ("where", own.jurisdiction),
        ("binding", "law" if own.binding else "no law"),
        ("version", own.version),
        ("source", own.source),
        ("licence", own.licence),
        ("as of", own.as_of.isoformat()),
        ("applies to", own.applies.text or "every product"),
        ("holds from", own.since.isoformat() if own.since else ""),
        ("holds until", own.until.isoformat() if own.until else ""),
    )
    return own.title, facts, tuple(_tables(own))


def _tables(own: Framework) -> Iterator[Block]:
    yield Text(own.about)
    yield from (Text(f"Corrigendum: {each}") for each in own.corrigenda)
    tables = (
        (
            "What applies when",
            ("day", "what", "source", "how sure"),
            [(each.day.isoformat(), each.what, each.source, _sure(each.sureness)) for each in own.milestones],
        ),
        (
            "Kinds of products",
            ("id", "class", "kind"),
            [(each.id, each.product_class, each.title) for each in own.categories],
        ),
        (
            "Ways to show conformity",
            ("way", "what it is", "open by law", "can be had", "source"),
            [_route(each) for each in own.routes],
        ),
        ("Fines", ("tier", "for", "at most", "source", "how sure"), [_tier(each) for each in own.tiers]),
        (
            "Deadlines",
            ("track", "step", "time", "from", "what is told", "source"),
            [_clock(each) for each in own.clocks],
        ),
        (
            "Requirements",
            ("id", "binds", "what it asks", "needs", "how sure"),
            [
                (each.id, each.strength.value, each.text, _needs(each), _sure(each.sureness))
                for each in own.requirements
            ],
        ),
    )
    for title, columns, rows in tables:
        if rows:
            yield Heading(title)
            yield Table(columns, tuple(rows))


def _sure(sureness: str) -> str:
    return sureness.replace("_", " ")


def _route(route: Route) -> tuple[str, ...]:
    return route.id, route.title, route.open.text or "to all", route.available.text or "to all", route.source


def _clock(clock: Clock) -> tuple[str, ...]:
    time = f"{clock.hours} h" if clock.hours else f"{clock.months} months" if clock.months else "not set"
    return clock.track, clock.step, time, clock.starts, clock.content, clock.source


def _tier(tier: Tier) -> tuple[str, ...]:
    fixed = f"{tier.most:,} {tier.currency}" if tier.most else ""
    share = f"{tier.share:.1%} of turnover" if tier.share else ""
    ceiling = " or ".join(filter(None, (fixed, share))) or "no ceiling"
    return tier.id, tier.title, ceiling, tier.source, tier.sureness.value.replace("_", " ")


def _needs(own: Requirement) -> str:
    return own.needs.text or "the maker's own answer"


def requirement_document(
    framework: Framework, own: Requirement, properties: Mapping[str, Property]
) -> Document:
    """The page of one requirement."""
    since = own.since or framework.since
    aside = own.justifiable or own.strength is not Strength.MANDATORY
    facts = (
        ("id", f"{framework.id}:{own.id}"),
        ("framework", f"{framework.title}; {framework.version}"),
        ("source", own.source),
        ("how sure", _sure(own.sureness)),
        ("binds", own.strength.value),
        ("whose duty", ", ".join(own.who).replace("_", " ")),
        ("condition", own.applies.text),
        ("feature", own.feature.text),
        ("holds from", since.isoformat() if since else ""),
        ("older products", "too: those placed on the market before" if own.older else ""),
        ("may be set aside", "with a written reason" if aside else "no"),
        ("deemed met by", own.deemed.text),
        ("tier of fines", own.tier),
        ("needs", own.needs.text),
        ("note", own.note),
    )
    told = tuple(pair for pair in facts if pair[1])
    rows = tuple(
        (name, properties[name].question, " or ".join(each.value for each in properties[name].answerable))
        for name in dict.fromkeys(own.needs.names())
        if name in properties
    )
    blocks: list[Block] = [Heading(own.text, 1), Facts(told)]
    if rows:
        blocks += [Heading("What it needs"), Table(("property", "question", "can be"), rows)]
    else:
        blocks.append(Text("Only the maker's own answer can tell: `roadworthy declare` asks for it."))
    return Document(
        title=f"{framework.id}:{own.id}",
        blocks=tuple(blocks),
        data={"type": "roadworthy.requirement/v1", "text": own.text, **dict(told)},
    )
