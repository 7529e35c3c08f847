"""The assessment in a dossier, for the papers that are made of it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError
from roadworthy.regulation.assessment import BODY_TYPE
from roadworthy.reports._rows import Row
from roadworthy.reports.report import Dossier


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of one framework, as it was assessed.

    Args:
        framework: Id of the framework.
        id: Id of the requirement in it.
        row: What the assessment says of it.
    """

    framework: str
    id: str
    row: Row

    @property
    def name(self) -> str:
        """``cra:AnnexI.I.1``."""
        return f"{self.framework}:{self.id}"

    @property
    def verdict(self) -> str:
        """``met``, ``gap``, ``unknown``, ``set_aside``, ``not_applicable``."""
        return self.row.text("verdict")


@dataclass(frozen=True, slots=True)
class Papers:
    """An assessment, read for papers.

    Args:
        envelope: The evidence that holds it.
        product: The product.
        chapters: The frameworks.
    """

    envelope: Envelope
    product: Row
    chapters: tuple[Row, ...]

    @property
    def name(self) -> str:
        """The product for people."""
        own = self.product
        return " ".join(filter(None, (own.text("maker"), own.text("model"), own.text("version"))))

    def requirements(self, framework: str = "") -> Iterator[Requirement]:
        """Every requirement, or those of one framework."""
        for chapter in self.chapters:
            if framework in ("", chapter.text("id")):
                for each in chapter.rows("requirements"):
                    yield Requirement(chapter.text("id"), each.text("requirement"), each)

    def chapter(self, framework: str) -> Row:
        """A framework. Raises `InputError` where the assessment is not under it."""
        found = next((each for each in self.chapters if each.text("id") == framework), None)
        if found is None:
            what = f"the assessment does not say anything of {framework}"
            raise InputError(what, hint=f"Assess under it: `roadworthy assess … --under {framework}`.")
        return found


def papers_of(dossier: Dossier) -> Papers:
    """The newest assessment in a dossier. Raises `InputError` if there is none."""
    envelope = max(
        (each for each in dossier.envelopes if each.body_type == BODY_TYPE),
        key=lambda each: each.as_of,
        default=None,
    )
    if envelope is None:
        raise InputError("there is no assessment in this evidence", hint="Make it with `roadworthy assess`.")
    body = Row(envelope.body)
    return Papers(envelope, body.row("product"), body.rows("frameworks"))


def uuid4_of(text: str) -> str:
    """A UUID in the form of version 4 that follows from a text: equal evidence gives equal papers.

    OSCAL asks for version 4 or 5 by a pattern; the bits come from SHA-256.
    """
    digits = hashlib.sha256(text.encode()).hexdigest()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"
