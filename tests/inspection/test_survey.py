"""The survey: each file is read once, in storage order; what breaks loses itself only; equals fold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from roadworthy.inspection import survey
from roadworthy.inspection.cataloger import KEEP_BYTES, Cataloger, Context, Fact, File, Kept
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.precedence import MAX_PLACES
from roadworthy.inspection.rootfs import Node, RootFS
from roadworthy.inspection.survey import MAX_FILE
from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence
from roadworthy.testing.inventory import survey_roots
from roadworthy.testing.memory import MemoryTree, memory_root


def component(path: str = "/a", *, confidence: float = 0.9, rule: str = "one") -> Component:
    return Component(
        name="widget",
        version="1.2",
        purl="pkg:generic/widget@1.2",
        cpes=(),
        identified_by=rule,
        confidence=confidence,
        evidence=(Evidence(path=(path,)),),
    )


def everything(node: Node) -> bool:
    return bool(node.path)


@dataclass
class CountingTree(MemoryTree):
    """Remembers what was read."""

    files: dict[str, str | bytes]
    reads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.files)

    def read(self, node: Node) -> bytes:
        self.reads.append(node.path)
        return super().read(node)


def test_a_file_is_read_once_for_all_and_in_storage_order() -> None:
    tree = CountingTree({"/b": "1", "/a": "2", "/c": "3"})
    nodes = {node.path: node for node in tree.nodes()}
    seen: list[tuple[str, bytes]] = []

    def scan(file: File, context: Context) -> Iterable[Fact]:
        del context
        seen.append((file.node.path, file.data))
        return ()

    both = {
        "x": Cataloger(title="x", wants=everything, scan=scan),
        "y": Cataloger(title="y", wants=everything, scan=scan),
    }
    survey_roots([RootFS(tree, dict(reversed(nodes.items())), ("m",))], both)
    assert tree.reads == ["/a", "/b", "/c"]
    assert seen == [("/a", b"2")] * 2 + [("/b", b"1")] * 2 + [("/c", b"3")] * 2


def test_what_nobody_wants_is_not_read() -> None:
    tree = CountingTree({"/a": "1", "/b": "2"})
    root = RootFS(tree, {node.path: node for node in tree.nodes()}, ("m",))
    survey_roots([root], {"x": Cataloger(title="x", wants=lambda node: node.path == "/b")})
    assert tree.reads == ["/b"]


def test_join_gets_its_own_small_files() -> None:
    got: dict[str, list[str]] = {}

    def joiner(name: str) -> Cataloger:
        def join(kept: Kept, context: Context) -> Iterable[Fact]:
            del context
            got[name] = list(kept.files)
            return ()

        return Cataloger(title=name, wants=lambda node: node.name.startswith(name), join=join)

    files = {"/etc/a2": "", "/etc/a1": "", "/etc/b": "", "/etc/a-large": "x" * (KEEP_BYTES + 1)}
    surveyed = survey_roots([memory_root(files)], {"a": joiner("a"), "b": joiner("b")})
    assert got == {"a": ["/etc/a1", "/etc/a2"], "b": ["/etc/b"]}
    assert list(surveyed.kept[0].files) == ["/etc/a1", "/etc/a2", "/etc/b"]


def broken(file: File, context: Context) -> Iterator[Fact]:
    del context
    yield component(file.node.path)
    if file.node.path == "/bad":
        raise KeyError("oops")


def test_a_cataloger_that_breaks_loses_that_file_only() -> None:
    cataloger = Cataloger(title="x", wants=everything, scan=broken)
    surveyed = survey_roots([memory_root({"/bad": "", "/good": ""})], {"x": cataloger})
    (problem,) = surveyed.problems
    assert problem.where == "memory » /bad"
    assert "x broke: KeyError: 'oops'" in problem.what
    assert [place.path for place in surveyed.inventory.components[0].evidence] == [("/bad",), ("/good",)]


@pytest.mark.parametrize("seam", ["scan", "join"])
def test_damage_that_a_cataloger_reports_is_told_in_its_words(seam: str) -> None:
    def complain(*_: object) -> Iterable[Fact]:
        raise Damaged("too many accounts")

    cataloger = Cataloger(
        title="x",
        wants=everything,
        scan=complain if seam == "scan" else None,
        join=complain if seam == "join" else None,
    )
    surveyed = survey_roots([memory_root({"/a": ""})], {"x": cataloger})
    assert [problem.what for problem in surveyed.problems] == ["too many accounts"]


def test_a_file_that_cannot_be_read_is_a_problem_and_the_rest_goes_on() -> None:
    root = memory_root({"/a": "", "/b": ""}, damaged=frozenset({"/a"}))
    surveyed = survey_roots([root], {"x": Cataloger(title="x", wants=everything, scan=broken)})
    assert [problem.where for problem in surveyed.problems] == ["memory » /a"]
    assert len(surveyed.inventory.components) == 1


class FaultyTree(MemoryTree):
    def read(self, node: Node) -> bytes:
        if node.path == "/a":
            raise IndexError("off by one")
        return super().read(node)


def test_a_reader_that_breaks_loses_that_file_only() -> None:
    tree = FaultyTree({"/a": "", "/b": ""})
    root = RootFS(tree, {node.path: node for node in tree.nodes()}, ("m",))
    surveyed = survey_roots([root], {"x": Cataloger(title="x", wants=everything, scan=broken)})
    assert [(each.where, each.what) for each in surveyed.problems] == [
        ("m » /a", "the reader broke: IndexError: off by one")
    ]
    assert len(surveyed.inventory.components) == 1


def test_a_file_that_claims_to_be_huge_is_not_read() -> None:
    tree = CountingTree({"/a": ""})
    nodes = {"/a": next(node for node in tree.nodes() if node.path == "/a")}
    huge = Node(path="/a", kind=nodes["/a"].kind, mode=0o644, size=MAX_FILE + 1)
    surveyed = survey_roots(
        [RootFS(tree, {"/a": huge}, ("m",))], {"x": Cataloger(title="x", wants=everything, scan=broken)}
    )
    assert tree.reads == []
    assert str(MAX_FILE + 1) in surveyed.problems[0].what


def test_one_component_in_many_files_is_one_with_many_places() -> None:
    def scan(file: File, context: Context) -> Iterable[Fact]:
        del context
        weak = file.node.path == "/0"
        return [component(file.node.path, confidence=0.5 if weak else 0.9, rule="weak" if weak else "strong")]

    files = {f"/{number}": "" for number in range(MAX_PLACES + 5)}
    surveyed = survey_roots([memory_root(files)], {"x": Cataloger(title="x", wants=everything, scan=scan)})
    (found,) = surveyed.inventory.components
    assert (found.identified_by, found.confidence) == ("strong", 0.9)
    assert len(found.evidence) == MAX_PLACES


def test_links_are_not_read() -> None:
    surveyed = survey_roots(
        [memory_root({"/bin/busybox": "", "/bin/sh": "-> busybox"})],
        {"x": Cataloger(title="x", wants=everything, scan=broken)},
    )
    assert [place.path for place in surveyed.inventory.components[0].evidence] == [("/bin/busybox",)]


def test_what_goes_beyond_the_limit_is_not_read_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "MAX_READ", 10)
    tree = CountingTree({"/a": "12345", "/b": "1234567", "/c": "12345"})
    root = RootFS(tree, {node.path: node for node in tree.nodes()}, ("x",))
    surveyed = survey_roots([root], {"all": Cataloger(title="all", wants=everything, join=lambda *_: ())})
    assert tree.reads == ["/a", "/c"]
    (problem,) = surveyed.problems
    assert problem.what == "1 files of 7 bytes were not read: 10 bytes are the limit"
    assert "one by one" in problem.hint
