"""Services that programs can start: command lines inside them.

What it finds

Command lines of the usual network servers (telnet, SSH, FTP, web, SNMP, UPnP, …) that stand as texts of their
own in a program or library which can start others (it calls `system`, `popen` or one of the `exec` family),
where the server itself lies in the image. On many routers and cameras one big program starts everything, and
a hidden page of it starts telnet. Whether it ever does cannot be seen from outside: such a service is enabled
"unknown".

How it can be wrong

A program may name a server in order to end it, to watch it or to count it; lines that begin with another
command (`killall telnetd`) never count. Command lines that are put together at run time are not seen, nor are
those of a stripped static program, whose calls have no names. Only the first 16 of one file are told.
"""

import posixpath
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from roadworthy.codecs.elf import MAGIC, NotElf, parse_elf
from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._daemons import PORTS, Start, stripped
from roadworthy.inspection.rootfs import Node
from roadworthy.model.service import BY_PROGRAM, Service

MAX_LINES: Final = 16
MAX_LINE: Final = 240
MIN_SIZE: Final = 52
STARTERS: Final = frozenset(
    (
        "system", "popen", "execl", "execlp", "execle", "execv", "execve", "execvp", "execvpe",
        "posix_spawn", "posix_spawnp",
    )
)  # fmt: skip
_WORDS: Final = ("named", "webs", "boa", "unbound", "appweb", "goahead")  # their names are also words
SERVERS: Final = frozenset(name for name, ports in PORTS.items() if ports and name not in _WORDS)
_NEEDLES: Final = tuple(
    sorted(name.encode() for name in SERVERS if not any(other in name and other != name for other in SERVERS))
)
"""What is looked for: the servers' names, without those that hold another one's."""
_QUESTIONS: Final = frozenset(("--help", "--version"))
_MULTI_CALL: Final = frozenset(("busybox", "toybox", "dropbearmulti"))
_TEXT: Final = re.compile(rb"[\t\n -~]{1,%d}" % MAX_LINE)
_NEXT: Final = re.compile(r"\s*(?:\|\|?|&&?|;|\n)\s*")
_OF_THE_SHELL: Final = frozenset("&>;|")
_PROGRAM: Final = re.compile(r"/(?:\S*/)?(?:s?bin|libexec)/[\w.-]+")


def wants(node: Node) -> bool:
    """Any file that has room for an ELF header; its name says nothing."""
    return node.size >= MIN_SIZE


def scan(file: File, context: Context) -> Iterator[Service]:
    """The command lines in one program, each once."""
    del context
    data = file.data
    if not data.startswith(MAGIC) or file.node.name in _MULTI_CALL:
        return
    try:
        if not parse_elf(data).imports & STARTERS:
            return
    except NotElf:
        return
    yield from islice(_services(file, sorted(set(_texts(data)))), MAX_LINES)


def _texts(data: bytes) -> Iterator[tuple[int, str]]:
    """Every text that names a server, with its offset; it begins behind a zero byte and ends before one."""
    for needle in _NEEDLES:
        at = -1
        while (at := data.find(needle, at + 1)) >= 0:
            start = data.rfind(b"\0", max(0, at - MAX_LINE), at) + 1
            match = _TEXT.match(data, start)
            if start and match and match.end() > at and data[match.end() : match.end() + 1] == b"\0":
                yield start, match.group().decode("ascii")
                at = match.end()


def _services(file: File, texts: list[tuple[int, str]]) -> Iterator[Service]:
    told: set[tuple[str, ...]] = set()
    for offset, text in texts:
        for start, line in _starts(text):
            if start.name != file.node.name and (start.name, line) not in told:
                told.add((start.name, line))
                yield Service(
                    name=start.name,
                    command=line,
                    started_by=BY_PROGRAM,
                    user="",
                    ports=start.ports,
                    enabled=None,
                    evidence=(file.evidence(offset=offset, excerpt=text.strip()),),
                )


def _starts(text: str) -> Iterator[tuple[Start, str]]:
    """The servers that a command line starts, one for each of its commands."""
    for line in _NEXT.split(text):
        words = stripped(tuple(line.split()))
        if words and posixpath.basename(words[0]) in SERVERS and _is_command(words, text):
            yield Start(words[0], words[1:]), line


def _is_command(words: tuple[str, ...], text: str) -> bool:
    """Whether it reads as a command: a name or a path alone, an option, the background."""
    if _QUESTIONS & set(words):
        return False
    alone = len(words) == 1 and (words[0] in SERVERS or _PROGRAM.fullmatch(words[0]) is not None)
    return alone or any(word.startswith("-") for word in words[1:2]) or not _OF_THE_SHELL.isdisjoint(text)


CATALOGER: Final = Cataloger(title="Services that programs can start", wants=wants, scan=scan)
