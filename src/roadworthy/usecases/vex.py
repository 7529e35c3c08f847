"""VEX: write what an inspection says of vulnerabilities, file what others say, and let it count."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, Protocol

from roadworthy.catalogue import Catalogue
from roadworthy.codecs.canonical import digest as digest_of
from roadworthy.codecs.envelope import decode
from roadworthy.codecs.plain import MAX_BYTES
from roadworthy.codecs.vex import csaf_writing, cyclonedx, openvex
from roadworthy.codecs.vex.reading import read
from roadworthy.inspection.comparison import side_of
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError, RoadworthyError
from roadworthy.model.statement import Named, Statement, StatementSet
from roadworthy.model.subject import Subject
from roadworthy.usecases.evidence import ReadFile
from roadworthy.usecases.inspect import InspectOptions, Progress, World, inspect
from roadworthy.vulnerability.statements import Filed, statements_of

JSON: Final = b"{"
NOBODY: Final = "not named"
MAX_FAULTS: Final = 5
FOR_ALL: Final = "Inspect it anew, without --only or --skip."
MEND: Final = "Mend it, or file it as it is with --lenient."


class VexForm(StrEnum):
    """The forms that are written."""

    OPENVEX = "openvex"
    CSAF = "csaf"
    CYCLONEDX = "cyclonedx"


@dataclass(frozen=True, slots=True, kw_only=True)
class VexOptions:
    """What to write.

    Args:
        file: The image, or the JSON report of its inspection.
        form: In which form.
        csaf_version: Of CSAF.
        author: Who says so.
        namespace: The address by which CSAF is to name the author, a URI; empty for none.
        as_of: The moment to speak for; now, or the report's, if None.
    """

    file: str
    form: VexForm = VexForm.OPENVEX
    csaf_version: Literal["2.0", "2.1"] = "2.0"
    author: str = NOBODY
    namespace: str = ""
    as_of: datetime | None = None


class StatementStore(Protocol):
    """Where statements are kept, as documents."""

    def put(self, data: bytes, *, own: bool) -> str:
        """File a document. Returns where."""
        ...

    def documents(self) -> Iterable[tuple[str, bytes, bool]]:
        """Where, what, and whether it is the user's own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """One document that was filed.

    Args:
        file: What the user gave.
        said: What it says.
        place: Where it is filed; empty for one that is only listed.
        own: Whether it is the user's own.
    """

    file: str
    said: StatementSet
    place: str = ""
    own: bool = False


def write(
    options: VexOptions,
    *,
    world: World,
    starts_with: Callable[[str, bytes], bool],
    catalogue: Catalogue,
    progress: Progress,
) -> bytes:
    """The document about an image.

    Raises:
        InputError: The file cannot be used, nobody looked for vulnerabilities, or there is none to speak of.
        VerificationError: The report was changed, or made by another version.
    """
    if starts_with(options.file, JSON):
        envelope = decode(world.read(options.file, limit=MAX_BYTES))
    else:
        chosen = InspectOptions(image=options.file, as_of=options.as_of, keep=False)
        (envelope,) = inspect(chosen, world=world, catalogue=catalogue, progress=progress).dossier.envelopes
    said = said_of(envelope, author=options.author, now=options.as_of or envelope.as_of)
    match options.form:
        case VexForm.OPENVEX:
            return openvex.write(said)
        case VexForm.CYCLONEDX:
            return cyclonedx.write(said)
        case VexForm.CSAF:
            address = options.namespace or csaf_writing.NO_ADDRESS
            return csaf_writing.write(said, version=options.csaf_version, namespace=address)


def said_of(envelope: Envelope, *, author: str, now: datetime) -> StatementSet:
    """What an inspection says, as a document of statements.

    Raises:
        InputError: It is no inspection, nobody looked for vulnerabilities, or there is none to speak of.
    """
    body = side_of(envelope).body
    if body.matching is None:
        raise InputError("nobody looked for vulnerabilities in this inspection", hint=FOR_ALL)
    if not body.matching.matches:
        raise InputError("no known vulnerability matches: there is nothing to state", hint=FOR_ALL)
    image = body.image
    product = Named(
        id=_urn(envelope.subject),
        name=envelope.subject.model or image.name,
        version=envelope.subject.version,
        digests=(f"sha256:{image.sha256}",),
    )
    statements = statements_of(
        body.matching, product=product, components=body.inventory.components, author=author, now=now
    )
    return StatementSet(
        form="",
        id=f"urn:uuid:{_uuid(f'{digest_of(envelope)} {author} {now.isoformat()}')}",
        author=author,
        timestamp=now,
        title=f"Known vulnerabilities of {product.name}",
        statements=statements,
    )


def _urn(subject: Subject) -> str:
    """The subject's name as an IRI, as OpenVEX asks for."""
    return f"urn:roadworthy:{subject.id}"


def _uuid(text: str) -> str:
    """A UUID that follows from a text (RFC 9562 §5.8, version 8)."""
    digits = hashlib.sha256(text.encode()).hexdigest()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def add(
    files: Sequence[str], *, own: bool, lenient: bool, read_file: ReadFile, store: StatementStore
) -> tuple[Added, ...]:
    """File documents, all or none, after they were checked.

    Args:
        files: Of any form that is read.
        own: Whether the user says so.
        lenient: Whether documents with faults are filed as well, as far as they can be understood.
        read_file: Reads what the user names.
        store: Where they are kept.

    Raises:
        InputError: One cannot be read, or has faults; names file and place.
        SourceError: The workspace cannot be used.
    """
    checked = []
    for file in files:
        data = read_file(file, limit=MAX_BYTES)
        said = _understood(file, data)
        if said.faults and not lenient:
            told = "; ".join(said.faults[:MAX_FAULTS])
            more = len(said.faults) - MAX_FAULTS
            raise InputError(f"{file}: {told}{f'; and {more} more' if more > 0 else ''}", hint=MEND)
        checked.append((file, data, said))
    return tuple(
        Added(file=file, said=said, place=store.put(data, own=own), own=own) for file, data, said in checked
    )


def _understood(file: str, data: bytes) -> StatementSet:
    try:
        return read(data)
    except RoadworthyError as error:
        raise InputError(f"{file}: {error}", hint=error.hint) from error


def filed(store: StatementStore) -> Iterator[Added]:
    """What is filed. Raises `InputError` for a document that was damaged since."""
    for place, data, own in store.documents():
        yield Added(file=place, said=_understood(place, data), place=place, own=own)


def counting(store: StatementStore) -> tuple[Filed, ...]:
    """Every statement that is filed. Raises as `filed`."""
    return tuple(
        Filed(statement=_dated(statement, each), own=each.own)
        for each in filed(store)
        for statement in each.said.statements
    )


def _dated(statement: Statement, document: Added) -> Statement:
    """With the document's author where it has none."""
    return statement if statement.author else replace(statement, author=document.said.author)
