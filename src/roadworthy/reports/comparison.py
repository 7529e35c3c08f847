"""The comparison of two images: what got worse, what got better, and what else changed.

What it shows: every difference between the inspection of an old image (the baseline) and of a new one, in
findings, answers, software, services, accounts, keys, secrets, programs, settings, hardware, addresses and
size.

How to read it: a failure that came or became more severe is worse, one that is gone is better. Facts without
a finding (one more service, one program less hardened) count as low. What only one of the two was asked, or
could see, counts as neither, and says so.

How it can be wrong: things are recognised by name and path; what was renamed shows as removed and added.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Final

from roadworthy.codecs.canonical import digest as digest_of
from roadworthy.codecs.plain import to_plain
from roadworthy.inspection.comparison import Change, Effect, Manner, Side, compare, side_of
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Outcome
from roadworthy.reports._changes import MAX_ROWS, changes_table, count, verdict
from roadworthy.reports._text import bytes_for_people
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Item, Text
from roadworthy.reports.report import Dossier, Report

TYPE: Final = "roadworthy.comparison/v1"
TITLES: Final = {
    Effect.WORSE: "What got worse",
    Effect.BETTER: "What got better",
    Effect.NEITHER: "What else changed",
}
KINDS: Final = {
    "finding": "Findings",
    "answer": "Answers",
    "flaw": "Known vulnerabilities",
    "component": "Software",
    "service": "Services",
    "account": "Accounts",
    "key": "Keys and certificates",
    "secret": "Other secrets",
    "program": "Programs",
    "setting": "Settings",
    "platform": "Platform",
    "address": "Addresses",
    "size": "Size",
}


def build(dossier: Dossier) -> Document:
    """The document. Raises `InputError` where there is nothing to compare with."""
    new = max(dossier.envelopes, key=lambda each: each.as_of, default=None)
    if new is None or dossier.baseline is None:
        raise InputError(
            "there is nothing to compare with",
            hint="Use `roadworthy compare OLD NEW`, or `roadworthy inspect IMAGE --baseline OLD.json`.",
        )
    old = dossier.baseline
    sides = side_of(old), side_of(new)
    changes = compare(*sides)
    names = tuple(side.body.image.name for side in sides)
    title = f"{names[0]} → {names[1]}"
    return Document(
        title=f"{title}: comparison",
        blocks=(
            Heading(title, 1),
            Text(verdict(changes)),
            *_doubts(old, new, sides),
            *(block for effect in Effect for block in _chapter(effect, changes)),
            Heading("What was compared"),
            *(block for each in (("old", old), ("new", new)) for block in _image(*each)),
        ),
        data={
            "type": TYPE,
            "old": _named(old, sides[0]),
            "new": _named(new, sides[1]),
            "same_rules": _rules(old) == _rules(new),
            "counts": {effect.value: count(changes, effect) for effect in Effect},
            "changes": to_plain(changes),
        },
    )


def _chapter(effect: Effect, changes: Sequence[Change]) -> Iterator[Block]:
    own = [each for each in changes if each.effect is effect]
    if not own:
        return
    yield Heading(f"{TITLES[effect]} ({len(own)})")
    said = [each for each in own if each.kind == "finding" and effect is not Effect.NEITHER]
    yield from map(_item, said[:MAX_ROWS])
    if len(said) > MAX_ROWS:
        yield Text(f"And {len(said) - MAX_ROWS} more findings; the JSON form has them all.")
    rest = [each for each in own if each not in said]
    for kind in dict.fromkeys(each.kind for each in rest):
        yield Heading(KINDS.get(kind, kind), 3)
        yield changes_table([each for each in rest if each.kind == kind])


def _item(change: Change) -> Item:
    gone = change.manner is Manner.REMOVED
    return Item(
        id=change.name,
        title=change.new or change.old,
        outcome=Outcome.PASS if gone else Outcome.FAIL,
        severity=change.severity,
        text=f"Gone; its severity was {change.severity}." if gone else _before(change),
    )


def _before(change: Change) -> str:
    return f"Before: {change.old}" if change.old else "It was not there before."


def _doubts(old: Envelope, new: Envelope, sides: tuple[Side, Side]) -> Iterator[Block]:
    """What makes the two hard to compare."""
    if _rules(old) != _rules(new):
        yield Text(
            "The two were not made with the same version and rules: a difference may lie in those. "
            "Inspect both images anew to be sure."
        )
    for name, side in zip(("old", "new"), sides, strict=True):
        if side.blind:
            yield Text(f"Parts of the {name} image could not be read; what lies in them is not compared.")


def _rules(envelope: Envelope) -> tuple[object, ...]:
    digests = {name: digest for name, digest in envelope.producer.digests.items() if name != "tool"}
    return envelope.producer.version, sorted(digests.items())


def _image(label: str, envelope: Envelope) -> Iterator[Block]:
    image = side_of(envelope).body.image
    yield Facts(
        (
            (label, image.name),
            ("size", bytes_for_people(image.size)),
            ("sha256", image.sha256),
            ("as of", f"{envelope.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
            ("made by", f"{envelope.producer.tool} {envelope.producer.version}"),
        )
    )


def _named(envelope: Envelope, side: Side) -> dict[str, object]:
    image = side.body.image
    return {
        "name": image.name,
        "size": image.size,
        "sha256": image.sha256,
        "as_of": f"{envelope.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "evidence": digest_of(envelope),
        "could_not_see_all": side.blind,
    }


REPORT: Final = Report(title="Comparison of two images", build=build)
