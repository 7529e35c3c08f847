"""A draft of the technical documentation under the EU Cyber Resilience Act (Annex VII).

What it shows: the eight points of Annex VII. What the declaration and the evidence tell stands in place, with
where it comes from; what nobody has told stands there as OPEN, and what was found to be missing as MISSING.

How to read it: it is a draft. A maker fills in what is open and keeps it up to date during the support period
(Art. 31(2)), for at least ten years (Art. 13(13)).

How it can be wrong: it knows what was declared and what the evidence shows; drawings, the risk assessment and
the way of production it cannot know. It is no legal advice.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.model.envelope import Envelope
from roadworthy.reports._assessed import Papers, papers_of
from roadworthy.reports._drafts import (
    WORDS,
    Entry,
    by_answer,
    by_requirement,
    given,
    lacking,
    last_reason,
    section,
)
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Text
from roadworthy.reports.report import Dossier, Report

FRAMEWORK: Final = "cra"
PART_I: Final = "AnnexI.I."
PART_II: Final = "AnnexI.II."
Sections = tuple[tuple[str, tuple[Entry, ...]], ...]


def build(dossier: Dossier) -> Document:
    """The draft. Raises `InputError` where the dossier holds no assessment under the CRA."""
    papers = papers_of(dossier)
    papers.chapter(FRAMEWORK)
    sections = sections_of(papers, dossier)
    open_ = lacking(sections)
    name = papers.name or "a product without a name"
    head: tuple[Block, ...] = (
        Heading(f"Technical documentation of {name}: draft", 1),
        Text(f"{open_} points are open or missing. This draft claims no conformity."),
        Facts(tuple(_facts(papers.envelope, dossier))),
    )
    body = (block for title, entries in sections for block in section(title, entries))
    return Document(
        title=f"{name}: technical documentation, draft",
        blocks=(*head, *body),
        data={
            "type": "roadworthy.technical-file/v1",
            "product": name,
            "lacking": open_,
            "sections": [
                {
                    "title": title,
                    "points": [
                        {"point": each.point, "state": each.state, "text": each.text} for each in entries
                    ],
                }
                for title, entries in sections
            ],
        },
    )


def _facts(envelope: Envelope, dossier: Dossier) -> Iterator[tuple[str, str]]:
    yield "as of", envelope.as_of.date().isoformat()
    yield "subject", dossier.subject.id
    if dossier.digest:
        yield "evidence", dossier.digest


def sections_of(papers: Papers, dossier: Dossier) -> Sections:
    """The eight points, each with its entries (CRA Annex VII)."""
    return (
        ("1. General description", _description(papers, dossier)),
        ("2. Design, development, production and handling of vulnerabilities", _design(papers)),
        ("3. Assessment of cybersecurity risks", tuple(_risks(papers))),
        ("4. Support period", _support(papers)),
        ("5. Standards and other means", tuple(_standards(papers))),
        ("6. Reports of tests", tuple(_tests(papers))),
        (
            "7. EU declaration of conformity",
            (
                by_requirement(
                    papers,
                    "7 copy",
                    "Art.28",
                    "Put the signed declaration here; `--report declaration-of-conformity` drafts it.",
                ),
            ),
        ),
        (
            "8. Bill of materials",
            (
                by_answer(
                    papers,
                    "8 for authorities, on reasoned request",
                    ("provenance.bill-of-materials",),
                    "Make one with `roadworthy inspect IMAGE --format cyclonedx`.",
                ),
            ),
        ),
    )


def _description(papers: Papers, dossier: Dossier) -> tuple[Entry, ...]:
    own = papers.product
    release = " ".join(filter(None, (own.text("version"), dossier.subject.digest)))
    return (
        given("1 product", papers.name, "Maker, model and version."),
        Entry("1(a) intended purpose", "Say what it is for, and what it is not for.", "OPEN"),
        given("1(b) versions of software", release, "The releases for which this holds, by digest."),
        Entry("1(c) hardware", "Photographs or drawings: outside, markings, inside layout.", "OPEN"),
        by_requirement(papers, "1(d) information for users", "Art.13.18", "The information of Annex II."),
    )


def _design(papers: Papers) -> tuple[Entry, ...]:
    updates = ("updates.mechanism-present", "updates.signature-verified")
    return (
        Entry("2(a) design", "Describe the architecture, and how its parts work together.", "OPEN"),
        by_answer(
            papers, "2(b) bill of materials", ("provenance.bill-of-materials",), "A bill of materials."
        ),
        by_answer(papers, "2(b) disclosure policy", ("disclosure.policy-published",), "The policy."),
        by_answer(
            papers, "2(b) contact for reports", ("disclosure.contact-published",), "Proof of a contact."
        ),
        by_answer(papers, "2(b) secure updates", updates, "How updates reach the product safely."),
        *(
            by_requirement(papers, f"2(b) {each.id}", each.id, each.row.text("text"))
            for each in papers.requirements(FRAMEWORK)
            if each.id.startswith(PART_II)
        ),
        Entry("2(c) production and monitoring", "Describe them, and how they were validated.", "OPEN"),
    )


def _risks(papers: Papers) -> Iterator[Entry]:
    ask = "The risk assessment, and whether and how each point of Annex I, part I, applies."
    yield by_requirement(papers, "3 risk assessment", "Art.13.2-4", ask)
    for each in papers.requirements(FRAMEWORK):
        if each.id.startswith(PART_I):
            state = WORDS.get(each.verdict, "OPEN")
            yield Entry(each.id, f"{each.row.text('text')} ({last_reason(each.row)})", state)


def _support(papers: Papers) -> tuple[Entry, ...]:
    own = papers.product
    years = own.text("expected_use_years")
    return (
        given("4 end of support", own.text("support_until"), "The day until which there are updates."),
        given("4 expected use", f"{years} years" if years else "", "For how long it is used."),
        by_requirement(papers, "4 reasons", "Art.13.8", "What was taken into account for the period."),
    )


def _standards(papers: Papers) -> Iterator[Entry]:
    for chapter in papers.chapters:
        if chapter.text("id") != FRAMEWORK:
            counts = [each.text("verdict") for each in chapter.rows("requirements")]
            lacks = sum(each in ("gap", "unknown") for each in counts)
            state = "given" if not lacks else "OPEN"
            told = (
                f"held against {chapter.text('version')}: {counts.count('met')} met, {lacks} missing or open"
            )
            yield Entry(f"5 {chapter.text('title')}", told, state)
    full = papers.product.row("flags").flag("harmonised_standards_in_full")
    told = "applied in full, says the maker" if full else ""
    yield given("5 harmonised standards", told, "Name those applied in full or in part, or the other means.")


def _tests(papers: Papers) -> Iterator[Entry]:
    told = {
        each.text("property"): each
        for one in papers.requirements(FRAMEWORK)
        for each in one.row.rows("used")
        if each.text("basis") in ("tested", "observed") and each.text("outcome") in ("pass", "fail")
    }
    for name, each in sorted(told.items()):
        state = "given" if each.text("outcome") == "pass" else "MISSING"
        where = "; ".join(each.texts("places")[:2])
        yield Entry(f"6 {name}", f"{each.text('because')} {f'({where})' if where else ''}".strip(), state)
    if not told:
        yield Entry("6 tests", "Give an image, or other evidence: nothing was observed or tested.", "OPEN")


REPORT: Final = Report(title="Technical documentation (CRA Annex VII), draft", build=build)
