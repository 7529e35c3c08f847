"""What scripts do to bring new software: fetch, check, write.

What it finds

In shell scripts, the lines that fetch something (wget, curl, tftp, ftpget, s_client), that write flash
memory or install (mtd write, dd or cp to a flash device, flashcp, nandwrite, ubiupdatevol, sysupgrade,
fw_update), and that verify a signature (openssl, gpg, usign, signify, minisign, ucert, fwtool, cosign, RAUC,
SWUpdate). Each is a setting of `update`, called `fetches`, `writes` or `verifies`. Known update programs in
the image are called `mechanism`.

How it can be wrong

Lines are read, not run; a line that never runs is told. What a program does inside is not seen: the one that
writes may verify first.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, Kept
from roadworthy.inspection.inventory._boot import is_script, masked
from roadworthy.inspection.inventory._shell import MAX_SCRIPT
from roadworthy.inspection.rootfs import Node
from roadworthy.model.evidence import Evidence
from roadworthy.model.setting import Setting

_EXECUTABLE = 0o111
_START = r"(?:^|[\s;|&(`])(?:\S{0,60}/)?"
_FETCHES = re.compile(_START + r"(?:wget|curl|tftp|ftpget|uclient-fetch|aria2c)\s|s_client\b")
_WRITES = re.compile(
    _START + r"(?:mtd\s(?:.{0,60}\s)?write|flashcp|nandwrite|ubiupdatevol|fw_update|mtd_write|updatefw)\b"
    r"|\bof=/dev/(?:mtd|ubi|mmcblk)|>\s{0,3}/dev/mtd|"
    + _START + r"cp\s.{1,80}\s/dev/mtd|" + _START + r"sysupgrade\s+[^\s|&;]"
)  # fmt: skip
_VERIFIES = re.compile(
    r"openssl\s.{0,200}-verify\b(?!_)|" + _START + r"(?:gpg2?\s.{0,80}--verify|gpgv\s|usign\s.{0,40}-V"
    r"|signify\s.{0,40}-V|minisign\s.{0,40}-V|ucert\s.{0,40}-V|fwtool\s|cosign\sverify|rauc\sinstall|swupdate\s.{0,80}-k)"
)  # fmt: skip
_NAMED = (
    r"wget|curl|tftp|ftpget|uclient-fetch|aria2c|s_client|mtd|flashcp|nandwrite|ubi|mmcblk|fw_update"
    r"|updatefw|sysupgrade|openssl|gpg|usign|signify|minisign|ucert|fwtool|cosign|rauc|swupdate"
)
_ANY, _ANY_BYTES = (
    re.compile(_NAMED),
    re.compile(_NAMED.encode()),
)  # one of them stands in whatever a rule finds
_RULES = (("verifies", _VERIFIES), ("writes", _WRITES), ("fetches", _FETCHES))
_PROGRAMS = frozenset(
    ("sysupgrade", "swupdate", "rauc", "mender", "mender-update", "opkg", "apt-get", "dpkg", "rpm", "dnf",
     "apk", "fwupdmgr", "fwupgrade", "ostree", "snapd", "aktualizr", "hawkbit", "mtd", "flashcp", "fw_update")
)  # fmt: skip
_FOLDERS = re.compile(r"/(?:usr/)?(?:local/)?s?bin/[^/]+")
_MAX_LINE = 500
MAX_TOLD = 50


def wants(node: Node) -> bool:
    """Small files that can be run, or that are called scripts."""
    return node.size <= MAX_SCRIPT and (bool(node.mode & _EXECUTABLE) or node.name.endswith(".sh"))


def join(kept: Kept, context: Context) -> Iterator[Setting]:
    """What the scripts of one file system do, line by line, and the update programs in it."""
    del context
    for path, file in kept.files.items():
        if is_script(file) and (file.data.startswith(b"#!") or path.endswith(".sh")):
            found = 0
            for line, text in file.lines() if _ANY_BYTES.search(file.data) else ():
                name = _deed(text)
                if name and found < MAX_TOLD:
                    found += 1
                    shown = masked(text.strip())
                    evidence = (file.evidence(line=line, excerpt=shown),)
                    yield Setting(scope="update", name=name, value=path, evidence=evidence)
    for path, node in sorted(kept.root.nodes.items()):
        if node.name in _PROGRAMS and _FOLDERS.fullmatch(path):
            place = (Evidence(path=(*kept.root.where, path)),)
            yield Setting(scope="update", name="mechanism", value=node.name, evidence=place)


def _deed(text: str) -> str:
    if not _ANY.search(text) or len(text) > _MAX_LINE or text.lstrip().startswith(("#", "echo ")):
        return ""
    return next((name for name, pattern in _RULES if pattern.search(text)), "")


CATALOGER: Final = Cataloger(title="How new software comes", wants=wants, join=join)
