"""SPDX 2.2 and 2.3: what a document of packages, files and relationships claims to be in an image.

Which packages are meant (SPDX 2.3 §11, relationships):

1. If what the document describes contains packages, it is these, and nothing else.
2. Otherwise all of them but the described product itself, what others were generated from, what is needed for
   building or testing only, sources, and what serves the build by its name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from roadworthy.codecs.sbom import _names
from roadworthy.codecs.sbom._json import Element
from roadworthy.codecs.sbom.bill import Claimed, ClaimedFile, Mistake, Read, absolute, bounded

VERSIONS: Final = ("SPDX-2.2", "SPDX-2.3")
OTHER_VERSION: Final = "Give SPDX 2.2 or 2.3 (JSON or tag-value), or SPDX 3.0 as JSON-LD."
GIVE_ARCHIVE: Final = "Give the archive IMAGE.spdx.tar.zst that lies beside it: it holds the others."
DOCUMENT: Final = "SPDXRef-DOCUMENT"
CONTAINS: Final = "CONTAINS"
DESCRIBES: Final = "DESCRIBES"
GENERATED_FROM: Final = "GENERATED_FROM"
_INVERSE: Final = {"CONTAINED_BY": CONTAINS, "DESCRIBED_BY": DESCRIBES, "GENERATES": GENERATED_FROM}
_BUILD_NEED: Final = (
    "BUILD_DEPENDENCY_OF", "BUILD_TOOL_OF", "DEV_DEPENDENCY_OF", "DEV_TOOL_OF", "TEST_CASE_OF",
    "TEST_DEPENDENCY_OF", "TEST_OF", "TEST_TOOL_OF", "DOCUMENTATION_OF",
)  # fmt: skip
Relations = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package, with the ids of its files as far as the package itself names them."""

    claim: Claimed
    files: tuple[str, ...] = ()
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document, however it was written.

    Args:
        packages: By SPDX id.
        files: By SPDX id.
        relations: By kind and subject: the objects; see `related`.
        documents: Namespaces of the documents that it refers to, by ``DocumentRef-…``.
    """

    packages: Mapping[str, Package]
    files: Mapping[str, ClaimedFile]
    relations: Relations
    documents: Mapping[str, str] = field(default_factory=dict)

    def objects(self, kind: str, subject: str) -> Sequence[str]:
        """What a thing has that relation to."""
        return self.relations.get(kind, {}).get(subject, ())


def related(triples: Iterable[tuple[str, str, str]]) -> Relations:
    """Relationships (subject, kind, object), those that can be said in two ways always in the same one."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, kind, to in triples:
        if kind in _INVERSE:
            found[_INVERSE[kind]][to].append(subject)
        else:
            found[kind][subject].append(to)
    return found


def read(document: Element) -> Read:
    """The claims of a JSON document. Raises `Mistake`."""
    version = document.text("spdxVersion")
    if version not in VERSIONS:
        raise Mistake("$.spdxVersion", f"{version[:20]!r} is not read", OTHER_VERSION)
    return claims(version.replace("-", " "), parse(document))


def parse(document: Element) -> Document:
    """A JSON document as packages, files and relationships. Raises `Mistake`."""
    told = [
        (each.text("spdxElementId"), each.text("relationshipType"), each.text("relatedSpdxElement"))
        for each in document.elements("relationships")
    ]
    described = [(DOCUMENT, DESCRIBES, each) for each in document.texts("documentDescribes")]
    return Document(
        packages={each.needed("SPDXID"): _package(each) for each in document.elements("packages")},
        files={each.text("SPDXID"): _file(each) for each in document.elements("files")},
        relations=related([*described, *told]),
        documents={
            each.text("externalDocumentId"): each.text("spdxDocument")
            for each in document.elements("externalDocumentRefs")
        },
    )


def _package(package: Element) -> Package:
    references = package.elements("externalRefs")
    located = [(each.text("referenceType"), each.text("referenceLocator")) for each in references]
    name = package.needed("name")
    claim = claimed(name, package.text("versionInfo"), located, (package.text("SPDXID"),))
    purpose = package.text("primaryPackagePurpose")
    return Package(claim=claim, files=package.texts("hasFiles"), purpose=purpose)


def claimed(
    name: str, version: str, references: Sequence[tuple[str, str]], place: tuple[str, ...]
) -> Claimed:
    """A package by its fields; references are kinds (``purl``, ``cpe23Type``) with locators."""
    return Claimed(
        name=name,
        version=_names.told(version),
        purl=next((locator for kind, locator in references if kind == "purl"), ""),
        cpes=_names.cpe_names(locator for kind, locator in references if kind == "cpe23Type"),
        place=place,
    )


def _file(file: Element) -> ClaimedFile:
    digests = {each.text("algorithm"): each.text("checksumValue") for each in file.elements("checksums")}
    return claimed_file(file.text("fileName"), digests, file.texts("fileTypes"))


def claimed_file(name: str, digests: Mapping[str, str], kinds: Iterable[str]) -> ClaimedFile:
    """A file by its name and checksums; one of sources, or without a usable name, has no path."""
    path = "" if "SOURCE" in kinds else absolute(name)
    return ClaimedFile(path, digests.get("SHA1", "").lower(), digests.get("SHA256", "").lower())


def claims(form: str, document: Document) -> Read:
    """What a document that stands alone claims. Raises `Mistake` where it only points to others."""
    contained = list(contents(document))
    chosen = [each for each in contained if each in document.packages]
    if contained and not chosen:
        raise Mistake("$.relationships", "this document only points to others", GIVE_ARCHIVE)
    if chosen:
        reasons = [_names.SUBJECT] * (len(document.packages) - len(chosen))
    else:
        why = dict(_no_claims(document))
        chosen = [each for each in document.packages if each not in why]
        reasons = list(why.values())
    owned = owned_files(document)
    return Read(form, bounded(_claim(each, document, owned) for each in chosen), tuple(reasons))


def contents(document: Document) -> Iterator[str]:
    """The ids of packages that what is described contains, directly or through others."""
    todo = list(document.objects(DESCRIBES, DOCUMENT))
    seen = set(todo)
    while todo:
        for each in document.objects(CONTAINS, todo.pop()):
            if each not in seen and each not in document.files:
                seen.add(each)
                todo.append(each)
                yield each


def _no_claims(document: Document) -> Iterator[tuple[str, str]]:
    """The packages that are no claims about the image, and why."""
    origins = {each for made in document.relations.get(GENERATED_FROM, {}).values() for each in made}
    needs = {each for kind in _BUILD_NEED for each in document.relations.get(kind, {})}
    described = set(document.objects(DESCRIBES, DOCUMENT))
    subjects = described if described < document.packages.keys() else set()
    for name, package in document.packages.items():
        if name in origins or package.purpose == "SOURCE":
            yield name, _names.SOURCE
        elif name in subjects:
            yield name, _names.SUBJECT
        elif name in needs:
            yield name, _names.BUILD_NEED
        elif _names.build_only(package.claim.name, package.claim.purl):
            yield name, _names.BUILD_ONLY


def owned_files(document: Document) -> Mapping[str, tuple[ClaimedFile, ...]]:
    """The files of each package, by its id."""
    owned: dict[str, tuple[ClaimedFile, ...]] = {}
    for name, package in document.packages.items():
        ids = dict.fromkeys((*package.files, *document.objects(CONTAINS, name)))
        files = (document.files[each] for each in ids if each in document.files)
        owned[name] = tuple(each for each in files if each.path)
    return owned


def _claim(package: str, document: Document, owned: Mapping[str, tuple[ClaimedFile, ...]]) -> Claimed:
    claim = replace(document.packages[package].claim, files=owned[package])
    for each in document.objects(GENERATED_FROM, package):
        if each in document.packages:
            return made_from(claim, document.packages[each].claim)
    return claim


def made_from(claim: Claimed, origin: Claimed) -> Claimed:
    """A package with what is known of that which it was built from."""
    return replace(claim, source=origin.name, cpes=tuple(dict.fromkeys((*claim.cpes, *origin.cpes))))
