"""What must not be in a commit: this machine's paths, its package hosts, binaries, addresses of others."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
STANDARD = {
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "media",
    "mnt",
    "opt",
    "proc",
    "root",
    "run",
    "srv",
    "tmp",
    "usr",
    "var",
}
# Hosts that may be named: of standards, of licences, and those that nobody can have (RFC 2606, RFC 6761).
STAND_IN = "maker.net"  # in examples of checks that pass over reserved names, as placeholders
HOSTS = {
    "127.0.0.1", "cyclonedx.org", "docs.oasis-open.org", "json-schema.org", "openvex.dev",
    "schemas.xmlsoap.org", "spdx.org", "www.apache.org", "www.w3.org",
    "example.com", "example.org", "example.net",
}  # fmt: skip
FEEDS = {  # where the sources of advisories have them for everybody
    "epss.empiricalsecurity.com", "nvd.nist.gov", "osv-vulnerabilities.storage.googleapis.com",
    "security-tracker.debian.org", "www.cisa.gov",
}  # fmt: skip
FACTS = "src/roadworthy/vulnerability/snapshot.sqlite.zst"  # made by tools/snapshot.py
URL = re.compile(r"\b(?:https?|ftp)://([A-Za-z0-9-]+\.[A-Za-z0-9.-]+)")


def committed() -> list[Path]:
    command = ["git", "-C", str(REPOSITORY), "ls-files", "-z"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 -- fixed words
    if done.returncode:
        pytest.skip("NO GIT REPOSITORY here: what is committed cannot be listed")
    paths = [REPOSITORY / each for each in done.stdout.decode().split("\0") if each]
    return [path for path in paths if path.is_file()]


def texts() -> Iterator[tuple[str, str]]:
    for path in committed():
        if path != REPOSITORY / FACTS:
            yield str(path.relative_to(REPOSITORY)), path.read_text("utf-8")


def machine_words() -> set[str]:
    """What only this machine knows: where the repository lies, and from where it gets packages."""
    top = REPOSITORY.parts[1]
    words = {str(REPOSITORY)} | (set() if top in STANDARD else {f"/{top}/"})
    settings = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    addresses = [*re.findall(r"(?:https?|file)://[^\s'\"]+", settings), _default_index()]
    words |= {urlsplit(each).hostname or urlsplit(each).path for each in addresses}
    for line in _apt_sources():
        words |= set(URL.findall(line))
    return {word for word in words if len(word) > 3}


def _default_index() -> str:
    program = "from pip._internal.models.index import PyPI; print(PyPI.url)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 -- fixed words
    return done.stdout.strip()


def _apt_sources() -> Iterator[str]:
    folder = Path("/etc/apt")
    for path in (folder / "sources.list", *(folder / "sources.list.d").glob("*")):
        if path.is_file():
            yield from path.read_text("utf-8", "replace").splitlines()


def test_every_file_is_text() -> None:
    binary = [str(path) for path in committed() if b"\0" in path.read_bytes()]
    assert binary == [str(REPOSITORY / FACTS)]


def test_nothing_of_this_machine_is_in_it() -> None:
    words = machine_words()
    assert str(REPOSITORY) in words
    assert [(name, word) for name, text in texts() for word in words if word in text] == []


def test_only_hosts_of_standards_are_named() -> None:
    found = {(name, host) for name, text in texts() for host in URL.findall(text)}
    strange = {
        pair
        for pair in found
        if pair[1] not in HOSTS | FEEDS
        and not pair[1].lower().endswith((".example", ".invalid", ".test", STAND_IN))
    }
    assert strange == set()
