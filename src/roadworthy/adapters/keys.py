"""Signing keys as files: Ed25519 in PEM (RFC 8410), as OpenSSL writes and reads them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from roadworthy.adapters.documents import read
from roadworthy.model.errors import InputError, PolicyError

PUBLIC_SUFFIX = ".pub"
MAX_BYTES = 64 * 1024
MAKE_ONE = "Make a pair with `roadworthy evidence keygen NAME`."
GIVE_PRIVATE = f"Sign with the private key: the file without {PUBLIC_SUFFIX}. {MAKE_ONE}"
GIVE_PUBLIC = f"Verify with the signer's public key: the file that ends in {PUBLIC_SUFFIX}."
OTHER_NAME = "Choose another name, or move the old key away. A lost key cannot be made again."


def make(name: str) -> tuple[str, str]:
    """Make a key pair: the private key in a file that only its owner can read, the public one beside it.

    Args:
        name: Path of the private key; the public key's has ``.pub`` added.

    Returns:
        The two paths, the private key's first.

    Raises:
        PolicyError: One of the files is there already; nothing is overwritten.
        InputError: The folder cannot be written to.
    """
    private, public = Path(name), Path(name + PUBLIC_SUFFIX)
    for path in (private, public):
        if os.path.lexists(path):
            raise PolicyError(f"{path} is there already", hint=OTHER_NAME)
    key = Ed25519PrivateKey.generate()
    _create(private, _private_pem(key), 0o600)
    try:
        _create(public, _public_pem(key.public_key()), 0o644)
    except BaseException:
        private.unlink()
        raise
    return str(private), str(public)


def read_private(path: str) -> Ed25519PrivateKey:
    """The private key in a file.

    Raises:
        InputError: There is none, it has a passphrase, or it is no Ed25519 key.
    """
    data = read(path, limit=MAX_BYTES)
    if b"PUBLIC KEY-----" in data:
        raise InputError(f"{path} holds a public key", hint=GIVE_PRIVATE)
    with _told(path, GIVE_PRIVATE):
        key = serialization.load_pem_private_key(data, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(f"{path} holds a key of another kind than Ed25519", hint=GIVE_PRIVATE)
    return key


def read_public(path: str) -> Ed25519PublicKey:
    """The public key in a file.

    Raises:
        InputError: There is none, or it is no Ed25519 key.
    """
    data = read(path, limit=MAX_BYTES)
    if b"PRIVATE KEY-----" in data:
        raise InputError(f"{path} holds a private key", hint=GIVE_PUBLIC)
    with _told(path, GIVE_PUBLIC):
        key = serialization.load_pem_public_key(data)
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(f"{path} holds a key of another kind than Ed25519", hint=GIVE_PUBLIC)
    return key


@contextmanager
def _told(path: str, hint: str) -> Iterator[None]:
    try:
        yield
    except TypeError as error:  # how `cryptography` says that a passphrase is asked for
        raise InputError(f"the key in {path} has a passphrase, which is not supported", hint=hint) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(f"{path} holds no key that can be read", hint=hint) from error


def _create(path: Path, data: bytes, mode: int) -> None:
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise PolicyError(f"{path} is there already", hint=OTHER_NAME) from error
    except OSError as error:
        hint = "Choose a folder that you may write to."
        raise InputError(f"{path} cannot be written: {error.strerror}", hint=hint) from error
    with os.fdopen(opened, "wb") as file:
        file.write(data)


def _private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
