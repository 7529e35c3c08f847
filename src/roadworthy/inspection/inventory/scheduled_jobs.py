"""Jobs that cron runs.

What it finds

The lines of crontabs (crontab(5)): `/etc/crontab` and `/etc/cron.d` with their user column, and the tables of
single accounts in `/etc/crontabs`, `/var/spool/cron` and their kind. Each is a service started by `cron`.

How it can be wrong

Whether cron itself starts is told by the services, not here, so each job is enabled "unknown". Scripts in
`cron.daily` and alike are run by a line that names the folder; they are not listed one by one.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.inventory._boot import masked
from roadworthy.inspection.inventory._daemons import stripped
from roadworthy.inspection.inventory._directives import MAX_LINES, is_text
from roadworthy.inspection.rootfs import Node
from roadworthy.model.service import Service

_SYSTEM = re.compile(r"/etc/crontab|/etc/cron\.d/[^/]+")
_ACCOUNT = re.compile(r"/etc(?:_ro)?/crontabs/([^/]+)|/var/spool/cron/(?:crontabs/)?([^/]+)")
_FIELD = r"[\d*/,A-Za-z-]{1,40}"
_LINE = re.compile(rf"(?:@\w{{4,10}}|{_FIELD}(?:\s++{_FIELD}){{4}})\s++(\S.{{0,500}})")
_PROGRAM = re.compile(r"[\w./+@-]{1,200}")


def wants(node: Node) -> bool:
    """Crontabs."""
    return _SYSTEM.fullmatch(node.path) is not None or _ACCOUNT.fullmatch(node.path) is not None


def join(kept: Kept, context: Context) -> Iterator[Service]:
    """One service for each line."""
    del context
    for path, file in kept.files.items():
        account = _ACCOUNT.fullmatch(path)
        if is_text(file):
            yield from _jobs(file, next(filter(None, account.groups()), "") if account else "")


def _jobs(file: File, account: str) -> Iterator[Service]:
    for line, text in file.lines():
        match = _LINE.fullmatch(text.strip()) if line <= MAX_LINES else None
        if not match:
            continue
        user, _, command = (account, "", match[1]) if account else match[1].partition(" ")
        words = stripped(tuple(command.split()))
        if words and _PROGRAM.fullmatch(words[0]):
            yield Service(
                name=posixpath.basename(words[0]),
                command=masked(command.strip()),
                started_by="cron",
                user=user,
                ports=(),
                enabled=None,
                evidence=(file.evidence(line=line, excerpt=masked(text.strip())),),
            )


CATALOGER: Final = Cataloger(title="Jobs that cron runs", wants=wants, join=join)
