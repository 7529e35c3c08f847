from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.model.subject import Alias, AliasKind, Subject, SubjectKind

DIGEST = "sha256:" + "ab" * 32
PRODUCT = Subject(kind=SubjectKind.PRODUCT, maker="Acme", model="Cam 1/a")
RELEASE = Subject(kind=SubjectKind.RELEASE, maker="Acme", model="Cam 1/a", version="1.0", digest=DIGEST)
DEVICE = Subject(kind=SubjectKind.DEVICE, maker="Acme", model="Cam 1/a", version="1.0", unit="S/N 7")
IMAGE = Subject(kind=SubjectKind.RELEASE, digest=DIGEST)
MAC = Alias(kind=AliasKind.MAC, value="02:11:22:33:44:55")

names = st.sampled_from(["", "Acme", "Cam", "x@y", "a/b#c"])


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    kind = draw(st.sampled_from(list(SubjectKind)))
    try:
        return Subject(
            kind=kind,
            maker=draw(names),
            model=draw(names),
            version=draw(st.sampled_from(["", "1.0", "2@0"])),
            digest=draw(st.sampled_from(["", DIGEST])) if kind is SubjectKind.RELEASE else "",
            unit=draw(st.sampled_from(["", "1", "2"])),
        )
    except ValueError:
        return draw(st.sampled_from([PRODUCT, RELEASE, DEVICE, IMAGE]))


def test_ids_are_stable_and_without_spaces() -> None:
    assert PRODUCT.id == "product:Acme/Cam%201%2Fa"
    assert RELEASE.id == f"release:{DIGEST}"
    assert replace(RELEASE, digest="").id == "release:Acme/Cam%201%2Fa@1.0"
    assert DEVICE.id == "device:Acme/Cam%201%2Fa#S%2FN%207"


@given(subjects(), subjects())
def test_no_two_products_or_devices_share_an_id(one: Subject, other: Subject) -> None:
    if one.id == other.id:
        assert one.kind is other.kind
        if one.kind is not SubjectKind.RELEASE:
            assert (one.maker, one.model, one.unit if one.kind is SubjectKind.DEVICE else "") == (
                other.maker,
                other.model,
                other.unit if other.kind is SubjectKind.DEVICE else "",
            )


@given(subjects())
def test_a_subject_covers_itself(one: Subject) -> None:
    assert one.covers(one)


@given(subjects(), subjects())
def test_nothing_narrow_covers_anything_wider(one: Subject, other: Subject) -> None:
    order = list(SubjectKind)
    if order.index(one.kind) > order.index(other.kind):
        assert not one.covers(other)


def test_a_product_covers_its_releases_and_devices() -> None:
    assert PRODUCT.covers(RELEASE)
    assert PRODUCT.covers(DEVICE)
    assert not PRODUCT.covers(replace(RELEASE, model="Other"))


def test_a_release_covers_the_devices_that_run_it_and_no_others() -> None:
    assert RELEASE.covers(DEVICE)
    assert not RELEASE.covers(replace(DEVICE, version="2.0"))
    assert not RELEASE.covers(replace(DEVICE, version=""))


def test_a_release_covers_the_device_that_is_known_to_run_its_image() -> None:
    runs = replace(DEVICE, version="", digest=DIGEST)
    assert replace(IMAGE, digest=DIGEST).covers(runs)
    assert not replace(IMAGE, digest="sha256:" + "cd" * 32).covers(runs)
    assert not runs.covers(replace(IMAGE, digest=DIGEST))


def test_one_image_is_one_release_whatever_it_is_called() -> None:
    assert IMAGE.covers(RELEASE)
    assert RELEASE.covers(IMAGE)


def test_two_images_that_claim_one_version_are_two_releases() -> None:
    assert not RELEASE.covers(replace(RELEASE, digest="sha256:" + "cd" * 32))


MUD = Alias(kind=AliasKind.MUD_URL, value="https://acme.example/cam.json")


def test_units_of_one_model_share_its_mud_url_and_stay_apart() -> None:
    one = replace(DEVICE, aliases=(MUD,))
    assert not one.covers(replace(one, unit="S/N 8"))
    assert replace(PRODUCT, model="CAM", aliases=(MUD,)).covers(one)


@given(st.sampled_from(list(AliasKind)), st.sampled_from([DIGEST, "sha256:" + "cd" * 32, ""]))
def test_no_shared_name_joins_two_images_or_two_versions(kind: AliasKind, digest: str) -> None:
    alias = Alias(kind=kind, value="shared")
    old = replace(RELEASE, aliases=(alias,))
    new = replace(old, version="1.1", digest="sha256:" + "ef" * 32)
    assert not old.covers(new)
    assert not new.covers(old)
    other = replace(old, version="1.1", digest=digest)
    assert old.covers(other) is (digest == DIGEST)
    assert not old.covers(replace(DEVICE, version="1.1", aliases=(alias,)))


def test_a_shared_alias_joins_two_names() -> None:
    unnamed = Subject(kind=SubjectKind.DEVICE, maker="?", model="?", unit="lan-7", aliases=(MAC,))
    assert replace(DEVICE, aliases=(MAC,)).covers(unnamed)
    assert not DEVICE.covers(unnamed)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (SubjectKind.PRODUCT, {}),
        (SubjectKind.PRODUCT, {"maker": "Acme"}),
        (SubjectKind.RELEASE, {"maker": "Acme", "model": "Cam"}),
        (SubjectKind.RELEASE, {"version": "1.0"}),
        (SubjectKind.DEVICE, {"maker": "Acme", "model": "Cam"}),
        (SubjectKind.DEVICE, {"unit": "7"}),
    ],
)
def test_what_names_nothing_is_refused(kind: SubjectKind, fields: dict[str, str]) -> None:
    named = {name: fields.get(name, "") for name in ("maker", "model", "version", "unit")}
    with pytest.raises(ValueError, match=r"needs|both"):
        Subject(
            kind=kind,
            maker=named["maker"],
            model=named["model"],
            version=named["version"],
            unit=named["unit"],
        )
