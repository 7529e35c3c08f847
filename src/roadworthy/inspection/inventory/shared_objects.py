"""Libraries, by the release in their file name.

What it finds

Products whose libraries carry the release in the name of the file (`libz.so.1.2.11`, `libc-2.24.so`). For
most libraries those numbers count the interface, and they tell nothing here. Links never count.

How it can be wrong

A file can be renamed, or an older file kept under its name to satisfy old programs.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._library_names import LIBRARY_NAMES
from roadworthy.inspection.inventory._products import cpes
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component

CONFIDENCE: Final = 0.93


def wants(node: Node) -> bool:
    """Libraries of such a name."""
    return ".so" in node.name and any(each.pattern.fullmatch(node.name) for each in LIBRARY_NAMES)


def scan(file: File, context: Context) -> Iterator[Component]:
    """One component per library; the survey folds them."""
    if not file.data.startswith(b"\x7fELF"):
        return
    for rule in LIBRARY_NAMES:
        match = rule.pattern.fullmatch(file.node.name)
        if match is None:
            continue
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


CATALOGER: Final = Cataloger(title="Libraries, by their file name", wants=wants, scan=scan)
