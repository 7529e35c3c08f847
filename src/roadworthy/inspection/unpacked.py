"""Unpacked trees: one in place of an image, or several that another program made of stretches of one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.limits import Budget, Limits
from roadworthy.inspection.opening import UNKNOWN, OpenedImage
from roadworthy.inspection.report import Region
from roadworthy.inspection.rootfs import Node, NodeKind, RootFS, Tree
from roadworthy.model.problem import Problem

DIRECTORY: Final = "directory"
EXECUTABLE: Final = 0o111
LOOK_AGAIN: Final = "Inspect it as a user who may read everything, or inspect the parts by themselves."
TOO_MUCH: Final = "Inspect parts of it one by one."


def open_tree(name: str, tree: Tree, limits: Limits | None = None) -> OpenedImage:
    """Index a tree that needs no opening.

    Args:
        name: What to call it in evidence.
        tree: Its files.
        limits: How far to go.
    """
    budget = Budget(limits or Limits())
    nodes: dict[str, Node] = {}
    problems: list[Problem] = []
    try:
        for node in tree.nodes():
            if not (budget.spend("nodes") and budget.spend("text", len(node.path + node.target))):
                what = f"the search ended early: the limit of {budget.exceeded} was reached"
                problems.append(Problem(stage="formats", where=name, what=what, hint=TOO_MUCH))
                break
            nodes.setdefault(node.path, node)
    except Damaged as damage:
        problems.append(Problem(stage="formats", where=name, what=str(damage), hint=LOOK_AGAIN))
    size = sum(node.size for node in nodes.values())
    region = Region(path=(DIRECTORY,), offset=0, size=size, format=DIRECTORY, files=len(nodes))
    root = RootFS(tree, nodes, (name,))
    return OpenedImage(regions=(region,), roots=(root,), problems=tuple(problems))


class PlainTree:
    """A tree whose owners and modes are not those of the image: nothing is to be read out of them.

    Args:
        tree: The tree as it lies on the disk here.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def nodes(self) -> Iterator[Node]:
        """See `Tree.nodes`. All belongs to root, and is closed to others; what can be run stays so."""
        for node in self._tree.nodes():
            mode = 0o700 if node.kind is NodeKind.DIRECTORY or node.mode & EXECUTABLE else 0o600
            yield replace(node, mode=mode, uid=0, gid=0)

    def read(self, node: Node) -> bytes:
        """See `Tree.read`."""
        return self._tree.read(node)


def with_unpacked(
    name: str,
    opened: OpenedImage,
    step: str,
    trees: Sequence[Tree],
    *,
    regions: Sequence[Region] = (),
    problems: Sequence[Problem] = (),
) -> OpenedImage:
    """An opened image with what another program unpacked of one of its stretches.

    Args:
        name: What the image is called in evidence.
        opened: The image.
        step: The stretch: ``unknown@0x100``.
        trees: The file systems in it.
        regions: What it was taken apart into; they stand in its place.
        problems: What could not be done.
    """
    whole = opened
    for tree in trees:
        added = open_tree(name, PlainTree(tree))
        (root,) = added.roots
        place = RootFS(root.tree, root.nodes, (name, step))
        whole = replace(whole, roots=(*whole.roots, place), problems=(*whole.problems, *added.problems))
    kept = [each for each in whole.problems if not (trees and each.hint == UNKNOWN)]
    return replace(
        whole,
        regions=tuple(_in_place(whole.regions, step, regions)),
        problems=(*kept, *problems),
    )


def _in_place(whole: Sequence[Region], step: str, regions: Sequence[Region]) -> Iterator[Region]:
    for each in whole:
        if regions and each.path[-1] == step:
            yield from regions
        else:
            yield each
