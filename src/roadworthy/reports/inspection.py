"""The inspection of one image: the verdict, what is wrong and who must act, and what is inside.

What it shows: the answers to the questions (properties) that the image can answer, worst first, each with the
places in the image that prove it; then what the image is made of, and by what and when it was looked at.

How to read it: "unknown" means that nobody could tell, and counts as open, not as good. A "yes" says that the
image shows no fault of this kind; it says nothing about the device that runs it, or about questions that were
not asked. What was not asked stands at the end: no check looks at it yet, or no image can show it.

How it can be wrong: long lists are cut short for people and say so; the JSON form has everything.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Final

from roadworthy.codecs.envelope import to_json
from roadworthy.inspection.comparison import Effect, compare, side_of
from roadworthy.model.envelope import Envelope
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome
from roadworthy.model.problem import Problem
from roadworthy.model.property import Answer
from roadworthy.reports._anatomy import anatomy
from roadworthy.reports._answers import IN_JSON, answer_chapters, severity_of, unasked
from roadworthy.reports._bill import bill_chapter
from roadworthy.reports._changes import changes_table, verdict
from roadworthy.reports._contents import contents
from roadworthy.reports._dark import dark_chapter
from roadworthy.reports._flaws import flaws_chapter
from roadworthy.reports._flood import flood_chapter
from roadworthy.reports._footprint import footprint_chapter
from roadworthy.reports._inspected import inspection_of
from roadworthy.reports._mending import mending_chapter
from roadworthy.reports._rows import Row
from roadworthy.reports._services import services_chapter
from roadworthy.reports._text import bytes_for_people
from roadworthy.reports._waivers import acceptances, sentence, waivers_chapter
from roadworthy.reports.blocks import Bar, Block, Document, Facts, Figure, Heading, Item, Table, Text
from roadworthy.reports.report import Dossier, Report

MAX_PROBLEMS: Final = 50
WORDS: Final = {
    Outcome.FAIL: "no",
    Outcome.ERROR: "broken check",
    Outcome.UNKNOWN: "unknown",
    Outcome.PASS: "yes",
    Outcome.NOT_APPLICABLE: "does not arise",
}


def build(dossier: Dossier) -> Document:
    """The document of the newest inspection in a dossier. Raises `InputError` if there is none."""
    envelope = inspection_of(dossier)
    body = Row(envelope.body)
    image = body.row("image")
    waivers = body.rows("waivers")
    accepted = acceptances(waivers, envelope.findings)
    return Document(
        title=f"{image.text('name')}: inspection",
        blocks=(
            Heading(image.text("name"), 1),
            *_verdict(envelope, dossier.answers, image),
            *(Text(each) for each in (sentence(waivers, accepted),) if each),
            *_since(dossier, envelope),
            *answer_chapters(dossier, accepted, image.text("name")),
            *waivers_chapter(waivers),
            *_not_asked(dossier.answers),
            *_problems(envelope.problems),
            *flaws_chapter(body.row("matching"), envelope.as_of),
            *bill_chapter(body.row("reconciliation")),
            *services_chapter(body.row("inventory").rows("services")),
            *anatomy(image.whole("size"), body.rows("regions")),
            *dark_chapter(image.whole("size"), body.rows("regions")),
            *footprint_chapter(body.rows("footprint"), body.rows("blobs")),
            *mending_chapter(body.row("inventory")),
            *flood_chapter(body.rows("flood")),
            *contents(body.row("inventory")),
            *_provenance(envelope, dossier, image),
        ),
        data=to_json(envelope),
    )


def _verdict(envelope: Envelope, answers: Sequence[Answer], image: Row) -> Iterator[Block]:
    size = bytes_for_people(image.whole("size"))
    yield Text(f"Firmware image of {size}, looked at as of {envelope.as_of.astimezone(UTC):%Y-%m-%d}.")
    asked = [each for each in answers if not unasked(each)]
    counts = {outcome: sum(each.outcome is outcome for each in asked) for outcome in WORDS}
    yield Text(" ".join(_sentences(asked, counts, len(answers) - len(asked))))
    bars = tuple(Bar(WORDS[outcome], count, outcome.value) for outcome, count in counts.items() if count)
    yield Figure("Answers", "questions", bars)


def _sentences(asked: Sequence[Answer], counts: Mapping[Outcome, int], open_: int) -> Iterator[str]:
    failed, doubtful = counts[Outcome.FAIL], counts[Outcome.UNKNOWN] + counts[Outcome.ERROR]
    questions = f"{len(asked)} question{'s' * (len(asked) != 1)}"
    if not asked:
        yield "No check could look at it. That is not the same as good."
    elif failed:
        worst = max((severity_of(each) for each in asked), key=lambda each: each.weight)
        yield f"{failed} of {questions} answered no; the worst is {worst}."
    elif doubtful == len(asked):
        yield f"None of {questions} could be answered. That is not the same as good."
        doubtful = 0
    else:
        yield f"None of {questions} answered no."
    if doubtful:
        yield f"{doubtful} could not be answered, which is not the same as good."
    if open_:
        yield f"Not asked: {open_} more; they stand at the end of the answers."


def _not_asked(answers: Sequence[Answer]) -> Iterator[Block]:
    families: dict[str, list[str]] = {}
    for answer in answers:
        if unasked(answer):
            family, _, name = answer.property.partition(".")
            families.setdefault(family, []).append(name)
    if families:
        yield Heading("What was not asked")
        yield Text(
            "No check looked at these: an image alone cannot show them, or nobody has written the check yet. "
            "They are open. `roadworthy explain` says what each means and who can answer it."
        )
        rows = tuple((family, ", ".join(names)) for family, names in sorted(families.items()))
        yield Table(("family", "questions"), rows)


def _since(dossier: Dossier, envelope: Envelope) -> Iterator[Block]:
    """What got worse and better since the baseline, in short; the report `comparison` has it all."""
    if dossier.baseline is None:
        return
    old = side_of(dossier.baseline)
    changes = compare(old, side_of(envelope))
    yield Heading(f"Since the baseline, {old.body.image.name}")
    yield Text(verdict(changes))
    told = [each for each in changes if each.effect is not Effect.NEITHER]
    if told:
        yield changes_table(told)


def _problems(problems: Sequence[Problem]) -> Iterator[Block]:
    if not problems:
        return
    yield Heading("What could not be done")
    yield Text("These parts failed while the rest went on. What lies behind them is unknown.")
    for each in problems[:MAX_PROBLEMS]:
        yield Item(
            id="",
            title=each.what[:1].upper() + each.what[1:],
            outcome=Outcome.ERROR,
            remedy=each.hint,
            evidence=(Evidence(path=(each.where,)),),
        )
    if len(problems) > MAX_PROBLEMS:
        yield Text(f"And {len(problems) - MAX_PROBLEMS} more; {IN_JSON}.")


def _provenance(envelope: Envelope, dossier: Dossier, image: Row) -> Iterator[Block]:
    yield Heading("How this was made")
    signed = ", ".join(each.keyid for each in envelope.signatures) or "not signed"
    facts = [
        ("image", image.text("name")),
        ("size", f"{image.whole('size')} bytes"),
        ("sha256", image.text("sha256")),
        ("made by", f"{envelope.producer.tool} {envelope.producer.version}"),
        ("as of", f"{envelope.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
        ("signed", signed),
    ]
    if dossier.digest:
        facts.append(("filed as", dossier.digest.removeprefix("sha256:")))
    rules = sorted(envelope.producer.digests.items())
    facts += [(name, digest.removeprefix("sha256:")) for name, digest in rules]
    yield Facts(tuple(facts))


REPORT: Final = Report(title="Inspection of one image", build=build)
