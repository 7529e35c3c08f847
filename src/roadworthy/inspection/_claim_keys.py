"""Under which names a claim and a component are one product: by package URL, CPE name, and name.

A key is ``ECOSYSTEM:PRODUCT``, the ecosystem empty for what is not of one programming language's; or
``cpe:VENDOR:PRODUCT``; or a whole package URL.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from roadworthy.codecs.sbom.bill import Claimed
from roadworthy.inspection.precedence import product
from roadworthy.inspection.upstream import library_product, upstream_name
from roadworthy.model.component import Component

ECOSYSTEMS: Final = frozenset(
    {"cargo", "composer", "cpan", "gem", "golang", "luarocks", "maven", "npm", "pypi"}
)
KERNEL: Final = "linux"
KERNEL_CPE: Final = ("linux", "linux_kernel")
MAX_PARTS: Final = 4
_SEVERAL: Final = ((re.compile(r"wpad(?:-.+)?", re.DOTALL), ("hostapd", "wpa_supplicant")),)
"""Packages that are several products in one program."""
_PYTHON: Final = re.compile(r"python\d?-(.+)", re.DOTALL)
_MODULE: Final = re.compile(r"(?:kmod|kernel-modules?|linux-modules?|kernel-devicetree)-.+", re.DOTALL)
Names = Mapping[str, frozenset[tuple[str, str]]]
"""CPE vendors and products by product."""


def purl_parts(purl: str) -> tuple[str, str, str]:
    """Type, name and version of a package URL; empty for what it does not have."""
    body = purl.removeprefix("pkg:").partition("#")[0].partition("?")[0].strip("/")
    kind, _, rest = body.partition("/")
    path, at, version = rest.rpartition("@")
    name = (path if at else rest).rpartition("/")[2]
    return kind.lower(), unquote(name), unquote(version) if at else ""


def component_keys(component: Component, names: Names) -> frozenset[str]:
    """The keys of a component of the image, with the CPE names that its product has elsewhere."""
    kind, name, _ = purl_parts(component.purl)
    ecosystem = kind if kind in ECOSYSTEMS else ""
    known = () if ecosystem else names.get(product(component.name), frozenset())
    listed = {*known, *_cpe_parts(component.cpes)}
    return frozenset(_keys(ecosystem, (component.name, name), listed)) | {component.purl}


def claim_keys(claim: Claimed) -> frozenset[str]:
    """The keys under which something that a bill claims may be in the image."""
    kind, name, _ = purl_parts(claim.purl)
    listed = _cpe_parts(claim.cpes)
    if kind in ECOSYSTEMS:
        return frozenset(_keys(kind, (claim.name, name), listed)) | {claim.purl}
    upstream = [upstream_name(each, claim.source) for each in (claim.name, name) if each]
    libraries = [library_product(each) for each in (claim.name, name)]
    own = [upstream_name(each, "") for each in (claim.name, name, claim.source) if each]
    keys = set(_keys("", (claim.name, name, claim.source, *upstream, *own, *libraries), listed))
    for pattern, products in _SEVERAL:
        if pattern.fullmatch(claim.name):
            keys.update(f":{product(each)}" for each in products)
    if match := _PYTHON.fullmatch(claim.name):
        keys.add(f"pypi:{product(match[1])}")
    return frozenset(keys | {claim.purl} - {""})


def part_keys(claim: Claimed) -> Iterator[str]:
    """Keys of products of which a claim may be a part: ``util-linux-mount`` of util-linux."""
    name = claim.name
    for _ in range(MAX_PARTS):
        name = name.rpartition("-")[0]
        if not name:
            return
        yield f":{product(upstream_name(name, ''))}"


def of_kernel(claim: Claimed) -> bool:
    """Whether a claim is only a part of a kernel: a module, a device tree."""
    names = (claim.name, purl_parts(claim.purl)[1])
    return product(claim.name) != KERNEL and any(_MODULE.fullmatch(each) for each in names)


def cpe_names(pairs: Iterable[tuple[str, Iterable[str]]]) -> Names:
    """CPE vendors and products by product, from products with CPE prefixes."""
    known: dict[str, frozenset[tuple[str, str]]] = {product(KERNEL): frozenset({KERNEL_CPE})}
    for name, prefixes in pairs:
        key = product(name)
        known[key] = known.get(key, frozenset()) | frozenset(_cpe_parts(prefixes))
    return known


def _keys(ecosystem: str, names: Iterable[str], listed: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield from (f"{ecosystem}:{product(each)}" for each in names if each)
    for vendor, name in listed:
        yield f"{ecosystem}:{product(name)}"
        if vendor != "*":
            yield f"cpe:{vendor}:{name}"


def _cpe_parts(cpes: Iterable[str]) -> list[tuple[str, str]]:
    """Vendor and product of CPE 2.3 names or their beginnings."""
    parts = (each.replace("\\", "").split(":") for each in cpes)
    return [(each[3].lower(), each[4].lower()) for each in parts if len(each) > 4 and each[4] not in "*-"]  # noqa: PLR2004 -- cpe:2.3:part:vendor:product
