"""OSCAL 1.1 assessment results: verdicts as findings, what they rest on as observations.

What it is: JSON for tools of assessors (NIST OSCAL 1.1.2, assessment-results). Each framework is a result.
Each requirement that applies is a finding about a control of its id: satisfied where it is met, or set aside
with a written reason, which stands there as a property; not satisfied otherwise, also where nobody has shown
it, which the property ``verdict`` tells apart. Each answer that a verdict rests on is an observation: TEST
for what was tested, EXAMINE for what was seen in the thing itself, INTERVIEW for what somebody declares. Each
gap is a risk, open.

How it can be wrong: OSCAL has no word for "unknown"; who reads the state only takes the open for a failure.
Control ids are tokens: a clause such as ``AnnexI.I.2.c`` stays as it is, others get a letter in front.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from roadworthy.codecs.canonical import digest as digest_of
from roadworthy.reports._assessed import Papers, Requirement, papers_of, uuid4_of
from roadworthy.reports._rows import Row
from roadworthy.reports.report import Dossier, Export

OSCAL: Final = "1.1.2"
NAMESPACE: Final = "urn:roadworthy:oscal"
METHODS: Final = {"tested": "TEST", "observed": "EXAMINE", "declared": "INTERVIEW"}
SATISFIED: Final = ("met", "set_aside")
Json = dict[str, object]


def write(dossier: Dossier) -> bytes:
    """The results. Raises `InputError` if there is no assessment."""
    papers = papers_of(dossier)
    seed = digest_of(papers.envelope)
    moment = _time(papers.envelope.as_of)
    document: Json = {
        "assessment-results": {
            "uuid": uuid4_of(seed),
            "metadata": {
                "title": f"Assessment of {papers.name or 'a product'}",
                "last-modified": moment,
                "version": "1",
                "oscal-version": OSCAL,
                "props": [_prop("evidence", seed)],
                "remarks": "Made by Roadworthy. It claims no conformity; what is open nobody has shown.",
            },
            "import-ap": {"href": f"urn:roadworthy:assessment:{papers.envelope.producer.version}"},
            "results": [_result(papers, each, seed, moment) for each in papers.chapters],
        }
    }
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _prop(name: str, value: str) -> Json:
    return {"name": name, "ns": NAMESPACE, "value": value.strip() or "none"}


def _result(papers: Papers, chapter: Row, seed: str, moment: str) -> Json:
    own = chapter.text("id")
    asked = [each for each in papers.requirements(own) if each.verdict != "not_applicable"]
    left = [each for each in papers.requirements(own) if each.verdict == "not_applicable"]
    observations = list(_observations(asked, seed, moment))
    risks = [_risk(each, seed) for each in asked if each.verdict == "gap"]
    selection: Json = {"include-controls": [{"control-id": token(each.id)} for each in asked]}
    if not asked:
        selection = {"description": "Nothing of it applies."}
    if left:
        selection["exclude-controls"] = [{"control-id": token(each.id)} for each in left]
    result: Json = {
        "uuid": uuid4_of(f"{seed} {own}"),
        "title": chapter.text("title"),
        "description": f"{chapter.text('version')}; rows as of {chapter.text('as_of')}. "
        f"It applies: {_truth(chapter)}: {chapter.text('because')}",
        "start": moment,
        "end": moment,
        "reviewed-controls": {"control-selections": [selection]},
        "observations": observations,
        "risks": risks,
        "findings": [_finding(each, seed) for each in asked],
    }
    return {key: value for key, value in result.items() if value}


def _truth(chapter: Row) -> str:
    return {True: "yes", False: "no"}.get(chapter.flag("applies"), "not known")  # type: ignore[arg-type]


def token(name: str) -> str:
    """A control id: an XML name without colon (OSCAL, datatype token)."""
    clean = re.sub(r"[^\w.-]", "_", name)
    return clean if re.match(r"[^\W\d]", clean) else f"p{clean}"


def _observations(asked: list[Requirement], seed: str, moment: str) -> Iterator[Json]:
    """Each answer once, whatever rests on it."""
    seen: set[str] = set()
    for requirement in asked:
        for used in requirement.row.rows("used"):
            own = used.text("property")
            if own in seen:
                continue
            seen.add(own)
            method = METHODS.get(used.text("basis"), "UNKNOWN")
            observation: Json = {
                "uuid": uuid4_of(f"{seed} {own} {requirement.framework}"),
                "title": own,
                "description": used.text("because") or "No evidence.",
                "props": [_prop("outcome", used.text("outcome"))],
                "methods": [method],
                "collected": moment,
            }
            places = used.texts("places")
            if places:
                observation["relevant-evidence"] = [{"description": each} for each in places]
            yield observation


def _risk(own: Requirement, seed: str) -> Json:
    stake = own.row.row("stake")
    told = stake.text("because")
    return {
        "uuid": uuid4_of(f"{seed} risk {own.name}"),
        "title": f"{own.name} is not met",
        "description": "; ".join(own.row.texts("because")) or own.row.text("text"),
        "statement": told or own.row.text("text"),
        "props": [_prop("who-acts", ", ".join(own.row.texts("who")) or "maker")],
        "status": "open",
    }


def _finding(own: Requirement, seed: str) -> Json:
    because = "; ".join(own.row.texts("because")) or "No reason is recorded."
    observations = dict.fromkeys(each.text("property") for each in own.row.rows("used"))
    finding: Json = {
        "uuid": uuid4_of(f"{seed} finding {own.name}"),
        "title": own.name,
        "description": own.row.text("text"),
        "props": [_prop("verdict", own.verdict), _prop("basis", own.row.text("basis"))],
        "target": {
            "type": "objective-id",
            "target-id": token(own.id),
            "status": {
                "state": "satisfied" if own.verdict in SATISFIED else "not-satisfied",
                "remarks": because,
            },
        },
    }
    if observations:
        finding["related-observations"] = [
            {"observation-uuid": uuid4_of(f"{seed} {each} {own.framework}")} for each in observations
        ]
    if own.verdict == "gap":
        finding["related-risks"] = [{"risk-uuid": uuid4_of(f"{seed} risk {own.name}")}]
    return finding


EXPORT: Final = Export(
    title="OSCAL 1.1.2 assessment results",
    media_type="application/oscal+json",
    suffix=".oscal.json",
    write=write,
)
