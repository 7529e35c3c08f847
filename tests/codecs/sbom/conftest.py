"""Small bills of materials in every form, as the tools that write them lay them out."""

import io
import json
import tarfile
from collections.abc import Callable, Mapping

import pytest
import zstandard

SHA1, SHA256 = "a" * 40, "b" * 64
BUSYBOX_CPE = "cpe:2.3:a:busybox:busybox:1.36.1:*:*:*:*:*:*:*"
Json = dict[str, object]
Pack = Callable[..., bytes]


def cyclonedx() -> Json:
    program = {
        "type": "file",
        "name": "bin/busybox",
        "hashes": [{"alg": "SHA-1", "content": SHA1}, {"alg": "SHA-256", "content": SHA256.upper()}],
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {"component": {"type": "firmware", "name": "camera", "version": "1.0"}},
        "components": [
            {
                "type": "application",
                "bom-ref": "busybox",
                "name": "busybox",
                "version": "1.36.1",
                "purl": "pkg:generic/busybox@1.36.1",
                "cpe": BUSYBOX_CPE,
                "components": [program, {"type": "library", "name": "libbb", "version": "1.36.1"}],
            },
            {"type": "library", "name": "pytest", "version": "8", "scope": "excluded"},
            {"type": "device", "name": "SoC"},
            {"type": "library", "name": "zlib-native", "version": "1.3"},
            {"type": "library", "name": "cmake", "properties": [{"name": "BR_TYPE", "value": "host"}]},
        ],
    }


def spdx2() -> Json:
    def package(name: str, **more: object) -> Json:
        return {"SPDXID": f"SPDXRef-{name}", "name": name, "versionInfo": "1.36.1", **more}

    cpe = {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": BUSYBOX_CPE}
    purl = {
        "referenceCategory": "PACKAGE-MANAGER",
        "referenceType": "purl",
        "referenceLocator": "pkg:generic/busybox@1.36.1",
    }
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "documentNamespace": "urn:test",
        "packages": [
            package("camera"),
            package("busybox", externalRefs=[cpe, purl], hasFiles=["SPDXRef-File-1"]),
            package("make"),
            package("zlib-native"),
            package("recipe", versionInfo="NOASSERTION"),
        ],
        "files": [
            {
                "SPDXID": "SPDXRef-File-1",
                "fileName": "./bin/busybox",
                "checksums": [
                    {"algorithm": "SHA1", "checksumValue": SHA1},
                    {"algorithm": "SHA256", "checksumValue": SHA256},
                ],
            },
            {"SPDXID": "SPDXRef-File-2", "fileName": "bb.c", "fileTypes": ["SOURCE"]},
        ],
        "relationships": [
            related("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-camera"),
            related("SPDXRef-make", "BUILD_TOOL_OF", "SPDXRef-busybox"),
            related("SPDXRef-busybox", "GENERATED_FROM", "SPDXRef-recipe"),
            related("SPDXRef-File-2", "CONTAINED_BY", "SPDXRef-busybox"),
        ],
    }


def related(subject: str, kind: str, to: str) -> Json:
    return {"spdxElementId": subject, "relationshipType": kind, "relatedSpdxElement": to}


TAGS = f"""\
SPDXVersion: SPDX-2.3
DocumentName: camera
# what is inside
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-camera

PackageName: camera
SPDXID: SPDXRef-camera
PackageComment: <text>of several
lines</text>

PackageName: busybox
SPDXID: SPDXRef-busybox
PackageVersion: 1.36.1
ExternalRef: SECURITY cpe23Type {BUSYBOX_CPE}
ExternalRef: PACKAGE-MANAGER purl pkg:generic/busybox@1.36.1
FileName: ./bin/busybox
SPDXID: SPDXRef-File-1
FileChecksum: SHA1: {SHA1}
FileChecksum: SHA256: {SHA256}

PackageName: make
SPDXID: SPDXRef-make
Relationship: SPDXRef-make BUILD_TOOL_OF SPDXRef-busybox
"""


def spdx3() -> Json:
    """As Yocto writes it: image file ← build ← root file system ← build ← packages ← build ← sources."""

    def relationship(origin: str, kind: str, *to: str, scope: str = "build") -> Json:
        return {
            "type": "LifecycleScopedRelationship",
            "spdxId": f"urn:r:{origin}:{kind}",
            "from": origin,
            "relationshipType": kind,
            "scope": scope,
            "to": list(to),
        }

    def package(name: str, purpose: str, **more: object) -> Json:
        return {
            "type": "software_Package",
            "spdxId": f"urn:{name}",
            "name": name,
            "software_primaryPurpose": purpose,
            **more,
        }

    digest = {"type": "Hash", "algorithm": "sha256", "hashValue": SHA256}
    cpe = {
        "type": "ExternalIdentifier",
        "externalIdentifierType": "cpe23",
        "identifier": "cpe:2.3:*:*:busybox:1.36.1:*:*:*:*:*:*:*",
    }
    return {
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {"type": "SpdxDocument", "spdxId": "urn:doc", "rootElement": ["urn:sbom"]},
            {"type": "software_Sbom", "spdxId": "urn:sbom", "rootElement": ["urn:rootfs", "urn:image"]},
            {"type": "software_File", "spdxId": "urn:image", "name": "image.ext4"},
            package("rootfs", "archive"),
            package("busybox", "install", software_packageVersion="1.36.1", externalIdentifier=[cpe]),
            package("busybox-src.tar", "source"),
            package("zlib", "install", software_packageVersion="1.3"),
            {
                "type": "software_File",
                "spdxId": "urn:file",
                "name": "bin/busybox",
                "verifiedUsing": [digest],
            },
            relationship("urn:build:image", "hasOutput", "urn:image"),
            relationship("urn:build:image", "hasInput", "urn:rootfs"),
            relationship("urn:build:rootfs", "hasOutput", "urn:rootfs"),
            relationship("urn:build:rootfs", "hasInput", "urn:busybox"),
            relationship("urn:build:recipe", "hasOutput", "urn:busybox", "urn:zlib"),
            relationship("urn:build:recipe", "hasInput", "urn:busybox-src.tar"),
            {**relationship("urn:busybox", "contains", "urn:file"), "type": "Relationship"},
        ],
    }


def yocto_documents() -> dict[str, Json]:
    """The documents of `create-spdx` 2.2: the image, one package with its files, the recipe, the index."""
    package = spdx2()
    image_id, package_id = "SPDXRef-Image-camera", "SPDXRef-Package-busybox"
    names = {"image": "urn:image", "busybox": "urn:busybox", "recipe-busybox": "urn:recipe"}

    def points_to(name: str) -> Json:
        return {"externalDocumentId": f"DocumentRef-{name}", "spdxDocument": names[name]}

    return {
        "image.spdx.json": {
            "spdxVersion": "SPDX-2.2",
            "documentNamespace": names["image"],
            "packages": [{"SPDXID": image_id, "name": "camera-image", "versionInfo": "1.0"}],
            "externalDocumentRefs": [points_to("busybox")],
            "relationships": [related(image_id, "CONTAINS", f"DocumentRef-busybox:{package_id}")],
        },
        "busybox.spdx.json": {
            "spdxVersion": "SPDX-2.2",
            "documentNamespace": names["busybox"],
            "packages": [{"SPDXID": package_id, "name": "busybox", "versionInfo": "1.36.1"}],
            "files": package["files"],
            "externalDocumentRefs": [points_to("recipe-busybox")],
            "relationships": [
                related(package_id, "CONTAINS", "SPDXRef-File-1"),
                related(package_id, "GENERATED_FROM", "DocumentRef-recipe-busybox:SPDXRef-Recipe-busybox"),
            ],
        },
        "recipe-busybox.spdx.json": {
            "spdxVersion": "SPDX-2.2",
            "documentNamespace": names["recipe-busybox"],
            "packages": [
                {
                    "SPDXID": "SPDXRef-Recipe-busybox",
                    "name": "busybox",
                    "versionInfo": "1.36.1",
                    "externalRefs": [{"referenceType": "cpe23Type", "referenceLocator": BUSYBOX_CPE}],
                }
            ],
        },
        "index.json": {
            "documents": [
                {"filename": f"{name}.spdx.json", "documentNamespace": space, "sha1": SHA1}
                for name, space in names.items()
            ]
        },
    }


def packed(documents: Mapping[str, Json], *, form: int = tarfile.PAX_FORMAT, zstd: bool = True) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, document in documents.items():
            content = json.dumps(document).encode()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return zstandard.ZstdCompressor().compress(stream.getvalue()) if zstd else stream.getvalue()


def show_info() -> Json:
    installs = {"install_target": True, "install_staging": False, "install_images": False}
    nothing = {"install_target": False, "install_staging": True, "install_images": False}
    return {
        "busybox": {
            "type": "target",
            "name": "busybox",
            "virtual": False,
            "version": "1.36.1",
            **installs,
            "cpe-id": BUSYBOX_CPE,
        },
        "host-cmake": {"type": "host", "name": "cmake", "virtual": False, "version": "3.27"},
        "linux-headers": {"type": "target", "name": "linux-headers", "virtual": False, **nothing},
        "toolchain": {"type": "target", "name": "toolchain", "virtual": True},
        "uboot": {
            "type": "target",
            "virtual": False,
            "version": "2024.01",
            **nothing,
            "install_images": True,
        },
        "rootfs-ext2": {"type": "rootfs", "dependencies": []},
    }


LEGAL_INFO = """\
"PACKAGE","VERSION","LICENSE","LICENSE FILES","SOURCE ARCHIVE","SOURCE SITE","DEPENDENCIES WITH LICENSES"
"buildroot","2024.02","GPL-2.0+","COPYING","not saved","not saved",""
"busybox","1.36.1","GPL-2.0, bzip2-1.0.4","LICENSE","busybox-1.36.1.tar.bz2","",""
"vendor-tool","custom","PROPRIETARY","not saved","not saved","not saved",""
"""
MANIFEST = "base-files qemux86_64 3.0.14\nbusybox core2_64 1.36.1\nlibz1 core2_64 1.3\n"
LICENCES = """\
PACKAGE NAME: busybox
PACKAGE VERSION: 1.36.1
RECIPE NAME: busybox
LICENSE: GPL-2.0-only & bzip2-1.0.4

PACKAGE NAME: libz1
PACKAGE VERSION: 1.3
RECIPE NAME: zlib
LICENSE: Zlib

"""


@pytest.fixture(scope="session")
def documents() -> dict[str, bytes]:
    """One document of each form, by the name that such a file has."""
    as_json = {
        "camera.cdx.json": cyclonedx(),
        "camera.spdx.json": spdx2(),
        "camera.rootfs.spdx.json": spdx3(),
        "show-info.json": show_info(),
    }
    as_text = {
        "camera.spdx": TAGS,
        "manifest.csv": LEGAL_INFO,
        "camera.manifest": MANIFEST,
        "license.manifest": LICENCES,
    }
    return (
        {name: json.dumps(each).encode() for name, each in as_json.items()}
        | {name: each.encode() for name, each in as_text.items()}
        | {"camera.spdx.tar.zst": packed(yocto_documents())}
    )


@pytest.fixture
def loose() -> dict[str, Json]:
    """The documents of the archive, to be changed and packed again."""
    return yocto_documents()


@pytest.fixture
def pack() -> Pack:
    """Makes an archive of documents."""
    return packed
