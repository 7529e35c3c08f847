"""Looking into an image: its file systems, what lies in them, and the bytes of single files."""

import difflib
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from roadworthy.inspection.format import Damaged, Format
from roadworthy.inspection.opening import DAMAGED, REPORT_BUG, SEPARATOR, open_image
from roadworthy.inspection.rootfs import Node, NodeKind, RootFS
from roadworthy.inspection.source import Source
from roadworthy.model.errors import InputError
from roadworthy.model.problem import Problem

PIECE: Final = 1024 * 1024
LARGEST: Final = 2**53 - 1  # what JSON holds exactly: sizes beyond it are lies anyway
OPENING: Final = "formats"
READING: Final = "reading"
NEAREST: Final = 3
NAME: Final = re.compile(r"[^/].*@0x[0-9a-f]+")  # of a file system; no path begins so that is meant as one
SEE_LIST: Final = "`roadworthy image ls IMAGE` lists what is there."
NO_FILES: Final = "`roadworthy inspect IMAGE` says what was recognised, and what was not."


class Action(StrEnum):
    """What one wants to see."""

    LIST = "list"
    LIST_ALL = "list-all"
    READ = "read"
    EXTRACT = "extract"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSystem:
    """One file system of an image.

    Args:
        name: Where it lies: ``squashfs@0x120200``; the steps to it joined by ``/`` if something was unpacked.
        nodes: How many names it holds.
    """

    name: str
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Comes first: where one looks.

    Args:
        systems: The file systems of the image, in order.
        chosen: Name of the one that is looked into.
        path: What is looked at in it.
    """

    systems: tuple[FileSystem, ...]
    chosen: str
    path: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One node; the pieces of its content follow, if they were asked for."""

    node: Node


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of the node that came last."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """Something could not be read. Stage `READING` is about what was asked for."""

    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Comes last: what was asked for is not there."""

    what: str
    hint: str


Item = Found | Seen | Piece | Lost | Refused


def look(
    name: str, source: Source, formats: Mapping[str, Format], action: Action, address: str
) -> Iterator[Item]:
    """Look into an image.

    Args:
        name: What to call the image.
        source: Its bytes.
        formats: The formats by id.
        action: What to show.
        address: Where: ``/etc/passwd``, ``squashfs@0x120200:/etc/passwd``, ``squashfs@0x120200``, or nothing.
    """
    opened = open_image(name, source, formats)
    for problem in opened.problems:
        yield Lost(problem)
    try:
        root, path = _located(opened.roots, address)
        systems = tuple(FileSystem(name=label(each), nodes=len(each.nodes)) for each in opened.roots)
        node = _node(root, path, follow=action is Action.READ)
    except InputError as error:
        yield Refused(what=str(error), hint=error.hint)
        return
    yield Found(systems=systems, chosen=label(root), path=node.path)
    if action in (Action.LIST, Action.LIST_ALL):
        yield from map(_seen, _listed(root, node, everything=action is Action.LIST_ALL))
    else:
        for each in [node] if action is Action.READ else _in_storage_order(root, node):
            yield from _with_content(root, each)


def label(root: RootFS) -> str:
    """The name of a file system inside its image."""
    return "/".join(root.where[1:])


def _located(roots: Sequence[RootFS], address: str) -> tuple[RootFS, str]:
    """The file system and the path that an address means. Without a name, it is the largest file system."""
    if not roots:
        raise InputError("no file system was found in it", hint=NO_FILES)
    name, _, path = address.partition(":")
    if NAME.fullmatch(name):
        return _named(roots, name), path
    return max(roots, key=lambda root: len(root.nodes)), address


def _named(roots: Sequence[RootFS], name: str) -> RootFS:
    for root in roots:
        if name == label(root):
            return root
    ends = [root for root in roots if root.where[-1] == name]
    if len(ends) == 1:
        return ends[0]
    known = ", ".join(label(root) for root in roots[:10])
    what = "means several file systems" if ends else "is no file system of this image"
    raise InputError(f"{name!r} {what}", hint=f"There are: {known}.")


def _node(root: RootFS, path: str, *, follow: bool) -> Node:
    """The node at a path. A link is followed where its content is wanted, or a slash stands behind it."""
    normal = posixpath.normpath(posixpath.join("/", path))
    plain = "/" + normal.lstrip("/")
    node = None if follow or path.endswith("/") else root.nodes.get(plain)
    node = node or root.get(path)
    if node is None:
        link = root.nodes.get(plain)
        there = f"{plain!r} is a link to {link.target!r}, which is not" if link else f"there is no {plain!r}"
        raise InputError(f"{there} in {label(root)}", hint=_nearest(root, plain))
    if follow and node.kind is not NodeKind.FILE:
        raise InputError(f"{node.path!r} is no file but a {node.kind}", hint=SEE_LIST)
    return node


def _nearest(root: RootFS, path: str) -> str:
    """Names like the one that is missing: beside where it would be, and the same name elsewhere."""
    folder, name = posixpath.split(path)
    while folder not in root.nodes and folder != "/":
        folder, name = posixpath.split(folder)
    last = posixpath.basename(path).lower()
    beside = {posixpath.basename(each): each for each in root.nodes if posixpath.dirname(each) == folder}
    near = [beside[each] for each in difflib.get_close_matches(name, beside, NEAREST) if each]
    same = [each for each in root.nodes if posixpath.basename(each).lower() == last]
    named = list(dict.fromkeys([*near, *sorted(same)[:NEAREST]]))
    return f"Near it: {', '.join(named)}." if named else SEE_LIST


def _below(root: RootFS, node: Node) -> list[Node]:
    prefix = node.path.rstrip("/") + "/"
    return [each for path, each in sorted(root.nodes.items()) if path.startswith(prefix) and each is not node]


def _listed(root: RootFS, node: Node, *, everything: bool) -> list[Node]:
    if node.kind is not NodeKind.DIRECTORY:
        return [node]
    below = _below(root, node)
    if everything:
        return below
    return [each for each in below if each.path != "/" and posixpath.dirname(each.path) == node.path]


def _in_storage_order(root: RootFS, node: Node) -> list[Node]:
    """A node and what lies below it, directories first, then as they lie in the image."""
    return sorted(
        [node, *_below(root, node)],
        key=lambda each: (each.kind is not NodeKind.DIRECTORY, each.order, each.path),
    )


def _seen(node: Node) -> Seen:
    return Seen(replace(node, size=min(node.size, LARGEST), inode=min(node.inode, LARGEST), order=0))


def _with_content(root: RootFS, node: Node) -> Iterator[Item]:
    """A node and its content; nothing but a loss where it cannot be read."""
    if node.kind is not NodeKind.FILE:
        yield _seen(node)
        return
    try:
        data = root.tree.read(node)
    except Damaged as damage:
        yield _lost(root, node, str(damage), DAMAGED)
        return
    except Exception as error:  # noqa: BLE001 -- whatever an extension raises is a record, never the end of the run
        yield _lost(root, node, f"the reader broke: {type(error).__name__}: {error}", REPORT_BUG)
        return
    yield _seen(replace(node, size=len(data)))
    for at in range(0, len(data), PIECE):
        yield Piece(data[at : at + PIECE])


def _lost(root: RootFS, node: Node, what: str, hint: str) -> Lost:
    where = SEPARATOR.join((*root.where, node.path))
    return Lost(Problem(stage=READING, where=where, what=what, hint=hint))
