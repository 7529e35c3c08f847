"""Yocto: manifests, and the archive of SPDX 2.2 documents."""

import io
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
import zstandard

from roadworthy.codecs.sbom import _archive
from roadworthy.codecs.sbom.reading import read_bill
from roadworthy.model.errors import InputError

Documents = dict[str, dict[str, Any]]
Pack = Callable[..., bytes]


def test_the_archive_joins_image_package_and_recipe(documents: dict[str, bytes]) -> None:
    (claim,) = read_bill("x", documents["camera.spdx.tar.zst"]).claims
    assert (claim.name, claim.version, claim.source) == ("busybox", "1.36.1", "busybox")
    assert claim.place == ("busybox.spdx.json", "SPDXRef-Package-busybox")
    assert claim.cpes == ("cpe:2.3:a:busybox:busybox:1.36.1:*:*:*:*:*:*:*",)
    assert [each.path for each in claim.files] == ["/bin/busybox"]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("zstd", [True, False])
def test_archives_of_any_kind_and_long_names(loose: Documents, pack: Pack, form: int, zstd: bool) -> None:  # noqa: FBT001 -- the case
    long = "d" * 90 + "/" + "n" * 60 + ".spdx.json"
    loose[long] = loose.pop("busybox.spdx.json")
    index = [*loose.pop("index.json")["documents"], {"filename": long, "documentNamespace": "urn:busybox"}]
    loose["index.json"] = {"documents": index}
    (claim,) = read_bill("x", pack(loose, form=form, zstd=zstd)).claims
    assert claim.place[0] == long


@pytest.mark.parametrize(
    ("missing", "what"),
    [
        ("image.spdx.json", "no document in it describes an image"),
        ("busybox.spdx.json", "the document of 'SPDXRef-Package-busybox' is missing"),
        ("index.json", "is missing"),
    ],
)
def test_what_is_missing_is_told(loose: Documents, pack: Pack, missing: str, what: str) -> None:
    del loose[missing]
    with pytest.raises(InputError, match=what):
        read_bill("x.tar.zst", pack(loose))


def test_without_the_recipe_the_package_stands_alone(loose: Documents, pack: Pack) -> None:
    del loose["recipe-busybox.spdx.json"]
    (claim,) = read_bill("x.tar.zst", pack(loose)).claims
    assert (claim.name, claim.source, claim.cpes) == ("busybox", "", ())


def test_a_mistake_in_a_document_names_it(loose: Documents, pack: Pack) -> None:
    loose["busybox.spdx.json"]["packages"] = 7
    with pytest.raises(InputError, match=r"x\.tar: busybox\.spdx\.json\.packages: this has to be a list"):
        read_bill("x.tar", pack(loose, zstd=False))


@pytest.mark.parametrize(
    ("limit", "what"),
    [("MAX_MEMBER", "too large"), ("MAX_KEPT", "too large"), ("MAX_UNPACKED", "unpacks to")],
)
def test_archives_are_bounded(
    loose: Documents, pack: Pack, monkeypatch: pytest.MonkeyPatch, limit: str, what: str
) -> None:
    data = pack(loose)
    monkeypatch.setattr(_archive, limit, 600)
    with pytest.raises(InputError, match=what):
        read_bill("x", data)


def test_a_bomb_is_not_kept() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("zeros.json")
        member.size = _archive.MAX_MEMBER + 1
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    with pytest.raises(InputError, match="too large"):
        read_bill("x", zstandard.ZstdCompressor().compress(stream.getvalue()))


def test_a_manifest_has_a_claim_a_line(documents: dict[str, bytes]) -> None:
    claims = read_bill("x", documents["camera.manifest"]).claims
    assert [(each.name, each.version, each.line) for each in claims] == [
        ("base-files", "3.0.14", 1),
        ("busybox", "1.36.1", 2),
        ("libz1", "1.3", 3),
    ]


def test_the_manifest_of_openwrt_is_alike() -> None:
    (claim,) = read_bill("x.manifest", b"busybox - 1.36.1-r1\n").claims
    assert (claim.name, claim.version) == ("busybox", "1.36.1-r1")


def test_a_licence_manifest_names_recipes(documents: dict[str, bytes]) -> None:
    claims = read_bill("x", documents["license.manifest"]).claims
    assert [(each.name, each.version, each.source, each.line) for each in claims] == [
        ("busybox", "1.36.1", "busybox", 1),
        ("libz1", "1.3", "zlib", 6),
    ]
