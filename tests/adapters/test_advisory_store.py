"""Where advisories are kept: what is found again, and what an import that was killed leaves behind."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from roadworthy.adapters.advisory_store import AdvisoryStore, PackagedStore, Union
from roadworthy.adapters.snapshot import packaged
from roadworthy.model.errors import SourceError
from roadworthy.model.problem import Problem
from roadworthy.testing.advisories import DAY, NOW, advisory, span
from roadworthy.vulnerability.source import Exploited, Likelihood, Row, Stamp

OPENSSL = "cpe:a:openssl:openssl"
ONE = advisory(
    "CVE-2018-1",
    span(OPENSSL, "openssl", introduced="1.0.2", fixed="1.0.2p", only_with=("cpe:h:a:b", "cpe:h:c:d")),
    span("cpe:a:other:other", versions=("1.0", "1 1")),
    aliases=("GHSA-1",),
    cvss="CVSS:3.1/AV:N",
    published=datetime(2018, 1, 2, tzinfo=UTC),
    weaknesses=("CWE-1", "CWE-2"),
)


def fill(store: AdvisoryStore, *rows: Row, source: str = "nvd") -> None:
    store.import_feed(source, source.upper(), rows, NOW, lambda: "sha256:aa")


@pytest.fixture
def store(tmp_path: Path) -> AdvisoryStore:
    return AdvisoryStore(tmp_path / "deep/advisories.sqlite")


def test_nothing_is_there_before_anything_is_imported(store: AdvisoryStore) -> None:
    assert store.feeds() == ()
    assert list(store.lookup({OPENSSL})) == []
    assert store.known({OPENSSL}) == frozenset()


def test_what_was_said_comes_back_with_the_ranges_that_were_asked_for(store: AdvisoryStore) -> None:
    fill(store, ONE)
    assert list(store.lookup({OPENSSL})) == [replace(ONE, affected=ONE.affected[:1])]
    assert store.about("CVE-2018-1") == (ONE,)
    assert store.about("GHSA-1") == (ONE,)
    assert store.known({OPENSSL, "cpe:a:x:y"}) == {OPENSSL}


def test_exploited_and_likely_flaws_are_marked(store: AdvisoryStore) -> None:
    fill(store, ONE)
    fill(store, Exploited(id="CVE-2018-1", since=DAY), source="kev")
    fill(store, Likelihood(id="CVE-2018-1", score=0.5), source="epss")
    (found,) = store.lookup({OPENSSL})
    assert (found.exploited, found.epss) == (True, 0.5)
    assert {each.id: each.records for each in store.feeds()} == {"nvd": 1, "kev": 1, "epss": 1}


def test_a_newer_record_replaces_and_an_older_one_does_not(store: AdvisoryStore) -> None:
    newer = advisory("CVE-2018-1", span(OPENSSL, "openssl", fixed="1.0.2q"))
    newer = replace(newer, as_of=DAY + timedelta(days=1))
    fill(store, ONE)
    fill(store, newer)
    fill(store, ONE)
    assert store.about("CVE-2018-1") == (newer,)


def test_what_is_said_twice_at_once_adds_up(store: AdvisoryStore) -> None:
    other = advisory("CVE-2018-1", span(OPENSSL, "openssl", fixed="0.9"))
    fill(store, ONE, other)
    (found,) = store.about("CVE-2018-1")
    assert found.affected == (*ONE.affected, *other.affected)


def test_a_withdrawn_record_is_not_found(store: AdvisoryStore) -> None:
    fill(store, replace(ONE, withdrawn=True))
    assert list(store.lookup({OPENSSL})) == []


def test_a_feed_says_of_when_it_is_and_what_it_covers(store: AdvisoryStore) -> None:
    fill(store, Stamp(as_of=DAY, years=(2018,)), ONE)
    fill(store, Stamp(as_of=DAY + timedelta(days=1), years=(2019,)))
    (feed,) = store.feeds()
    assert (feed.as_of, feed.years, feed.records) == (DAY + timedelta(days=1), (2018, 2019), 1)


def test_problems_are_handed_back(store: AdvisoryStore) -> None:
    told = Problem(stage="advisories", where="a: line 1", what="no", hint="")
    assert store.import_feed("nvd", "NVD", [told, ONE], NOW, str).problems == (told,)


def test_a_feed_that_breaks_leaves_the_old_one(store: AdvisoryStore) -> None:
    fill(store, ONE)

    def broken() -> Iterator[Row]:
        yield replace(ONE, as_of=DAY + timedelta(days=1), summary="half")
        raise RuntimeError("cut off")

    with pytest.raises(RuntimeError):
        store.import_feed("nvd", "NVD", broken(), NOW, str)
    assert store.about("CVE-2018-1") == (ONE,)


KILLED = """
import sys, time
from roadworthy.adapters.advisory_store import AdvisoryStore
from roadworthy.testing.advisories import NOW, advisory, span
def rows():
    for number in range(10**9):
        yield advisory(f"CVE-2019-{number + 1000}", span("cpe:a:openssl:openssl", fixed="9"))
        if number == 20000:
            print("there", flush=True)
AdvisoryStore(sys.argv[1]).import_feed("nvd", "NVD", rows(), NOW, str)
"""


def test_a_killed_import_leaves_the_old_one_in_use(tmp_path: Path) -> None:
    path = tmp_path / "advisories.sqlite"
    fill(AdvisoryStore(path), ONE)
    command = [sys.executable, "-c", KILLED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 -- our own
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        during = [each.id for each in AdvisoryStore(path).lookup({OPENSSL})]
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGKILL)
    assert during == ["CVE-2018-1"]
    assert [each.id for each in AdvisoryStore(path).lookup({OPENSSL})] == ["CVE-2018-1"]
    fill(AdvisoryStore(path), advisory("CVE-2020-1", span(OPENSSL)))
    assert len(list(AdvisoryStore(path).lookup({OPENSSL}))) == 2


@pytest.mark.parametrize("damage", [b"no database at all" * 400, b"SQLite format 3\0" + bytes(5000)])
def test_a_damaged_file_is_told_and_left_alone(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "advisories.sqlite"
    path.write_bytes(damage)
    with pytest.raises(SourceError, match="cannot be used"):
        list(AdvisoryStore(path).lookup({OPENSSL}))
    with pytest.raises(SourceError, match="cannot be used"):
        fill(AdvisoryStore(path), ONE)
    assert path.read_bytes() == damage


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "advisories.sqlite"
    fill(AdvisoryStore(path), ONE)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(SourceError, match="form 99"):
        AdvisoryStore(path).feeds()
    with pytest.raises(SourceError, match="form 99"):
        fill(AdvisoryStore(path), ONE)


def in_memory(tmp_path: Path, *rows: Row) -> PackagedStore:
    path = tmp_path / "packed.sqlite"
    path.unlink(missing_ok=True)
    fill(AdvisoryStore(path), *rows)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    return PackagedStore(path.read_bytes())


def test_of_two_stores_the_newer_record_counts(store: AdvisoryStore, tmp_path: Path) -> None:
    newer = replace(ONE, as_of=DAY + timedelta(days=1), affected=ONE.affected[:1], summary="")
    older = in_memory(tmp_path, Stamp(as_of=DAY, years=(2018,)), ONE, advisory("CVE-2017-1", span(OPENSSL)))
    fill(store, Stamp(as_of=NOW, years=(2019,)), newer)
    both = Union((store, older))
    found = {each.id: each for each in both.lookup({OPENSSL, "cpe:a:other:other"})}
    assert found.keys() == {"CVE-2018-1", "CVE-2017-1"}
    assert found["CVE-2018-1"].affected == newer.affected
    assert found["CVE-2018-1"].summary == ONE.summary
    (feed,) = both.feeds()
    assert (feed.as_of, feed.years) == (NOW, (2018, 2019))
    assert [each.as_of for each in both.about("CVE-2018-1")] == [newer.as_of]


def test_the_facts_that_come_along_are_there_and_say_what_they_cover() -> None:
    (store,) = packaged()
    feeds = {each.id: each for each in store.feeds()}
    assert {"nvd", "kev", "curl", "kernel-streams", "nvd-overrides", "secdb", "cve5"} <= feeds.keys()
    assert feeds["nvd"].years == tuple(range(2002, 2019))
    (heartbleed,) = (each for each in store.about("CVE-2014-0160") if each.source == "nvd")
    assert heartbleed.exploited
    assert any("1.0.1f" in each.versions or each.fixed for each in heartbleed.affected)
