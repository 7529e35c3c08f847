"""Lua packages, by their rockspec.

What it finds

`package` and `version` in every `*.rockspec`, as LuaRocks installs it. The revision of the rockspec stands in
the package URL only.

How it can be wrong

OpenWrt and vendors install Lua modules without LuaRocks; those are not seen here. A rockspec is a program;
one that computes its version does not tell it.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._metadata import component
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component

_NAME = re.compile(r"""\s{0,20}package\s{0,20}=\s{0,20}["'](?P<value>[\w.-]{1,100})["']""")
_VERSION = re.compile(r"""\s{0,20}version\s{0,20}=\s{0,20}["'](?P<value>[\w.+-]{1,100})["']""")
_REVISION = re.compile(r"-\d{1,4}\Z")


def wants(node: Node) -> bool:
    """The descriptions of installed rocks."""
    return node.name.endswith(".rockspec")


def scan(file: File, context: Context) -> Iterator[Component]:
    """The rock that a description names."""
    name = version = ""
    first = 0
    for number, line in file.lines():
        if (match := _NAME.match(line)) and not name:
            name, first = match["value"], number
        elif (match := _VERSION.match(line)) and not version:
            version = match["value"]
    if name and version:
        upstream = _REVISION.sub("", version)
        purl = f"pkg:luarocks/{quote(name, safe='')}@{quote(version, safe='')}"
        place = file.evidence(line=first, excerpt=f"{name} {version}")
        yield component(name, upstream, purl, kind="lua", evidence=place, context=context)


CATALOGER: Final = Cataloger(title="Lua packages", wants=wants, scan=scan)
