"""Components that tell name and version in the way of their programming language."""

from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.inventory._products import cpes
from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence

CONFIDENCE = 0.97
MAX_TEXT = 200


def component(
    name: str, version: str, purl: str, *, kind: str, evidence: Evidence, context: Context, licence: str = ""
) -> Component:
    """A component as its metadata has it; `kind` becomes a part of the rule's id."""
    return Component(
        name=name[:MAX_TEXT],
        version=version[:MAX_TEXT],
        purl=purl,
        cpes=cpes(name, version, context),
        identified_by=f"metadata:{kind}",
        confidence=CONFIDENCE,
        evidence=(evidence,),
        licences=(licence[:MAX_TEXT],) if licence else (),
    )
