"""`roadworthy advisories`, as its user has it."""

import gzip
import hashlib
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from roadworthy.cli import main

RECORD = {
    "cve": {
        "id": "CVE-2022-0778",
        "lastModified": "2024-11-21T06:39:22.540",
        "descriptions": [{"lang": "en", "value": "A loop."}],
        "configurations": [
            {
                "nodes": [
                    {
                        "cpeMatch": [
                            {
                                "vulnerable": True,
                                "criteria": "cpe:2.3:a:acme:tool:*:*:*:*:*:*:*:*",
                                "versionEndExcluding": "1.0.2zd",
                            }
                        ]
                    }
                ]
            }
        ],
    }
}
FEED = json.dumps({"format": "NVD_CVE", "timestamp": "2026-10-30T00:00:01.000", "vulnerabilities": [RECORD]})
KEV = b"cveID,dateAdded\nCVE-2022-0778,2024-02-03\n"


def run(*words: str) -> int:
    return main([*words])


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    folder = tmp_path / "feeds"
    folder.mkdir()
    (folder / "nvdcve-2.0-2022.json.gz").write_bytes(gzip.compress(FEED.encode()))
    with zipfile.ZipFile(folder / "kev.zip", "w") as archive:
        archive.writestr("kev.csv", KEV)
    return folder


def test_feeds_are_imported_listed_and_shown(
    feeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--workspace", str(tmp_path / "ws"))
    assert run("advisories", "update", "--from", str(feeds), *place, "--format", "json") == 0
    done = json.loads(capsys.readouterr().out)
    assert {each["id"]: each["taken"] for each in done["imported"]} == {"nvd": 1, "kev": 1}
    assert run("advisories", "list", *place, "--format", "terminal") == 0
    told = capsys.readouterr().out
    assert "2026-10-30" in told
    assert "2002 to 2018, 2022" in told
    assert "unknown, not clean" in told
    assert run("advisories", "show", "cve-2022-0778", *place, "--format", "terminal") == 0
    told = capsys.readouterr().out
    assert "before 1.0.2zd" in told
    assert "known to be exploited" in told


def test_what_no_source_knows_is_named_and_the_rest_imported(
    feeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (feeds / "half.json.gz").write_bytes(gzip.compress(FEED.encode())[:-40])
    (feeds / "letter.txt").write_text("Dear all", "utf-8")
    assert (
        run(
            "advisories",
            "update",
            "--from",
            str(feeds),
            "--workspace",
            str(tmp_path / "ws"),
            "--format",
            "json",
        )
        == 3
    )
    done = json.loads(capsys.readouterr().out)
    assert {each["id"] for each in done["imported"]} == {"nvd", "kev"}
    told = {Path(each["where"]).name: each["what"] for each in done["problems"]}
    assert "damaged" in told["half.json.gz"]
    assert "no source knows it" in told["letter.txt"]


def test_a_feed_with_half_a_record_is_refused_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "nvdcve-2.0-2022.json"
    bad.write_text(FEED[:-20], "utf-8")
    assert (
        run(
            "advisories",
            "update",
            "--from",
            str(bad),
            "--workspace",
            str(tmp_path / "ws"),
            "--format",
            "json",
        )
        == 3
    )
    done = json.loads(capsys.readouterr().out)
    assert done["imported"] == []
    assert "JSON" in done["problems"][0]["what"]


def test_an_archive_of_many_files_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside = tmp_path / "kev.csv"
    inside.write_bytes(KEV)
    with tarfile.open(tmp_path / "all.tgz", "w:gz") as archive:
        archive.add(inside, "kev.csv")
    given = ("--from", str(tmp_path / "all.tgz"), "--workspace", str(tmp_path / "ws"))
    assert run("advisories", "update", *given, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["imported"][0]["id"] == "kev"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--from", "nowhere"), "does not exist"),
        (("--source", "nvdd", "--from", "."), "there is no source"),
        (("--from", "http://example.org/feed.json"), "https"),
    ],
)
def test_what_cannot_be_is_told(
    given: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("advisories", "update", *given, "--workspace", str(tmp_path / "ws")) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "ws").exists()


def test_a_flaw_that_nobody_knows_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("advisories", "show", "CVE-1999-99999", "--workspace", str(tmp_path / "ws")) == 2
    assert "no source at hand" in capsys.readouterr().err


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    folder = tmp_path / "served"
    folder.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("right", [True, False])
def test_a_feed_is_held_against_the_digest_that_its_source_gives(
    right: bool,  # noqa: FBT001 -- a case
    served: tuple[Path, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, address = served
    (folder / "nvdcve-2.0-2022.json.gz").write_bytes(gzip.compress(FEED.encode()))
    digest = hashlib.sha256(FEED.encode() if right else b"other").hexdigest().upper()
    (folder / "nvdcve-2.0-2022.meta").write_text(f"lastModifiedDate:x\r\nsha256:{digest}\r\n", "utf-8")
    words = ("--from", f"{address}/nvdcve-2.0-2022.json.gz", "--workspace", str(tmp_path / "ws"))
    assert run("advisories", "update", *words, "--format", "json") == (0 if right else 3)
    done = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in done["imported"]] == (["nvd"] if right else [])
    assert [each["what"] for each in done["problems"]] == (
        [] if right else [f"{address}/nvdcve-2.0-2022.json.gz is not what its source says it is"]
    )
