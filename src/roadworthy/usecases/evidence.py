"""Evidence: list, show, sign and verify envelopes, whoever made them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from roadworthy.codecs import schema as schemas
from roadworthy.codecs import signing
from roadworthy.codecs.envelope import decode
from roadworthy.codecs.plain import MAX_BYTES
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Basis

SHORTEST: Final = 4
SCHEME: Final = "sha256:"
GIVE_DIGEST: Final = (
    "Give a digest as `roadworthy evidence list` shows it, or enough of its beginning to be clear."
)


class Filed(Protocol):
    """What the store's index says about one envelope."""

    @property
    def digest(self) -> str:
        """Its name in the store, ``sha256:<hex>``."""
        ...

    @property
    def subject(self) -> str:
        """Id of its subject."""
        ...

    @property
    def tool(self) -> str:
        """What made it."""
        ...

    @property
    def as_of(self) -> datetime:
        """The moment for which it speaks."""
        ...

    @property
    def basis(self) -> Basis:
        """How it is known."""
        ...

    @property
    def body_type(self) -> str:
        """Form of its body."""
        ...


class EvidenceStore(Protocol):
    """Where envelopes are kept, by digest."""

    def put(self, envelope: Envelope) -> str:
        """File an envelope, once; signatures that are new are added. Returns its digest."""
        ...

    def get(self, digest: str) -> Envelope:
        """The envelope with a digest. Raises `InputError` where there is none."""
        ...

    def list(self, *, digest: str = "", subject: str = "") -> Sequence[Filed]:
        """What is filed, newest first; only with a digest that starts so, about the subject so named."""
        ...


class Keys(Protocol):
    """Where keys are kept."""

    def make(self, name: str) -> tuple[str, str]:
        """Make a pair; gives the paths, private first. Raises `PolicyError` before overwriting."""
        ...

    def read_private(self, path: str) -> Ed25519PrivateKey:
        """The private key in a file. Raises `InputError` where there is none."""
        ...

    def read_public(self, path: str) -> Ed25519PublicKey:
        """The public key in a file. Raises `InputError` where there is none."""
        ...


class ReadFile(Protocol):
    """Reads what the user names."""

    def __call__(self, path: str, *, limit: int) -> bytes:
        """The bytes of a file. Raises `InputError` where they cannot be had, or are more than `limit`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """What to list.

    Args:
        subject: Only evidence about the subject with this id or alias; all if empty.
    """

    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOptions:
    """What to show.

    Args:
        digest: Digest of the envelope, or its beginning, with or without ``sha256:``.
    """

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOptions:
    """What to sign.

    Args:
        file: The envelope.
        key: File of the private key.
    """

    file: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """What to verify.

    Args:
        file: The envelope.
        keys: Files of the public keys that are trusted.
    """

    file: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeKeyOptions:
    """Which key to make.

    Args:
        name: Path of the private key; the public one has ``.pub`` added.
    """

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """An envelope whose signatures hold.

    Args:
        envelope: The envelope.
        keyids: The trusted keys that signed it.
    """

    envelope: Envelope
    keyids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """A new key pair.

    Args:
        keyid: Its name in signatures.
        private: Where the private key is.
        public: Where the public key is: to be given to those who verify.
    """

    keyid: str
    private: str
    public: str


def list_evidence(options: ListOptions, *, store: EvidenceStore) -> tuple[Filed, ...]:
    """What is filed, newest first."""
    return tuple(store.list(subject=options.subject))


def show(options: ShowOptions, *, store: EvidenceStore) -> Envelope:
    """One envelope, by its digest or enough of it.

    Raises:
        InputError: No envelope, or more than one, has a digest that begins so.
        VerificationError: What is stored is not what was filed.
    """
    beginning = options.digest.removeprefix(SCHEME)
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST},64}}", beginning):
        what = f"{options.digest!a} is not the beginning of a digest: at least {SHORTEST} hex digits"
        raise InputError(what, hint=GIVE_DIGEST)
    found = store.list(digest=SCHEME + beginning)
    if len(found) != 1:
        what = (
            f"{len(found)} digests begin with {beginning}" if found else f"no digest begins with {beginning}"
        )
        raise InputError(what, hint=GIVE_DIGEST)
    return store.get(found[0].digest)


def sign_file(options: SignOptions, *, read: ReadFile, keys: Keys) -> Envelope:
    """The envelope in a file with one more signature. The file itself stays as it is.

    Raises:
        InputError: The file is no JSON, or one of the files cannot be read.
        VerificationError: The file is no envelope. Names the JSON path.
    """
    envelope = _envelope(options.file, read)
    return signing.sign(envelope, keys.read_private(options.key))


def verify_file(options: VerifyOptions, *, read: ReadFile, keys: Keys) -> Verified:
    """Check the envelope in a file, and the signatures that trusted keys made on it.

    Raises:
        InputError: The file is no JSON, or one of the files cannot be read.
        VerificationError: The file is no envelope, no trusted key signed it, or what stands there in such a
            key's name does not hold.
    """
    trusted = [keys.read_public(path) for path in options.keys]
    envelope = _envelope(options.file, read)
    return Verified(envelope=envelope, keyids=signing.verify(envelope, trusted))


def make_key(options: MakeKeyOptions, *, keys: Keys) -> KeyPair:
    """A new key pair to sign with.

    Raises:
        PolicyError: It would overwrite a file.
    """
    private, public = keys.make(options.name)
    name = signing.keyid(keys.read_public(public))
    return KeyPair(keyid=name, private=private, public=public)


def schema(bodies: Mapping[str, type]) -> Mapping[str, object]:
    """The JSON schema of an envelope, with the bodies of the wings that are installed, by body type."""
    return schemas.schema(bodies)


def _envelope(path: str, read: ReadFile) -> Envelope:
    return decode(read(path, limit=MAX_BYTES))
