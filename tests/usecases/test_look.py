"""Looking: what the parent makes of what comes from a worker that it does not trust."""

import json
import posixpath
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from roadworthy.usecases import look

FOUND = Found(systems=(FileSystem(name="fs@0x0", nodes=3),), chosen="fs@0x0", path="/")
FILE = Seen(Node(path="/a", kind=NodeKind.FILE, mode=0o4755, size=4, mtime=7))
OPTIONS = look.LookOptions(image="folder/image.bin")


def problem(stage: str) -> Lost:
    return Lost(Problem(stage=stage, where="there", what="broken", hint="do something"))


class Says:
    """A looker that says what it is told to."""

    def __init__(self, *items: Item) -> None:
        self.items = items
        self.asked: list[tuple[str, Action, str]] = []

    def look(self, image: str, action: Action, address: str) -> Iterator[Item]:
        self.asked.append((image, action, address))
        yield from self.items


class Notes:
    """A folder that notes what is done to it, and cannot take some names."""

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []
        self.manifest: dict[str, Any] = {}

    def directory(self, path: str, mode: int) -> str:
        self.done.append(("directory", path, mode))
        return ""

    def file(self, path: str, mode: int, mtime: int) -> str:
        self.done.append(("file", path, mode, mtime))
        return "too long" if len(path) > 20 else ""

    def write(self, data: bytes) -> None:
        self.done.append(("write", data))

    def link(self, path: str, target: str) -> str:
        self.done.append(("link", path, target))
        return ""

    def commit(self, manifest: bytes) -> None:
        self.manifest = json.loads(manifest)


def test_a_list_keeps_problems_elsewhere() -> None:
    looker = Says(problem("formats"), FOUND, FILE)
    found = look.list_files(look.LookOptions(image="i", address="/x", everything=True), looker=looker)
    assert (found.nodes, len(found.problems)) == ((FILE.node,), 1)
    assert looker.asked == [("i", Action.LIST_ALL, "/x")]


def test_a_file_is_put_together() -> None:
    assert look.read_file(OPTIONS, looker=Says(FOUND, FILE, Piece(b"ab"), Piece(b"cd"))) == b"abcd"


@pytest.mark.parametrize(
    ("items", "error"),
    [
        ((Refused(what="no", hint="yes"),), InputError),
        ((FOUND, problem(READING)), SourceError),
        ((FOUND,), SourceError),
        ((), SourceError),
        ((FOUND, FILE, Piece(b"ab"), problem(READING)), SourceError),
        ((FOUND, FILE, *[Piece(bytes(2**26))] * 5), SourceError),
    ],
)
def test_half_a_file_is_none(items: tuple[Item, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        look.read_file(OPTIONS, looker=Says(*items))


def test_a_worker_that_says_nothing_lists_nothing() -> None:
    with pytest.raises(SourceError):
        look.list_files(OPTIONS, looker=Says())


def test_an_extraction_writes_files_and_links_and_a_manifest_of_everything() -> None:
    items = (
        FOUND,
        Seen(Node(path="/", kind=NodeKind.DIRECTORY, mode=0o755)),
        FILE,
        Piece(b"ab"),
        Seen(Node(path="/l", kind=NodeKind.SYMLINK, mode=0o777, target="/etc/../../a")),
        Seen(Node(path="/tty", kind=NodeKind.CHARACTER, mode=0o600, device=(5, 1), uid=3)),
        Seen(Node(path="/" + "long" * 6, kind=NodeKind.FILE, mode=0o600)),
        problem(READING),
    )
    folder = Notes()
    done = look.extract(OPTIONS, looker=Says(*items), folder=folder)
    assert folder.done[:4] == [
        ("directory", "/", 0o755),
        ("file", "/a", 0o4755, 7),
        ("write", b"ab"),
        ("link", "/l", "a"),
    ]
    assert [each.stage for each in done.problems] == ["writing", READING]
    assert (done.written, done.size) == (3, 2)
    entries = {each["path"]: each for each in folder.manifest["entries"]}
    assert folder.manifest["image"] == "image.bin"
    assert entries["/tty"] == {
        "path": "/tty", "kind": "character", "mode": "0600", "uid": 3, "gid": 0, "mtime": 0, "size": 0,
        "target": "", "device": [5, 1], "inode": 0, "written": False, "why_not": "left out: it is no file",
    }  # fmt: skip
    assert entries["/l"]["target"] == "/etc/../../a"


def test_too_much_is_not_extracted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "MAX_BYTES", 10)
    folder = Notes()
    with pytest.raises(PolicyError):
        look.extract(OPTIONS, looker=Says(FOUND, FILE, *[Piece(b"12345")] * 3), folder=folder)
    assert folder.manifest == {}


@pytest.mark.parametrize(
    ("path", "target", "relative"),
    [
        ("/bin/sh", "busybox", "busybox"),
        ("/etc/passwd", "/var/passwd", "../var/passwd"),
        ("/a/b/c", "../../../../../etc/shadow", "../../etc/shadow"),
        ("/l", "/", "."),
        ("/l", "//etc", "etc"),
    ],
)
def test_links_stay_inside(path: str, target: str, relative: str) -> None:
    assert look.inside(path, target) == relative


@given(
    path=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4),
    target=st.text(alphabet="ab./", max_size=20),
)
def test_no_link_leads_out(path: list[str], target: str) -> None:
    steps = look.inside("/" + "/".join(path), target).split("/")
    ups = [step for step in steps if step == ".."]
    assert len(ups) <= len(path) - 1
    assert steps[: len(ups)] == ups  # only at the beginning, where the folders are real
    assert not posixpath.isabs("/".join(steps))
