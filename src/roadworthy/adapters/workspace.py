"""The workspace: where evidence is kept, by digest. SQLite by default, through SQLAlchemy Core.

Nothing but `_open` and `_create` knows that it is SQLite. What is handed out was checked against its digest,
so a file that was tampered with or damaged is noticed, and never believed.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from roadworthy.adapters.workspace_folder import VARIABLE
from roadworthy.codecs.canonical import digest as digest_of
from roadworthy.codecs.envelope import decode, encode
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError, RoadworthyError, SourceError, VerificationError
from roadworthy.model.outcome import Basis

VERSION: Final = 1
FILE: Final = "workspace.sqlite"
PATIENCE = 30  # seconds that one writer waits for another
OTHER_FOLDER = (
    f"Give another folder with --workspace or {VARIABLE}, or inspect with --no-keep. "
    "Nothing in this one was changed."
)
DAMAGED = (
    "Restore it from a backup, or move it away and inspect again; or give another folder with --workspace, "
    "or inspect with --no-keep. Nothing in it was changed."
)
NEWER = (
    "Use the newer Roadworthy, or another folder with --workspace, or inspect with --no-keep. "
    "Nothing in this one was changed."
)
LIST_IT = "`roadworthy evidence list` shows what is there."
TAMPERED = "Do not use it: something other than Roadworthy changed it. Inspect again, or ask its maker."

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_METADATA = sa.MetaData()
_STORE = sa.Table("store", _METADATA, sa.Column("version", sa.Integer, nullable=False))
_ENVELOPES = sa.Table(
    "envelopes",
    _METADATA,
    sa.Column("digest", sa.String(71), primary_key=True),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("tool", sa.Text, nullable=False),
    sa.Column("as_of", sa.BigInteger, nullable=False, index=True),  # microseconds since 1970, UTC
    sa.Column("basis", sa.String(16), nullable=False),
    sa.Column("body_type", sa.Text, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
_ALIASES = sa.Table(
    "aliases",
    _METADATA,
    sa.Column("digest", sa.ForeignKey(_ENVELOPES.c.digest), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("value", sa.Text, primary_key=True, index=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the index says about one envelope. Meets `usecases.evidence.Filed`."""

    digest: str
    subject: str
    tool: str
    as_of: datetime
    basis: Basis
    body_type: str


class Workspace:
    """Evidence in a folder. Several processes may use it at once.

    Args:
        folder: The folder. It is made, for its owner only, when something is first put into it.
    """

    def __init__(self, folder: str | Path) -> None:
        self._path = Path(folder) / FILE

    def put(self, envelope: Envelope) -> str:
        """File an envelope. Doing it twice changes nothing; signatures that are new are added.

        Returns:
            Its digest.

        Raises:
            SourceError: The workspace cannot be used.
        """
        name = digest_of(envelope)
        with self._told():
            _create(self._path)
            engine = self._engine()
            try:
                with engine.execution_options(writes=True).begin() as connection:
                    _insert(connection, name, envelope)
            except sa.exc.IntegrityError:
                with engine.execution_options(writes=True).begin() as connection:
                    self._add_signatures(connection, name, envelope)
        return name

    def get(self, digest: str) -> Envelope:
        """The envelope with a digest.

        Raises:
            InputError: It is not there.
            SourceError: The workspace cannot be used.
            VerificationError: What is stored there is not what was filed.
        """
        with self._told():
            if self._path.exists():
                with self._engine().connect() as connection:
                    return self._read(connection, digest)
        raise self._missing(digest)

    def list(self, *, digest: str = "", subject: str = "") -> tuple[Entry, ...]:
        """What is filed, newest first.

        Args:
            digest: Only what has a digest that starts so.
            subject: Only what is about the subject with this id or alias.

        Raises:
            SourceError: The workspace cannot be used.
        """
        with self._told():
            if not self._path.exists():
                return ()
            with self._engine().connect() as connection:
                return tuple(_entry(row) for row in connection.execute(_query(digest, subject)))

    def _engine(self) -> sa.Engine:
        engine = _open(self._path)
        with engine.connect() as connection:
            version = connection.execute(sa.select(_STORE.c.version)).scalar_one()
        if version != VERSION:
            what = f"{self._path} has form {version}; this Roadworthy knows form {VERSION}"
            raise SourceError(what, hint=NEWER)
        return engine

    def _read(self, connection: sa.Connection, digest: str) -> Envelope:
        query = sa.select(_ENVELOPES.c.data).where(_ENVELOPES.c.digest == digest)
        data = connection.execute(query).scalar_one_or_none()
        if data is None:
            raise self._missing(digest)
        try:
            envelope = decode(data)
        except RoadworthyError as error:
            what = f"{digest} in {self._path} is no envelope any more: {error}"
            raise VerificationError(what, hint=TAMPERED) from error
        if digest_of(envelope) != digest:
            raise VerificationError(f"{digest} in {self._path} has another content", hint=TAMPERED)
        return envelope

    def _add_signatures(self, connection: sa.Connection, name: str, envelope: Envelope) -> None:
        stored = self._read(connection, name)
        signatures = {each.keyid: each for each in (*stored.signatures, *envelope.signatures)}
        signed = replace(stored, signatures=tuple(signatures.values()))
        if signed != stored:
            change = sa.update(_ENVELOPES).where(_ENVELOPES.c.digest == name).values(data=encode(signed))
            connection.execute(change)

    def _missing(self, digest: str) -> InputError:
        return InputError(f"no evidence with the digest {digest} in {self._path.parent}", hint=LIST_IT)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say what the database, or the file system, says in our words."""
        try:
            yield
        except sa.exc.OperationalError as error:
            raise SourceError(f"{self._path} cannot be used: {error.orig}", hint=OTHER_FOLDER) from error
        except sa.exc.SQLAlchemyError as error:
            reason = error.orig if isinstance(error, sa.exc.DBAPIError) else error  # the bare words, no SQL
            raise SourceError(f"{self._path} is no workspace, or damaged: {reason}", hint=DAMAGED) from error
        except OSError as error:
            what = f"{self._path.parent} cannot be used: {error.strerror}"
            raise SourceError(what, hint=OTHER_FOLDER) from error


def _insert(connection: sa.Connection, name: str, envelope: Envelope) -> None:
    row = {
        "digest": name,
        "subject": envelope.subject.id,
        "tool": envelope.producer.tool,
        "as_of": (envelope.as_of - _EPOCH) // _MICROSECOND,
        "basis": str(envelope.basis),
        "body_type": envelope.body_type,
        "data": encode(envelope),
    }
    connection.execute(sa.insert(_ENVELOPES).values(row))
    aliases = [
        {"digest": name, "kind": str(each.kind), "value": each.value}
        for each in set(envelope.subject.aliases)
    ]
    if aliases:
        connection.execute(sa.insert(_ALIASES), aliases)


def _query(digest: str, subject: str) -> sa.Select[str, str, str, int, str, str]:
    table = _ENVELOPES.c
    query = sa.select(table.digest, table.subject, table.tool, table.as_of, table.basis, table.body_type)
    if digest:
        query = query.where(table.digest.startswith(digest, autoescape=True))
    if subject:
        named = sa.select(_ALIASES.c.digest).where(_ALIASES.c.value == subject)
        query = query.where(sa.or_(table.subject == subject, table.digest.in_(named)))
    return query.order_by(table.as_of.desc(), table.digest)


def _entry(row: sa.Row[str, str, str, int, str, str]) -> Entry:
    digest, subject, tool, as_of, basis, body_type = row
    try:
        moment, kind = _EPOCH + as_of * _MICROSECOND, Basis(basis)
    except (ValueError, OverflowError) as error:
        raise VerificationError(f"{digest}: the index does not fit: {error}", hint=TAMPERED) from error
    return Entry(digest=digest, subject=subject, tool=tool, as_of=moment, basis=kind, body_type=body_type)


def _create(path: Path) -> None:
    """Make the database if it is not there: whole, under another name, then in its place in one step."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # two first writers at once
        if path.exists():
            return
        beside = path.with_suffix(".new")
        beside.unlink(missing_ok=True)  # whoever began it did not live to finish
        engine = _open(beside)
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA journal_mode=WAL")  # kept in the file: readers never wait
        with engine.execution_options(writes=True).begin() as transaction:
            _METADATA.create_all(transaction)
            transaction.execute(sa.insert(_STORE).values(version=VERSION))
        beside.replace(path)
    finally:
        os.close(folder)


def _open(path: Path) -> sa.Engine:
    url = sa.URL.create("sqlite+pysqlite", database=str(path))
    engine = sa.create_engine(url, poolclass=NullPool, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def connected(connection: object, _: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # we say BEGIN ourselves, below

    @event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        # A writer takes its turn at the start: later, SQLite would refuse it instead of letting it wait.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
