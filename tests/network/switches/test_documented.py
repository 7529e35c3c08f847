"""The page about the switches says what the code does."""

import re
from collections.abc import Callable
from pathlib import Path

from roadworthy.network.switches.ownership import WAIT
from roadworthy.network.switches.precedence import Row, rows
from roadworthy.network.switches.records import SKEW

Fits = Callable[[Row], bool]
PAGE = (Path(__file__).resolve().parents[3] / "docs/explanation/switches.md").read_text("utf-8")


def documented() -> dict[str, tuple[str, ...]]:
    """The table under "What decides", by what decides."""
    chapter = PAGE.partition("## What decides\n")[2].partition("\n## ")[0]
    lines = [line.strip("|").split("|") for line in chapter.splitlines() if line.startswith("| ")]
    return {first.strip(): tuple(each.strip() for each in rest[1:]) for first, *rest in lines[1:]}


def test_the_table_of_precedence_is_the_documented_one() -> None:
    table = documented()
    for row in rows():
        passing = row.passing
        said = (passing.lan, passing.internet, passing.update, passing.portal, passing.dns)
        assert table[passing.cause] == said, passing.cause
    assert set(table) == {row.passing.cause for row in rows()}


def test_the_first_line_that_fits_decides() -> None:
    order = list(documented())
    fits: dict[str, Fits] = {
        "power off": lambda row: not row.intended.power,
        "quarantine and the owner's no": lambda row: (
            row.quarantined and not (row.intended.internet and row.intended.change)
        ),
        "quarantine": lambda row: row.quarantined,
        "internet off": lambda row: not row.intended.internet and row.keeps_lan,
        "internet and local network off": lambda row: not row.intended.internet and not row.keeps_lan,
        "change off": lambda row: not row.intended.change,
        "profile": lambda _: True,
    }
    for row in rows():
        assert next(each for each in order if fits[each](row)) == row.passing.cause


def test_the_times_are_the_documented_ones() -> None:
    assert re.search(rf"\*\*{WAIT.total_seconds() / 3600:.0f} hours\*\* later", PAGE)
    assert SKEW.total_seconds() == 5 * 60
    assert "five minutes either way" in PAGE
