"""A VEX document in any of the forms that are read."""

from collections.abc import Callable
from typing import Final

from roadworthy.codecs.vex import csaf, cyclonedx, openvex
from roadworthy.codecs.vex._fields import Fields, decode
from roadworthy.model.errors import InputError
from roadworthy.model.statement import StatementSet

FORMS: Final[tuple[tuple[Callable[[Fields], bool], Callable[[Fields], StatementSet]], ...]] = (
    (openvex.accepts, openvex.read),
    (csaf.accepts, csaf.read),
    (cyclonedx.accepts, cyclonedx.read),
)


def read(data: bytes) -> StatementSet:
    """What a document says, whatever its form.

    Args:
        data: The document: OpenVEX, CSAF or CycloneDX, as JSON.

    Raises:
        InputError: It is none of them, or broken; names the line or the JSON path.
    """
    document = decode(data)
    for accepts, read_form in FORMS:
        if accepts(document):
            return read_form(document)
    raise InputError(
        "this JSON is no VEX document",
        hint="Give OpenVEX (with @context), CSAF (with document.csaf_version) or CycloneDX (with bomFormat).",
    )
