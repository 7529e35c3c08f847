"""CycloneDX 1.6: the software of an image as a bill of materials, with the evidence for each component.

What it is: a JSON BOM (ECMA-424). The image is the subject, by its digest; each component has its purl and
CPE names, how it was identified, how sure that is, and where it was seen. The serial number follows from the
evidence, so that equal evidence gives an equal file. It is marked as incomplete: what was not recognised is
not in it.

How it can be wrong: a component without a version is listed without one; who matches it against advisories by
name alone gets false alarms.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Final

from roadworthy.codecs.canonical import digest as digest_of
from roadworthy.inspection.comparison import side_of
from roadworthy.inspection.report import Image
from roadworthy.model.component import Component
from roadworthy.model.envelope import Envelope
from roadworthy.model.evidence import Evidence
from roadworthy.reports._inspected import inspection_of
from roadworthy.reports.report import Dossier, Export

FIRMWARE: Final = "firmware"
MANIFESTS: Final = ("apk", "dpkg", "opkg", "rpm", "python", "node", "lua", "java", "go", "rust", "package")
NAMES: Final = ("soname", "file-name", "filename")
Json = dict[str, object]


def write(dossier: Dossier) -> bytes:
    """The BOM. Raises `InputError` if there is no inspection."""
    envelope = inspection_of(dossier)
    body = side_of(envelope).body
    components = list(_components(body.inventory.components))
    refs = [each["bom-ref"] for each in components]
    bom: Json = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{_uuid(digest_of(envelope))}",
        "version": 1,
        "metadata": _metadata(envelope, body.image),
        "components": components,
        "dependencies": [{"ref": FIRMWARE, "dependsOn": refs}],
        "compositions": [{"aggregate": "incomplete", "assemblies": [FIRMWARE]}],
    }
    return json.dumps(bom, indent=2).encode() + b"\n"


def _uuid(digest: str) -> str:
    """A UUID that follows from a digest (RFC 9562 §5.8, version 8)."""
    digits = hashlib.sha256(digest.encode()).hexdigest()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def _metadata(envelope: Envelope, image: Image) -> Json:
    tool = {"type": "application", "name": "roadworthy", "version": envelope.producer.version}
    return {
        "timestamp": f"{envelope.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "lifecycles": [{"phase": "post-build"}],
        "tools": {"components": [tool]},
        "component": {
            "type": "firmware",
            "bom-ref": FIRMWARE,
            "name": image.name,
            "hashes": [{"alg": "SHA-256", "content": image.sha256}],
            "properties": [{"name": "roadworthy:size", "value": str(image.size)}],
        },
    }


def _components(found: Sequence[Component]) -> Iterator[Json]:
    seen: Counter[str] = Counter()
    for each in found:
        name = each.purl or f"{each.name}@{each.version}"
        seen[name] += 1
        yield _component(each, name if seen[name] == 1 else f"{name}#{seen[name]}")


def _component(own: Component, ref: str) -> Json:
    component: Json = {
        "type": "operating-system" if own.name == "linux" else "library",
        "bom-ref": ref,
        "name": own.name,
    }
    if own.version:
        component["version"] = own.version
    if own.cpes:
        component["cpe"] = own.cpes[0]
    if own.purl:
        component["purl"] = own.purl
    if own.licences:
        component["licenses"] = [{"license": {"name": each}} for each in own.licences]
    digests = {each.digest.removeprefix("sha256:") for each in own.evidence if each.digest}
    if len(digests) == 1:
        component["hashes"] = [{"alg": "SHA-256", "content": digests.pop()}]
    component["properties"] = [
        {"name": "roadworthy:identified-by", "value": own.identified_by},
        *({"name": "roadworthy:cpe", "value": each} for each in own.cpes[1:]),
    ]
    component["evidence"] = {
        "identity": list(_identities(own)),
        "occurrences": [_occurrence(each) for each in own.evidence],
    }
    return component


def _identities(own: Component) -> Iterator[Json]:
    sure = min(max(own.confidence, 0.0), 1.0)
    excerpt = next((each.excerpt for each in own.evidence if each.excerpt), "")
    method: Json = {"technique": _technique(own.identified_by), "confidence": sure}
    if excerpt:
        method["value"] = excerpt
    fields = {"purl": own.purl, "cpe": own.cpes[0] if own.cpes else ""}
    told = {name: value for name, value in fields.items() if value} or {"name": own.name}
    for name, value in told.items():
        yield {"field": name, "confidence": sure, "concludedValue": value, "methods": [method]}


def _technique(identified_by: str) -> str:
    """The word of CycloneDX for a way to identify a component."""
    kind = identified_by.partition(":")[0]
    if kind == "signature":
        return "binary-analysis"
    if kind.startswith(NAMES):
        return "filename"
    return "manifest-analysis" if kind.startswith(MANIFESTS) else "other"


def _occurrence(evidence: Evidence) -> Json:
    place: Json = {"location": " » ".join(evidence.path)}
    numbers = {"line": evidence.line, "offset": evidence.offset}
    place |= {name: value for name, value in numbers.items() if value is not None and value >= 0}
    return {**place, "additionalContext": evidence.excerpt} if evidence.excerpt else place


EXPORT: Final = Export(
    title="CycloneDX 1.6, a bill of materials with evidence",
    media_type="application/vnd.cyclonedx+json; version=1.6",
    suffix=".cdx.json",
    write=write,
)
