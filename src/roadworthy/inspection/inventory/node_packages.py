"""Node.js packages, by their package.json.

What it finds

Name and version in every `node_modules/…/package.json`.

How it can be wrong

Packages that were bundled into one script are not seen. A package may lie there and never be loaded.
"""

import json
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._metadata import component
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component

MAX_SIZE: Final = 1024 * 1024


def wants(node: Node) -> bool:
    """The description of each installed package."""
    return node.name == "package.json" and "/node_modules/" in node.path and node.size <= MAX_SIZE


def scan(file: File, context: Context) -> Iterator[Component]:
    """The package that a description names."""
    try:
        described = json.loads(file.data)
    except (ValueError, RecursionError):
        return
    if not isinstance(described, dict):
        return
    name, version = described.get("name"), described.get("version")
    if isinstance(name, str) and isinstance(version, str) and name and version:
        purl = f"pkg:npm/{quote(name, safe='/')}@{quote(version, safe='')}"
        place = file.evidence(excerpt=f"{name} {version}"[:200])
        licence = described.get("license")
        yield component(
            name,
            version,
            purl,
            kind="node",
            evidence=place,
            context=context,
            licence=licence if isinstance(licence, str) else "",
        )


CATALOGER: Final = Cataloger(title="Node.js packages", wants=wants, scan=scan)
