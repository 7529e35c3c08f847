"""The keys of a library's self-test are nobody's, but only in the library itself."""

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.check import Inspection
from roadworthy.inspection.checks.keys import _self_tests
from roadworthy.inspection.checks.keys._example_keys import (
    AUTHORITY_KEY,
    CERTIFICATE,
    ENCRYPTED_KEY,
    EXPIRED_CERTIFICATE,
    PRIVATE_KEY,
)
from roadworthy.inspection.judgement import judge
from roadworthy.inspection.report import total
from roadworthy.model.key_material import KeyKind
from roadworthy.model.outcome import Outcome
from roadworthy.testing.inventory import SOME_DAY, survey_roots
from roadworthy.testing.memory import memory_root

INSTALLED = discover()
CATALOGERS = {"key-material": INSTALLED.catalogers["key-material"].object}
CHECKS = {
    name: each.object
    for name, each in INSTALLED.checks.items()
    if name.startswith("keys.") or name == "privilege.readable-secret"
}
PROPERTIES = {name: each.object for name, each in INSTALLED.properties.items()}
HEAD = "\x7fELF\0"


def failed(files: dict[str, str]) -> set[str]:
    root = memory_root(dict(files))
    surveyed = survey_roots([root], CATALOGERS, now=SOME_DAY)
    inspection = Inspection(now=SOME_DAY, inventory=surveyed.inventory, roots=(root,), kept=surveyed.kept)
    report = total(step.gained for step in judge(inspection, CHECKS, PROPERTIES))
    return {each.check for each in report.findings if each.outcome is Outcome.FAIL}


@pytest.fixture(autouse=True)
def example_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    surveyed = survey_roots([memory_root({"/key": PRIVATE_KEY})], CATALOGERS)
    (key,) = surveyed.inventory.keys
    assert key.kind is KeyKind.PRIVATE_KEY
    monkeypatch.setattr(_self_tests, "PUBLISHED", frozenset({key.fingerprint}))


@pytest.mark.parametrize("name", ["libmbedx509.so.2.28.3", "libgnutls.so.30", "libpolarssl.so", "openssl"])
def test_a_self_test_fails_nothing(name: str) -> None:
    inside = f"{HEAD}{PRIVATE_KEY}\0{EXPIRED_CERTIFICATE}\0{ENCRYPTED_KEY}\0"
    assert failed({f"/usr/lib/{name}": inside}) == set()


@pytest.mark.parametrize("path", ["/usr/sbin/httpd", "/etc/ssl/server.pem", "/usr/lib/libvendor.so.1"])
def test_the_same_key_elsewhere_is_in_use(path: str) -> None:
    used = failed({"/usr/lib/libgnutls.so.30": f"{HEAD}{PRIVATE_KEY}\0", path: f"{HEAD}{PRIVATE_KEY}\0"})
    assert used == {"keys.private-key", "privilege.readable-secret"}


@pytest.mark.parametrize("other", [AUTHORITY_KEY, AUTHORITY_KEY + "\0" + ENCRYPTED_KEY])
def test_one_key_that_is_not_published_makes_all_of_the_file_count(other: str) -> None:
    inside = f"{HEAD}{PRIVATE_KEY}\0{CERTIFICATE}\0{other}\0"
    assert "keys.private-key" in failed({"/usr/lib/libmbedtls.so.14": inside})


def test_a_secret_alone_in_the_library_counts() -> None:
    assert failed({"/usr/lib/libgnutls.so.30": f"{HEAD}{ENCRYPTED_KEY}\0"}) == {"keys.private-key"}
