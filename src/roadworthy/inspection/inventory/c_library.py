"""The C library, by the name of its file.

What it finds

uClibc and uClibc-ng, which print their version nowhere: it stands only in the names under which their
makefiles install them, `ld-uClibc-0.9.33.2.so` and `libuClibc-0.9.33.2.so`. uClibc-ng counts from 1.0.

How it can be wrong

A file name can be changed without the file; an image may carry the library and link everything statically.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component

_NAME = re.compile(r"(?:ld|lib)-?uClibc-(?P<version>\d{1,2}\.\d{1,2}\.\d{1,3}(?:\.\d{1,3})?)\.so")
_CONFIDENCE = 0.95


def wants(node: Node) -> bool:
    """The library and its loader."""
    return _NAME.fullmatch(node.name) is not None


def scan(file: File, context: Context) -> Iterator[Component]:
    """One component per file; the survey folds them."""
    del context
    match = _NAME.fullmatch(file.node.name)
    if match is None or not file.data.startswith(b"\x7fELF"):
        return
    version = match["version"]
    newer = not version.startswith("0.")
    name = "uclibc-ng" if newer else "uclibc"
    cpe = "uclibc-ng_project:uclibc-ng" if newer else "uclibc:uclibc"
    yield Component(
        name=name,
        version=version,
        purl=f"pkg:generic/{name}@{version}",
        cpes=(f"cpe:2.3:a:{cpe}:{version}:*:*:*:*:*:*:*",),
        identified_by="file-name:c-library",
        confidence=_CONFIDENCE,
        evidence=(file.evidence(),),
    )


CATALOGER: Final = Cataloger(title="C library, by its file name", wants=wants, scan=scan)
