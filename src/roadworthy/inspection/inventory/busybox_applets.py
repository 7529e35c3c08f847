"""Which applets a BusyBox has.

What it finds

The names in the table of applets that the program itself searches when it is called (`applet_names` in
libbb/appletlib.c: sorted, one after the other, since 1.8), whether or not a link is there for each.

How it can be wrong

BusyBox before 1.8 has no such table, and says nothing. A build with one single applet has none either. Where
a table is cut or out of order nothing is told.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.rootfs import Node
from roadworthy.model.setting import Setting

SCOPE: Final = "busybox"
NAME: Final = "applets"
MIN_APPLETS: Final = 8
MAX_APPLETS: Final = 1000
_BANNER: Final = b"BusyBox v"
_TABLE: Final = re.compile(rb"(?:[a-z0-9\[][a-z0-9_.\[+-]{0,30}\0){8,1000}")
_USUAL: Final = frozenset(("ash", "cat", "echo", "false", "init", "ls", "mount", "sh", "test", "true"))
_LEAST_USUAL: Final = 3


def wants(node: Node) -> bool:
    """BusyBox by its name."""
    return node.name.startswith("busybox")


def scan(file: File, context: Context) -> Iterator[Setting]:
    """The applets of one BusyBox."""
    del context
    if _BANNER not in file.data:
        return
    tables = [table for table in map(_sorted_run, _TABLE.finditer(file.data)) if table is not None]
    if len(tables) != 1:
        return
    offset, names = tables[0]
    yield Setting(
        scope=SCOPE,
        name=NAME,
        value=",".join(names),  # after a blank, masking would take a name for a password
        evidence=(file.evidence(offset=offset, excerpt=f"{len(names)} applets"),),
    )


def _sorted_run(match: re.Match[bytes]) -> tuple[int, tuple[str, ...]] | None:
    """The longest rising run of names among some texts, if it is a table of applets."""
    texts = match[0].split(b"\0")[:-1]
    starts = [0, *(at for at, (one, two) in enumerate(pairwise(texts), 1) if one >= two), len(texts)]
    start, end = max(pairwise(starts), key=lambda run: run[1] - run[0])
    names = tuple(text.decode("ascii") for text in texts[start:end])
    if len(names) < MIN_APPLETS or len(_USUAL.intersection(names)) < _LEAST_USUAL:
        return None
    return match.start() + sum(len(text) + 1 for text in texts[:start]), names


CATALOGER: Final = Cataloger(title="Applets of BusyBox", wants=wants, scan=scan)
