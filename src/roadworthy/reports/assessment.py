"""The assessment of a product: what is met, what is missing and who must act, and what nobody has shown.

What it shows: for each law or standard whether it applies and why, the class and the ways to show
conformity; the gaps, ranked by what is at stake; what is still open and how it can be answered; then every
requirement with its verdict, the kind of evidence and the reasons.

How to read it: "met" means that every question it needs was answered with yes, by what the evidence column
says. "Open" is not good. What the maker declares is his word; an observed failure stands against it. Ceilings
of fines are what the law allows at most, and no advice.

How it can be wrong: the rows are paraphrases, and say how sure they are; an image shows what software does,
and not what a company does.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from roadworthy.codecs.envelope import to_json
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.property import Property
from roadworthy.regulation.assessment import BODY_TYPE
from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Bar, Block, Document, Facts, Figure, Heading, Item, Table, Text
from roadworthy.reports.report import Dossier, Report

WORDS: Final = (
    ("gap", "missing", Outcome.FAIL),
    ("unknown", "open", Outcome.UNKNOWN),
    ("set_aside", "set aside", Outcome.ERROR),
    ("met", "met", Outcome.PASS),
    ("not_applicable", "does not apply", Outcome.NOT_APPLICABLE),
)
TRUTH: Final = {True: "yes", False: "no", None: "not known"}
UNSETTLED: Final = ("unknown", "error")
TOLD: Final = ("the maker says", "set aside", "no written")
MAX_GAPS: Final = 60
MAX_OPEN: Final = 200
PARTS: Final = 4
GIVE: Final = "Make it with `roadworthy assess`."


def build(dossier: Dossier) -> Document:
    """The document of the assessment in a dossier. Raises `InputError` if there is none."""
    envelope = next((each for each in dossier.envelopes if each.body_type == BODY_TYPE), None)
    if envelope is None:
        raise InputError("there is no assessment in this evidence", hint=GIVE)
    body = Row(envelope.body)
    product, chapters = body.row("product"), body.rows("frameworks")
    name = " ".join(filter(None, (product.text("maker"), product.text("model"), product.text("version"))))
    return Document(
        title=f"{name or 'A product'}: assessment",
        blocks=(
            Heading(name or "A product without a name", 1),
            Text(f"Held against {_count(len(chapters))}, as of {body.text('as_of')}."),
            *_overview(chapters),
            *_gaps(chapters, body.text("no_advice"), dossier.properties),
            *_open(chapters, dossier),
            *_beside(body.rows("self_assessment")),
            *(block for each in chapters for block in _chapter(each)),
            *_provenance(envelope, dossier),
        ),
        data=to_json(envelope),
    )


def _count(frameworks: int) -> str:
    return "one framework" if frameworks == 1 else f"{frameworks} frameworks"


def _overview(chapters: Sequence[Row]) -> Iterator[Block]:
    rows = []
    for chapter in chapters:
        counts = Counter(each.text("verdict") for each in chapter.rows("requirements"))
        told = (str(counts[key]) for key, _, _ in WORDS)
        rows.append((chapter.text("id"), chapter.text("title"), TRUTH[chapter.flag("applies")], *told))
    yield Table(("id", "framework", "applies", *(word for _, word, _ in WORDS)), tuple(rows))
    yield Text("What is open is not good: nobody has shown it yet.")


def _beside(said: Sequence[Row]) -> Iterator[Block]:
    """Where the maker's own verdicts differ from ours."""
    for each in said:
        yield Heading("The maker's own verdicts")
        counts = each.row("verdicts")
        told = ", ".join(f"{counts.number(key):.0f} {key.replace('_', ' ')}" for key in counts.values)
        yield Text(f"He judges test groups of TS 103 701 himself: {told}.")
        rows = tuple(
            (
                one.text("provision"),
                one.text("words") or one.text("theirs"),
                one.text("ours").replace("_", " "),
                one.text("because"),
                one.text("place"),
            )
            for one in each.rows("differences")
        )
        if rows:
            yield Table(("provision", "his verdict", "ours", "why", "where he says so"), rows)
        else:
            yield Text("Ours differ nowhere.")
        drift = tuple(
            (one.text("provision"), one.text("theirs"), one.text("ours")) for one in each.rows("drift")
        )
        if drift:
            yield Text(
                "Of these he names another status, condition or feature than the standard's table B.1."
            )
            yield Table(("provision", "his", "table B.1"), drift)


def _ranked(chapters: Sequence[Row], verdict: str) -> list[tuple[Row, Row]]:
    found = [
        (chapter, each)
        for chapter in chapters
        for each in chapter.rows("requirements")
        if each.text("verdict") == verdict
    ]
    return sorted(found, key=lambda pair: (pair[1].text("strength") != "mandatory", -_money(pair[1])))


def _money(row: Row) -> float:
    stake = row.row("stake")
    most = stake.number("most")
    return most if most is not None else stake.number("at_least") or 0.0


def _gaps(chapters: Sequence[Row], no_advice: str, properties: Mapping[str, Property]) -> Iterator[Block]:
    gaps = _ranked(chapters, "gap")
    yield Heading(f"What is missing ({len(gaps)})")
    if not gaps:
        yield Text("Nothing that the evidence at hand shows.")
        return
    rows = tuple(
        (_name(chapter, each), each.text("text"), each.text("due") or "now", _stake(each))
        for chapter, each in gaps[:MAX_GAPS]
    )
    yield Table(("requirement", "what it asks", "due", "at stake, at most"), rows)
    if any(_money(each) for _, each in gaps):
        yield Text(no_advice)
    yield from _mend(gaps, properties)


def _name(chapter: Row, row: Row) -> str:
    return f"{chapter.text('id')}:{row.text('requirement')}"


def _stake(row: Row) -> str:
    stake = row.row("stake")
    if stake.flag("exempt") is True:
        return "no fine"
    most, least, currency = stake.number("most"), stake.number("at_least"), stake.text("currency")
    if most is None and not least:
        return "no ceiling" if stake.text("tier") else ""
    if most is None:
        return f"{least or 0:,.0f} {currency} or more"
    return f"{most:,.0f} {currency}" if most else ""


def _mend(gaps: Sequence[tuple[Row, Row]], properties: Mapping[str, Property]) -> Iterator[Block]:
    """What to mend: each fault once, with all that it breaks; what breaks most comes first."""
    broken: dict[str, list[tuple[Row, Row, Row]]] = {}
    for chapter, each in gaps:
        for used in each.rows("used"):
            if used.text("outcome") == Outcome.FAIL:
                broken.setdefault(used.text("property"), []).append((chapter, each, used))
    if broken:
        yield Heading("What to mend, and who")
    for name, found in sorted(broken.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        used = found[0][2]
        roles = dict.fromkeys(role for _, each, _ in found for role in each.texts("who"))
        binding = any(each.text("strength") == "mandatory" for _, each, _ in found)
        yield Item(
            id=name,
            title=used.text("because"),
            outcome=Outcome.FAIL,
            severity=Severity.HIGH if binding else Severity.MEDIUM,
            text=f"It breaks {', '.join(_named(found))}.{_contradicted(found)}",
            remedy=properties[name].remedy if name in properties else "",
            acts=", ".join(role.replace("_", " ") for role in roles),
            evidence=tuple(Evidence(path=(place,)) for place in used.texts("places")),
        )


def _named(found: Sequence[tuple[Row, Row, Row]]) -> list[str]:
    return [_name(chapter, each) for chapter, each, _ in found]


def _contradicted(found: Sequence[tuple[Row, Row, Row]]) -> str:
    names = ", ".join(_named([each for each in found if each[1].flag("contradicted")]))
    return f" The maker says that he meets {names}; that does not stand against it." if names else ""


def _open(chapters: Sequence[Row], dossier: Dossier) -> Iterator[Block]:
    open_ = _ranked(chapters, "unknown")
    if not open_:
        return
    yield Heading(f"What nobody has shown yet ({len(open_)})")
    yield Text("An answer in the declaration, a better image or a test of the device closes these.")
    rows = tuple(
        (
            f"{chapter.text('id')}:{each.text('requirement')}",
            each.text("strength"),
            each.text("text"),
            _how(each, dossier),
        )
        for chapter, each in open_[:MAX_OPEN]
    )
    yield Table(("requirement", "binds", "what it asks", "how it can be answered"), rows)


def _how(row: Row, dossier: Dossier) -> str:
    used = row.rows("used")
    missing = [each.text("property") for each in used if each.text("outcome") in UNSETTLED]
    if not missing:
        reasons = [each for each in row.texts("because") if "was not said" in each]
        return reasons[0] if reasons else "the maker says it in the declaration"
    told = []
    for name in missing[:PARTS]:
        own = dossier.properties.get(name)
        bases = " or ".join(each.value for each in own.answerable) if own else "evidence"
        told.append(f"{name} ({bases})")
    more = len(missing) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")


def _chapter(chapter: Row) -> Iterator[Block]:
    yield Heading(chapter.text("title"))
    yield Text(f"{chapter.text('version')}; rows as of {chapter.text('as_of')}.")
    facts = [("applies", f"{TRUTH[chapter.flag('applies')]}: {chapter.text('because')}")]
    if chapter.text("product_class"):
        kinds = ", ".join(f"{each.text('id')} {each.text('title')}" for each in chapter.rows("categories"))
        facts.append(("class", f"{chapter.text('product_class')}{f' ({kinds})' if kinds else ''}"))
    yield Facts(tuple(facts))
    counts = Counter(each.text("verdict") for each in chapter.rows("requirements"))
    bars = tuple(Bar(word, counts[key], outcome.value) for key, word, outcome in WORDS if counts[key])
    yield Figure("Requirements", "requirements", bars)
    yield from _routes(chapter)
    days = chapter.rows("coming")
    coming = tuple((each.text("day"), each.text("what"), each.text("source")) for each in days)
    if coming:
        yield Heading("What is still to come", 3)
        yield Table(("day", "what", "source"), coming)
    yield Heading("Every requirement", 3)
    words = {key: word for key, word, _ in WORDS}
    rows = tuple(
        (
            each.text("requirement"),
            words.get(each.text("verdict"), each.text("verdict")),
            each.text("basis"),
            each.text("text"),
            _reasons(each),
        )
        for each in chapter.rows("requirements")
    )
    yield Table(("requirement", "verdict", "evidence", "what it asks", "because"), rows)


def _routes(chapter: Row) -> Iterator[Block]:
    routes = chapter.rows("routes")
    if not routes:
        return
    yield Heading("Ways to show conformity", 3)
    rows = tuple(
        (
            each.text("id"),
            each.text("title"),
            TRUTH[each.flag("legally_open")],
            TRUTH[each.flag("available_in_practice")],
            each.text("because"),
        )
        for each in routes
    )
    yield Table(("way", "what it is", "open by law", "can be had today", "because"), rows)


def _reasons(row: Row) -> str:
    """The reasons that decide, without those that every row shares."""
    if row.text("verdict") == "not_applicable":
        return "; ".join(row.texts("because"))
    used = [
        f"{each.text('property')}: {each.text('because')}"
        for each in row.rows("used")
        if each.text("outcome") != "not_applicable"
    ]
    told = used or list(row.texts("because"))[-1:]
    own = [each for each in row.texts("because") if each.startswith(TOLD)]
    return "; ".join(dict.fromkeys((*told[:PARTS], *own)))


def _provenance(envelope: Envelope, dossier: Dossier) -> Iterator[Block]:
    yield Heading("How this was made")
    facts = [("made by", f"{envelope.producer.tool} {envelope.producer.version}")]
    if dossier.digest:
        facts.append(("filed as", dossier.digest.removeprefix("sha256:")))
    rules = sorted(envelope.producer.digests.items())
    facts += [(name, digest.removeprefix("sha256:")) for name, digest in rules]
    yield Facts(tuple(facts))


REPORT: Final = Report(title="Assessment of a product", build=build)
