"""SPDX 2: which packages of a document are claims about the image, in JSON and as tag-value."""

import json

import pytest

from roadworthy.codecs.sbom.reading import read_bill
from roadworthy.model.errors import InputError


def test_without_contents_all_but_what_serves_the_build(documents: dict[str, bytes]) -> None:
    bill = read_bill("x", documents["camera.spdx.json"])
    (busybox,) = bill.claims
    assert (busybox.name, busybox.source, busybox.place) == ("busybox", "recipe", ("SPDXRef-busybox",))
    assert busybox.purl == "pkg:generic/busybox@1.36.1"
    assert [each.path for each in busybox.files] == ["/bin/busybox"]  # and not the source
    assert bill.left_out == {
        "needed for building or testing only": 1,
        "only for the build, by its name": 1,
        "sources": 1,
        "the product itself": 1,
    }


def test_where_the_product_contains_packages_it_is_these(documents: dict[str, bytes]) -> None:
    document = json.loads(documents["camera.spdx.json"])
    for name in ("make", "zlib-native"):
        document["relationships"].append(
            {
                "spdxElementId": "SPDXRef-camera",
                "relationshipType": "CONTAINS",
                "relatedSpdxElement": f"SPDXRef-{name}",
            }
        )
    bill = read_bill("x", json.dumps(document).encode())
    assert sorted(each.name for each in bill.claims) == ["make", "zlib-native"]


def test_a_single_package_is_the_claim() -> None:
    package = {"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "NOASSERTION"}
    document = {"spdxVersion": "SPDX-2.2", "packages": [package], "documentDescribes": ["SPDXRef-a"]}
    (claim,) = read_bill("x", json.dumps(document).encode()).claims
    assert (claim.name, claim.version) == ("a", "")


def test_packages_that_contain_each_other_come_to_an_end() -> None:
    packages = [{"SPDXID": f"SPDXRef-{name}", "name": name} for name in "ab"]
    relations = [
        {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": to}
        for one, kind, to in (
            ("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-a"),
            ("SPDXRef-a", "CONTAINS", "SPDXRef-b"),
            ("SPDXRef-b", "CONTAINS", "SPDXRef-a"),
        )
    ]
    document = {"spdxVersion": "SPDX-2.3", "packages": packages, "relationships": relations}
    assert [each.name for each in read_bill("x", json.dumps(document).encode()).claims] == ["b"]


def test_a_document_that_only_points_to_others_says_what_to_give() -> None:
    document = {
        "spdxVersion": "SPDX-2.2",
        "packages": [{"SPDXID": "SPDXRef-Image", "name": "image"}],
        "documentDescribes": ["SPDXRef-Image"],
        "relationships": [
            {
                "spdxElementId": "SPDXRef-Image",
                "relationshipType": "CONTAINS",
                "relatedSpdxElement": "DocumentRef-busybox:SPDXRef-Package-busybox",
            }
        ],
    }
    with pytest.raises(InputError, match="only points to others") as caught:
        read_bill("x", json.dumps(document).encode())
    assert "spdx.tar.zst" in caught.value.hint


def test_tags_say_the_same_as_json(documents: dict[str, bytes]) -> None:
    (tagged,) = read_bill("x", documents["camera.spdx"]).claims
    (as_json,) = read_bill("x", documents["camera.spdx.json"]).claims
    assert (tagged.name, tagged.version, tagged.purl) == (as_json.name, as_json.version, as_json.purl)
    assert (tagged.cpes, tagged.files, tagged.place) == (as_json.cpes, as_json.files, as_json.place)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("nonsense\n", "line 2: a `Tag: value` is needed here"),
        ("PackageComment: <text>no end\n", "line 2: the <text> has no end"),
        ("PackageName:\n", "line 2: a name is needed here"),
    ],
)
def test_a_mistake_among_tags_is_told_with_its_line(more: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        read_bill("x.spdx", f"SPDXVersion: SPDX-2.3\n{more}".encode())
    assert what in str(caught.value)


def test_a_package_without_an_id_in_json_is_told() -> None:
    document = {"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}]}
    with pytest.raises(InputError, match=r"\$\.packages\[0\]\.SPDXID"):
        read_bill("x", json.dumps(document).encode())
