"""Rust crates, by the list that `cargo auditable` writes into programs.

What it finds

The crates in section `.dep-v0` (JSON, packed with zlib) that are part of the program, with their versions.
Those that were only needed to build it are left out.

How it can be wrong

Few programs are built with it; without the list nothing is said of their crates.
"""

import json
import zlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from roadworthy.codecs.elf import MAGIC, NotElf, parse_elf
from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._metadata import component
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component

SECTION: Final = ".dep-v0"
MIN_SIZE: Final = 4096
MAX_LIST: Final = 8 * 1024 * 1024
MAX_CRATES: Final = 5000


def wants(node: Node) -> bool:
    """Any file that has room for a Rust program."""
    return node.size >= MIN_SIZE


def scan(file: File, context: Context) -> Iterator[Component]:
    """The crates of a program."""
    if not file.data.startswith(MAGIC) or SECTION.encode() not in file.data:
        return
    try:
        packed = parse_elf(file.data).section(SECTION)
        listed = json.loads(zlib.decompressobj().decompress(packed, MAX_LIST))
    except (NotElf, zlib.error, ValueError, RecursionError):
        return
    crates = listed.get("packages") if isinstance(listed, dict) else None
    for crate in crates[:MAX_CRATES] if isinstance(crates, list) else ():
        name, version = _named(crate)
        if name and version:
            purl = f"pkg:cargo/{quote(name, safe='')}@{quote(version, safe='')}"
            place = file.evidence(excerpt=f"{SECTION}: {name} {version}")
            yield component(name, version, purl, kind="rust", evidence=place, context=context)


def _named(crate: object) -> tuple[str, str]:
    if not isinstance(crate, dict) or crate.get("kind", "runtime") != "runtime":
        return "", ""
    return str(crate.get("name", ""))[:200], str(crate.get("version", ""))[:100]


CATALOGER: Final = Cataloger(title="Rust crates", wants=wants, scan=scan)
