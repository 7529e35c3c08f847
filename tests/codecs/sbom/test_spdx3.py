"""SPDX 3: the packages that went into the root file system, and no others."""

import json
from typing import Any

from roadworthy.codecs.sbom.reading import read_bill


def changed(document: bytes, **fields: object) -> bytes:
    """The document with some fields of every element of a type taken away or changed."""
    graph: list[dict[str, Any]] = json.loads(document)["@graph"]
    for each in graph:
        each.update({key: value for key, value in fields.items() if key in each})
    return json.dumps({"@context": "https://spdx.org/rdf/3.0.1/x", "@graph": graph}).encode()


def test_of_yocto_it_is_what_the_root_file_system_was_made_from(documents: dict[str, bytes]) -> None:
    bill = read_bill("x", documents["camera.rootfs.spdx.json"])
    (busybox,) = bill.claims  # zlib was built along with it, and is not installed
    assert (busybox.name, busybox.version, busybox.place) == ("busybox", "1.36.1", ("urn:busybox",))
    assert busybox.cpes == ("cpe:2.3:*:*:busybox:1.36.1:*:*:*:*:*:*:*",)
    assert bill.left_out == {"sources": 3}


def test_without_a_root_all_but_sources_and_archives(documents: dict[str, bytes]) -> None:
    bill = read_bill("x", changed(documents["camera.rootfs.spdx.json"], rootElement=[]))
    assert [each.name for each in bill.claims] == ["busybox", "zlib"]


def test_what_the_root_contains_is_claimed() -> None:
    graph = [
        {"type": "SpdxDocument", "@id": "d", "rootElement": "urn:camera"},
        {"type": "software_Package", "spdxId": "urn:camera", "name": "camera"},
        {"type": "software_Package", "spdxId": "urn:a", "name": "a", "software_packageUrl": "pkg:npm/a@1"},
        {"type": "software_Package", "spdxId": "urn:b", "name": "b"},
        {"type": "software_File", "spdxId": "urn:f", "name": "/usr/a.js", "verifiedUsing": "_:h"},
        {"type": "Hash", "@id": "_:h", "algorithm": "sha1", "hashValue": "C" * 40},
        {"type": "Relationship", "from": "urn:camera", "relationshipType": "contains", "to": ["urn:a"]},
        {"type": "Relationship", "from": "urn:a", "relationshipType": "contains", "to": ["urn:f", "urn:a"]},
    ]
    (claim,) = read_bill("x", json.dumps({"@graph": graph}).encode()).claims
    assert (claim.name, claim.purl) == ("a", "pkg:npm/a@1")
    assert [(each.path, each.sha1) for each in claim.files] == [("/usr/a.js", "c" * 40)]


def test_what_is_needed_for_the_build_is_left_out_where_nothing_else_tells() -> None:
    graph = [
        {"type": "software_Package", "spdxId": "urn:a", "name": "a"},
        {"type": "software_Package", "spdxId": "urn:cc", "name": "cc"},
        {
            "type": "LifecycleScopedRelationship",
            "from": "urn:a",
            "relationshipType": "dependsOn",
            "scope": "build",
            "to": ["urn:cc"],
        },
    ]
    bill = read_bill("x", json.dumps({"@graph": graph}).encode())
    assert [each.name for each in bill.claims] == ["a"]
    assert bill.left_out == {"needed for building or testing only": 1}
