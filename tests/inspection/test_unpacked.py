"""A tree in place of an image."""

from collections.abc import Iterator

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.limits import Limits
from roadworthy.inspection.rootfs import Node
from roadworthy.inspection.unpacked import open_tree
from roadworthy.testing.memory import MemoryTree

FILES = {"/etc/passwd": "root", "/bin/sh": "-> busybox"}


class Breaks(MemoryTree):
    def nodes(self) -> Iterator[Node]:
        yield from super().nodes()
        raise Damaged("/root: it cannot be listed")


def test_it_is_one_region_and_one_root() -> None:
    opened = open_tree("rootfs", MemoryTree(FILES))
    (region,), (root,) = opened.regions, opened.roots
    assert (region.path, region.format, region.size, region.files) == (("directory",), "directory", 4, 5)
    assert (root.where, set(root.nodes)) == (("rootfs",), {"/", "/etc", "/bin", *FILES})
    assert opened.problems == ()


def test_what_could_not_be_seen_is_a_problem() -> None:
    opened = open_tree("rootfs", Breaks(FILES))
    assert [problem.what for problem in opened.problems] == ["/root: it cannot be listed"]
    assert "/etc/passwd" in opened.roots[0].nodes


def test_it_is_bounded() -> None:
    opened = open_tree("rootfs", MemoryTree(FILES), Limits(nodes=2))
    assert len(opened.roots[0].nodes) == 2
    assert "limit of nodes" in opened.problems[0].what
