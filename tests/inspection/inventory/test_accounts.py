"""Accounts: which files count, how they are joined, what is said of the secrets."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.inventory._crypt import Trial
from roadworthy.inspection.inventory.accounts import CATALOGER, MAX_ACCOUNTS
from roadworthy.model.credential import Credential, SecretState
from roadworthy.testing.inventory import survey_files

ADMIN = "$1$abcdefgh$l/LAqC8oJERu7Cmx6trtY/"
UNLISTED = "$1$abcdefgh$E2IUOVGWn4QIROUcRm1wO/"
ROOT = "root:x:0:0:root:/root:/bin/sh\n"


def accounts(**files: str) -> tuple[Credential, ...]:
    """Accounts of files below /etc; ``__`` in a name stands for a dot."""
    return survey_files(
        CATALOGER, {f"/etc/{name.replace('__', '.')}": text for name, text in files.items()}
    ).inventory.credentials


def only(found: tuple[Credential, ...]) -> Credential:
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("stored", "state", "scheme", "secret"),
    [
        ("", SecretState.EMPTY, "", ""),
        ("*", SecretState.LOCKED, "", ""),
        ("!", SecretState.LOCKED, "", ""),
        ("!!", SecretState.LOCKED, "", ""),
        ("*LK*", SecretState.LOCKED, "", ""),
        ("!" + ADMIN, SecretState.LOCKED, "", ""),
        (ADMIN, SecretState.KNOWN, "md5crypt", "admin"),
        ("$1$$iC.dUsGpxNNJGeOm1dFio/", SecretState.KNOWN, "md5crypt", "1234"),
        ("$1$$qRPK7m23GJusamGpoGLby/", SecretState.EMPTY, "md5crypt", ""),  # the hash of nothing
        (UNLISTED, SecretState.UNKNOWN, "md5crypt", ""),
        ("ab6TRGT20sY26", SecretState.KNOWN, "descrypt", "root"),
        (
            "$6$abcdefgh$SQmJ6J5vJPlmeKCAKe9rFZ..JQIfW4zMedUs/0MMx1seyhfTl8GrzEF3BP4XJtPTa6lK1tovUIuq8/tC/6eaT/",
            SecretState.KNOWN,
            "sha512crypt",
            "vizxv",
        ),
        ("$5$rounds=999999999$abcdefgh$" + "x" * 43, SecretState.UNTRIED, "sha256crypt", ""),
        ("$2b$12$" + "x" * 53, SecretState.UNTRIED, "bcrypt", ""),
        ("$y$j9T$abcdefgh$" + "x" * 43, SecretState.UNTRIED, "yescrypt", ""),
        ("admin", SecretState.INVALID, "", ""),  # clear text is no hash
        ("$1$much-too-long-a-salt$" + "x" * 22, SecretState.INVALID, "", ""),
    ],
)
def test_what_a_password_field_says(stored: str, state: SecretState, scheme: str, secret: str) -> None:
    found = only(accounts(passwd=f"root:{stored}:0:0:root:/root:/bin/sh\n"))
    assert (found.state, found.scheme, found.secret) == (state, scheme, secret)
    assert (found.user, found.uid, found.login) == ("root", 0, True)


def test_an_x_is_looked_up_in_the_shadow_file_beside_it() -> None:
    found = only(accounts(passwd=ROOT, shadow=f"root:{ADMIN}:15000:0:99999:7:::\n"))
    assert (found.state, found.uid) == (SecretState.KNOWN, 0)
    assert [place.path[-1] for place in found.evidence] == ["/etc/passwd", "/etc/shadow"]
    assert found.fingerprint == "sha256:" + hashlib.sha256(ADMIN.encode()).hexdigest()


def test_a_backup_is_joined_with_its_own_shadow() -> None:
    found = accounts(
        passwd=ROOT,
        shadow="root:*:0:0:99999:7:::\n",
        passwd__bak=ROOT,
        shadow__bak="root::0:0:99999:7:::\n",
    )
    assert {place.evidence[0].path[-1]: place.state for place in found} == {
        "/etc/passwd": SecretState.LOCKED,
        "/etc/passwd.bak": SecretState.EMPTY,
    }


def test_a_shadow_file_that_is_a_link_is_found() -> None:
    files = {
        "/etc/passwd": ROOT,
        "/etc/shadow": "-> ../etc_ro/shadow",
        "/etc_ro/shadow": "root::0:0:99999:7:::\n",
    }
    assert only(survey_files(CATALOGER, files).inventory.credentials).state is SecretState.EMPTY


def test_an_x_without_a_shadow_file_is_untried_for_it_is_kept_elsewhere() -> None:
    assert only(accounts(passwd=ROOT)).state is SecretState.UNTRIED


def test_an_x_that_the_shadow_file_does_not_know_is_locked() -> None:
    found = {each.user: each.state for each in accounts(passwd=ROOT, shadow="daemon:*:0:0:99999:7:::\n")}
    assert found["root"] is SecretState.LOCKED


def test_a_shadow_file_alone_counts_as_a_login() -> None:
    found = only(accounts(shadow=f"root:{ADMIN}:15502:0:99999:7:::\n"))
    assert (found.uid, found.login, found.secret) == (None, True, "admin")


def test_a_shadow_line_that_is_not_asked_for_knows_its_shell() -> None:
    found = accounts(passwd="ftp:*:55:55:ftp:/:/bin/false\n", shadow="ftp::0:0:99999:7:::\n")
    assert [each.login for each in found] == [False, False]


@pytest.mark.parametrize("shell", ["/bin/false", "/sbin/nologin", "/usr/sbin/nologin", "/bin/sync"])
def test_shells_that_let_nobody_in(shell: str) -> None:
    assert not only(accounts(passwd=f"ftp::55:55::/:{shell}\n")).login


@pytest.mark.parametrize("shell", ["", "/bin/sh", "/usr/bin/vendor-cli"])
def test_shells_that_may_let_one_in(shell: str) -> None:
    assert only(accounts(passwd=f"ftp::55:55::/:{shell}\n")).login


@pytest.mark.parametrize("name", ["passwd-", "passwd.orig", "default_passwd", "passwd~", "shadow-"])
def test_copies_are_found_by_their_names(name: str) -> None:
    line = "root::0:0:99999:7:::\n" if "shadow" in name else "root::0:0::/:/bin/sh\n"
    found = only(survey_files(CATALOGER, {f"/usr/share/{name}": line}).inventory.credentials)
    assert found.state is SecretState.EMPTY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#!/bin/sh\npasswd: files\n",
        "auth required pam_unix.so\n",
        "a:b:c\n",
        "\x7fELF\0root::0:0::/:/bin/sh\n",
    ],
)
def test_files_that_only_have_the_name_say_nothing(text: str) -> None:
    assert accounts(passwd=text) == ()


def test_a_malformed_line_in_a_good_file_is_invalid_and_shows_nothing() -> None:
    found = {each.user: each for each in accounts(passwd=ROOT + "backdoor:hunter2:and:more\n")}
    assert found["backdoor"].state is SecretState.INVALID
    assert found["backdoor"].evidence[0].excerpt == "backdoor:…:…"


def test_evidence_is_masked() -> None:
    found = only(accounts(shadow=f"root:{UNLISTED}:15502:0:99999:7:::\n"))
    assert found.evidence[0].excerpt == "root:$1$…:15502:0:99999:7:::"
    assert found.evidence[0].line == 1


def test_a_password_made_of_the_name_is_found() -> None:
    stored = "$5$rounds=1000$abcdefgh$m3OeZ2DJw/hHqrh9dtx4TJJuos20EXxLjYcmNoZ/BM."
    assert only(accounts(passwd=f"camera:{stored}:0:0::/:/bin/sh\n")).secret == "camera123"
    assert only(accounts(passwd=f"other:{stored}:0:0::/:/bin/sh\n")).state is SecretState.UNKNOWN


def test_the_budget_ends_the_trying_and_the_same_hash_is_tried_once() -> None:
    trial = Trial(budget=400_000)  # rounds: enough for two of md5crypt
    hashes = [f"$1$salt{number}$" + "x" * 22 for number in (1, 1, 2, 3)]
    states = [trial.judge("u", stored).state for stored in hashes]
    assert states == [SecretState.UNKNOWN, SecretState.UNKNOWN, SecretState.UNKNOWN, SecretState.UNTRIED]


def test_too_many_accounts_are_a_problem() -> None:
    lines = "".join(f"u{number}:*:{number}:0::/:/bin/sh\n" for number in range(MAX_ACCOUNTS + 1))
    surveyed = survey_files(CATALOGER, {"/etc/passwd": lines})
    assert len(surveyed.inventory.credentials) == MAX_ACCOUNTS
    assert "no more were read" in surveyed.problems[0].what


def test_a_file_too_large_to_keep_is_a_problem_and_not_nothing() -> None:
    surveyed = survey_files(CATALOGER, {"/etc/passwd": ROOT + "#" * 300_000})
    assert surveyed.inventory.credentials == ()
    assert "more than is read" in surveyed.problems[0].what


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_breaks_it_or_shows_a_secret(name: str, stored: str) -> None:
    surveyed = survey_files(CATALOGER, {"/etc/passwd": f"{name}:s3cret{stored}:0:0::/:/bin/sh\n{ROOT}"})
    assert surveyed.problems == ()
    for account in surveyed.inventory.credentials:
        assert all("s3cret" not in place.excerpt for place in account.evidence)
