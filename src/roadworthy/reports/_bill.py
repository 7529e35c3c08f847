"""Bills of materials in a report: where they and the image disagree, and how often they agree."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from roadworthy.inspection.bill import Declared, Standing
from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Block, Heading, Table, Text

MAX_ROWS: Final = 100
NOT_AGREED: Final = (Standing.OTHER_VERSION, Standing.ABSENT)
COLUMNS: Final = ("disagreement", "component", "the bill says", "the image has", "where")
OPEN: Final = ("not settled", "version", "why", "stated in")


def bill_chapter(held: Row) -> Iterator[Block]:
    """The chapter about bills of materials; nothing where none was given."""
    bills, claims, components = held.rows("bills"), held.rows("claims"), held.rows("components")
    if not bills:
        return
    yield Heading("The bill of materials against the image")
    for bill in bills:
        yield Text(_sentence(bill))
    against = [*map(_claim, filter(_untrue, claims)), *map(_component, filter(_missing, components))]
    if against:
        yield Heading(f"Where they disagree ({len(against)})", 3)
        yield Table(COLUMNS, tuple(against[:MAX_ROWS]), _cut(against))
    else:
        yield Text("Nowhere do they disagree.")
    yield Heading("How often they agree", 3)
    yield Table(("of what", "how it stands", "how many"), tuple(_counts(claims, components)))
    unsettled = [each for each in claims if each.text("standing") == Standing.UNSEEN]
    if unsettled:
        yield Text("What was not seen is not refuted: without a program or a rule nobody can tell.")
        yield Table(OPEN, tuple(map(_unsettled, unsettled[:MAX_ROWS])), _cut(unsettled))


def _sentence(bill: Row) -> str:
    left = bill.row("left_out")
    rest = ", ".join(f"{reason} ({count})" for reason, count in left.pairs)
    more = f" Left out: {rest}." if rest else ""
    count = bill.whole("claims")
    return f"{bill.text('name')}, {bill.text('form')}: {count} component{'s' * (count != 1)} claimed.{more}"


def _cut(rows: Sequence[object]) -> str:
    more = len(rows) - MAX_ROWS
    return f"The first {MAX_ROWS}; the JSON report has {more} more." if more > 0 else ""


def _untrue(claim: Row) -> bool:
    return claim.text("standing") in NOT_AGREED


def _missing(component: Row) -> bool:
    return component.text("standing") == Declared.UNDECLARED or component.flag("besides") is True


def _claim(claim: Row) -> tuple[str, ...]:
    what = claim.text("standing")
    found = ", ".join(claim.texts("found")) or "nothing of it"
    return what, claim.text("name"), claim.text("version") or "no version", found, _place(claim)


def _component(component: Row) -> tuple[str, ...]:
    what = "one more version" if component.flag("besides") else "not claimed"
    listed = ", ".join(component.texts("claimed")) or "nothing of it"
    return what, component.text("name"), listed, component.text("version") or "?", _place(component)


def _unsettled(claim: Row) -> tuple[str, ...]:
    return claim.text("name"), claim.text("version"), claim.text("because"), _stated(claim)


def _place(row: Row) -> str:
    """Where the image shows it; where it does not, where the bill states it."""
    for evidence in row.rows("evidence"):
        line = evidence.text("line")
        return "".join(evidence.texts("path")[-1:]) + (f":{line}" if line else "")
    return _stated(row)


def _stated(row: Row) -> str:
    stated = row.row("stated")
    line = stated.text("line")
    return " » ".join(stated.texts("path")) + (f":{line}" if line else "")


def _counts(claims: Sequence[Row], components: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    standings = Counter(each.text("standing") for each in claims)
    yield from (("claims", each, str(standings[each])) for each in Standing if standings[each])
    declared = Counter(each.text("standing") for each in components)
    yield from (("components in the image", each, str(declared[each])) for each in Declared if declared[each])
