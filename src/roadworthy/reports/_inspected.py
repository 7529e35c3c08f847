"""The inspection in a dossier, for what is made of it."""

from roadworthy.inspection.report import BODY_TYPE
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError
from roadworthy.reports.report import Dossier


def inspection_of(dossier: Dossier) -> Envelope:
    """The newest inspection in a dossier. Raises `InputError` if there is none."""
    envelope = max(
        (each for each in dossier.envelopes if each.body_type == BODY_TYPE),
        key=lambda each: each.as_of,
        default=None,
    )
    if envelope is None:
        raise InputError(
            f"there is no inspection among the evidence about {dossier.subject.id}",
            hint="Make one with `roadworthy inspect IMAGE`.",
        )
    return envelope
