"""One envelope as it is: about whom, by whom, as of when, what it found, and who signed it.

What it shows: the newest envelope of a dossier, whatever made it, without judging it: the findings in the
order in which they were written, and what could not be done. The body is not shown; it belongs to the report
of its own kind, and to the JSON form, which is the envelope itself.

How it can be wrong: a name under "signed by" says that somebody wrote a signature there, not that it holds.
`roadworthy evidence verify` tells that.
"""

from collections.abc import Iterator
from datetime import UTC
from typing import Final

from roadworthy.codecs.envelope import to_json
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError
from roadworthy.model.finding import Finding
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Item, Table
from roadworthy.reports.report import Dossier, Report


def build(dossier: Dossier) -> Document:
    """The document of the newest envelope in a dossier. Raises `InputError` if there is none."""
    envelope = max(dossier.envelopes, key=lambda each: each.as_of, default=None)
    if envelope is None:
        raise InputError(
            f"there is no evidence about {dossier.subject.id}",
            hint="`roadworthy evidence list` shows what there is.",
        )
    return Document(
        title=f"Evidence about {envelope.subject.id}",
        blocks=(
            Heading("Evidence", 1),
            Facts(tuple(pair for pair in _facts(envelope, dossier.digest) if pair[1])),
            *_findings(envelope),
            *_problems(envelope),
        ),
        data=to_json(envelope),
    )


def _facts(envelope: Envelope, digest: str) -> Iterator[tuple[str, str]]:
    subject = envelope.subject
    yield "about", subject.id
    yield "product", " ".join(part for part in (subject.maker, subject.model, subject.version) if part)
    for alias in subject.aliases:
        yield alias.kind.value, alias.value
    yield "as of", f"{envelope.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    yield "known by", f"being {envelope.basis}"
    yield "made by", f"{envelope.producer.tool} {envelope.producer.version}"
    yield "body", envelope.body_type
    yield "filed as", digest.removeprefix("sha256:")
    for signature in envelope.signatures:
        yield "signed by", signature.keyid.removeprefix("sha256:")


def _findings(envelope: Envelope) -> Iterator[Block]:
    if envelope.findings:
        yield Heading(f"Findings ({len(envelope.findings)})")
        yield from map(_item, envelope.findings)


def _item(finding: Finding) -> Item:
    return Item(
        id=finding.property,
        title=finding.message,
        outcome=finding.outcome,
        severity=finding.severity,
        text=f"Said by `{finding.check}`.",
        remedy=finding.remedy,
        acts=", then ".join(finding.acts).replace("_", " "),
        evidence=finding.evidence,
    )


def _problems(envelope: Envelope) -> Iterator[Block]:
    if envelope.problems:
        yield Heading(f"What could not be done ({len(envelope.problems)})")
        rows = tuple((each.stage, each.where, each.what, each.hint) for each in envelope.problems)
        yield Table(("stage", "where", "what", "what to do"), rows)


REPORT: Final = Report(title="One envelope as it is", build=build)
