"""Changes between two inspections, in words and as a table."""

from collections.abc import Sequence
from typing import Final

from roadworthy.inspection.comparison import Change, Effect
from roadworthy.reports.blocks import Table

MAX_ROWS: Final = 40


def verdict(changes: Sequence[Change]) -> str:
    """How many things got worse and better, in a sentence."""
    if not changes:
        return "Nothing that was looked at has changed."
    worse, better, else_ = (count(changes, effect) for effect in Effect)
    worst = max(
        (each.severity for each in changes if each.effect is Effect.WORSE),
        key=lambda each: each.weight,
        default=None,
    )
    bad = f"{worse} got worse, at most of severity {worst}" if worst else "nothing got worse"
    text = f"{bad}; {better or 'nothing'} got better; {else_ or 'nothing'} changed otherwise."
    return text[0].upper() + text[1:]


def changes_table(changes: Sequence[Change]) -> Table:
    """Changes as a table."""
    more = len(changes) - MAX_ROWS
    caption = f"The first {MAX_ROWS}; the JSON form has {more} more." if more > 0 else ""
    cells = tuple((each.name, each.manner.value, each.old, _after(each)) for each in changes[:MAX_ROWS])
    return Table(("name", "how", "before", "after"), cells, caption)


def _after(change: Change) -> str:
    return f"{change.new} ({change.because})".strip() if change.because else change.new


def count(changes: Sequence[Change], effect: Effect) -> int:
    """How many changes have an effect."""
    return sum(each.effect is effect for each in changes)
