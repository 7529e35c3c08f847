"""Settings of SSH servers.

What it finds

The directives of OpenSSH's `sshd_config`, up to the first `Match`, and the options of Dropbear in
`/etc/config/dropbear`. Each is a setting of `sshd` or `dropbear`. Of a directive that stands twice the first
counts, as with OpenSSH, so only that is told.

How it can be wrong

A file that the server is not told to read is told all the same. Options on the command line win over the
file; they are the service's. What `Match` changes for some is not told.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.inventory._directives import Directive, directives, uci
from roadworthy.inspection.rootfs import Node
from roadworthy.model.setting import Setting

_SSHD = re.compile(r"/(?:usr/)?etc(?:_ro)?/(?:open)?ssh/sshd_config|/(?:usr/)?etc(?:_ro)?/sshd_config")
_DROPBEAR = "/etc/config/dropbear"


def wants(node: Node) -> bool:
    """The servers' own files."""
    return node.path == _DROPBEAR or _SSHD.fullmatch(node.path) is not None


def join(kept: Kept, context: Context) -> Iterator[Setting]:
    """Every setting of every such file."""
    del context
    for path, file in kept.files.items():
        if path == _DROPBEAR:
            for option in uci(file):
                yield _setting("dropbear", option, file)
        else:
            yield from _sshd(file)


def _sshd(file: File) -> Iterator[Setting]:
    told: set[str] = set()
    for directive in directives(file):
        if directive.name.lower() == "match":
            return
        if directive.name.lower() not in told:
            told.add(directive.name.lower())
            yield _setting("sshd", directive, file)


def _setting(scope: str, directive: Directive, file: File) -> Setting:
    excerpt = f"{directive.name} {directive.value}"
    evidence = (file.evidence(line=directive.line, excerpt=excerpt),)
    return Setting(scope=scope, name=directive.name, value=directive.value, evidence=evidence)


CATALOGER: Final = Cataloger(title="Settings of SSH servers", wants=wants, join=join)
