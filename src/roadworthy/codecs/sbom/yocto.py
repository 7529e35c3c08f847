"""What Yocto says of an image besides SPDX documents: the manifest, the licence manifest, the SPDX archive.

- `IMAGE.manifest`: a line `name architecture version` for each installed package.
- `license.manifest`: blocks of PACKAGE NAME, PACKAGE VERSION, RECIPE NAME, LICENSE.
- `IMAGE.spdx.tar.zst` (`create-spdx` 2.2): many documents and `index.json`. The image's document says by
  relationships which packages it contains; each of these has a document with its files, and points to the
  recipe that it was built from, whose document has the CPE names.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from roadworthy.codecs.sbom import _names, spdx2
from roadworthy.codecs.sbom._archive import members
from roadworthy.codecs.sbom._json import decode
from roadworthy.codecs.sbom.bill import MAX_TEXT, Claimed, Mistake, Read, bounded

LICENCES: Final = "PACKAGE NAME:"
_WORDS: Final = 3
_INDEX: Final = "index.json"
_IMAGE: Final = b'"SPDXRef-Image-'
_NOT_THIS: Final = "Give IMAGE.spdx.tar.zst as `create-spdx` wrote it, or SPDX 3.0, or IMAGE.manifest."
_NO_MANIFEST: Final = (
    "Give CycloneDX JSON, SPDX (2.2, 2.3, 3.0), what Buildroot's `make show-info` or `make legal-info` "
    "writes, or Yocto's IMAGE.manifest, license.manifest or IMAGE.spdx.tar.zst."
)


def read_manifest(text: str) -> Read:
    """The claims of a manifest. Raises `Mistake`."""
    return Read("Yocto manifest", bounded(_lines(text)))


def _lines(text: str) -> Iterator[Claimed]:
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if words and len(words) != _WORDS:
            raise Mistake(f"line {number}", "this is no line `name architecture version`", _NO_MANIFEST)
        if words:
            yield Claimed(name=words[0][:MAX_TEXT], version=words[2][:MAX_TEXT], line=number)


def read_licences(text: str) -> Read:
    """The claims of a licence manifest. Raises `Mistake`."""
    return Read("Yocto licence manifest", bounded(_blocks(text)))


def _blocks(text: str) -> Iterator[Claimed]:
    claim: Claimed | None = None
    for number, line in enumerate(text.splitlines(), 1):
        key, _, value = line.partition(":")
        told = value.strip()[:MAX_TEXT]
        if line.startswith(LICENCES):
            if claim is not None:
                yield claim
            if not told:
                raise Mistake(f"line {number}", "a name is needed here", _NO_MANIFEST)
            claim = Claimed(name=told, line=number)
        elif claim is not None and key == "PACKAGE VERSION":
            claim = replace(claim, version=_names.told(told))
        elif claim is not None and key == "RECIPE NAME":
            claim = replace(claim, source=told)
    if claim is not None:
        yield claim


def read_archive(data: bytes) -> Read:
    """The claims of an archive of SPDX documents. Raises `Mistake`."""
    (image,) = _documents(data, lambda name, content: name != _INDEX and _IMAGE in content, 1)
    index = {
        each.text("documentNamespace"): each.text("filename")
        for name, content in members(data, lambda name: name == _INDEX)
        for each in decode(content).elements("documents")
    }
    wanted = [
        (image.documents.get(reference, ""), name)
        for package in image.packages
        for reference, _, name in (each.partition(":") for each in image.objects(spdx2.CONTAINS, package))
    ]
    packages = _named(data, {index.get(space, "") for space, _ in wanted})
    recipes = _named(data, {index.get(space, "") for each in packages.values() for space in _recipes(each)})
    claims = _joined(wanted, index, packages, recipes)
    return Read("SPDX 2.2, an archive of Yocto", bounded(claims))


def _documents(data: bytes, wanted: Callable[[str, bytes], bool], most: int) -> Iterator[spdx2.Document]:
    """The first documents that are wanted. Raises `Mistake` where there is none."""
    for name, content in members(data, lambda name: name.endswith(".json")):
        if wanted(name, content):
            yield spdx2.parse(replace(decode(content), at=name))
            most -= 1
        if not most:
            return
    raise Mistake("", "no document in it describes an image", _NOT_THIS)


def _named(data: bytes, names: set[str]) -> Mapping[str, spdx2.Document]:
    """The documents of these names."""
    return {
        name: spdx2.parse(replace(decode(content), at=name))
        for name, content in members(data, names.__contains__)
    }


def _recipes(document: spdx2.Document) -> Iterator[str]:
    """The namespaces of the documents of what a document's packages were built from."""
    for made_from in document.relations.get(spdx2.GENERATED_FROM, {}).values():
        for each in made_from:
            yield document.documents.get(each.partition(":")[0], "")


def _joined(
    wanted: list[tuple[str, str]],
    index: Mapping[str, str],
    packages: Mapping[str, spdx2.Document],
    recipes: Mapping[str, spdx2.Document],
) -> Iterator[Claimed]:
    for space, package in wanted:
        name = index.get(space, "")
        document = packages.get(name)
        if document is None or package not in document.packages:
            what = f"the document of {package[:MAX_TEXT]!r} is missing"
            raise Mistake(_INDEX, what, _NOT_THIS)
        claim = replace(
            document.packages[package].claim,
            files=spdx2.owned_files(document)[package],
            place=(name, package[:MAX_TEXT]),
        )
        for origin in document.objects(spdx2.GENERATED_FROM, package):
            reference, _, recipe = origin.partition(":")
            described = recipes.get(index.get(document.documents.get(reference, ""), ""))
            if described is not None and recipe in described.packages:
                claim = spdx2.made_from(claim, described.packages[recipe].claim)
        yield claim
