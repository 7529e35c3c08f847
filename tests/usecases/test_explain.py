"""The page of any extension says what it is, from its own file."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.extensions import discover
from roadworthy.catalogue import Catalogue, Extension, Kind
from roadworthy.inspection.check import Check, Example, Verdict
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.reports.blocks import Block, Code, Document, Facts, Heading, Table, Text
from roadworthy.usecases._docstring import details, summary
from roadworthy.usecases.explain import chapter, explain, overview

DOC = """Cats on the keyboard.

What it looks at
The keys, and what lies
on ``them``.

Why it matters: cats type.

How it can be wrong

It may be a dog.

- a black one
- a white
  one

    cat /dev/cat
"""
CHECK = Check(
    shows="auth.no-default-password",
    severity=Severity.HIGH,
    run=lambda _: [Verdict(Outcome.PASS, "No cat.")],
    examples=(
        Example(files={"/etc/cat": "meow\n", "/bin/cat": b"\x7fELF"}, outcome=Outcome.FAIL),
        Example(files={"/etc/cat": ""}, outcome=Outcome.PASS),
    ),
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    real = discover()
    cat = Extension(kind=Kind.CHECK, id="auth.cat", object=CHECK, doc=DOC, origin="acme 1.0", digest="")
    return replace(real, checks={**real.checks, "auth.cat": cat})


def facts(document: Document) -> Mapping[str, str]:
    return dict(next(block for block in document.blocks if isinstance(block, Facts)).items)


def test_every_extension_has_a_page(catalogue: Catalogue) -> None:
    for each in catalogue.everything():
        document = explain(f"{each.kind}:{each.id}", catalogue)
        first = document.blocks[0]
        assert isinstance(first, Heading)
        assert (first.level, bool(first.text)) == (1, True)
        assert facts(document)["id"] == each.id
        assert facts(document)["from"] == each.origin


def test_a_check_tells_what_it_answers_how_bad_it_is_and_its_examples(catalogue: Catalogue) -> None:
    document = explain("auth.cat", catalogue)
    assert document.title == "Cats on the keyboard"
    assert facts(document)["answers"] == "auth.no-default-password"
    assert facts(document)["severity"] == "high"
    assert "password" in facts(document)["the question"]
    assert document.blocks[-1] == Table(
        ("what it says", "of these files"),
        (("fail", "/etc/cat with 'meow', /bin/cat with 4 bytes"), ("pass", "/etc/cat, empty")),
    )


def test_headings_paragraphs_lists_and_code_of_a_docstring_become_blocks() -> None:
    wanted: list[Block] = [
        Heading("What it looks at", 2),
        Text("The keys, and what lies on `them`."),
        Heading("Why it matters", 2),
        Text("Cats type."),
        Heading("How it can be wrong", 2),
        Text("It may be a dog."),
        Text("- a black one"),
        Text("- a white one"),
        Code("cat /dev/cat"),
    ]
    assert list(details(DOC, 2)) == wanted
    assert summary(DOC) == "Cats on the keyboard"


@given(st.text())
def test_no_docstring_breaks_it(doc: str) -> None:
    blocks = list(details(doc, 2))
    assert all("\n" not in block.text for block in blocks if isinstance(block, Heading | Text))


def test_a_property_names_who_must_act_and_which_checks_answer_it(catalogue: Catalogue) -> None:
    document = explain("auth.no-default-password", catalogue)
    assert facts(document)["must act"] == "maker, then importer"
    assert "auth.cat" in facts(document)["answered by"]
    assert facts(document)["can be answered by what is"] == "observed or tested"
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert headings[1:] == ["Why it matters", "What to do"]


def test_the_check_that_opens_no_file_has_a_page_and_stands_with_what_it_answers() -> None:
    page = explain("vulnerability.matches", discover())
    assert "Why it matters" in str(page.blocks)
    assert "vulnerability.matches" in str(explain("patchability.no-known-vulnerabilities", discover()).blocks)


def test_a_property_that_ages_says_how_fast(catalogue: Catalogue) -> None:
    assert facts(explain("keys.certificates-in-date", catalogue))["an answer holds"] == "30 days"


def test_a_format_shows_how_it_is_recognised(catalogue: Catalogue) -> None:
    shown = facts(explain("squashfs", catalogue))["recognised by"]
    assert shown.startswith("68 73 71 73 (hsqs) at byte 0; 73 71 73 68 (sqsh) at byte 0")


def test_a_signature_shows_its_rule_and_its_examples(catalogue: Catalogue) -> None:
    document = explain("signature:busybox", catalogue)
    assert facts(document)["purl"] == "pkg:generic/busybox"
    assert facts(document)["cpe"] == "cpe:2.3:a:busybox:busybox"
    table = document.blocks[-1]
    assert isinstance(table, Table)
    assert ("BusyBox v1.28.4 ()", "version 1.28.4") in table.rows
    assert ("BusyBox v%s", "no match") in table.rows


def test_a_rendering_says_how_to_choose_it(catalogue: Catalogue) -> None:
    assert facts(explain("html", catalogue))["chosen by"] == "--format html"


def test_an_id_that_kinds_share_shows_all_and_can_be_narrowed(catalogue: Catalogue) -> None:
    shared = replace(catalogue.checks["auth.cat"], id="busybox")
    both = replace(catalogue, checks={"busybox": shared})
    pages = explain("busybox", both).data["pages"]
    assert isinstance(pages, list)
    assert [page["kind"] for page in pages] == ["signature", "check"]
    narrowed = explain("check:busybox", both).data["pages"]
    assert isinstance(narrowed, list)
    assert [page["kind"] for page in narrowed] == ["check"]


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("buzybox", "Did you mean busybox or "),
        ("no-default-password", "Did you mean auth.no-default-password or "),
        ("format:busybox", "Did you mean signature:busybox or "),
        ("qqqqqqqq", "`roadworthy explain` lists them all."),
        ("", "`roadworthy explain` lists them all."),
    ],
)
def test_an_unknown_id_is_answered_with_the_nearest(catalogue: Catalogue, wanted: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        explain(wanted, catalogue)
    assert caught.value.hint.startswith(hint)


def test_the_overview_lists_everything_once(catalogue: Catalogue) -> None:
    document = overview(catalogue)
    rows = [row[0] for block in document.blocks if isinstance(block, Table) for row in block.rows]
    assert sorted(rows) == sorted(each.id for each in catalogue.everything())
    listed = document.data["extensions"]
    assert isinstance(listed, list)
    assert len(listed) == len(rows)


def test_the_reference_has_only_what_its_distribution_brings(catalogue: Catalogue) -> None:
    theirs = [block.text for block in chapter(Kind.CHECK, catalogue, "acme") if isinstance(block, Heading)]
    assert theirs[0] == "Cats on the keyboard"
    ours = list(chapter(Kind.CHECK, catalogue, "roadworthy"))
    assert Heading("Cats on the keyboard", 2) not in ours
    assert sum(block.level == 2 for block in ours if isinstance(block, Heading)) == len(catalogue.checks) - 1
