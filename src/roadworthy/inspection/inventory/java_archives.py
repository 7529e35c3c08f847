"""Java libraries, by what Maven leaves in their archives.

What it finds

`META-INF/maven/…/pom.properties` in `.jar`, `.war` and `.ear` files: group, artifact and version. An archive
into which several libraries were merged names all of them.

How it can be wrong

Archives that were not built with Maven, or were stripped of it, do not tell; archives inside archives are not
opened, nor those of more than 20,000 entries. Android's `.dex` files hold no such thing.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._metadata import component
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component

MAX_ENTRIES: Final = 20_000
MAX_PROPERTIES: Final = 64 * 1024
MAX_LIBRARIES: Final = 1000
_ENTRY = b"PK\x01\x02"
_START, _END = "META-INF/maven/", "/pom.properties"
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


def wants(node: Node) -> bool:
    """Java archives."""
    return node.name.lower().endswith((".jar", ".war", ".ear"))


def scan(file: File, context: Context) -> Iterator[Component]:
    """The libraries in an archive."""
    for name, text in _descriptions(file.data):
        lines = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
        said = {key.strip(): value.strip() for key, _, value in lines}
        group, artifact, version = (said.get(key, "")[:200] for key in ("groupId", "artifactId", "version"))
        if group and artifact and version:
            purl = f"pkg:maven/{quote(group, safe='')}/{quote(artifact, safe='')}@{quote(version, safe='')}"
            place = file.evidence(excerpt=f"{name}: {version}"[:200])
            yield component(artifact, version, purl, kind="java", evidence=place, context=context)


def _descriptions(data: bytes) -> Iterator[tuple[str, str]]:
    """Names and content of the descriptions; what is damaged is passed over."""
    if data.count(_ENTRY) > MAX_ENTRIES:  # before zipfile makes an object of each
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [each for each in archive.infolist() if _describes(each.filename)]
    except _UNREADABLE:
        return
    for entry in entries[:MAX_LIBRARIES]:
        try:
            with archive.open(entry) as opened:
                text = opened.read(MAX_PROPERTIES).decode("utf-8", "backslashreplace")
        except _UNREADABLE:
            continue
        yield entry.filename, text


def _describes(name: str) -> bool:
    return name.startswith(_START) and name.endswith(_END)


CATALOGER: Final = Cataloger(title="Java libraries", wants=wants, scan=scan)
