from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from roadworthy.adapters.keys import make, read_private, read_public
from roadworthy.model.errors import InputError, PolicyError

PEM, PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


def test_a_pair_fits_and_only_the_owner_can_read_the_private_key(tmp_path: Path) -> None:
    private, public = make(str(tmp_path / "lab"))
    assert (private, public) == (str(tmp_path / "lab"), str(tmp_path / "lab.pub"))
    signature = read_private(private).sign(b"text")
    read_public(public).verify(signature, b"text")
    assert Path(private).stat().st_mode & 0o777 == 0o600
    assert Path(public).read_bytes().startswith(b"-----BEGIN PUBLIC KEY-----\n")


@pytest.mark.parametrize("name", ["lab", "lab.pub"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("precious")
    with pytest.raises(PolicyError, match=f"{name} is there already"):
        make(str(tmp_path / "lab"))
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "precious"


def test_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "lab").symlink_to("elsewhere")
    with pytest.raises(PolicyError):
        make(str(tmp_path / "lab"))
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written: No such file or directory"):
        make(str(tmp_path / "missing" / "lab"))


def test_the_wrong_half_is_told(tmp_path: Path) -> None:
    private, public = make(str(tmp_path / "lab"))
    with pytest.raises(InputError, match="holds a public key"):
        read_private(public)
    with pytest.raises(InputError, match="holds a private key") as caught:
        read_public(private)
    assert ".pub" in caught.value.hint


def test_other_kinds_of_key_are_told(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "key"
    path.write_bytes(key.private_bytes(PEM, PKCS8, serialization.NoEncryption()))
    with pytest.raises(InputError, match="another kind than Ed25519"):
        read_private(str(path))
    path.write_bytes(key.public_key().public_bytes(PEM, SPKI))
    with pytest.raises(InputError, match="another kind than Ed25519"):
        read_public(str(path))


def test_a_passphrase_is_told(tmp_path: Path) -> None:
    secret = serialization.BestAvailableEncryption(b"secret")
    (tmp_path / "key").write_bytes(Ed25519PrivateKey.generate().private_bytes(PEM, PKCS8, secret))
    with pytest.raises(InputError, match="has a passphrase"):
        read_private(str(tmp_path / "key"))


@pytest.mark.parametrize(
    "content", [b"", b"text", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_what_is_no_key_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(InputError, match="holds no key"):
        read_private(str(tmp_path / "key"))
    (tmp_path / "key").write_bytes(content.replace(b"PRIVATE", b"PUBLIC"))
    with pytest.raises(InputError, match="holds no key"):
        read_public(str(tmp_path / "key"))


def test_a_missing_or_endless_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_private(str(tmp_path / "missing"))
    with pytest.raises(InputError, match="has more than"):
        read_public("/dev/zero")
