"""SPDX 3.0 as JSON-LD, as Yocto 5.1 and newer write it (`IMAGE.rootfs.spdx.json`), and others.

Which packages are meant:

1. What the root elements contain; and where a root element is the output of a build, the packages to be
   installed that went into that build. In Yocto: image file, made of the root file system, made of packages.
2. Where that yields nothing, all packages but the root, sources and their kind, what a relationship needs for
   building or testing only, and what serves the build by its name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from roadworthy.codecs.sbom import _names
from roadworthy.codecs.sbom._json import Element
from roadworthy.codecs.sbom.bill import MAX_TEXT, Claimed, ClaimedFile, Mistake, Read, absolute, bounded

_PACKAGE: Final = "software_Package"
_FILE: Final = "software_File"
_COLLECTIONS: Final = ("SpdxDocument", "software_Sbom", "Bom", "Bundle")
_RELATIONSHIPS: Final = ("Relationship", "LifecycleScopedRelationship")
_BUILD_SCOPES: Final = ("build", "design", "development", "test")
_INSTALL: Final = "install"
_NO_CLAIM: Final = (
    "archive", "data", "device", "documentation", "evidence", "manifest", "model", "patch", "requirement",
    "source", "specification", "test",
)  # fmt: skip
_GIVE_OTHER: Final = "Give the document of the image itself, in Yocto IMAGE.rootfs.spdx.json."
Links = dict[str, list[str]]


@dataclass(slots=True)
class _Graph:
    """The elements that matter, by their id, and how they hang together."""

    packages: dict[str, Element] = field(default_factory=dict)
    files: dict[str, Element] = field(default_factory=dict)
    hashes: dict[str, Element] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)
    contains: Links = field(default_factory=lambda: defaultdict(list))
    inputs: Links = field(default_factory=lambda: defaultdict(list))
    makers: Links = field(default_factory=lambda: defaultdict(list))
    needs: set[str] = field(default_factory=set)


def is_spdx3(document: Element) -> bool:
    """Whether a JSON document is SPDX 3."""
    context = " ".join(document.texts("@context"))
    return "@graph" in document.values or "spdx.org/rdf/3" in context


def read(document: Element) -> Read:
    """The claims of a document. Raises `Mistake`."""
    graph = _graph(document)
    if not graph.packages:
        raise Mistake("$.@graph", "it holds no package", _GIVE_OTHER)
    chosen = list(_installed(graph))
    if chosen:
        reasons = [_names.SOURCE] * (len(graph.packages) - len(chosen))
    else:
        why = {name: reason for name in graph.packages if (reason := _no_claim(name, graph))}
        chosen = [each for each in graph.packages if each not in why]
        reasons = list(why.values())
    return Read("SPDX 3.0", bounded(_claim(each, graph) for each in chosen), tuple(reasons))


def _graph(document: Element) -> _Graph:
    graph = _Graph()
    for each in document.elements("@graph"):
        kind = each.text("type") or each.text("@type")
        if kind in _RELATIONSHIPS:
            _relate(each, graph)
        elif kind in _COLLECTIONS:
            graph.roots.extend(each.texts("rootElement"))
        elif kind == _PACKAGE:
            graph.packages[_id(each)] = each
        elif kind == _FILE:
            graph.files[_id(each)] = each
        elif kind == "Hash":
            graph.hashes[_id(each)] = each
    return graph


def _id(element: Element) -> str:
    for key in ("spdxId", "@id"):
        value = element.values.get(key)
        if isinstance(value, str):
            return value
    return element.at


def _relate(relationship: Element, graph: _Graph) -> None:
    origin = "".join(relationship.texts("from")[:1])
    kind, targets = relationship.text("relationshipType"), relationship.texts("to")
    if kind == "contains":
        graph.contains[origin].extend(targets)
    elif kind == "hasInput":
        graph.inputs[origin].extend(targets)
    elif kind == "hasOutput":
        for each in targets:
            graph.makers[each].append(origin)
    elif kind in ("dependsOn", "hasTest", "usesTool") and relationship.text("scope") in _BUILD_SCOPES:
        graph.needs.update(targets)


def _installed(graph: _Graph) -> Iterator[str]:
    """The packages that the root elements contain or were made from."""
    todo = list(graph.roots)
    seen = set(todo)
    while todo:
        at = todo.pop()
        final = _purpose(at, graph) == _INSTALL  # what it was made from is not in the image any more
        made_from = () if final else (one for maker in graph.makers[at] for one in graph.inputs[maker])
        for each in (*graph.contains[at], *made_from):
            if each in seen or each not in graph.packages:
                continue
            seen.add(each)
            todo.append(each)
            if _purpose(each, graph) not in _NO_CLAIM:
                yield each


def _purpose(element: str, graph: _Graph) -> str:
    package = graph.packages.get(element)
    return package.text("software_primaryPurpose") if package else ""


def _no_claim(package: str, graph: _Graph) -> str:
    """Why a package is no claim about the image; empty where it is one."""
    own = graph.packages[package]
    if own.text("software_primaryPurpose") in _NO_CLAIM:
        return _names.SOURCE
    if len(graph.packages) > 1 and package in graph.roots:
        return _names.SUBJECT
    if package in graph.needs:
        return _names.BUILD_NEED
    purl = own.text("software_packageUrl")
    return _names.BUILD_ONLY if _names.build_only(own.text("name"), purl) else ""


def _claim(package: str, graph: _Graph) -> Claimed:
    own = graph.packages[package]
    external = [
        (each.text("externalIdentifierType"), each.text("identifier"))
        for each in own.elements("externalIdentifier")
    ]
    return Claimed(
        name=own.needed("name"),
        version=_names.told(own.text("software_packageVersion")),
        purl=own.text("software_packageUrl") or _first(external, "packageUrl"),
        cpes=_names.cpe_names(name for kind, name in external if kind == "cpe23"),
        files=tuple(_files(graph.contains[package], graph)),
        place=(package[:MAX_TEXT],),
    )


def _first(external: Iterable[tuple[str, str]], wanted: str) -> str:
    return next((name for kind, name in external if kind == wanted), "")


def _files(ids: Iterable[str], graph: _Graph) -> Iterator[ClaimedFile]:
    for each in dict.fromkeys(ids):
        file = graph.files.get(each)
        path = absolute("".join(file.texts("name")[:1])) if file else ""
        if file and path and file.text("software_primaryPurpose") != "source":
            digests = dict(_digests(file, graph.hashes))
            yield ClaimedFile(path, digests.get("sha1", ""), digests.get("sha256", ""))


def _digests(file: Element, hashes: Mapping[str, Element]) -> Iterator[tuple[str, str]]:
    """Algorithms and digests; a hash stands in the file, or by itself and is named."""
    value = file.values.get("verifiedUsing")
    for each in value if isinstance(value, list) else [value]:
        own = Element(each, file.at) if isinstance(each, dict) else hashes.get(str(each))
        if own is not None:
            yield own.text("algorithm"), own.text("hashValue").lower()
