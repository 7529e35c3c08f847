import importlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadworthy.adapters import landlock
from roadworthy.adapters.sandbox import Limits
from roadworthy.adapters.worker import Wire, run
from roadworthy.adapters.workspace import FILE, Workspace
from roadworthy.adapters.workspace_folder import default_folder
from roadworthy.codecs.canonical import digest
from roadworthy.codecs.envelope import encode
from roadworthy.codecs.signing import sign, verify
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.errors import InputError, SourceError, VerificationError
from roadworthy.model.outcome import Basis
from roadworthy.model.subject import Alias, AliasKind, Subject, SubjectKind
from roadworthy.testing.strategies import envelopes

ENVELOPE = Envelope(
    subject=Subject(
        kind=SubjectKind.PRODUCT,
        maker="a",
        model="b",
        aliases=(Alias(kind=AliasKind.MAC, value="00:11"), Alias(kind=AliasKind.MAC, value="00:11")),
    ),
    producer=Producer(tool="t", version="1", digests={}),
    as_of=datetime(2026, 1, 1, tzinfo=UTC),
    basis=Basis.DECLARED,
    findings=(),
    problems=(),
    body_type="x/v1",
    body={"a": "b"},
)
USES: tuple[Callable[[Workspace], object], ...] = (
    lambda workspace: workspace.list(),
    lambda workspace: workspace.put(ENVELOPE),
    lambda workspace: workspace.get("sha256:00"),
)
ALICE = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
BOB = Ed25519PrivateKey.from_private_bytes(b"b" * 32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "new" / "workspace"


def sql(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / FILE)
    with connection:
        connection.execute(statement)
    connection.close()


def test_what_was_put_can_be_got(folder: Path) -> None:
    name = Workspace(folder).put(ENVELOPE)
    assert name == digest(ENVELOPE)
    assert Workspace(folder).get(name) == ENVELOPE
    (entry,) = Workspace(folder).list()
    assert (entry.digest, entry.subject, entry.tool) == (name, "product:a/b", "t")
    assert (entry.as_of, entry.basis, entry.body_type) == (ENVELOPE.as_of, Basis.DECLARED, "x/v1")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(envelopes, max_size=3))
def test_any_envelopes_can_be_kept(tmp_path_factory: pytest.TempPathFactory, many: list[Envelope]) -> None:
    workspace = Workspace(tmp_path_factory.mktemp("w"))
    names = {workspace.put(each) for each in many}
    assert {entry.digest for entry in workspace.list()} == names
    assert all(workspace.get(digest(each)) == each for each in many)


def test_putting_twice_changes_nothing(folder: Path) -> None:
    workspace = Workspace(folder)
    assert workspace.put(ENVELOPE) == workspace.put(ENVELOPE)
    assert len(workspace.list()) == 1


def test_signatures_are_gathered(folder: Path) -> None:
    workspace = Workspace(folder)
    name = workspace.put(sign(ENVELOPE, ALICE))
    workspace.put(sign(ENVELOPE, BOB))
    workspace.put(ENVELOPE)
    assert len(verify(workspace.get(name), [ALICE.public_key(), BOB.public_key()])) == 2


def test_a_look_makes_no_workspace(folder: Path) -> None:
    assert Workspace(folder).list() == ()
    with pytest.raises(InputError, match="no evidence with the digest sha256:00"):
        Workspace(folder).get("sha256:00")
    assert not folder.exists()


def test_only_the_owner_can_look_into_the_folder(folder: Path) -> None:
    Workspace(folder).put(ENVELOPE)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {each.name for each in folder.iterdir()} <= {FILE, FILE + "-wal", FILE + "-shm"}


def test_the_list_is_newest_first_and_can_be_narrowed(folder: Path) -> None:
    workspace = Workspace(folder)
    later = replace(ENVELOPE, as_of=ENVELOPE.as_of + timedelta(microseconds=1))
    other = replace(ENVELOPE, subject=Subject(kind=SubjectKind.PRODUCT, maker="a", model="c"))
    names = [workspace.put(each) for each in (ENVELOPE, later, other)]
    assert [entry.digest for entry in workspace.list()] == [names[1], *sorted([names[0], names[2]])]
    assert {entry.digest for entry in workspace.list(subject="product:a/b")} == {names[0], names[1]}
    assert {entry.digest for entry in workspace.list(subject="00:11")} == {names[0], names[1]}
    assert [entry.digest for entry in workspace.list(digest=names[2][:20])] == [names[2]]
    assert workspace.list(digest="%") == ()
    assert workspace.list(subject="' or 1=1 --") == ()


WRITER = """
import sys
sys.path[:0] = {paths!r}
from dataclasses import replace
from roadworthy.adapters.workspace import Workspace
from roadworthy.codecs.envelope import decode
envelope = decode(bytes.fromhex({data!r}))
sys.stdin.read()
for number in range(20):
    Workspace({folder!r}).put(replace(envelope, body={{"n": number, "by": {by!r} if number % 2 else ""}}))
"""


def test_two_processes_write_at_once_from_the_first_moment(folder: Path) -> None:
    data = encode(ENVELOPE).hex()
    writers = [
        subprocess.Popen(  # noqa: S603 -- our own interpreter and text
            [sys.executable, "-c", WRITER.format(paths=sys.path, data=data, folder=str(folder), by=by)],
            stdin=subprocess.PIPE,
        )
        for by in ("one", "two")
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.close()
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(Workspace(folder).list()) == 10 + 20


def test_a_changed_envelope_is_not_handed_out(folder: Path) -> None:
    workspace = Workspace(folder)
    name = workspace.put(ENVELOPE)
    forged = encode(replace(ENVELOPE, body={"a": "c"})).hex()
    sql(folder, f"UPDATE envelopes SET data = x'{forged}'")  # noqa: S608 -- hex digits
    with pytest.raises(VerificationError, match="has another content"):
        workspace.get(name)
    sql(folder, "UPDATE envelopes SET data = x'7b7d'")
    with pytest.raises(VerificationError, match="is no envelope any more"):
        workspace.get(name)
    sql(folder, "UPDATE envelopes SET basis = 'guessed'")
    with pytest.raises(VerificationError, match="the index"):
        workspace.list()


def test_a_newer_workspace_is_left_alone(folder: Path) -> None:
    Workspace(folder).put(ENVELOPE)
    sql(folder, "UPDATE store SET version = 2")
    before = (folder / FILE).read_bytes()
    for use in USES:
        with pytest.raises(SourceError, match="has form 2; this Roadworthy knows form 1") as caught:
            use(Workspace(folder))
        assert "newer" in caught.value.hint
    assert (folder / FILE).read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"this is no database, it is something that somebody needs" * 100])
def test_a_file_that_is_no_workspace_is_left_alone(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(content)
    for use in USES:
        with pytest.raises(SourceError) as caught:
            use(Workspace(folder))
        assert "--no-keep" in caught.value.hint
        assert "--workspace" in caught.value.hint
        assert not any(each in str(caught.value) for each in ("SQL:", "SELECT", "https://"))
    assert (folder / FILE).read_bytes() == content


def test_a_damaged_workspace_is_told_and_left_alone(folder: Path) -> None:
    Workspace(folder).put(ENVELOPE)
    data = bytearray((folder / FILE).read_bytes())
    data[100:] = b"\xff" * (len(data) - 100)
    (folder / FILE).write_bytes(data)
    with pytest.raises(SourceError):
        Workspace(folder).put(replace(ENVELOPE, body={}))
    assert (folder / FILE).read_bytes() == data


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SourceError, match="cannot be used") as caught:
        Workspace(tmp_path / "file").put(ENVELOPE)
    assert "--workspace" in caught.value.hint
    assert "--no-keep" in caught.value.hint
    assert Workspace(tmp_path / "file").list() == ()


@pytest.mark.skipif(not landlock.abi(), reason="THIS KERNEL HAS NO LANDLOCK")
def test_a_workspace_that_cannot_be_written_to_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox makes the file system read-only, for root as well."""
    Workspace(folder).put(ENVELOPE)
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    work = importlib.import_module("hostile_store")
    wire = Wire(encode=work.encode, decode=bytes.decode, died=lambda _, what, hint: f"{what} {hint}")
    answers = list(run(partial(work.use, folder, encode(ENVELOPE)), wire, Limits(), reads=[folder]))
    assert len(answers) == 2
    assert all(each.startswith("SourceError: ") and "--workspace" in each for each in answers)
    assert len(Workspace(folder).list()) == 1


def test_a_creation_that_was_cut_off_does_no_harm(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "workspace.new").write_bytes(b"half")
    Workspace(folder).put(ENVELOPE)
    assert len(Workspace(folder).list()) == 1


def test_where_the_workspace_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_folder({}) == tmp_path / ".local/share/roadworthy"
    assert default_folder({"XDG_DATA_HOME": "/data"}) == Path("/data/roadworthy")
    assert default_folder({"XDG_DATA_HOME": "relative"}) == tmp_path / ".local/share/roadworthy"
    assert default_folder({"XDG_DATA_HOME": "/data", "ROADWORTHY_WORKSPACE": "/mine"}) == Path("/mine")
