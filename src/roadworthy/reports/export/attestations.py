"""CycloneDX 1.6 attestations: requirements as a standard, verdicts as claims with their evidence.

What it is: a JSON BOM (ECMA-424) whose ``declarations`` hold an attestation for each framework. Each
requirement that applies and was answered is a claim about the product, with its reasons, its evidence, and
counter evidence where an answer is no. Conformance is 1 for what is met and 0 for a gap; what is open has no
score, and what was set aside has its written reason as a mitigation. Confidence says on what kind of evidence
it rests: 1 tested, 0.8 observed, 0.3 declared; these weights are our judgement.

How it can be wrong: nobody has signed it; it is what a tool concluded, and no affirmation of the maker.
"""

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Final

from roadworthy.codecs.canonical import digest as digest_of
from roadworthy.reports._assessed import Papers, Requirement, papers_of, uuid4_of
from roadworthy.reports._rows import Row
from roadworthy.reports.report import Dossier, Export

ASSESSOR: Final = "assessor-roadworthy"
PRODUCT: Final = "product"
CONFORMANCE: Final = {"met": 1, "gap": 0, "set_aside": 0}
CONFIDENCE: Final = {"tested": 1.0, "observed": 0.8, "declared": 0.3}
Json = dict[str, object]


def write(dossier: Dossier) -> bytes:
    """The BOM. Raises `InputError` if there is no assessment."""
    papers = papers_of(dossier)
    moment = f"{papers.envelope.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    product: Json = {
        "type": "firmware" if dossier.subject.digest else "device",
        "bom-ref": PRODUCT,
        "name": papers.product.text("model") or "a product without a name",
    }
    if papers.product.text("version"):
        product["version"] = papers.product.text("version")
    if papers.product.text("maker"):
        product["manufacturer"] = {"name": papers.product.text("maker")}
    if dossier.subject.digest:
        content = dossier.subject.digest.removeprefix("sha256:")
        product["hashes"] = [{"alg": "SHA-256", "content": content}]
    tool = {
        "type": "application",
        "name": "roadworthy",
        "version": papers.envelope.producer.version,
    }
    bom: Json = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid4_of(digest_of(papers.envelope))}",
        "version": 1,
        "metadata": {"timestamp": moment, "tools": {"components": [tool]}, "component": product},
        "definitions": {"standards": [_standard(papers, each) for each in papers.chapters]},
        "declarations": _declarations(papers, moment, product),
    }
    return json.dumps(bom, indent=2, ensure_ascii=False).encode() + b"\n"


def _standard(papers: Papers, chapter: Row) -> Json:
    return {
        "bom-ref": f"standard-{chapter.text('id')}",
        "name": chapter.text("title"),
        "version": chapter.text("version"),
        "description": f"Paraphrases, as of {chapter.text('as_of')}.",
        "requirements": [
            {"bom-ref": each.name, "identifier": each.id, "text": each.row.text("text")}
            for each in papers.requirements(chapter.text("id"))
        ],
    }


def _declarations(papers: Papers, moment: str, product: Json) -> Json:
    asked = [each for each in papers.requirements() if each.verdict != "not_applicable"]
    told = [each for each in asked if each.verdict != "unknown"]
    answers: dict[str, Row] = {}
    for each in told:
        for used in each.row.rows("used"):
            answers.setdefault(used.text("property"), used)
    target = {**product, "bom-ref": f"{PRODUCT}-target"}
    return {
        "assessors": [{"bom-ref": ASSESSOR, "thirdParty": False, "organization": {"name": "Roadworthy"}}],
        "attestations": [
            {
                "summary": f"{chapter.text('title')}: what is met, what is missing, what is open. "
                "It claims no conformity.",
                "assessor": ASSESSOR,
                "map": [_mapped(each) for each in asked if each.framework == chapter.text("id")],
            }
            for chapter in papers.chapters
        ],
        "claims": [_claim(each) for each in told],
        "evidence": [_evidence(name, row, moment) for name, row in answers.items()],
        "targets": {"components": [target]},
    }


def _mapped(own: Requirement) -> Json:
    reasons = own.row.texts("because")
    mapped: Json = {"requirement": own.name}
    if own.verdict == "unknown":
        return mapped
    mapped["claims" if own.verdict != "gap" else "counterClaims"] = [f"claim-{own.name}"]
    mapped["conformance"] = {
        "score": CONFORMANCE[own.verdict],
        "rationale": "; ".join(reasons) or own.verdict,
    }
    basis = own.row.text("basis")
    if basis in CONFIDENCE:
        mapped["confidence"] = {"score": CONFIDENCE[basis], "rationale": f"It rests on what is {basis}."}
    return mapped


def _claim(own: Requirement) -> Json:
    no = [each.text("property") for each in own.row.rows("used") if each.text("outcome") == "fail"]
    yes = [each.text("property") for each in own.row.rows("used") if each.text("outcome") == "pass"]
    word = {"met": "is met", "gap": "is not met", "set_aside": "is set aside with a written reason"}
    claim: Json = {
        "bom-ref": f"claim-{own.name}",
        "target": f"{PRODUCT}-target",
        "predicate": f"{own.name} {word.get(own.verdict, own.verdict)}",
        "reasoning": "; ".join(own.row.texts("because")),
    }
    for_it, against = (no, yes) if own.verdict == "gap" else (yes, no)
    lists = {"evidence": for_it, "counterEvidence": against}
    return claim | {
        key: [f"evidence-{each}" for each in dict.fromkeys(names)] for key, names in lists.items() if names
    }


def _evidence(name: str, used: Row, moment: str) -> Json:
    evidence: Json = {
        "bom-ref": f"evidence-{name}",
        "propertyName": name,
        "description": f"{used.text('outcome')}: {used.text('because')}",
        "created": moment,
    }
    if data := list(_places(used)):
        evidence["data"] = data
    return evidence


def _places(used: Row) -> Iterator[Json]:
    for each in used.texts("places"):
        yield {
            "name": "place",
            "contents": {"attachment": {"content": each, "contentType": "text/plain"}},
        }


EXPORT: Final = Export(
    title="CycloneDX 1.6 attestations",
    media_type="application/vnd.cyclonedx+json; version=1.6",
    suffix=".cdxa.json",
    write=write,
)
