"""Python packages, by the metadata that installers leave.

What it finds

Name and version in `METADATA` of `*.dist-info` and `PKG-INFO` of `*.egg-info` (core metadata, PEP 566).

How it can be wrong

The folder may have been left behind by an uninstaller. Packages that are copied in without metadata, or
packed into one program, are not seen.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._metadata import component
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component

MAX_LINES: Final = 200
_SEPARATORS = re.compile(r"[-_.]+")


def wants(node: Node) -> bool:
    """The metadata files."""
    return node.path.endswith((".dist-info/METADATA", ".egg-info/PKG-INFO", ".egg-info"))


def scan(file: File, context: Context) -> Iterator[Component]:
    """The package that a metadata file describes."""
    name = version = licence = ""
    first = 0
    for number, line in file.lines():
        key, _, value = line.partition(":")
        if not line or number > MAX_LINES:
            break
        if key == "Name":
            name, first = value.strip(), number
        elif key == "Version":
            version = value.strip()
        elif key == "License-Expression" or (key == "License" and not licence):
            licence = value.strip()
    if name and version:
        name = _SEPARATORS.sub("-", name).lower()  # as PyPI normalises names
        purl = f"pkg:pypi/{quote(name, safe='')}@{quote(version, safe='')}"
        place = file.evidence(line=first, excerpt=f"{name} {version}")
        yield component(name, version, purl, kind="python", evidence=place, context=context, licence=licence)


CATALOGER: Final = Cataloger(title="Python packages", wants=wants, scan=scan)
