"""Libraries, by their file name.

What it finds

Products whose libraries carry the release in the name of the file (`libz.so.1.2.11`, `libc-2.24.so`). For
most libraries those numbers count the interface; where the name is one product's alone (`libjson-c.so.2`),
they tell the product without a version. Links never count.

How it can be wrong

A file can be renamed, or an older file kept under its name to satisfy old programs. A vendor can write a
library of the same name and interface; one that calls itself otherwise inside (SONAME) does not count.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.elf import DT_SONAME, ET_DYN, MAGIC, Elf, NotElf, parse_elf
from roadworthy.inspection._library_products import product_of
from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._library_names import LIBRARY_NAMES
from roadworthy.inspection.inventory._products import cpes
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component

CONFIDENCE: Final = 0.93
PRODUCT_CONFIDENCE: Final = 0.7


def wants(node: Node) -> bool:
    """Libraries of such a name."""
    return bool(product_of(node.name)) or (
        ".so" in node.name and any(each.pattern.fullmatch(node.name) for each in LIBRARY_NAMES)
    )


def scan(file: File, context: Context) -> Iterator[Component]:
    """One component per library; the survey folds them."""
    if not file.data.startswith(MAGIC):
        return
    told = False
    for rule in LIBRARY_NAMES:
        match = rule.pattern.fullmatch(file.node.name)
        if match is None:
            continue
        told = True
        version = match.expand(rule.version)
        own = f"{rule.cpe}:{version}:*:*:*:*:*:*:*"
        yield Component(
            name=rule.product,
            version=version,
            purl=f"pkg:generic/{rule.product}@{version}",
            cpes=tuple(dict.fromkeys((*cpes(rule.product, version, context), own))),
            identified_by="file-name:library",
            confidence=CONFIDENCE,
            evidence=(file.evidence(),),
        )
    if not told and (product := _product(file)):
        yield Component(
            name=product,
            version="",
            purl=f"pkg:generic/{product}",
            cpes=(),
            identified_by="soname:library",
            confidence=PRODUCT_CONFIDENCE,
            evidence=(file.evidence(),),
        )


def _product(file: File) -> str:
    """The product of a library's file name, unless its SONAME tells another one or none."""
    product = product_of(file.node.name)
    try:
        elf = parse_elf(file.data)
    except NotElf:
        return ""
    soname = _soname(elf)
    return product if elf.type == ET_DYN and (not soname or product_of(soname) == product) else ""


def _soname(elf: Elf) -> str:
    at = elf.tag(DT_SONAME)
    return "" if at is None else elf.dynamic_string(at)


CATALOGER: Final = Cataloger(title="Libraries, by their file name", wants=wants, scan=scan)
