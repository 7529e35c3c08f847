"""Bills of materials of every form are read; whatever else is given is refused, with its place."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.codecs.sbom import _json, reading
from roadworthy.codecs.sbom.bill import MAX_CLAIMS
from roadworthy.codecs.sbom.reading import read_bill
from roadworthy.model.errors import InputError

FORMS = {
    "camera.cdx.json": "CycloneDX 1.6",
    "camera.spdx.json": "SPDX 2.3",
    "camera.rootfs.spdx.json": "SPDX 3.0",
    "camera.spdx": "SPDX 2.3 tag-value",
    "camera.spdx.tar.zst": "SPDX 2.2, an archive of Yocto",
    "camera.manifest": "Yocto manifest",
    "license.manifest": "Yocto licence manifest",
    "show-info.json": "Buildroot show-info",
    "manifest.csv": "Buildroot legal-info",
}
WITH_FILES = (
    "camera.cdx.json", "camera.spdx.json", "camera.rootfs.spdx.json", "camera.spdx", "camera.spdx.tar.zst",
)  # fmt: skip


def refused(name: str, data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_bill(name, data)
    assert str(caught.value).startswith(f"{name}: ")
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("name", FORMS)
def test_every_form_names_busybox(documents: dict[str, bytes], name: str) -> None:
    bill = read_bill(name, documents[name])
    assert (bill.name, bill.form, len(bill.sha256)) == (name, FORMS[name], 64)
    (busybox,) = [each for each in bill.claims if each.name == "busybox"]
    assert busybox.version == "1.36.1"
    assert busybox.place or busybox.line


@pytest.mark.parametrize("name", WITH_FILES)
def test_files_come_with_their_digests(documents: dict[str, bytes], name: str) -> None:
    (busybox,) = [each for each in read_bill(name, documents[name]).claims if each.name == "busybox"]
    (file,) = busybox.files
    assert (file.path, file.sha256) == ("/bin/busybox", "b" * 64)
    assert any("busybox" in cpe for cpe in busybox.cpes)


@pytest.mark.parametrize("name", FORMS)
def test_a_document_that_ends_early_is_read_or_refused(documents: dict[str, bytes], name: str) -> None:
    data = documents[name]
    for length in range(len(data)):
        with suppress(InputError):
            assert len(read_bill(name, data[:length]).claims) <= 3


@pytest.mark.parametrize("name", FORMS)
@given(st.data())
def test_whatever_is_damaged_is_read_or_refused(
    documents: dict[str, bytes], name: str, data: st.DataObject
) -> None:
    content = bytearray(documents[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InputError):
        read_bill(name, bytes(content))


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", [name for name in FORMS if name.endswith(".json")])
@given(st.data())
def test_a_value_of_any_type_anywhere_is_read_or_refused(
    documents: dict[str, bytes], name: str, data: st.DataObject
) -> None:
    document = json.loads(documents[name])
    at = document
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(at[key], dict | list) or not at[key] or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = data.draw(ANY)
    with suppress(InputError):
        read_bill(name, json.dumps(document).encode())


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_anything_is_read_or_refused(data: bytes) -> None:
    with suppress(InputError):
        read_bill("x", data)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "claims nothing"),
        (b"<bom/>", "line 1: this is XML"),
        (b"\xff\xfe", "line 1: this is neither text nor an archive"),
        (b"a b 1\n\xff", "line 2: this is neither text"),
        (b'{\n"bomFormat": "CycloneDX",\n}', "line 3: this is no JSON"),
        (b"[1]", "this JSON is no object"),
        (b'{"a": 1}', "this JSON is no bill of materials that is known"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.1"}', "$.specVersion: CycloneDX '1.1' is not read"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.6"}', "claims nothing"),
        (b'{"spdxVersion": "SPDX-2.1"}', "$.spdxVersion: 'SPDX-2.1' is not read"),
        (b"SPDXVersion: SPDX-2.1\n", "line 1: 'SPDX-2.1' is not read"),
        (b'{"@graph": []}', "$.@graph: it holds no package"),
        (b"busybox 1.36.1\n", "line 1: this is no line `name architecture version`"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested too deeply"),
        (b"\x28\xb5\x2f\xfd" + bytes(40), "the archive"),
    ],
)
def test_what_is_no_bill_is_refused_with_its_place(data: bytes, what: str) -> None:
    assert what in str(refused("bill", data))


def test_a_byte_order_mark_is_passed_over(documents: dict[str, bytes]) -> None:
    assert read_bill("x", b"\xef\xbb\xbf" + documents["camera.cdx.json"]).claims


def test_a_document_that_is_too_large_is_refused(
    documents: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = documents["camera.cdx.json"]
    monkeypatch.setattr(_json, "MAX_VALUES", 10)
    assert "more than the 10 values" in str(refused("x", data))
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert "more than the 10 that are read" in str(refused("x", data))


def test_a_document_that_claims_too_much_is_refused() -> None:
    lines = "".join(f"package{number} all 1\n" for number in range(MAX_CLAIMS + 1))
    assert f"more than {MAX_CLAIMS} components" in str(refused("x.manifest", lines.encode()))
