import hashlib
import json
import os
import re
import struct
import subprocess
import tomllib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from passlib.hash import md5_crypt

from roadworthy.model.property_table import parse_properties

REPOSITORY = Path(__file__).resolve().parent.parent.parent
RECIPE = REPOSITORY / "examples/camera"
CACHE = Path(os.environ.get("ROADWORTHY_CACHE") or REPOSITORY / ".dev/camera-cache")
FAULTS: list[dict[str, Any]] = tomllib.loads((RECIPE / "faults.toml").read_text())["faults"]
RELEASES = ("1.0", "1.1")
BLOCK = 0x10000


def tool(name: str, *arguments: str) -> bytes:
    """Run one of the Debian tools that the build keeps in its cache; it need not be on the machine."""
    program = next(CACHE.glob(f"tools/*/usr/*bin/{name}"))
    folder = program.parents[2]
    libraries = {str(path.parent) for path in folder.glob("**/*.so*")}
    env = {**os.environ, "LC_ALL": "C", "TZ": "UTC", "LD_LIBRARY_PATH": os.pathsep.join(sorted(libraries))}
    command = [str(program), *arguments]
    return subprocess.run(command, env=env, capture_output=True, check=True).stdout  # noqa: S603 -- our own cache


@dataclass(frozen=True)
class Image:
    path: Path
    manifest: dict[str, Any]

    @property
    def data(self) -> bytes:
        return self.path.read_bytes()

    def region(self, name: str) -> tuple[int, int]:
        row = next(row for row in self.manifest["layout"] if row["name"] == name)
        return row["offset"], row["size"]

    def listing(self) -> dict[str, tuple[str, str]]:
        """Path in the root file system → mode and numeric owner, as unsquashfs shows them."""
        text = tool("unsquashfs", "-o", str(self.region("rootfs")[0]), "-lln", str(self.path)).decode()
        rows = re.findall(r"^(\S{10}) (\d+/\d+) .*? squashfs-root(\S*)", text, re.MULTILINE)
        return {path or "/": (mode, owner) for mode, owner, path in rows}

    def read(self, path: str) -> bytes:
        return tool(
            "unsquashfs", "-o", str(self.region("rootfs")[0]), "-cat", str(self.path), path.lstrip("/")
        )

    def version(self, package: str) -> str:
        versions = (
            str(row["version"]) for row in self.manifest["rootfs"]["packages"] if row["name"] == package
        )
        return next(versions)


@pytest.fixture(scope="module")
def images(camera: Path) -> dict[str, Image]:
    manifests = {name: json.loads((camera / f"camera-{name}.json").read_text()) for name in RELEASES}
    return {name: Image(camera / f"camera-{name}.bin", manifests[name]) for name in RELEASES}


@pytest.mark.parametrize("release", RELEASES)
def test_manifest_tells_the_image(images: dict[str, Image], release: str) -> None:
    image = images[release]
    data = image.data
    assert image.manifest["sha256"] == hashlib.sha256(data).hexdigest()
    assert image.manifest["size"] == len(data)
    assert all(row["offset"] % BLOCK == 0 for row in image.manifest["layout"])
    end, size = image.region("trailer")
    assert end + size == len(data)
    assert data[end : end + 8] == b"EXCAMFW1"
    *offsets, check_sum = struct.unpack_from("<III", data, end + 32)
    assert offsets == [image.region("rootfs")[0], image.region("data")[0]]
    assert check_sum == zlib.crc32(data[:end])


@pytest.mark.parametrize("release", RELEASES)
def test_uimage_check_sums_are_right(images: dict[str, Image], release: str) -> None:
    data = images[release].data
    magic, header_sum, _, size, _, _, data_sum = struct.unpack_from(">7I", data)
    assert magic == 0x27051956
    assert header_sum == zlib.crc32(data[:4] + bytes(4) + data[8:64])
    assert data_sum == zlib.crc32(data[64 : 64 + size])
    assert data[32:64].rstrip(b"\0").decode() == images[release].manifest["boot"]
    assert images[release].region("kernel") == (0, 64 + size)


@pytest.mark.parametrize("release", RELEASES)
def test_root_file_system_is_a_camera(images: dict[str, Image], release: str) -> None:
    files = images[release].listing()
    assert files["/"] == ("drwxr-xr-x", "0/0")
    assert files["/bin/busybox"] == ("-rwsr-xr-x", "0/0")
    assert files["/etc/shadow"] == ("-rw-------", "0/0")
    assert files["/dev/console"] == ("crw-------", "0/0")
    assert files["/tmp"] == ("drwxrwxrwt", "0/0")  # noqa: S108 -- in the image
    assert files["/linuxrc"][0] == files["/bin/sh"][0] == files["/sbin/init"][0] == "lrwxrwxrwx"
    assert {owner for _, owner in files.values()} == {"0/0"}
    for program in ("dropbear", "lighttpd", "camera-update"):
        assert files[f"/usr/sbin/{program}"][0] == "-rwxr-xr-x"
    assert images[release].read("/bin/busybox").startswith(b"\x7fELF")
    assert images[release].read("/etc/camera/version").decode().strip() == release


@pytest.mark.parametrize("release", RELEASES)
def test_data_partition_is_readable(images: dict[str, Image], release: str, tmp_path: Path) -> None:
    offset, size = images[release].region("data")
    partition = tmp_path / "data.jffs2"
    partition.write_bytes(images[release].data[offset : offset + size])
    said = tool("jffs2dump", "-c", str(partition)).decode()
    assert re.findall(r"name (\S+)$", said, re.MULTILINE) == ["network.conf", "settings.conf"]
    size = (RECIPE / "data" / release / "settings.conf").stat().st_size
    assert f"isize {size:8}" in said
    assert "rong" not in said  # how it reports a check sum that does not fit


def contains(pattern: str, image: Image, path: str) -> bool:
    return (
        path in image.listing() and re.search(pattern, image.read(path).decode(errors="replace")) is not None
    )


def is_older(package: str, one: Image, other: Image) -> bool:
    command = ["dpkg", "--compare-versions", one.version(package), "lt", other.version(package)]
    if one.manifest["rootfs"]["suite"] == other.manifest["rootfs"]["suite"]:
        pytest.skip(f"NO OLDER {package}: the mirror has no older suite than the machine's own")
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 -- versions from our own manifest


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["id"] for fault in FAULTS])
def test_fault_is_in_the_first_release_and_mended_in_the_second(
    images: dict[str, Image], fault: dict[str, Any]
) -> None:
    old, new = images["1.0"], images["1.1"]
    match fault["shown_by"]:
        case {"contains": pattern}:
            shown = [(contains(pattern, old, path), contains(pattern, new, path)) for path in fault["where"]]
        case {"lacks": pattern}:
            shown = [
                (not contains(pattern, old, path), not contains(pattern, new, path))
                for path in fault["where"]
            ]
        case {"older": package}:
            shown = [(is_older(package, old, new), is_older(package, new, old))]
        case "present":
            shown = [(path in old.listing(), path in new.listing()) for path in fault["where"]]
        case "absent":
            shown = [(path not in old.listing(), path not in new.listing()) for path in fault["where"]]
        case other:
            pytest.fail(f"faults.toml: nothing shows {fault['id']}: {other}")
    assert shown == [(True, False)] * len(shown)


def test_faults_name_properties_that_exist() -> None:
    tables = (REPOSITORY / "src/roadworthy/model/properties").glob("*.toml")
    known = {one.id for table in tables for one in parse_properties(table.stem, table.read_text())}
    assert {fault["property"] for fault in FAULTS} - {""} <= known


def test_readme_lists_every_fault() -> None:
    text = (RECIPE / "README.md").read_text()
    assert [fault["id"] for fault in FAULTS if f"| `{fault['id']}` |" not in text] == []


def test_root_password_is_the_public_one(images: dict[str, Image]) -> None:
    fields = images["1.0"].read("/etc/shadow").decode().splitlines()[0].split(":")
    assert md5_crypt.verify("xc3511", fields[1])
    assert all(line.split(":")[1] == "*" for line in images["1.1"].read("/etc/shadow").decode().splitlines())


def test_key_belongs_to_the_expired_certificate(images: dict[str, Image]) -> None:
    pem = images["1.0"].read("/etc/ssl/server.pem")
    certificate = x509.load_pem_x509_certificate(pem)
    assert certificate.not_valid_after_utc.year == 2025
    assert b"BEGIN EC PRIVATE KEY" in pem
    authority = x509.load_pem_x509_certificate(images["1.1"].read("/etc/camera/update-ca.pem"))
    assert authority.not_valid_after_utc.year == 2040


def test_second_release_is_signed(images: dict[str, Image], camera: Path) -> None:
    key = load_pem_public_key(images["1.1"].read("/etc/camera/update.pub"))
    assert isinstance(key, Ed25519PublicKey)
    key.verify((camera / "camera-1.1.bin.sig").read_bytes(), images["1.1"].data)


def test_same_bytes_in_another_folder_without_network(
    camera: Path, build_camera: Callable[..., None], tmp_path: Path
) -> None:
    nowhere = "http://127.0.0.1:9"
    output = tmp_path / "again"
    before = os.umask(0o077)
    try:
        build_camera(
            output, TZ="Pacific/Kiritimati", http_proxy=nowhere, https_proxy=nowhere, SOURCE_DATE_EPOCH="1"
        )
    finally:
        os.umask(before)
    names = sorted(path.name for path in camera.iterdir())
    assert sorted(path.name for path in output.iterdir()) == names
    assert [name for name in names if (output / name).read_bytes() != (camera / name).read_bytes()] == []
