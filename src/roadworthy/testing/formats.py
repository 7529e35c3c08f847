"""Reading what a format opens: everything that can be read, and what is said of the rest."""

from collections.abc import Iterable
from contextlib import suppress

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.rootfs import Node, NodeKind, Tree
from roadworthy.inspection.source import BytesSource


def opened_tree(form: Format, image: bytes) -> Tree:
    """The files of an image that is a file system.

    Raises:
        ValueError: It is a container without files of its own.
    """
    tree = form.open(BytesSource(image)).tree
    if tree is None:
        raise ValueError(f"{form.title} opened it as something that is no file system")
    return tree


def walked(tree: Tree) -> tuple[dict[str, Node], str]:
    """All nodes that come, by path, and what is said to be lost.

    Raises:
        ValueError: A path comes twice.
    """
    nodes: dict[str, Node] = {}
    try:
        for node in tree.nodes():
            if node.path in nodes:
                raise ValueError(f"{node.path} comes twice")
            nodes[node.path] = node
    except Damaged as damage:
        return nodes, str(damage)
    return nodes, ""


def read_all(tree: Tree) -> dict[str, bytes]:
    """The content of every file that can be read.

    Raises:
        ValueError: One is not as long as its node says.
    """
    contents: dict[str, bytes] = {}
    for path, node in walked(tree)[0].items():
        if node.kind is NodeKind.FILE:
            with suppress(Damaged):
                contents[path] = tree.read(node)
    return contents


def survive(form: Format, image: bytes, flips: Iterable[tuple[int, int]], length: int) -> None:
    """Read a damaged copy of an image: only what the seam names may be raised on the way.

    Args:
        form: The format.
        image: An image of it.
        flips: Offsets, and numbers of the bits there that are turned over.
        length: How many bytes are left of it.
    """
    broken = bytearray(image)
    for at, bit in flips:
        broken[at % len(broken)] ^= 1 << bit
    with suppress(Damaged, NotThisFormat):
        read_all(opened_tree(form, bytes(broken[:length])))
