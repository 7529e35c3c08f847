"""JUnit XML: one test case a question, for the test view of a build server.

What it is: the de-facto form that build servers read. A question answered no is a failure, a check that broke
is an error. What is unknown, does not arise, or is accepted by a waiver is skipped, with the reason: nothing
is a success for want of evidence.

How it can be wrong: some build servers count what is skipped as done; the reason says that it is not.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Final
from xml.etree import ElementTree as ET

from roadworthy.inspection.comparison import side_of
from roadworthy.inspection.waiver import Waived, accepted
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome
from roadworthy.model.property import Answer
from roadworthy.reports._inspected import inspection_of
from roadworthy.reports._text import visible
from roadworthy.reports.report import Dossier, Export

MAX_FINDINGS: Final = 50


def write(dossier: Dossier) -> bytes:
    """The XML document. Raises `InputError` if there is no inspection."""
    envelope = inspection_of(dossier)
    body = side_of(envelope).body
    waived = accepted(body.waivers, envelope.findings)
    suite = ET.Element("testsuite", name=visible(body.image.name), time="0")
    suite.set("timestamp", f"{envelope.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")
    facts = ET.SubElement(suite, "properties")
    for name, value in (("sha256", body.image.sha256), ("tool", envelope.producer.version)):
        ET.SubElement(facts, "property", name=name, value=value)
    for answer in dossier.answers:
        suite.append(_case(answer, dossier, waived))
    counts = {
        "tests": len(dossier.answers),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }
    for name, count in counts.items():
        suite.set(name, str(count))
    problems = "\n".join(f"{each.stage}: {each.where}: {each.what}" for each in envelope.problems)
    ET.SubElement(suite, "system-err").text = _lines(problems)
    root = ET.Element("testsuites", {name: str(count) for name, count in counts.items()}, name="roadworthy")
    root.append(suite)
    ET.indent(root)
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"
    )


def _case(answer: Answer, dossier: Dossier, waived: dict[Finding, Waived]) -> ET.Element:
    family = answer.property.partition(".")[0]
    case = ET.Element("testcase", classname=visible(family), name=visible(answer.property), time="0")
    if answer.outcome is Outcome.PASS:
        return case
    bad = [each for each in answer.findings if each not in waived]
    if answer.outcome is Outcome.FAIL and bad:
        worst = max(bad, key=lambda each: each.severity.weight)
        told = ET.SubElement(case, "failure", message=visible(worst.message), type=worst.severity.value)
        told.text = _lines(_failures(bad))
    elif answer.outcome is Outcome.ERROR:
        ET.SubElement(case, "error", message=visible(_said(answer)), type="error")
    else:
        ET.SubElement(case, "skipped", message=visible(_reason(answer, waived)))
    if asked := dossier.properties.get(answer.property):
        ET.SubElement(case, "system-out").text = _lines(f"{asked.question}\n{asked.why}")
    return case


def _failures(findings: Sequence[Finding]) -> str:
    lines: list[str] = []
    for each in findings[:MAX_FINDINGS]:
        lines.append(f"{each.severity}: {each.message}")
        lines += [f"  where: {place.place}" for place in each.evidence[:5]]
    if len(findings) > MAX_FINDINGS:
        lines.append(f"and {len(findings) - MAX_FINDINGS} more")
    return "\n".join((*lines, f"do: {findings[0].remedy}"))


def _reason(answer: Answer, waived: dict[Finding, Waived]) -> str:
    if answer.outcome is Outcome.FAIL:
        told = (waived[each] for each in answer.findings)
        return "accepted: " + "; ".join(
            dict.fromkeys(f"{each.reason} ({each.author}, until {each.expires})" for each in told)
        )
    word = "does not arise" if answer.outcome is Outcome.NOT_APPLICABLE else "unknown"
    return f"{word}: {_said(answer)}"


def _said(answer: Answer) -> str:
    return " ".join(dict.fromkeys(each.message for each in answer.findings)) or answer.because


def _lines(text: str) -> str:
    return "\n".join(visible(line) for line in text.split("\n"))


EXPORT: Final = Export(
    title="JUnit XML, one test case a question", media_type="application/xml", suffix=".xml", write=write
)
