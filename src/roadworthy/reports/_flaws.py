"""Known vulnerabilities in a report: what is open, what was settled and why, and what is not known."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from roadworthy.model.advisory import Feed
from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Bar, Block, Figure, Heading, Table, Text
from roadworthy.vulnerability.findings import missing_years, years_for_people

OPEN: Final = frozenset({"affected", "under_investigation"})
MAX_OPEN: Final = 30
MAX_REASONS: Final = 60
MAX_NAMES: Final = 6
SUMMARY: Final = 110
STATES: Final = (
    ("affected", "affected", "fail"),
    ("under_investigation", "open: by version only", "unknown"),
    ("fixed", "mended", "pass"),
    ("not_affected", "dismissed with a reason", "not_applicable"),
)


def flaws_chapter(matching: Row, now: datetime) -> Iterator[Block]:
    """The chapter about known vulnerabilities; nothing where nobody looked for them."""
    if not matching.values:
        return
    matches = matching.rows("matches")
    yield Heading("Known vulnerabilities")
    yield Text(_sources(matching.rows("feeds"), now))
    states = Counter(each.text("status") for each in matches)
    if matches:
        yield Text(_verdict(matches, states))
        bars = tuple(Bar(label, states[state], kind) for state, label, kind in STATES if states[state])
        yield Figure("Matches", "matches", bars)
        yield Table(
            ("component", "version", "open", "attackers use", "settled", "worst open"), _components(matches)
        )
    else:
        yield Text("No version in the image is in a range that they name.")
    open_ = [each for each in matches if each.text("status") in OPEN]
    if open_:
        yield from _urgent(open_)
    settled = [each for each in matches if each.text("status") not in OPEN]
    if settled:
        yield from _settled(settled)
    yield from _unmatched(matching.rows("unmatched"))


def _sources(feeds: Sequence[Row], now: datetime) -> str:
    if not feeds:
        return "No advisories are at hand, so nothing is known. `roadworthy advisories update` fetches them."
    told = ", ".join(
        f"{each.text('title') or each.text('id')} of {each.text('as_of')[:10]}" for each in feeds
    )
    years = missing_years([_feed(each, now) for each in feeds], now)
    gap = (
        f" They do not cover {years_for_people(years)}: what was published then is unknown." if years else ""
    )
    return f"Held against {told}.{gap}"


def _feed(feed: Row, now: datetime) -> Feed:
    return Feed(id=feed.text("id"), title="", as_of=now, records=0, years=feed.wholes("years"))


def _verdict(matches: Sequence[Row], states: Counter[str]) -> str:
    open_ = states["affected"] + states["under_investigation"]
    exploited = sum(each.flag("exploited") is True and each.text("status") in OPEN for each in matches)
    used = f" Attackers are known to use {exploited} of the open ones." if exploited else ""
    return (
        f"{len(matches)} flaws name a version that is in the image. {len(matches) - open_} are settled, each "
        f"with its reason; {open_} are open: nobody has shown that they do not matter.{used}"
    )


def _components(matches: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """A row each, those with exploited flaws first, then those with most open ones."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for each in matches:
        groups.setdefault((each.text("name"), each.text("version")), []).append(each)
    rows = [_component(name, version, mine) for (name, version), mine in sorted(groups.items())]
    return tuple(row for _, row in sorted(rows, key=lambda each: each[0], reverse=True))


def _component(name: str, version: str, mine: Sequence[Row]) -> tuple[tuple[int, int], tuple[str, ...]]:
    open_ = [each for each in mine if each.text("status") in OPEN]
    exploited = sum(each.flag("exploited") is True for each in open_)
    worst = max(open_, key=lambda each: (each.number("score") or 0.0, each.text("advisory")), default=Row())
    counts = (len(open_), exploited, len(mine) - len(open_))
    told = (name, version, *(str(each or "") for each in counts))
    return counts[1::-1], (*told, f"{worst.text('advisory')} {_score(worst)}".strip())


def _urgent(open_: Sequence[Row]) -> Iterator[Block]:
    yield Heading("Open, the most urgent first", 3)
    columns = ("flaw", "in", "score", "why first", "what it is")
    rows = tuple(
        (
            each.text("advisory"),
            f"{each.text('name')} {each.text('version')}",
            _score(each),
            _why_first(each),
            _short(each.text("summary")),
        )
        for each in open_[:MAX_OPEN]
    )
    more = len(open_) - len(rows)
    yield Table(columns, rows, f"The first {len(rows)}; the JSON report has {more} more." if more > 0 else "")


def _why_first(match: Row) -> str:
    epss = match.number("epss")
    reasons = (
        "attackers use it" if match.flag("exploited") else "",
        f"likely to be used: {epss:.0%}" if epss and epss >= 0.01 else "",  # noqa: PLR2004 -- below 1 % says nothing
        "reachable from the network" if match.flag("exposed") else "",
        "not started at boot" if match.flag("exposed") is False else "",
    )
    return "; ".join(filter(None, reasons))


def _settled(settled: Sequence[Row]) -> Iterator[Block]:
    yield Heading("Settled, and why", 3)
    ordered = sorted(settled, key=lambda each: (each.text("name"), each.text("because")))
    rows = []
    for (name, because), group in groupby(
        ordered, key=lambda each: (each.text("name"), each.text("because"))
    ):
        mine = list(group)
        names = [each.text("advisory") for each in mine]
        listed = ", ".join(names[:MAX_NAMES]) + (
            f" and {len(names) - MAX_NAMES} more" if names[MAX_NAMES:] else ""
        )
        status = mine[0].text("justification") or mine[0].text("status")
        rows.append((len(names), (name, listed, status.replace("_", " "), because, _proof(mine[0]))))
    rows.sort(key=lambda each: (-each[0], each[1]))
    shown = tuple(row for _, row in rows[:MAX_REASONS])
    more = len(rows) - len(shown)
    caption = (
        f"The {len(shown)} reasons that settle most; the JSON report has {more} more." if more > 0 else ""
    )
    yield Table(("component", "flaws", "status", "because", "shown by"), shown, caption)


def _proof(match: Row) -> str:
    for evidence in match.rows("evidence"):
        place = "".join(evidence.texts("path")[-1:])
        line, offset = evidence.number("line"), evidence.number("offset")
        where = f":{line:.0f}" if line is not None else f"+{int(offset):#x}" if offset is not None else ""
        return f"{place}{where} {_short(evidence.text('excerpt'))}".strip()
    return ""


def _unmatched(unmatched: Sequence[Row]) -> Iterator[Block]:
    if not unmatched:
        return
    yield Heading("Not held against any advisory", 3)
    yield Text("Of these nothing is known. That is not the same as good.")
    reasons: dict[str, list[str]] = {}
    for each in unmatched:
        name = f"{each.text('name')} {each.text('version')}".strip()
        reasons.setdefault(each.text("because"), []).append(name)
    rows = tuple((because, str(len(names)), _few(names)) for because, names in sorted(reasons.items()))
    yield Table(("because", "how many", "which"), rows)


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:20])
    return f"{shown} and {len(names) - 20} more" if len(names) > 20 else shown  # noqa: PLR2004 -- as above


def _score(match: Row) -> str:
    score = match.number("score")
    return "" if score is None else f"{score:.1f}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SUMMARY else f"{words[: SUMMARY - 1].rstrip()}…"
