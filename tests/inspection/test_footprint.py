"""Every byte of every file counted once, under one purpose and one owner."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection import footprint as footprints
from roadworthy.inspection.footprint import MIN_BLOB, Blob, Share
from roadworthy.inspection.rootfs import Node, NodeKind, RootFS
from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence
from roadworthy.testing.memory import MemoryTree, memory_root


def footprint(
    roots: Sequence[RootFS], components: Sequence[Component], packages: Sequence[Mapping[str, str]] = ()
) -> tuple[Share, ...]:
    return footprints.footprint(roots, components, packages).shares


def seen_in(name: str, path: str, confidence: float = 0.9) -> Component:
    evidence = (Evidence(path=("memory", path)),)
    return Component(
        name=name, version="1", purl="", cpes=(), identified_by="s", confidence=confidence, evidence=evidence
    )


def test_files_are_told_apart_by_purpose_and_owner() -> None:
    root = memory_root(
        {
            "/bin/busybox": b"\x7fELF" + bytes(96),
            "/bin/sh": "-> busybox",
            "/lib/libc.so.6": bytes(50),
            "/lib/modules/a.ko": bytes(40),
            "/lib/firmware/wifi.bin": bytes(30),
            "/etc/passwd": "x" * 20,
            "/www/index.html": "y" * 10,
            "/usr/share/zone": "z" * 5,
            "/www/bin/readme": "n" * 2,
        }
    )
    assert footprint([root], [seen_in("busybox", "/bin/busybox"), seen_in("shell", "/bin/busybox", 0.5)]) == (
        Share(purpose="programs", owner="busybox", size=100, files=1),
        Share(purpose="libraries", owner="", size=50, files=1),
        Share(purpose="kernel modules", owner="", size=40, files=1),
        Share(purpose="device firmware", owner="", size=30, files=1),
        Share(purpose="configuration", owner="", size=20, files=1),
        Share(purpose="web interface", owner="", size=12, files=2),
        Share(purpose="other files", owner="", size=5, files=1),
    )


def test_a_component_of_another_file_system_owns_nothing_here() -> None:
    root = memory_root({"/bin/x": b"\x7fELF"})
    other = RootFS(root.tree, root.nodes, ("elsewhere",))
    (share,) = footprint([other], [seen_in("x", "/bin/x")])
    assert share.owner == ""


def test_what_a_package_brought_is_its_own() -> None:
    root = memory_root({"/bin/x": b"\x7fELF", "/etc/y": "y"})
    zlib = replace(seen_in("zlib", "/nowhere"), purl="pkg:opkg/zlib@1")
    shares = footprint([root], [zlib], [{"/bin/x": "pkg:opkg/zlib@1", "/etc/y": "pkg:opkg/gone@1"}])
    assert [(each.purpose, each.owner) for each in shares] == [("programs", "zlib"), ("configuration", "")]


def test_hard_links_count_once() -> None:
    nodes = {
        path: Node(path=path, kind=NodeKind.FILE, mode=0o644, size=7, inode=3)
        for path in ("/etc/a", "/etc/b")
    }
    (share,) = footprint([RootFS(MemoryTree({}), nodes, ("memory",))], [])
    assert (share.size, share.files) == (7, 1)


@given(st.dictionaries(st.sampled_from(["/bin/a", "/etc/b", "/www/c", "/d.so", "/e"]), st.binary(max_size=9)))
def test_the_shares_add_up(files: dict[str, bytes]) -> None:
    files = {path: b"x" + content for path, content in files.items()}
    shares = footprint([memory_root(files)], [])
    assert sum(each.size for each in shares) == sum(map(len, files.values()))
    assert sum(each.files for each in shares) == len(files)


def test_a_library_linked_into_a_program_does_not_own_it() -> None:
    files = ("/bin/httpd", "/lib/libgdpr.so", "/lib/libz.so.1.2.3", "/lib/libcrypto.so.1.0.0", "/bin/openssl")
    root = memory_root(dict.fromkeys(files, b"\x7fELF"))
    seen = [
        seen_in("zlib", "/bin/httpd"),
        seen_in("openssl", "/lib/libgdpr.so"),
        seen_in("zlib", "/lib/libz.so.1.2.3"),
        seen_in("openssl", "/lib/libcrypto.so.1.0.0"),
        seen_in("openssl", "/bin/openssl"),
    ]
    shares = {(each.purpose, each.owner): each.files for each in footprint([root], seen)}
    assert shares == {
        ("programs", ""): 1,
        ("libraries", ""): 1,
        ("libraries", "zlib"): 1,
        ("libraries", "openssl"): 1,
        ("programs", "openssl"): 1,
    }


def test_large_code_that_nobody_explains_is_named_the_largest_first() -> None:
    root = memory_root(
        {
            "/bin/vendord": b"\x7fELF" + bytes(MIN_BLOB),
            "/bin/small": b"\x7fELF",
            "/lib/libvendor.so": bytes(2 * MIN_BLOB),
            "/bin/busybox": b"\x7fELF" + bytes(MIN_BLOB),
            "/www/film.mp4": bytes(3 * MIN_BLOB),
        }
    )
    assert footprints.footprint([root], [seen_in("busybox", "/bin/busybox")]).blobs == (
        Blob(path=("memory", "/lib/libvendor.so"), purpose="libraries", size=2 * MIN_BLOB),
        Blob(path=("memory", "/bin/vendord"), purpose="programs", size=MIN_BLOB + 4),
    )
