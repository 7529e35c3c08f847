"""Kernel settings that the image applies at boot.

What it finds

The assignments in `sysctl.conf` and the files of `sysctl.d` (sysctl.conf(5)), with `/` written as `.`; of one
that stands in several files, the last in the order in which they are read. One with a pattern in its name is
told as it is written.

How it can be wrong

Nothing may read the files, and a script can set other values later or write to `/proc/sys` itself.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.inventory._directives import MAX_LINES, is_text
from roadworthy.inspection.rootfs import Node
from roadworthy.model.setting import Setting

_FILE = re.compile(r"/(?:usr/)?(?:etc|lib)(?:_ro)?/sysctl(?:\.d/[^/]+)?\.conf")
_ASSIGNMENT = re.compile(r"-?([a-z][\w./*-]{2,100})\s*+=\s*+(.{1,100})")


def wants(node: Node) -> bool:
    """The files that sysctl reads at boot."""
    return _FILE.fullmatch(node.path) is not None


def join(kept: Kept, context: Context) -> Iterator[Setting]:
    """The value of each setting that counts in the end."""
    del context
    last: dict[str, Setting] = {}
    for _, file in sorted(kept.files.items(), key=lambda pair: _order(pair[0])):
        for setting in _settings(file):
            last[setting.name] = setting
    yield from last.values()


def _order(path: str) -> tuple[bool, str]:
    """By file name whatever the folder, and ``/etc/sysctl.conf`` last (sysctl.d(5), procps)."""
    return path.endswith("/sysctl.conf"), posixpath.basename(path)


def _settings(file: File) -> Iterator[Setting]:
    if not is_text(file):
        return
    for line, text in file.lines():
        match = _ASSIGNMENT.fullmatch(text.strip()) if line <= MAX_LINES else None
        if match:
            evidence = (file.evidence(line=line, excerpt=text.strip()),)
            yield Setting(scope="sysctl", name=match[1].replace("/", "."), value=match[2], evidence=evidence)


CATALOGER: Final = Cataloger(title="Kernel settings applied at boot", wants=wants, join=join)
