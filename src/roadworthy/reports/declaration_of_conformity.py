"""A draft of the EU declaration of conformity under the EU Cyber Resilience Act (Annex V).

What it shows: the eight points of Annex V, filled in as far as the declaration and the evidence go. What only
the maker can say is OPEN: that it is his sole responsibility, that the product conforms, and the signature.

How to read it: it is a draft and declares nothing. Who signs takes the responsibility (Art. 28(4)); the
number of gaps that were found, and of points that nobody has shown, stands beside the statement.

How it can be wrong: other acts of the Union that hold for the product belong into the same declaration, and
are not looked at here. It is no legal advice.
"""

from collections import Counter
from typing import Final

from roadworthy.reports._assessed import Papers, papers_of
from roadworthy.reports._drafts import OPEN, Entry, given, lacking, section
from roadworthy.reports.blocks import Document, Heading, Text
from roadworthy.reports.report import Dossier, Report

FRAMEWORK: Final = "cra"
TITLE: Final = "EU declaration of conformity: draft, not signed, declares nothing"


def build(dossier: Dossier) -> Document:
    """The draft. Raises `InputError` where the dossier holds no assessment under the CRA."""
    papers = papers_of(dossier)
    papers.chapter(FRAMEWORK)
    entries = entries_of(papers, dossier)
    open_ = lacking([("", entries)])
    return Document(
        title=f"{papers.name or 'A product'}: EU declaration of conformity, draft",
        blocks=(
            Heading(TITLE, 1),
            Text(f"{open_} of 8 points are open. Roadworthy never says that a product conforms."),
            *section("Annex V", entries),
        ),
        data={
            "type": "roadworthy.declaration-of-conformity/v1",
            "signed": False,
            "lacking": open_,
            "points": [{"point": each.point, "state": each.state, "text": each.text} for each in entries],
        },
    )


def entries_of(papers: Papers, dossier: Dossier) -> tuple[Entry, ...]:
    """The eight points (CRA Annex V)."""
    own = papers.product
    return (
        given("1 product", own.text("model"), "Name and type, and what else identifies it."),
        _maker(papers),
        Entry("3 sole responsibility", "Only the maker can say that he declares this alone.", OPEN),
        given(
            "4 object",
            " ".join(filter(None, (own.text("model"), own.text("version"), dossier.subject.digest))),
            "What it is about, so that it can be traced; a photograph where it helps.",
        ),
        _statement(papers),
        _means(papers),
        _procedure(papers),
        Entry("8 signature", "Place, date, name, function, signature.", OPEN),
    )


def _maker(papers: Papers) -> Entry:
    name = papers.product.text("maker")
    ask = f"{name}: its address, and that of a representative." if name else "Name and address of the maker."
    return Entry("2 maker", ask, OPEN)


def _statement(papers: Papers) -> Entry:
    counts = Counter(each.verdict for each in papers.requirements(FRAMEWORK))
    told = f"The assessment found {counts['gap']} gaps, and {counts['unknown']} points that nobody has shown."
    return Entry("5 conformity", f"Not stated. {told} Only the maker can state it.", OPEN)


def _means(papers: Papers) -> Entry:
    full = papers.product.row("flags").flag("harmonised_standards_in_full")
    held = [each.text("kind") for each in papers.product.rows("certificates")]
    told = [*(["harmonised standards in full, says the maker"] if full else []), *held]
    return given(
        "6 standards, specifications, certificates",
        ", ".join(told),
        "Name the harmonised standards, common specifications or certificates that it relies on.",
    )


def _procedure(papers: Papers) -> Entry:
    chapter = papers.chapter(FRAMEWORK)
    ways = [each for each in chapter.rows("routes") if each.flag("can_be_taken")]
    names = ", ".join(f"{each.text('id')} ({each.text('title')})" for each in ways)
    state = f"class {chapter.text('product_class') or 'not known'}"
    if names:
        text = f"{state}: name the procedure that was taken, of {names}, and the notified body, if any."
    else:
        text = f"{state}: no procedure can be taken as things stand."
    return Entry("7 procedure, notified body, certificate", text, OPEN)


REPORT: Final = Report(title="EU declaration of conformity (CRA Annex V), draft", build=build)
