"""What programming languages leave behind: name, version and package URL of each package."""

import io
import json
import struct
import zipfile
import zlib

import pytest

from roadworthy.inspection.cataloger import Cataloger
from roadworthy.inspection.inventory import (
    go_build_info,
    java_archives,
    lua_packages,
    node_packages,
    python_packages,
    rust_audit,
)
from roadworthy.testing.inventory import survey_files

CATALOGERS = [
    each.CATALOGER
    for each in (python_packages, node_packages, lua_packages, go_build_info, rust_audit, java_archives)
]


def told(cataloger: Cataloger, path: str, data: str | bytes) -> list[tuple[str, str, str]]:
    found = survey_files(cataloger, {path: data})
    assert found.problems == ()
    return [(each.name, each.version, each.purl) for each in found.inventory.components]


def test_python() -> None:
    text = "Metadata-Version: 2.1\nName: Foo_Bar\nVersion: 1.2.post1\n\nName: other\n"
    path = "/usr/lib/python3/dist-packages/Foo_Bar-1.2.dist-info/METADATA"
    expected = [("foo-bar", "1.2.post1", "pkg:pypi/foo-bar@1.2.post1")]
    assert told(python_packages.CATALOGER, path, text) == expected
    assert told(python_packages.CATALOGER, "/x/a.egg-info", text) == expected


def test_node() -> None:
    text = json.dumps({"name": "@scope/thing", "version": "4.0.1"})
    expected = [("@scope/thing", "4.0.1", "pkg:npm/%40scope/thing@4.0.1")]
    assert told(node_packages.CATALOGER, "/app/node_modules/@scope/thing/package.json", text) == expected
    assert told(node_packages.CATALOGER, "/app/package.json", text) == []


def test_lua() -> None:
    text = 'package = "luasocket"\nversion = "3.0rc1-2"\nsource = { url = "x" }\n'
    assert told(lua_packages.CATALOGER, "/usr/lib/luarocks/a.rockspec", text) == [
        ("luasocket", "3.0rc1", "pkg:luarocks/luasocket@3.0rc1-2")
    ]


def elf(content: bytes, *, section: bytes = b".x") -> bytes:
    """A 64 bit program with one section, and one segment that maps the file as it lies."""
    names = b"\0" + section + b"\0.shstrtab\0"
    start = 64 + 56
    names_at = start + len(content)
    sections_at = names_at + len(names)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 64, sections_at, 0, 64, 56, 1, 64, 3, 2)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, sections_at, sections_at, 1)
    rows = [(0, 0, 0, 0), (1, 1, start, len(content)), (len(section) + 2, 3, names_at, len(names))]
    table = b"".join(struct.pack("<IIQQQQIIQQ", a, b, 0, 0, c, d, 0, 0, 1, 0) for a, b, c, d in rows)
    return (header + segment + content + names + table).ljust(5000, b"\0")


LIST = (
    "path\texample.org/tool\nmod\texample.org/tool\t(devel)\t\n"
    "dep\tgolang.org/x/net\tv0.7.0\th1:abc\ndep\told.example/x\tv1.0.0\n=>\tnew.example/x\tv1.0.1\th1:d\n"
)
GO = [
    ("go", "1.20.5", "pkg:golang/stdlib@1.20.5"),
    ("golang.org/x/net", "0.7.0", "pkg:golang/golang.org/x/net@v0.7.0"),
    ("new.example/x", "1.0.1", "pkg:golang/new.example/x@v1.0.1"),
]


def varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def test_go_in_place() -> None:
    modules = bytes(16) + LIST.encode() + bytes(16)
    info = b"\xff Go buildinf:" + bytes([8, 2]) + bytes(16)
    info += varint(8) + b"go1.20.5" + varint(len(modules)) + modules
    assert told(go_build_info.CATALOGER, "/bin/tool", elf(info, section=b".go.buildinfo")) == GO


def test_go_with_pointers() -> None:
    start, modules = 64 + 56, bytes(16) + LIST.encode() + bytes(16)
    headers_at, texts_at = start + 32, start + 64
    info = b"\xff Go buildinf:" + bytes([8, 0]) + struct.pack("<QQ", headers_at, headers_at + 16)
    info += struct.pack("<QQQQ", texts_at, 8, texts_at + 8, len(modules)) + b"go1.20.5" + modules
    assert told(go_build_info.CATALOGER, "/bin/tool", elf(info)) == GO


def test_rust() -> None:
    crates = [
        {"name": "ring", "version": "0.16.20", "source": "crates.io"},
        {"name": "cc", "version": "1.0.0", "kind": "build"},
    ]
    packed = zlib.compress(json.dumps({"packages": crates}).encode())
    assert told(rust_audit.CATALOGER, "/bin/a", elf(packed, section=b".dep-v0")) == [
        ("ring", "0.16.20", "pkg:cargo/ring@0.16.20")
    ]


def test_java() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties",
            "#Generated\ngroupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.1\n",
        )
        archive.writestr("META-INF/MANIFEST.MF", "x")
    assert told(java_archives.CATALOGER, "/opt/a.jar", buffer.getvalue()) == [
        ("log4j-core", "2.14.1", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1")
    ]


def test_an_archive_of_endless_entries_is_not_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("META-INF/maven/a/b/pom.properties", "groupId=a\nartifactId=b\nversion=1\n")
    data = buffer.getvalue()
    assert told(java_archives.CATALOGER, "/a.jar", data)
    assert (
        told(java_archives.CATALOGER, "/a.jar", b"PK\x01\x02" * (java_archives.MAX_ENTRIES + 1) + data) == []
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x7fELF" + bytes(5000),
        b"[" * 100_000,
        b"PK\x03\x04" + bytes(200),
        elf(b"\xff Go buildinf:" + bytes([8, 2]) + bytes(16) + b"\xff" * 40),
        elf(b"\xff Go buildinf:" + bytes([8, 0]) + b"\xff" * 16),
        elf(b"no zlib", section=b".dep-v0"),
        elf(zlib.compress(b'{"packages": [1, {"name": 2}]}'), section=b".dep-v0"),
        b'{"name": 1, "version": []}',
    ],
)
def test_malformed_metadata_tells_nothing_and_breaks_nothing(data: bytes) -> None:
    names = ("/a.jar", "/node_modules/a/package.json", "/a.rockspec", "/a.dist-info/METADATA", "/bin/a")
    for cataloger in CATALOGERS:
        for name in names:
            found = survey_files(cataloger, {name: data})
            assert found.problems == ()
            assert found.inventory.components == ()
