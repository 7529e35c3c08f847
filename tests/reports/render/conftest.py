"""Documents of any text, and the same document with everything in it."""

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.reports.blocks import (
    Bar,
    Block,
    Code,
    Document,
    Facts,
    Figure,
    Heading,
    Item,
    Point,
    Table,
    Text,
    Treemap,
)
from roadworthy.reports.inspection import REPORT
from roadworthy.reports.report import Dossier

NASTY = st.sampled_from(
    [
        "\x1b]0;title\x07\x1b[2J",
        "\x9b31m\x7f\x00",
        "\u202egpj.exe\u2066",
        "</style><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<!--",
        "]]>&lt;&amp;&#60;",
        "`` ` ```",
        "| a | b |\n|---|---|",
        "[x](javascript:alert(1)) ![x](http://example.com/x.png)",
        "# h\n\n- l\n1. n\n> q\n    code",
        "@everyone www.example.com https://example.com",
        "__b__ **b** ~~s~~ $m$ &copy;",
        "\ud800",
    ]
)
TEXTS = st.text(st.characters(exclude_categories=()), max_size=30) | NASTY
EVIDENCE = st.builds(
    Evidence,
    path=st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    line=st.none() | st.integers(1, 99),
    excerpt=TEXTS,
)
ITEMS = st.builds(
    Item,
    id=TEXTS,
    title=TEXTS,
    outcome=st.sampled_from(Outcome),
    severity=st.sampled_from(Severity),
    text=TEXTS,
    remedy=TEXTS,
    acts=TEXTS,
    evidence=st.lists(EVIDENCE, max_size=2).map(tuple),
    further=st.lists(st.builds(Point, TEXTS, st.lists(EVIDENCE, max_size=1).map(tuple)), max_size=1).map(
        tuple
    ),
)
TABLES = st.integers(1, 4).flatmap(
    lambda many: st.builds(
        Table,
        st.tuples(*[TEXTS] * many),
        st.lists(st.tuples(*[TEXTS] * many), max_size=3).map(tuple),
        TEXTS,
    )
)
FIGURES = st.builds(
    Figure,
    TEXTS,
    st.sampled_from(["bytes", "questions"]),
    st.lists(st.builds(Bar, TEXTS, st.integers(0, 2**40), TEXTS | st.sampled_from(Outcome)), max_size=30).map(
        tuple
    ),
)
TREEMAPS = st.builds(
    Treemap,
    TEXTS,
    st.sampled_from(["bytes", "files"]),
    st.lists(st.builds(Bar, TEXTS, st.integers(0, 2**40), TEXTS), max_size=30).map(tuple),
    TABLES,
)
BLOCKS = st.one_of(
    TREEMAPS,
    st.builds(Heading, TEXTS, st.integers(1, 4)),
    st.builds(Text, TEXTS),
    st.builds(Facts, st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)),
    TABLES,
    st.builds(Code, TEXTS),
    FIGURES,
    ITEMS,
)


@pytest.fixture(scope="session")
def documents() -> st.SearchStrategy[Document]:
    blocks: st.SearchStrategy[tuple[Block, ...]] = st.lists(BLOCKS, max_size=6).map(tuple)
    return st.builds(Document, title=TEXTS, blocks=blocks, data=st.dictionaries(TEXTS, TEXTS, max_size=3))


@pytest.fixture(scope="session")
def texts() -> st.SearchStrategy[str]:
    return TEXTS


@pytest.fixture
def report(build_dossier: Callable[..., Dossier]) -> Document:
    return REPORT.build(build_dossier())
