"""Looking into images: which file system, which path, and what comes of it."""

from collections.abc import Iterator

import pytest

from roadworthy.inspection.format import Damaged, Format, Magic, Opened
from roadworthy.inspection.looking import READING, Action, Found, Lost, Piece, Refused, Seen, look
from roadworthy.inspection.rootfs import Node
from roadworthy.inspection.source import BytesSource, Source
from roadworthy.testing.memory import MemoryTree

LARGE = {
    "/etc/passwd": "root::0:0::/:/bin/sh\n",
    "/etc/shadow": "root:*:::::::\n",
    "/etc/link": "-> passwd",
    "/etc/gone": "-> /var/passwd",
    "/etc/init.d/rcS": "#!/bin/sh\n",
    "/bin/broken": "unreadable",
    "/etc/getty@.service": "[Unit]\n",
}
SMALL = {"/boot/kernel": b"k" * 3_000_000}
IMAGE = b"LARGE" + bytes(100) + b"SMALL" + bytes(100)


def form(magic: bytes, tree: MemoryTree) -> Format:
    def opened(_: Source) -> Opened:
        return Opened(size=50, tree=tree)

    return Format(title=magic.decode(), magics=(Magic(magic),), open=opened)


FORMATS = {
    "large": form(b"LARGE", MemoryTree(LARGE, damaged=frozenset({"/bin/broken"}))),
    "small": form(b"SMALL", MemoryTree(SMALL)),
}


def looked(action: Action, address: str, image: bytes = IMAGE) -> list[object]:
    return list(look("image", BytesSource(image), FORMATS, action, address))


def paths(items: list[object]) -> list[str]:
    return [item.node.path for item in items if isinstance(item, Seen)]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", ["/bin", "/etc"]),
        ("/etc/init.d", ["/etc/init.d/rcS"]),
        ("etc/init.d/", ["/etc/init.d/rcS"]),
        ("//etc/../etc/./passwd", ["/etc/passwd"]),
        ("/etc/link", ["/etc/link"]),
        ("etc/getty@.service", ["/etc/getty@.service"]),
        ("small@0x69", ["/boot"]),
        ("small@0x69:/boot", ["/boot/kernel"]),
        ("large@0x0:/bin", ["/bin/broken"]),
    ],
)
def test_a_folder_shows_what_lies_in_it(address: str, shown: list[str]) -> None:
    assert paths(looked(Action.LIST, address)) == shown


def test_everything_below() -> None:
    assert paths(looked(Action.LIST_ALL, "/etc")) == sorted(
        [*(path for path in LARGE if path.startswith("/etc/")), "/etc/init.d"]
    )


def test_the_file_systems_come_first() -> None:
    found = next(item for item in looked(Action.LIST, "/etc") if isinstance(item, Found))
    assert [each.name for each in found.systems] == ["large@0x0", "small@0x69"]
    assert (found.chosen, found.path) == ("large@0x0", "/etc")


def test_a_file_is_read_through_links_and_in_pieces() -> None:
    items = looked(Action.READ, "/etc/link")
    assert paths(items) == ["/etc/passwd"]
    assert items[-1] == Piece(b"root::0:0::/:/bin/sh\n")
    pieces = [item.data for item in looked(Action.READ, "small@0x69:/boot/kernel") if isinstance(item, Piece)]
    assert (b"".join(pieces), len(pieces)) == (SMALL["/boot/kernel"], 3)


@pytest.mark.parametrize(
    ("action", "address", "what", "hint"),
    [
        (Action.READ, "/etc/pasword", "there is no '/etc/pasword' in large@0x0", "/etc/passwd"),
        (Action.LIST, "/nowhere/passwd", "there is no", "/etc/passwd"),
        (Action.READ, "/etc", "is no file but a directory", "image ls"),
        (Action.READ, "/etc/gone", "is a link to '/var/passwd', which is not", "/etc/gone"),
        (Action.LIST, "small@0x70", "is no file system", "large@0x0, small@0x69"),
        (Action.LIST, "/../../etc/x", "there is no '/etc/x'", "image ls"),
    ],
)
def test_what_is_not_there_is_said_with_what_is_near(
    action: Action, address: str, what: str, hint: str
) -> None:
    refused = looked(action, address)[-1]
    assert isinstance(refused, Refused)
    assert what in refused.what
    assert hint in refused.hint


def test_an_image_without_files() -> None:
    refused = looked(Action.LIST, "", b"nothing at all" * 100)[-1]
    assert isinstance(refused, Refused)
    assert "no file system" in refused.what


def test_an_extraction_has_directories_first_and_names_what_is_lost() -> None:
    items = looked(Action.EXTRACT, "/")
    lost = [item.problem for item in items if isinstance(item, Lost) and item.problem.stage == READING]
    assert paths(items)[:4] == ["/", "/bin", "/etc", "/etc/init.d"]
    assert set(paths(items)) == {*LARGE, "/", "/bin", "/etc", "/etc/init.d"} - {"/bin/broken"}
    assert [problem.where for problem in lost] == ["image » large@0x0 » /bin/broken"]


def test_a_reader_that_breaks_loses_its_file_only() -> None:
    class Breaks:
        def nodes(self) -> Iterator[Node]:
            yield from MemoryTree(LARGE).nodes()

        def read(self, node: Node) -> bytes:
            if node.path == "/etc/shadow":
                raise ZeroDivisionError
            raise Damaged("no")

    formats = {"x": Format(title="x", magics=(Magic(b"X"),), open=lambda _: Opened(size=9, tree=Breaks()))}
    items = list(look("image", BytesSource(b"X" * 9), formats, Action.READ, "/etc/shadow"))
    assert isinstance(items[-1], Lost)
    assert "ZeroDivisionError" in items[-1].problem.what
