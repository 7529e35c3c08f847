"""SARIF 2.1.0: the failures of an inspection, for code scanning and editors.

What it is: one run (OASIS SARIF 2.1.0 with errata 01). Each check that said something is a rule, with its
page as help; each failure is a result. The artefact is the image; the logical location is the path inside
it. A fingerprint that survives a rebuild lets a viewer tell new results from old ones. What somebody accepts
(a waiver) is a suppression. What could not be answered or done is a notification of the run.

How it can be wrong: what was found good is left out, for many viewers show every result as an alarm.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Final
from urllib.parse import quote

from roadworthy.inspection.comparison import side_of
from roadworthy.inspection.identity import fingerprint
from roadworthy.inspection.report import Image
from roadworthy.inspection.waiver import Waived, accepted
from roadworthy.model.envelope import Envelope
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.problem import Problem
from roadworthy.reports._inspected import inspection_of
from roadworthy.reports.report import Dossier, Export

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# On the scale of CVSS, by which viewers sort: the middle of each of its ranges (CVSS 3.1 §5).
SCORES: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
}
MAX_PLACES: Final = 100
Json = dict[str, object]


def write(dossier: Dossier) -> bytes:
    """The log file. Raises `InputError` if there is no inspection."""
    envelope = inspection_of(dossier)
    body = side_of(envelope).body
    failures = [each for each in envelope.findings if each.outcome is Outcome.FAIL]
    rules = {
        check: position for position, check in enumerate(sorted({each.check for each in envelope.findings}))
    }
    waived = accepted(body.waivers, envelope.findings)
    run: Json = {
        "tool": {"driver": _driver(dossier, envelope, tuple(rules))},
        "invocations": [_invocation(envelope, rules)],
        "artifacts": [_artifact(body.image)],
        "automationDetails": {"id": "roadworthy/inspect/"},
        "results": [_result(each, rules[each.check], body.image, waived.get(each)) for each in failures],
        "columnKind": "unicodeCodePoints",
        "properties": {"image": body.image.sha256, "asOf": _moment(envelope)},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2).encode() + b"\n"


def _moment(envelope: Envelope) -> str:
    return f"{envelope.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _driver(dossier: Dossier, envelope: Envelope, checks: Sequence[str]) -> Json:
    return {
        "name": "Roadworthy",
        "fullName": envelope.producer.tool,
        "version": envelope.producer.version,
        "rules": [_rule(check, dossier, envelope.findings) for check in checks],
    }


def _rule(check: str, dossier: Dossier, findings: Sequence[Finding]) -> Json:
    own = [each for each in findings if each.check == check]
    asked = dossier.properties.get(own[0].property)
    page = dossier.checks.get(check, "").strip()
    title = page.partition("\n\n")[0].replace("\n", " ") or own[0].property
    worst = max((each.severity for each in own), key=lambda each: each.weight)
    rule: Json = {
        "id": check,
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{asked.question} {asked.why}" if asked else title},
        "help": {"text": "\n\n".join(filter(None, (page, asked.remedy if asked else ""))) or title},
        "defaultConfiguration": {"level": LEVELS[worst]},
        "properties": {
            "tags": ["security", own[0].property],
            "security-severity": SCORES[worst],
        },
    }
    return rule


def _invocation(envelope: Envelope, rules: Mapping[str, int]) -> Json:
    died = any(each.stage == "worker" for each in envelope.problems)
    return {
        "executionSuccessful": not died,
        "endTimeUtc": _moment(envelope),
        "toolExecutionNotifications": [
            *_unanswered(envelope.findings, rules),
            *(_problem(each) for each in envelope.problems),
        ],
    }


def _unanswered(findings: Sequence[Finding], rules: Mapping[str, int]) -> Iterator[Json]:
    levels = {Outcome.UNKNOWN: "note", Outcome.ERROR: "error"}
    for each in findings:
        if each.outcome in levels:
            yield {
                "level": levels[each.outcome],
                "message": {"text": f"{each.property}: {each.message}"},
                "associatedRule": {"id": each.check, "index": rules[each.check]},
            }


def _problem(problem: Problem) -> Json:
    text = f"{problem.stage}: {problem.where}: {problem.what}. {problem.hint}"
    return {"level": "warning", "message": {"text": text}, "descriptor": {"id": problem.stage}}


def _artifact(image: Image) -> Json:
    return {
        "location": {"uri": quote(image.name)},
        "length": image.size,
        "hashes": {"sha-256": image.sha256},
        "roles": ["analysisTarget"],
    }


def _result(finding: Finding, rule: int, image: Image, waived: Waived | None) -> Json:
    places = [_location(each, image) for each in finding.evidence[:MAX_PLACES]]
    result: Json = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": places[:1] or [{"physicalLocation": _physical(image)}],
        "partialFingerprints": {"roadworthy/v1": fingerprint(finding)},
        "properties": {
            "property": finding.property,
            "severity": finding.severity.value,
            "remedy": finding.remedy,
            "acts": [each.value for each in finding.acts],
        },
    }
    if places[1:]:
        result["relatedLocations"] = places[1:]
    if waived is not None:
        reason = f"{waived.reason} ({waived.author}, until {waived.expires})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _location(evidence: Evidence, image: Image) -> Json:
    inside = "/".join(each.strip("/") for each in evidence.path[1:]) or image.name
    place: Json = {"name": evidence.path[-1] if evidence.path else image.name, "fullyQualifiedName": inside}
    location: Json = {
        "physicalLocation": _physical(image),
        "logicalLocations": [{**place, "kind": "resource"}],
    }
    if evidence.excerpt:
        location["message"] = {"text": evidence.excerpt}
    where = {"line": evidence.line, "offset": evidence.offset}
    told = {name: value for name, value in where.items() if value is not None}
    return {**location, "properties": told} if told else location


def _physical(image: Image) -> Json:
    return {"artifactLocation": {"uri": quote(image.name), "index": 0}}


EXPORT: Final = Export(
    title="SARIF 2.1.0, the failures for code scanning",
    media_type="application/sarif+json",
    suffix=".sarif",
    write=write,
)
