"""An unpacked tree in place of an image: one file system, and nothing around it."""

from typing import Final

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.limits import Budget, Limits
from roadworthy.inspection.opening import OpenedImage
from roadworthy.inspection.report import Region
from roadworthy.inspection.rootfs import Node, RootFS, Tree
from roadworthy.model.problem import Problem

DIRECTORY: Final = "directory"
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
