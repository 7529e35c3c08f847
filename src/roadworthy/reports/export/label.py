"""A label for buyers: one page (SVG) with the end of support, five answers, and a QR code to the report.

What it is: what a buyer can use in a shop. On top stands until when there are security updates; below,
whether five things hold, each with the kind of evidence: seen by a tool, tested, or the maker's word. The QR
code leads to the full report where the declaration says where it is (``report_at``); otherwise it names the
evidence by its digest.

How it can be wrong: it is no certificate and no mark of conformity. What nobody has shown says so.
"""

from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Final

from roadworthy.codecs.canonical import digest as digest_of
from roadworthy.model.outcome import Basis, Outcome
from roadworthy.model.property import Answer
from roadworthy.reports._assessed import Papers, papers_of
from roadworthy.reports._text import visible
from roadworthy.reports.report import Dossier, Export

ASKED: Final = (
    ("auth.no-default-password", "No password that others know"),
    ("updates.automatic", "Updates itself"),
    ("patchability.no-known-vulnerabilities", "No known flaw is open"),
    ("communication.encrypted-management", "Settings cannot be overheard"),
    ("disclosure.contact-published", "Somebody takes reports of flaws"),
)
WORDS: Final = {Outcome.PASS: "yes", Outcome.FAIL: "no", Outcome.NOT_APPLICABLE: "does not arise"}
COLOURS: Final = {Outcome.PASS: "#17643a", Outcome.FAIL: "#a3122a"}
BASES: Final = {
    Basis.OBSERVED: "seen in its software",
    Basis.TESTED: "tested",
    Basis.DECLARED: "the maker says so",
}
GREY, INK, PAPER = "#5b6470", "#15191e", "#ffffff"
WIDTH: Final = 420
HEIGHT: Final = 594  # A5 in points
MARGIN: Final = 28
QUIET: Final = 4  # modules around a QR code (ISO/IEC 18004 §9.1)
MAX_NAME: Final = 34
MAX_URL: Final = 213  # bytes in version 10 at level M (ISO/IEC 18004, table 7)


def write(dossier: Dossier) -> bytes:
    """The label. Raises `InputError` if there is no assessment."""
    papers = papers_of(dossier)
    target, told = _target(papers)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="system-ui, Helvetica, Arial, sans-serif">'
    )
    frame = (
        f'<rect x="10" y="10" width="{WIDTH - 20}" height="{HEIGHT - 20}" rx="10" fill="none" '
        f'stroke="{INK}" stroke-width="1.5"/>'
    )
    lines = [
        head,
        f"<title>{escape(visible(_name(papers)))}: label for buyers</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        frame,
        *_head(papers),
        *_support(papers),
        *_answers(dossier),
        *_code(target, told),
        *_foot(papers),
        "</svg>",
    ]
    return "\n".join(lines).encode() + b"\n"


def _name(papers: Papers) -> str:
    return papers.name or "A product without a name"


def _target(papers: Papers) -> tuple[str, str]:
    """What the QR code says, and what stands beside it."""
    address = papers.product.text("report_at")
    if address and len(address.encode()) <= MAX_URL:
        return address, "The full report"
    return f"urn:roadworthy:evidence:{digest_of(papers.envelope)}", "Evidence, by its digest"


def _text(
    x: float, y: float, words: str, *, size: float, colour: str = INK, bold: bool = False, end: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    anchor = ' text-anchor="end"' if end else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}"{weight}{anchor}>'
        f"{escape(visible(words))}</text>"
    )


def _short(words: str, most: int = MAX_NAME) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _head(papers: Papers) -> Iterator[str]:
    own = papers.product
    model = " ".join(filter(None, (own.text("model"), own.text("version")))) or _name(papers)
    yield _text(MARGIN, 52, _short(own.text("maker"), 50), size=13, colour=GREY)
    yield _text(MARGIN, 80, _short(model, 30), size=24, bold=True)


def _support(papers: Papers) -> Iterator[str]:
    told = papers.product.text("support_until")
    ended = bool(told) and date.fromisoformat(told) < papers.envelope.as_of.date()
    bad = ended or not told
    colour = COLOURS[Outcome.FAIL if bad else Outcome.PASS]
    yield f'<rect x="{MARGIN}" y="98" width="{WIDTH - 2 * MARGIN}" height="92" rx="6" fill="{colour}"/>'
    word = "Security updates ended on" if ended else "Security updates until"
    yield _text(MARGIN + 16, 124, word, size=14, colour=PAPER)
    yield _text(MARGIN + 16, 164, _day(told) if told else "not said", size=28, colour=PAPER, bold=True)


def _day(told: str) -> str:
    day = date.fromisoformat(told)
    return f"{day.day} {day:%B %Y}"


def _answers(dossier: Dossier) -> Iterator[str]:
    answers = {each.property: each for each in dossier.answers}
    y = 216
    for name, words in ASKED:
        outcome, basis = _said(answers.get(name))
        yield _text(MARGIN, y, words, size=14)
        word = WORDS.get(outcome, "not shown")
        colour = COLOURS.get(outcome, GREY)
        yield _text(WIDTH - MARGIN, y, word, size=14, colour=colour, bold=True, end=True)
        yield _text(MARGIN, y + 13, basis, size=9.5, colour=GREY)
        yield f'<path d="M{MARGIN} {y + 20}H{WIDTH - MARGIN}" stroke="#d9dde2" stroke-width="1"/>'
        y += 37


def _said(answer: Answer | None) -> tuple[Outcome, str]:
    if answer is None or not answer.outcome.settled:
        return Outcome.UNKNOWN, "nobody has shown it"
    return answer.outcome, BASES[answer.basis] if answer.basis is not None else ""


def _code(target: str, told: str) -> Iterator[str]:
    """The QR code (ISO/IEC 18004, level M) with its quiet zone, as one path."""
    import segno  # noqa: PLC0415 -- only the label needs it

    matrix = segno.make_qr(target, error="m", boost_error=False).matrix
    side = 150
    unit = side / (len(matrix) + 2 * QUIET)
    left, top = MARGIN, 394
    path = "".join(
        f"M{left + (x + QUIET) * unit:.3f} {top + (y + QUIET) * unit:.3f}h{unit:.3f}v{unit:.3f}h-{unit:.3f}z"
        for y, row in enumerate(matrix)
        for x, dark in enumerate(row)
        if dark
    )
    yield f'<path d="{path}" fill="#000000" shape-rendering="crispEdges"/>'
    x = left + side + 16
    yield _text(x, top + 34, told, size=14, bold=True)
    for number, part in enumerate(_wrapped(target, 30)[:5]):
        yield _text(x, top + 56 + 15 * number, part, size=11, colour=GREY)


def _wrapped(words: str, most: int) -> list[str]:
    return [words[start : start + most] for start in range(0, len(words), most)]


def _foot(papers: Papers) -> Iterator[str]:
    day = papers.envelope.as_of.date().isoformat()
    yield _text(
        MARGIN, 556, f"As of {day}. Made by Roadworthy from the evidence at hand.", size=10, colour=GREY
    )
    yield _text(MARGIN, 570, "No certificate, and no mark of conformity.", size=10, colour=GREY)


EXPORT: Final = Export(
    title="A label for buyers, with a QR code",
    media_type="image/svg+xml",
    suffix=".label.svg",
    write=write,
)
