"""Report and export: how a dossier becomes a document for people, or a file for another tool."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from roadworthy.model.envelope import Envelope
from roadworthy.model.property import Answer, Property
from roadworthy.model.subject import Subject
from roadworthy.reports.blocks import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is at hand about one subject: what every report is made from.

    Args:
        subject: About whom.
        envelopes: The evidence.
        answers: What follows from it, ordered by property id.
        properties: The questions, by id.
        digest: ``sha256:<hex>`` of the newest envelope, as it is filed in the workspace; empty if it is not.
        checks: The pages of the checks that are installed, by id.
        baseline: Earlier evidence, perhaps about another subject, to tell what has changed; None without.
    """

    subject: Subject
    envelopes: tuple[Envelope, ...]
    answers: tuple[Answer, ...]
    properties: Mapping[str, Property]
    digest: str = ""
    checks: Mapping[str, str] = field(default_factory=dict)
    baseline: Envelope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One kind of document. Its id is its file's name: ``reports/inspection.py`` is ``inspection``.

    Args:
        title: For people.
        build: Makes the document; pure, equal dossiers give equal documents.
    """

    title: str
    build: Callable[[Dossier], Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One form that other tools read. Its id is its file's name: ``export/sarif.py`` is ``--format sarif``.

    Args:
        title: For people.
        media_type: IANA media type of the bytes.
        suffix: File name suffix, with dot.
        write: Makes the bytes; pure, equal dossiers give equal bytes. Raises `InputError` if the dossier
            holds nothing that the form can say.
    """

    title: str
    media_type: str
    suffix: str
    write: Callable[[Dossier], bytes]
