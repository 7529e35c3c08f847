"""Dossier: what is at hand about one subject, put together from evidence."""

from collections.abc import Sequence
from datetime import datetime

from roadworthy.catalogue import Catalogue
from roadworthy.model.envelope import Envelope
from roadworthy.model.resolve import resolve
from roadworthy.model.subject import Subject
from roadworthy.reports.report import Dossier


def dossier_about(
    subject: Subject, envelopes: Sequence[Envelope], *, catalogue: Catalogue, now: datetime, digest: str = ""
) -> Dossier:
    """The dossier about a subject, with the answers that follow from the evidence.

    Args:
        subject: About whom.
        envelopes: The evidence.
        catalogue: For the questions that are installed.
        now: The moment for which the answers speak.
        digest: Under which the newest of the envelopes is filed; empty if it is not.
    """
    properties = {name: extension.object for name, extension in catalogue.properties.items()}
    return Dossier(
        subject=subject,
        envelopes=tuple(envelopes),
        answers=resolve(properties.values(), envelopes, subject=subject, now=now),
        properties=properties,
        digest=digest,
        checks={name: extension.doc for name, extension in catalogue.checks.items()},
    )
