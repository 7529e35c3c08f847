import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.testing.memory import memory_root

ROOT = memory_root(
    {
        "/bin/busybox": "\x7fELF",
        "/bin/sh": "-> busybox",
        "/bin/up": "-> ../etc/passwd",
        "/etc": "-> /var/etc",
        "/var/etc/passwd": "root",
        "/var/loop": "-> loop",
        "/var/a": "-> b",
        "/var/b": "-> a",
        "/var/escape": "-> ../../../../bin/sh",
        "/var/dangling": "-> /nowhere",
        "/var/dots": "-> ./././etc/./passwd",
    }
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/bin/busybox", "/bin/busybox"),
        ("/bin/sh", "/bin/busybox"),
        ("/bin/up", "/var/etc/passwd"),
        ("/etc/passwd", "/var/etc/passwd"),
        ("etc//./passwd", "/var/etc/passwd"),
        ("/../../bin/sh", "/bin/busybox"),
        ("/var/escape", "/bin/busybox"),
        ("/var/dots", "/var/etc/passwd"),
        ("/", "/"),
        ("", "/"),
        ("/var/loop", None),
        ("/var/a", None),
        ("/var/dangling", None),
        ("/bin/absent", None),
    ],
)
def test_links_are_followed_as_inside_the_device(path: str, found: str | None) -> None:
    node = ROOT.get(path)
    assert (node and node.path) == found


@given(st.lists(st.sampled_from(["..", ".", "", "bin", "var", "a", "loop", "escape", "etc", "sh"])))
def test_no_path_leaves_the_root_or_runs_forever(parts: list[str]) -> None:
    node = ROOT.get("/".join(parts))
    assert node is None or node.path in ROOT.nodes


def test_a_long_chain_of_links_ends_as_in_linux() -> None:
    links = {f"/{index}": f"-> {index + 1}" for index in range(50)} | {"/50": "end"}
    root = memory_root(links)
    assert root.get("/10") is root.nodes["/50"]
    assert root.get("/9") is None
