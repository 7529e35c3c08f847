"""Look into an image: list its files, read one, or extract them into a folder."""

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from roadworthy.inspection.looking import (
    READING,
    Action,
    FileSystem,
    Found,
    Item,
    Lost,
    Piece,
    Refused,
    Seen,
)
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.errors import InputError, PolicyError, SourceError
from roadworthy.model.problem import Problem

MANIFEST_TYPE: Final = "roadworthy.extraction/v1"
MAX_FILE: Final = 256 * 1024 * 1024
MAX_NODES: Final = 500_000
MAX_BYTES: Final = 4 * 1024**3
LOSSES: Final = 10_000  # more are not kept
TOO_MUCH: Final = "Extract a part of it: give the path of a folder inside the image."
TAKE_CARE: Final = "The image may be made to attack its reader. Report it."


class Looker(Protocol):
    """Looks into images, wherever that is done."""

    def look(self, image: str, action: Action, address: str) -> Iterator[Item]:
        """What there is to see. Raises `InputError` where the image cannot be read."""
        ...


class Folder(Protocol):
    """A new folder that files are put into. A name that it cannot take is answered with the reason."""

    def directory(self, path: str, mode: int) -> str:
        """Make a directory. Returns why not; empty if it is there."""
        ...

    def file(self, path: str, mode: int, mtime: int) -> str:
        """Begin a file; what is written goes into it until the next begins. Returns why not."""
        ...

    def write(self, data: bytes) -> None:
        """Add to the file that was begun last; to none, if that could not be made."""
        ...

    def link(self, path: str, target: str) -> str:
        """Make a symbolic link. Returns why not."""
        ...

    def commit(self, manifest: bytes) -> None:
        """All is there: the folder gets its name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LookOptions:
    """What to look at.

    Args:
        image: The firmware image.
        address: ``/path``, ``name@0x…:/path`` or ``name@0x…``; the root of the largest file system if empty.
        everything: List what lies deeper, too.
    """

    image: str
    address: str = ""
    everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What there is.

    Args:
        found: Where one looked.
        nodes: What lies there, by path.
        problems: What of the image could not be read.
    """

    found: Found
    nodes: tuple[Node, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Extracted:
    """What was extracted.

    Args:
        found: Where one looked.
        entries: One for each name, for the manifest.
        problems: What could not be read or written.
        size: Bytes of content.
    """

    found: Found | None = None
    entries: list[dict[str, object]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    size: int = 0

    @property
    def written(self) -> int:
        """How many names are in the folder."""
        return sum(bool(entry["written"]) for entry in self.entries)


def list_files(options: LookOptions, *, looker: Looker) -> Listing:
    """What lies at an address of an image.

    Raises:
        InputError: The image cannot be read, or there is no such place in it.
        SourceError: The worker that looked died before it was done.
    """
    found: Found | None = None
    nodes: list[Node] = []
    problems: list[Problem] = []
    action = Action.LIST_ALL if options.everything else Action.LIST
    for item in _looked(looker, options, action):
        match item:
            case Found():
                found = item
            case Seen(node):
                nodes.append(node)
            case Lost(problem):
                problems.append(_tolerable(problem))
    return Listing(found=_there(found), nodes=tuple(nodes), problems=tuple(problems))


def read_file(options: LookOptions, *, looker: Looker) -> bytes:
    """The content of one file of an image, links followed as on the device.

    Raises:
        InputError: As `list_files`; or it is no file.
        SourceError: It cannot be read.
    """
    data = bytearray()
    seen = False
    for item in _looked(looker, options, Action.READ):
        match item:
            case Seen():
                seen = True
            case Lost(problem):
                _tolerable(problem)
            case Piece(piece):
                data += piece
                if len(data) > MAX_FILE:
                    raise SourceError("more came than the file can hold", hint=TAKE_CARE)
    if not seen:
        raise SourceError("nothing came of it", hint=TAKE_CARE)
    return bytes(data)


def extract(options: LookOptions, *, looker: Looker, folder: Folder) -> Extracted:
    """Put the files at an address of an image into a new folder, with a manifest of what they were.

    Devices, pipes and sockets are named in the manifest only. Links are made to point at what they mean on
    the device, inside the folder; their targets as stored stand in the manifest.

    Raises:
        InputError: As `list_files`.
        PolicyError: There is more than is extracted at once.
    """
    done = Extracted()
    for item in _looked(looker, options, Action.EXTRACT):
        match item:
            case Found():
                done.found = item
            case Seen(node):
                _put(node, folder, done)
            case Piece(data):
                done.size += len(data)
                folder.write(data)
            case Lost(problem) if len(done.problems) < LOSSES:
                done.problems.append(problem)
        if len(done.entries) > MAX_NODES or done.size > MAX_BYTES:
            what = f"it holds more than the {MAX_NODES} names or {MAX_BYTES} bytes that are extracted at once"
            raise PolicyError(what, hint=TOO_MUCH)
    folder.commit(_manifest(options, _there(done.found), done))
    return done


def inside(path: str, target: str) -> str:
    """A link's target as a relative one that means the same beneath any root, and leads out of none.

    ``..`` at the root stays there, as on the device. What remains begins with the steps up from the folder of
    the link, which is a real one, and then only goes down: it cannot leave, whatever other links it meets.
    """
    folder = posixpath.dirname(path)
    meant = posixpath.normpath(posixpath.join("/", folder, target))
    return posixpath.relpath("/" + meant.lstrip("/"), folder)


def _looked(looker: Looker, options: LookOptions, action: Action) -> Iterator[Item]:
    for item in looker.look(options.image, action, options.address):
        if isinstance(item, Refused):
            raise InputError(item.what, hint=item.hint)
        yield item


def _tolerable(problem: Problem) -> Problem:
    """A problem elsewhere in the image. Raises `SourceError` if it is about what was asked for."""
    if problem.stage == READING:
        raise SourceError(f"{problem.where}: {problem.what}", hint=problem.hint)
    return problem


def _there(found: Found | None) -> Found:
    if found is None:
        raise SourceError("nothing came of it", hint=TAKE_CARE)
    return found


def _put(node: Node, folder: Folder, done: Extracted) -> None:
    why_not = ""
    match node.kind:
        case NodeKind.DIRECTORY:
            why_not = folder.directory(node.path, node.mode)
        case NodeKind.FILE:
            why_not = folder.file(node.path, node.mode, node.mtime)
        case NodeKind.SYMLINK:
            why_not = folder.link(node.path, inside(node.path, node.target))
        case _:
            why_not = "left out: it is no file"
    regular = node.kind in (NodeKind.DIRECTORY, NodeKind.FILE, NodeKind.SYMLINK)
    if why_not and regular and len(done.problems) < LOSSES:
        hint = "Extract to a file system that takes such names, or read it with `roadworthy image cat`."
        done.problems.append(Problem(stage="writing", where=node.path, what=why_not, hint=hint))
    done.entries.append({**entry(node), "written": not why_not, "why_not": why_not})


def entry(node: Node) -> dict[str, object]:
    """A node as JSON values, for lists and manifests."""
    return {
        "path": node.path,
        "kind": node.kind.value,
        "mode": f"{node.mode:04o}",
        "uid": node.uid,
        "gid": node.gid,
        "mtime": node.mtime,
        "size": node.size,
        "target": node.target,
        "device": list(node.device) if node.device else None,
        "inode": node.inode,
    }


def systems(found: Found) -> list[dict[str, object]]:
    """The file systems of an image as JSON values."""
    return [_system(each) for each in found.systems]


def _system(system: FileSystem) -> dict[str, object]:
    return {"name": system.name, "nodes": system.nodes}


def _manifest(options: LookOptions, found: Found, done: Extracted) -> bytes:
    document: Mapping[str, object] = {
        "type": MANIFEST_TYPE,
        "image": posixpath.basename(options.image),
        "file_system": found.chosen,
        "path": found.path,
        "entries": sorted(done.entries, key=lambda each: str(each["path"])),
        "problems": [
            {"stage": each.stage, "where": each.where, "what": each.what, "hint": each.hint}
            for each in done.problems
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=True).encode() + b"\n"
