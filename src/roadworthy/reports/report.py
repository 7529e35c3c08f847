"""Report: how a dossier becomes a document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
        baseline: Earlier evidence, perhaps about another subject, to tell what has changed; None without.
    """

    subject: Subject
    envelopes: tuple[Envelope, ...]
    answers: tuple[Answer, ...]
    properties: Mapping[str, Property]
    digest: str = ""
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
