"""Takes the inventory of a few files, for tests of catalogers and checks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from roadworthy.inspection.cataloger import Cataloger, Context
from roadworthy.inspection.payload import Payload
from roadworthy.inspection.rootfs import RootFS
from roadworthy.inspection.signature import Signature, SignatureSet
from roadworthy.inspection.survey import Surveyed, survey
from roadworthy.testing.memory import memory_root

SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def survey_roots(
    roots: Sequence[RootFS],
    catalogers: Mapping[str, Cataloger],
    *,
    signatures: Iterable[Signature] = (),
    now: datetime = SOME_DAY,
    payloads: Sequence[Payload] = (),
) -> Surveyed:
    """What the catalogers find in some file systems; the steps on the way are passed over.

    Args:
        roots: The file systems.
        catalogers: The catalogers by id.
        signatures: The version signatures, if a cataloger needs them.
        now: The moment for which the inventory speaks.
        payloads: Stretches of the image that are no file systems.
    """
    context = Context(now=now, signatures=SignatureSet(tuple(signatures)))
    steps = survey(roots, catalogers, context, payloads=payloads)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            surveyed: Surveyed = stop.value
            return surveyed


def survey_files(
    cataloger: Cataloger, files: Mapping[str, str | bytes], *, signatures: Iterable[Signature] = ()
) -> Surveyed:
    """What one cataloger finds in a few files (see `memory_root`)."""
    return survey_roots([memory_root(files)], {"cataloger": cataloger}, signatures=signatures)


def survey_payloads(cataloger: Cataloger, payloads: Sequence[Payload]) -> Surveyed:
    """What one cataloger finds in stretches of an image that are no file systems."""
    return survey_roots([], {"cataloger": cataloger}, payloads=payloads)
