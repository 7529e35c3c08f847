"""What the evidence commands have to tell, as documents."""

from collections.abc import Sequence
from datetime import UTC, datetime

from roadworthy.codecs.canonical import digest as digest_of
from roadworthy.codecs.plain import to_plain
from roadworthy.inspection.report import BODY_TYPE, Body
from roadworthy.model.outcome import Outcome
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Table, Text
from roadworthy.usecases.evidence import Filed, KeyPair, Verified, schema
from roadworthy.usecases.inspect_many import Index


def filed(found: Sequence[Filed]) -> Document:
    """What is in the workspace."""
    rows = tuple(
        (each.digest.removeprefix("sha256:")[:12], each.as_of.date().isoformat(), each.tool, each.subject)
        for each in found
    )
    nothing = Text("Nothing is filed. `roadworthy inspect IMAGE` files what it finds.")
    body: Block = Table(("digest", "as of", "made by", "about"), rows) if rows else nothing
    return Document(
        title="Evidence",
        blocks=(Heading("Evidence", 1), body),
        data={"type": "roadworthy.evidence-list/v1", "evidence": [_entry(each) for each in found]},
    )


def _entry(each: Filed) -> dict[str, str]:
    return {
        "digest": each.digest,
        "subject": each.subject,
        "tool": each.tool,
        "as_of": _moment(each.as_of),
        "basis": each.basis.value,
        "body_type": each.body_type,
    }


def verified(found: Verified) -> Document:
    """Whose signatures hold."""
    envelope = found.envelope
    names = {"digest": digest_of(envelope), "subject": envelope.subject.id, "as_of": _moment(envelope.as_of)}
    facts = (*names.items(), *(("signed by", each) for each in found.keyids))
    return Document(
        title="Verified",
        blocks=(Heading("The signatures hold", 1), Facts(facts)),
        data={"type": "roadworthy.verification/v1", **names, "keyids": list(found.keyids)},
    )


def key_made(pair: KeyPair) -> Document:
    """Where the new keys are."""
    facts = {"keyid": pair.keyid, "private": pair.private, "public": pair.public}
    advice = "Keep the private key to yourself; give the public one to whoever verifies."
    return Document(
        title="Key pair",
        blocks=(Heading("A new key pair", 1), Facts(tuple(facts.items())), Text(advice)),
        data={"type": "roadworthy.key-pair/v1", **facts},
    )


def envelope_form() -> Document:
    """The JSON schema of an envelope: for machines only."""
    return Document(title="Envelope", blocks=(), data=schema({BODY_TYPE: Body}))


def index(found: Index) -> Document:
    """What came of many images, a line each; those that could not be inspected with the reason."""
    rows = tuple(
        (
            each.image,
            str(each.counts.get(Outcome.FAIL, 0)) if each.counts else "",
            str(each.worst or ""),
            str(each.counts.get(Outcome.UNKNOWN, 0) + each.counts.get(Outcome.ERROR, 0))
            if each.counts
            else "",
            str(each.exit_code),
            each.error or each.written,
        )
        for each in found.entries
    )
    columns = ("image", "no", "worst", "unknown", "exit code", "report, or what went wrong")
    return Document(
        title="Images",
        blocks=(Heading(f"{len(found.entries)} images", 1), Table(columns, rows)),
        data={
            "type": "roadworthy.index/v1",
            "exit_code": found.exit_code,
            "images": to_plain(found.entries),
        },
    )


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
