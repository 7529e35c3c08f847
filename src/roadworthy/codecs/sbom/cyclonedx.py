"""CycloneDX as JSON, versions 1.2 to 1.7 (ECMA-424), also as Buildroot's `generate-cyclonedx` writes it.

Components count wherever they are nested. No claim about the image are: what has the scope `excluded` or
`optional` (not installed, says the specification), devices, data and models, and in Buildroot's documents
whatever runs on the build host. Components of type `file` are files of the component that they are nested in.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.sbom import _names
from roadworthy.codecs.sbom._json import Element
from roadworthy.codecs.sbom.bill import Claimed, ClaimedFile, Mistake, Read, absolute, bounded

VERSIONS: Final = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
MAX_DEPTH: Final = 32
_SOFTWARE: Final = (
    "application", "framework", "library", "container", "operating-system", "firmware", "platform",
    "device-driver",
)  # fmt: skip
_HOST: Final = ("host", "rootfs")  # BR_TYPE of Buildroot: only "target" is in the image
_OTHER_VERSION: Final = f"Give CycloneDX JSON of a version from {VERSIONS[0]} to {VERSIONS[-1]}."


def read(document: Element) -> Read:
    """The claims of a document. Raises `Mistake`."""
    version = document.text("specVersion")
    if version not in VERSIONS:
        raise Mistake("$.specVersion", f"CycloneDX {version[:20]!r} is not read", _OTHER_VERSION)
    left_out: list[str] = []
    claims = bounded(_claims(document, left_out))
    return Read(f"CycloneDX {version}", claims, tuple(left_out))


def _claims(document: Element, left_out: list[str]) -> Iterator[Claimed]:
    subject = document.element("metadata").element("component")
    for each in (*_nested(document, 0), *_nested(subject, 0)):
        reason = _no_claim(each)
        if reason:
            left_out.append(reason)
        else:
            yield _claim(each)


def _nested(parent: Element, depth: int) -> Iterator[Element]:
    """All components below one, files left to the component that they belong to."""
    if depth == MAX_DEPTH:
        raise Mistake(parent.at, "components are nested too deeply", "Give a flat list of components.")
    for each in parent.elements("components"):
        if each.text("type") != "file" or not parent.text("type"):
            yield each
        yield from _nested(each, depth + 1)


def _no_claim(component: Element) -> str:
    """Why a component is no claim about the image; empty where it is one."""
    if component.text("scope") in ("excluded", "optional"):
        return _names.NOT_INSTALLED
    if component.text("type") not in _SOFTWARE:
        return _names.NO_SOFTWARE
    properties = {each.text("name"): each.text("value") for each in component.elements("properties")}
    if properties.get("BR_TYPE") in _HOST:
        return _names.BUILD_HOST
    if properties.get("cdx:npm:package:development") == "true":
        return _names.BUILD_NEED
    return _names.BUILD_ONLY if _names.build_only(component.text("name"), component.text("purl")) else ""


def _claim(component: Element) -> Claimed:
    more = (
        each for each in component.elements("properties") if each.text("name").endswith((":cpe", ":cpe23"))
    )
    return Claimed(
        name=component.needed("name"),
        version=_names.told(component.text("version")),
        purl=component.text("purl"),
        cpes=_names.cpe_names((component.text("cpe"), *(each.text("value") for each in more))),
        files=tuple(_files(component)),
        place=(component.text("bom-ref") or component.at,),
    )


def _files(component: Element) -> Iterator[ClaimedFile]:
    for each in component.elements("components"):
        path = absolute(each.text("name")) if each.text("type") == "file" else ""
        if path:
            digests = {one.text("alg"): one.text("content").lower() for one in each.elements("hashes")}
            yield ClaimedFile(path, sha1=digests.get("SHA-1", ""), sha256=digests.get("SHA-256", ""))
