"""What the image commands have to tell, as documents."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.problem import Problem
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Table, Text
from roadworthy.usecases.look import Extracted, Listing, entry, systems

LETTERS: Final = {
    NodeKind.FILE: "-",
    NodeKind.DIRECTORY: "d",
    NodeKind.SYMLINK: "l",
    NodeKind.CHARACTER: "c",
    NodeKind.BLOCK: "b",
    NodeKind.FIFO: "p",
    NodeKind.SOCKET: "s",
}
SPECIAL: Final = ((0o4000, 2, "s", "S"), (0o2000, 5, "s", "S"), (0o1000, 8, "t", "T"))
SHOWN: Final = 20


def listing(found: Listing) -> Document:
    """Files with mode, owner, size and time, as ``ls -l`` shows them; and the other file systems."""
    place = found.found
    rows = tuple(_row(node) for node in found.nodes)
    columns = ("mode", "owner", "size", "time (UTC)", "name")
    body: Block = Table(columns, rows) if rows else Text("It is empty.")
    others = tuple((each.name, f"{each.nodes} names") for each in place.systems if each.name != place.chosen)
    more: tuple[Block, ...] = (Heading("Other file systems"), Facts(others)) if others else ()
    return Document(
        title="Files",
        blocks=(Heading(f"{place.chosen}:{place.path}", 1), body, *more, *_problems(found.problems)),
        data={
            "type": "roadworthy.listing/v1",
            "file_system": place.chosen,
            "path": place.path,
            "file_systems": systems(place),
            "entries": [entry(node) for node in found.nodes],
            "problems": _plain(found.problems),
        },
    )


def extraction(done: Extracted, folder: str) -> Document:
    """What was written, and what was not."""
    facts = {
        "folder": folder,
        "file system": done.found.chosen if done.found else "",
        "names": str(len(done.entries)),
        "written": str(done.written),
        "bytes": str(done.size),
    }
    advice = "Owners, modes and devices as they are on the device stand in `manifest.json`."
    return Document(
        title="Extracted",
        blocks=(
            Heading("Extracted", 1),
            Facts(tuple(facts.items())),
            Text(advice),
            *_problems(done.problems),
        ),
        data={"type": "roadworthy.extracted/v1", **facts, "problems": _plain(done.problems)},
    )


def mode(node: Node) -> str:
    """Type and permissions as ``ls -l`` writes them: ``-rwsr-xr-x``."""
    letters = [bit if node.mode >> 8 - at & 1 else "-" for at, bit in enumerate("rwxrwxrwx")]
    for flag, at, with_x, without in SPECIAL:
        if node.mode & flag:
            letters[at] = with_x if letters[at] == "x" else without
    return LETTERS[node.kind] + "".join(letters)


def _row(node: Node) -> tuple[str, ...]:
    size = "{}, {}".format(*node.device) if node.device else str(node.size)
    name = f"{node.path} -> {node.target}" if node.kind is NodeKind.SYMLINK else node.path
    return mode(node), f"{node.uid}:{node.gid}", size, _moment(node.mtime), name


def _moment(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):  # a year that no calendar has
        return str(seconds)


def _problems(problems: Sequence[Problem]) -> tuple[Block, ...]:
    if not problems:
        return ()
    rows = tuple((each.where, each.what) for each in problems[:SHOWN])
    more = f"{len(problems) - SHOWN} more are not shown." if len(problems) > SHOWN else ""
    return (Heading("What could not be read"), Table(("where", "what"), rows, more))


def _plain(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"where": each.where, "what": each.what, "hint": each.hint} for each in problems]
