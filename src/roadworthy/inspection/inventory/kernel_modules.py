"""The Linux kernel, by the modules that fit it.

What it finds

The release for which each kernel module was built (`vermagic` in its `.modinfo`), or else the folder
`/lib/modules/<release>` that it lies in.

How it can be wrong

Modules may be left over from an older kernel. Debian and Ubuntu name the interface, not the version, and then
no version is told. OpenWrt cuts `vermagic` off, so that only the folder speaks.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._kernel import kernel, upstream_version
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component

_VERMAGIC = re.compile(rb"(?<=\0)vermagic=[\x20-\x7e]{1,200}")  # .modinfo is texts with NUL between them
_FOLDER = re.compile(r"/lib/modules/(?P<release>\d{1,2}\.\d[^/]{0,80})/")


def wants(node: Node) -> bool:
    """Kernel modules that are not compressed, and compressed ones for their folder."""
    return node.name.endswith((".ko", ".ko.xz", ".ko.gz", ".ko.zst", ".o")) and "/lib/modules/" in node.path


def scan(file: File, context: Context) -> Iterator[Component]:
    """One component per module; the survey folds them."""
    del context
    magic = _VERMAGIC.search(file.data) if file.data.startswith(b"\x7fELF") else None
    if magic is not None:
        text = magic[0].decode()
        release, rule, confidence = text.partition("=")[2], "metadata:vermagic", 0.95
        place = file.evidence(offset=magic.start(), excerpt=text.strip())
    else:
        folder = _FOLDER.search(file.node.path)
        release, rule, confidence = folder["release"] if folder else "", "file-name:kernel-modules", 0.9
        place = file.evidence()
    if version := upstream_version(release):
        yield kernel(version, place, rule=rule, confidence=confidence)


CATALOGER: Final = Cataloger(title="Linux, by its modules", wants=wants, scan=scan)
