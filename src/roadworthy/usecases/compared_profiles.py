"""Compare versions of MUD files by meaning: two of them, or all that there are in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from roadworthy.codecs.plain import to_plain
from roadworthy.model.errors import InputError, RoadworthyError
from roadworthy.network.mud.difference import Change, Difference, difference
from roadworthy.network.mud.file import About, MudFile
from roadworthy.network.mud.meaning import policy_of
from roadworthy.network.mud.reading import MOST_BYTES, read_mud
from roadworthy.network.mud.signature import last_update
from roadworthy.network.policy import Policy
from roadworthy.reports.blocks import Block, Document, Heading, Table, Text
from roadworthy.usecases.evidence import ReadFile

DIFFERENCE_TYPE: Final = "roadworthy.profile-difference/v1"
HISTORY_TYPE: Final = "roadworthy.profile-history/v1"
SAYINGS: Final = {
    "mud_url": "published at",
    "is_supported": "gets updates",
    "cache_validity": "hours until it is fetched again",
    "systeminfo": "device",
    "mfg_name": "maker",
    "model_name": "model",
    "firmware_rev": "firmware",
    "software_rev": "software",
    "documentation": "documentation",
    "mud_signature": "signature at",
}
NOTHING: Final = "Both allow the same."
GIVE: Final = "Give profiles; `roadworthy profile check` says what is wrong with each."


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came of comparing two files.

    Args:
        old: The file before.
        new: The file now.
        difference: What changed by meaning.
        said: What else they say differently: what, before, now.
    """

    old: str
    new: str
    difference: Difference
    said: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version in a history.

    Args:
        file: Which.
        mud_url: Of what.
        moment: When it was changed last, as it says.
        difference: From the version before; from nothing for the first.
        first: Whether it is the first of its URL.
    """

    file: str
    mud_url: str
    moment: datetime
    difference: Difference
    first: bool


def compare(old: str, new: str, *, read: ReadFile) -> Compared:
    """Compare two files by meaning.

    Raises:
        InputError: One cannot be read.
        PolicyError: Their rules are too entangled.
    """
    before, after = (read_mud(read(each, limit=MOST_BYTES), each) for each in (old, new))
    return Compared(
        old=old,
        new=new,
        difference=difference(policy_of(before), policy_of(after)),
        said=_said(before.about, after.about),
    )


def history(files: Sequence[tuple[str, bool]], *, read: ReadFile) -> tuple[Version, ...]:
    """The versions that some files are, by MUD URL and then by the moment of their last change.

    Args:
        files: Which, each with whether it was named; one that was not and is no profile is passed over.
        read: Reads them.

    Raises:
        InputError: One that was named cannot be read, or there is none.
        VerificationError: One that was named does not say when it was changed.
        PolicyError: The rules of two are too entangled.
    """
    known: list[tuple[str, datetime, str, MudFile]] = []
    for file, named in files:
        try:
            data = read(file, limit=MOST_BYTES)
            mud = read_mud(data, file)
            known.append((mud.about.mud_url, last_update(data), file, mud))
        except RoadworthyError:
            if named:
                raise
    if not known:
        raise InputError("there is no profile", hint=GIVE)
    made: list[Version] = []
    before: tuple[str, Policy] = ("", Policy())
    for url, moment, file, mud in sorted(known, key=lambda each: each[:3]):
        first = not made or url != before[0]
        policy = policy_of(mud)
        changed = difference(Policy(mud_url=url) if first else before[1], policy)
        made.append(Version(file=file, mud_url=url, moment=moment, difference=changed, first=first))
        before = url, policy
    return tuple(made)


def difference_page(found: Compared) -> Document:
    """The page of a comparison: what is newly allowed first."""
    newly, no_longer = found.difference.newly, found.difference.no_longer
    title = f"{found.new} allows {_count(newly)} more than {found.old}, and {_count(no_longer)} less"
    blocks: list[Block] = [Heading(title, 1)]
    for heading, changes in (("Newly allowed", newly), ("No longer allowed", no_longer)):
        if changes:
            rows = tuple((each.words, ", ".join(each.rules)) for each in changes)
            blocks += [Heading(heading), Table(("what", "rule"), rows)]
    if not found.difference:
        blocks.append(Text(NOTHING))
    if found.said:
        blocks += [Heading("Said differently"), Table(("what", "before", "now"), found.said)]
    return Document(
        title=title,
        blocks=tuple(blocks),
        data={
            "type": DIFFERENCE_TYPE,
            "old": found.old,
            "new": found.new,
            "newly": to_plain(newly),
            "no_longer": to_plain(no_longer),
            "said": [{"what": what, "before": old, "now": new} for what, old, new in found.said],
        },
    )


def history_page(versions: Sequence[Version]) -> Document:
    """The page of a history, a part for each MUD URL."""
    title = f"{len(versions)} versions"
    blocks: list[Block] = [Heading(title, 1)]
    for each in versions:
        if each.first:
            blocks.append(Heading(each.mud_url))
        blocks.append(Heading(f"{each.moment:%Y-%m-%d}, {each.file}", 3))
        rows = [("newly", change.words) for change in each.difference.newly]
        rows += [("no longer", change.words) for change in each.difference.no_longer]
        blocks.append(Table(("allowed", "what"), tuple(rows)) if rows else Text("It allows what it did."))
    return Document(
        title=title,
        blocks=tuple(blocks),
        data={
            "type": HISTORY_TYPE,
            "versions": [
                {
                    "file": each.file,
                    "mud_url": each.mud_url,
                    "last_update": each.moment.isoformat(),
                    "first": each.first,
                    "newly": to_plain(each.difference.newly),
                    "no_longer": to_plain(each.difference.no_longer),
                }
                for each in versions
            ],
        },
    )


def _count(changes: Sequence[Change]) -> str:
    return f"{len(changes)} things" if len(changes) != 1 else "1 thing"


def _said(old: About, new: About) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (words, _shown(getattr(old, key)), _shown(getattr(new, key)))
        for key, words in SAYINGS.items()
        if getattr(old, key) != getattr(new, key)
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "—" if value is None else str(value)
