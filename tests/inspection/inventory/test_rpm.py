"""rpm's databases: real SQLite, and the two older kinds as a small writer here lays them out."""

import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.inventory import rpm
from roadworthy.inspection.inventory._rpm import berkeley, ndb, sqlite
from roadworthy.inspection.inventory._rpm.header import parse_header
from roadworthy.inspection.survey import Surveyed
from roadworthy.testing.inventory import survey_files

STRING, INT32, ARRAY = 6, 4, 8
PAGE = 4096


def header(name: str, version: str = "1.36.1", files: tuple[str, ...] = (), padding: int = 0) -> bytes:
    """A header with the tags that count, one that does not, and as much text as wanted."""
    folders = sorted({path.rpartition("/")[0] + "/" for path in files})
    rows: list[tuple[int, int, int, bytes]] = [
        (1000, STRING, 1, name.encode() + b"\0"),
        (1001, STRING, 1, version.encode() + b"\0"),
        (1002, STRING, 1, b"2.fc40\0"),
        (1003, INT32, 1, struct.pack(">I", 1)),
        (1005, ARRAY, 1, b"x" * padding + b"\0"),
        (1011, STRING, 1, b"Acme\0"),
        (1014, STRING, 1, b"GPL-2.0-only\0"),
        (1022, STRING, 1, b"armv7hl\0"),
        (1044, STRING, 1, f"{name}-suite-{version}-2.fc40.src.rpm".encode() + b"\0"),
    ]
    if files:
        places = [folders.index(path.rpartition("/")[0] + "/") for path in files]
        names = b"".join(path.rpartition("/")[2].encode() + b"\0" for path in files)
        rows += [
            (1116, INT32, len(files), struct.pack(f">{len(files)}I", *places)),
            (1117, ARRAY, len(files), names),
            (1118, ARRAY, len(folders), b"".join(each.encode() + b"\0" for each in folders)),
        ]
    index, values = b"", b""
    for tag, kind, count, data in rows:
        values += bytes(-len(values) % 4)
        index += struct.pack(">IIiI", tag, kind, len(values), count)
        values += data
    return struct.pack(">II", len(rows), len(values)) + index + values


def in_sqlite(blobs: list[bytes], folder: Path) -> bytes:
    path = folder / "rpmdb.sqlite"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute(
        "CREATE TABLE IF NOT EXISTS 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)"
    )
    database.execute("CREATE TABLE IF NOT EXISTS 'Name' (key TEXT NOT NULL, hnum INTEGER NOT NULL)")
    database.executemany("INSERT INTO Packages (blob) VALUES (?)", [(blob,) for blob in blobs])
    database.commit()
    database.close()
    return path.read_bytes()


def in_ndb(blobs: list[bytes], folder: Path) -> bytes:
    del folder
    slots, body, at = b"RpmP" + struct.pack("<IIII", 0, 1, 1, len(blobs) + 1) + bytes(12), b"", PAGE // 16
    for number, blob in enumerate(blobs, 1):
        whole = b"BlbS" + struct.pack("<III", number, 1, len(blob)) + blob
        whole += bytes(-len(whole) % 16) + b"BlbE" + bytes(12)
        slots += b"Slot" + struct.pack("<III", number, at, len(whole) // 16)
        body += whole
        at += len(whole) // 16
    slots += (b"Slot" + bytes(12)) * ((PAGE - len(slots)) // 16)
    return slots + body


def in_berkeley(blobs: list[bytes], folder: Path, order: str = "<") -> bytes:
    """One page of the hash; headers on pages of their own, but for the smallest."""
    del folder
    pages: list[bytes] = [bytes(12) + struct.pack(order + "III", 0x61561, 9, PAGE) + bytes(PAGE - 24)]
    items = [b"\1" + struct.pack("<I", 0), b"\1" + struct.pack("<I", len(blobs))]
    chained: list[bytes] = []
    first = 2
    for number, blob in enumerate(blobs, 1):
        items.append(b"\1" + struct.pack("<I", number))
        if len(blob) < 600:
            items.append(b"\1" + blob)
            continue
        parts = [blob[at : at + PAGE - 26] for at in range(0, len(blob), PAGE - 26)]
        items.append(b"\3\0\0\0" + struct.pack(order + "II", first, len(blob)))
        for place, part in enumerate(parts):
            following = first + place + 1 if place + 1 < len(parts) else 0
            head = struct.pack(order + "8xIIIHHBB", first + place, 0, following, 1, len(part), 0, 7)
            chained.append((head + part).ljust(PAGE, b"\0"))
        first += len(parts)
    at, index, body = PAGE, b"", b""
    for item in items:
        at -= len(item)
        index += struct.pack(order + "H", at)
        body = item + body
    head = struct.pack(order + "8xIIIHHBB", 1, 0, 0, len(items), at, 0, 13)
    pages.append((head + index).ljust(PAGE - len(body), b"\0") + body)
    return b"".join([*pages, *chained])


KINDS: dict[str, Callable[[list[bytes], Path], bytes]] = {
    "/var/lib/rpm/rpmdb.sqlite": in_sqlite,
    "/usr/lib/sysimage/rpm/Packages.db": in_ndb,
    "/var/lib/rpm/Packages": in_berkeley,
}
BLOBS = [
    header("acmed", files=("/bin/acmed", "/etc/acmed.conf", "/bin/sh")),
    header("zlib", "1.3", files=("/usr/lib/libz.so.1.3",), padding=20_000),
    header("gpg-pubkey", "abcd"),
]


def surveyed(path: str, data: bytes) -> Surveyed:
    return survey_files(rpm.CATALOGER, {path: data, "/etc/os-release": "ID=fedora\n"})


@pytest.mark.parametrize("path", KINDS)
def test_each_kind_of_database(path: str, tmp_path: Path) -> None:
    found = surveyed(path, KINDS[path](BLOBS, tmp_path))
    assert found.problems == ()
    acmed, zlib = found.inventory.components
    assert (acmed.name, acmed.version, zlib.version) == ("acmed-suite", "1.36.1", "1.3")
    assert acmed.purl == "pkg:rpm/fedora/acmed@1.36.1-2.fc40?arch=armv7hl&epoch=1"
    assert acmed.licences == ("GPL-2.0-only",)
    (owners,) = found.owners
    assert owners["/bin/sh"] == owners["/etc/acmed.conf"] == acmed.purl
    assert owners["/usr/lib/libz.so.1.3"] == zlib.purl


def test_berkeley_db_in_the_other_byte_order(tmp_path: Path) -> None:
    assert [len(blob) for blob in berkeley.blobs(in_berkeley(BLOBS, tmp_path, ">"))] == [
        len(each) for each in BLOBS
    ]


def test_many_packages_fill_many_pages_of_sqlite(tmp_path: Path) -> None:
    many = [header(f"package{number}", padding=number * 13) for number in range(400)]
    assert list(sqlite.blobs(in_sqlite(many, tmp_path))) == many


def test_a_database_beside_its_place_and_one_inside_a_container(tmp_path: Path) -> None:
    data = in_ndb(BLOBS, tmp_path)
    assert surveyed("/opt/Packages.db", data).inventory.components == ()
    inside = surveyed("/containers/a/var/lib/rpm/Packages.db", data)
    assert "/containers/a/bin/acmed" in inside.owners[0]


@pytest.mark.parametrize("path", KINDS)
def test_a_truncated_database_is_a_problem_and_no_more(path: str, tmp_path: Path) -> None:
    data = KINDS[path](BLOBS, tmp_path)
    for length in (*range(200), *range(200, len(data), 499)):
        found = surveyed(path, data[:length])
        assert all("broke" not in each.what for each in found.problems), (length, found.problems)


@pytest.mark.parametrize("reader", [sqlite.blobs, ndb.blobs, berkeley.blobs])
def test_another_file_is_refused(reader: Callable[[bytes], object]) -> None:
    with pytest.raises(Damaged, match="magic"):
        list(reader(b"\0" * 8192))  # type: ignore[call-overload]


def test_a_chain_of_pages_that_bites_its_tail_ends(tmp_path: Path) -> None:
    data = bytearray(in_berkeley(BLOBS, tmp_path))
    data[3 * PAGE + 16 : 3 * PAGE + 20] = struct.pack("<I", 2)
    with pytest.raises(Damaged, match="twice"):
        list(berkeley.blobs(bytes(data)))


@pytest.mark.parametrize(
    "blob", [b"", b"\0" * 8, struct.pack(">II", 2**31, 9) + bytes(99), header("", ""), header("x")[:60]]
)
def test_what_is_no_header(blob: bytes) -> None:
    assert parse_header(blob) is None


@given(st.data())
def test_damage_never_breaks_it(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(WHOLE)))
    damaged = bytearray(WHOLE[path])
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.one_of(st.integers(0, 300), st.integers(0, len(damaged) - 1)))
        damaged[at] = data.draw(st.integers(0, 255))
    found = surveyed(path, bytes(damaged))
    assert all("broke" not in each.what for each in found.problems), found.problems


@pytest.fixture(autouse=True, scope="module")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> None:
    WHOLE.update({path: write(BLOBS, tmp_path_factory.mktemp("rpm")) for path, write in KINDS.items()})


WHOLE: dict[str, bytes] = {}


@pytest.mark.parametrize("byte_order", ["1234", "4321"])
def test_berkeley_db_itself_is_read(byte_order: str, tmp_path: Path) -> None:
    load = next((tool for name in ("db5.3_load", "db_load") if (tool := shutil.which(name))), None)
    if load is None:
        pytest.skip("NO DB_LOAD: only the pages that this file lays out are read")
    many = [header(f"package{number}", padding=number * 997) for number in range(60)]
    pairs = [(0, struct.pack("<I", len(many))), *enumerate(many, 1)]
    rows = "".join(f" {struct.pack('<I', key).hex()}\n {value.hex()}\n" for key, value in pairs)
    text = f"VERSION=3\nformat=bytevalue\ntype=hash\nHEADER=END\n{rows}DATA=END\n"
    place = tmp_path / "Packages"
    command = [load, "-c", f"db_lorder={byte_order}", str(place)]
    subprocess.run(command, input=text.encode(), check=True)  # noqa: S603 -- our own options
    found = [blob for blob in berkeley.blobs(place.read_bytes()) if parse_header(blob)]
    assert sorted(found) == sorted(many)
