"""Device trees: for which board and chip an image was made.

What it finds

`model` and `compatible` of the root node of every device tree, as a file or inside another stretch of the
image (appended to a kernel, in a boot loader). The first `compatible` names the board, the last one the chip
it is built around.

How it can be wrong

An image for many boards carries many trees, and a boot loader may carry one that nobody uses. A tree for an
evaluation board may have been kept for a product.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.fdt import MAGIC, NotDeviceTree, properties, size_of
from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.rootfs import Node
from roadworthy.model.platform import Platform

MAX_TREES: Final = 64
MAX_TRIES: Final = 1000
MIN_SIZE: Final = 64


def wants(node: Node) -> bool:
    """Device tree files, and kernels with one at their end."""
    return node.name.endswith((".dtb", ".dtbo", ".itb")) or node.name.startswith(
        ("zImage", "uImage", "vmlinu")
    )


def scan(file: File, context: Context) -> Iterator[Platform]:
    """The boards and chips that the trees in a file name."""
    yield from probe(file, context)


def probe(file: File, context: Context) -> Iterator[Platform]:
    """The boards and chips that the trees in some bytes name."""
    del context
    at, trees = file.data.find(MAGIC), 0
    for _ in range(MAX_TRIES):
        if at < 0 or trees >= MAX_TREES:
            return
        try:
            size = size_of(file.data, at)
            facts = tuple(_facts(file, at)) if MIN_SIZE < size <= len(file.data) - at else ()
        except NotDeviceTree:
            size, facts = 0, ()
        yield from facts
        trees += bool(facts)
        at = file.data.find(MAGIC, at + (size if facts else len(MAGIC)))


def _facts(file: File, at: int) -> Iterator[Platform]:
    """Board and chip of one tree."""
    root = {each.name: each.texts for each in properties(file.data, at) if each.node == "/"}
    models, compatible = root.get("model", ()), root.get("compatible", ())
    for board in (*models[:1], *compatible[:1]):
        yield Platform(
            aspect="board", value=board[:200], evidence=(file.evidence(offset=at, excerpt=board[:200]),)
        )
    for chip in compatible[-1:]:
        yield Platform(
            aspect="soc", value=chip[:200], evidence=(file.evidence(offset=at, excerpt=chip[:200]),)
        )


CATALOGER: Final = Cataloger(title="Boards, by their device tree", wants=wants, scan=scan, probe=probe)
