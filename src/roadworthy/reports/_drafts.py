"""Drafts of papers that a maker signs: what is known stands in them, what is not stands there as open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from roadworthy.reports._assessed import Papers
from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Block, Heading, Table

OPEN: Final = "OPEN"
WORDS: Final = {
    "met": "met",
    "gap": "MISSING",
    "unknown": OPEN,
    "set_aside": "set aside",
    "not_applicable": "does not apply",
}
COLUMNS: Final = ("point", "state", "what stands here")


@dataclass(frozen=True, slots=True)
class Entry:
    """One point of a paper.

    Args:
        point: Its number and name.
        text: What stands there; what has to come there if it is open.
        state: ``given``, or what is wrong: `OPEN`, ``MISSING``.
    """

    point: str
    text: str
    state: str = "given"

    @property
    def lacking(self) -> bool:
        """Whether somebody has to fill it in."""
        return self.state in (OPEN, "MISSING")


def given(point: str, text: str, ask: str) -> Entry:
    """A point with its text; open, with what has to come there, where there is none."""
    return Entry(point, text) if text.strip() else Entry(point, ask, OPEN)


def by_requirement(papers: Papers, point: str, name: str, ask: str) -> Entry:
    """A point that a requirement of the law answers."""
    row = next((each.row for each in papers.requirements("cra") if each.id == name), None)
    if row is None:
        return Entry(point, ask, OPEN)
    verdict = row.text("verdict")
    because = last_reason(row)
    lacking = verdict in ("gap", "unknown")
    return Entry(point, f"{ask} ({name}: {because})" if lacking else because, WORDS.get(verdict, OPEN))


def by_answer(papers: Papers, point: str, names: Sequence[str], ask: str) -> Entry:
    """A point that answers to properties fill, wherever a requirement used them."""
    told = answers(papers)
    found = [told[each] for each in names if each in told]
    words = "; ".join(f"{each.text('property')}: {each.text('because')}" for each in found)
    outcomes = {each.text("outcome") for each in found}
    if "fail" in outcomes:
        return Entry(point, f"{ask} ({words})", "MISSING")
    if not found or len(found) < len(names) or outcomes - {"pass", "not_applicable"}:
        return Entry(point, f"{ask} ({words})" if words else ask, OPEN)
    return Entry(point, words)


def answers(papers: Papers) -> dict[str, Row]:
    """Every answer that a verdict rests on, by property."""
    return {each.text("property"): each for one in papers.requirements() for each in one.row.rows("used")}


def last_reason(row: Row) -> str:
    """The reason that decided."""
    because = row.texts("because")
    return because[-1] if because else "no reason is recorded"


def section(title: str, entries: Iterable[Entry]) -> tuple[Block, ...]:
    """A section of a paper."""
    rows = tuple((each.point, each.state, each.text) for each in entries)
    return (Heading(title), Table(COLUMNS, rows))


def lacking(sections: Iterable[tuple[str, Sequence[Entry]]]) -> int:
    """How many points somebody has to fill in."""
    return sum(each.lacking for _, entries in sections for each in entries)
