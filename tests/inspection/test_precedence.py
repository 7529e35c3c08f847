"""Precedence: each rule, and that folding what is folded changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.precedence import MAX_PLACES, fold
from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence


def package(name: str, version: str, upstream: str = "", line: int = 1) -> Component:
    return Component(
        name=upstream or name,
        version=version,
        purl=f"pkg:opkg/{name}@{version}-1",
        cpes=(),
        identified_by="package:opkg",
        confidence=0.98,
        evidence=(Evidence(path=("m", "/usr/lib/opkg/status"), line=line),),
    )


def hit(
    name: str, version: str, path: str, *, layer: str = "signature", confidence: float = 0.9
) -> Component:
    return Component(
        name=name,
        version=version,
        purl=f"pkg:generic/{name}@{version}",
        cpes=(f"cpe:2.3:a:{name}:{name}:{version}:*:*:*:*:*:*:*",),
        identified_by=f"{layer}:{name}",
        confidence=confidence,
        evidence=(Evidence(path=("m", path), offset=7),),
    )


def test_a_text_in_a_file_of_the_same_product_confirms_the_package() -> None:
    owners = {"/usr/lib/libssl.so": "pkg:opkg/libopenssl@1.0.2o-1"}
    (only,) = fold(
        [package("libopenssl", "1.0.2o", "openssl"), hit("openssl", "1.0.2o", "/usr/lib/libssl.so")], owners
    ).components
    assert (only.name, only.version, only.purl) == ("openssl", "1.0.2o", "pkg:opkg/libopenssl@1.0.2o-1")
    assert only.identified_by == "package:opkg"
    assert len(only.evidence) == 2
    assert only.cpes


def test_the_package_wins_where_the_text_in_its_own_file_differs() -> None:
    owners = {"/bin/a": "pkg:opkg/widget@1.2-1"}
    (only,) = fold([package("widget", "1.2"), hit("widget", "1.2rc1", "/bin/a")], owners).components
    assert only.version == "1.2"


def test_a_snapshot_takes_the_version_of_the_text() -> None:
    owners = {"/usr/sbin/wpad": "pkg:opkg/wpad@2018-05-21-5dd1c7a1-1"}
    found = fold(
        [package("wpad", "2018-05-21-5dd1c7a1", "hostapd"), hit("hostapd", "2.7-devel", "/usr/sbin/wpad")],
        owners,
    )
    (only,) = found.components
    assert (only.version, only.purl) == ("2.7-devel", "pkg:opkg/wpad@2018-05-21-5dd1c7a1-1")
    assert found.owners == owners


def test_another_version_in_a_file_of_no_package_stays() -> None:
    found = fold(
        [package("openssl", "1.0.2o"), hit("openssl", "0.9.8zh", "/lib/libvendor.so")],
        {"/bin/x": "pkg:opkg/x@1"},
    )
    assert [each.version for each in found.components] == ["0.9.8zh", "1.0.2o"]


def test_a_library_inside_the_program_of_another_package_stays() -> None:
    owners = {"/bin/vendor": "pkg:opkg/vendor@1.0-1"}
    found = fold([package("vendor", "1.0"), hit("openssl", "0.9.8zh", "/bin/vendor")], owners)
    assert {each.name for each in found.components} == {"vendor", "openssl"}


def test_the_layers_in_their_order() -> None:
    words = [
        hit("lua", "5.1", "/a"),
        hit("lua", "5.1", "/b", layer="file-name"),
        hit("lua", "5.1", "/c", layer="metadata", confidence=0.5),
    ]
    (only,) = fold(words).components
    assert only.identified_by == "metadata:lua"
    (stronger,) = fold([*words, package("lua", "5.1")]).components
    assert stronger.identified_by == "package:opkg"
    assert [place.path[-1] for place in stronger.evidence] == ["/usr/lib/opkg/status", "/c", "/b", "/a"]


def test_a_library_s_name_without_a_release_joins_the_version_that_its_text_tells() -> None:
    name = hit("curl", "", "/lib/libcurl.so.4", layer="soname", confidence=0.99)
    (only,) = fold([name, hit("curl", "7.88.1", "/lib/libcurl.so.4")]).components
    assert (only.version, only.identified_by) == ("7.88.1", "signature:curl")
    (other,) = fold([name, hit("curl", "7.88.1", "/bin/curl")]).components
    assert (other.version, len(other.evidence)) == ("7.88.1", 2)
    (package_s,) = fold(
        [name, package("curl", "8.0")], {"/lib/libcurl.so.4": "pkg:opkg/curl@8.0-1"}
    ).components
    assert package_s.version == "8.0"


def test_the_packages_of_one_source_are_one_component_under_the_nearest_name() -> None:
    found = fold(
        [
            package("openssl-util", "1.1.1", "openssl"),
            package("openssl", "1.1.1"),
            package("libssl", "1.1.1", "openssl"),
        ],
        {"/usr/bin/openssl": "pkg:opkg/openssl-util@1.1.1-1"},
    )
    (only,) = found.components
    assert only.purl == "pkg:opkg/openssl@1.1.1-1"
    assert found.owners == {"/usr/bin/openssl": only.purl}


def test_spelling_tells_no_products_apart() -> None:
    assert len(fold([hit("wpa_supplicant", "2.7", "/a"), hit("wpa-supplicant", "2.7", "/b")]).components) == 1


def test_of_one_product_in_one_file_the_stronger_source_tells_the_version() -> None:
    words = [
        hit("zlib", "1.2.8", "/lib/libz.so.1.2.8", layer="file-name"),
        hit("zlib", "1.2.3", "/lib/libz.so.1.2.8"),
    ]
    (only,) = fold(words).components
    assert (only.version, len(only.evidence)) == ("1.2.8", 1)
    assert len(fold([*words, hit("zlib", "1.2.3", "/bin/other")]).components) == 2
    twice = [hit("libupnp", "1.6.19", "/lib/a"), hit("libupnp", "1.3.1", "/lib/a")]
    assert len(fold(twice).components) == 2


def test_what_has_no_version_joins_its_only_namesake_or_stands_alone() -> None:
    one = fold([hit("lwip", "", "/a"), hit("lwip", "2.1.2", "/b")]).components
    assert [(each.version, len(each.evidence)) for each in one] == [("2.1.2", 2)]
    two = fold([hit("lwip", "", "/a"), hit("lwip", "2.1.2", "/b"), hit("lwip", "1.3", "/c")]).components
    assert [each.version for each in two] == ["", "1.3", "2.1.2"]


def test_every_source_keeps_a_place() -> None:
    many = fold([package(f"kmod-{n}", "4.9.243", "linux", n) for n in range(9)])
    (only,) = fold([*many.components, hit("linux", "4.9.243", "/kernel", layer="metadata")]).components
    assert "/kernel" in {place.path[-1] for place in only.evidence}


def test_the_places_are_bounded() -> None:
    (only,) = fold([hit("zlib", "1.2.11", f"/lib/{n}") for n in range(50)]).components
    assert len(only.evidence) == MAX_PLACES


names = st.sampled_from(["a", "b", "a-b", "a_b"])
versions = st.sampled_from(["", "1", "2", "2018-01-02"])
paths = st.sampled_from(["/1", "/2", "/3"])
components = st.lists(
    st.builds(package, names, versions, names)
    | st.builds(hit, names, versions, paths, layer=st.sampled_from(["signature", "file-name", "metadata"])),
    max_size=8,
)
purls = st.builds(package, names, versions).map(lambda each: each.purl)


@given(components, st.dictionaries(paths, purls))
def test_folding_twice_changes_nothing_and_order_does_not_count(
    given_components: list[Component], owners: dict[str, str]
) -> None:
    once = fold(given_components, owners)
    assert fold(once.components, once.owners) == once
    assert fold(reversed(given_components), owners) == once
    names_left = [(each.name.replace("_", "-"), each.version) for each in once.components]
    assert len(set(names_left)) == len(names_left)
