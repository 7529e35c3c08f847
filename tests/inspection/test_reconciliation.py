"""Bills of materials against an image: every claim and every component ends in exactly one standing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.extensions import discover
from roadworthy.codecs.sbom.bill import BillOfMaterials, Claimed, ClaimedFile
from roadworthy.codecs.sbom.reading import read_bill
from roadworthy.inspection.bill import ClaimStanding, ComponentStanding, Declared, Reconciliation, Standing
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.claimed_files import ClaimedFiles
from roadworthy.inspection.engine import BILLS, held_against
from roadworthy.inspection.signature import SignatureSet
from roadworthy.testing.inventory import SOME_DAY, survey_roots
from roadworthy.testing.memory import memory_root

CATALOGERS = {each.id: each.object for each in discover().catalogers.values() if each.id in ("opkg", "dpkg")}
CONTEXT = Context(
    now=SOME_DAY, signatures=SignatureSet([each.object for each in discover().signatures.values()])
)
PROGRAM, OTHER_PROGRAM = b"\x7fELF one", b"\x7fELF two"


def opkg(*packages: str) -> dict[str, str | bytes]:
    """A package database; ``name@version``, and after a slash the source."""
    text = ""
    for each in packages:
        name, _, rest = each.partition("@")
        version, _, source = rest.partition("/")
        text += f"Package: {name}\nVersion: {version}\nSource: {source}\nStatus: install user installed\n\n"
    return {"/usr/lib/opkg/status": text}


def claims(*named: str) -> list[Claimed]:
    return [
        Claimed(name=name, version=version) for name, _, version in (each.partition("@") for each in named)
    ]


def bill(*claimed: Claimed) -> BillOfMaterials:
    return BillOfMaterials(name="bill", form="test", claims=claimed)


def held(files: Mapping[str, str | bytes], *bills: BillOfMaterials, whole: bool = True) -> Reconciliation:
    root = memory_root(dict(files))
    sight = ClaimedFiles(bills, [root])
    surveyed = survey_roots([root], {**CATALOGERS, BILLS: sight.cataloger})
    assert surveyed.problems == ()
    reconciled = held_against(bills, surveyed, sight, CONTEXT, whole=whole)
    assert reconciled is not None
    return reconciled


def one(files: Mapping[str, str | bytes], claim: Claimed, *more: Claimed) -> ClaimStanding:
    return held(files, bill(claim, *more)).claims[0]


def component(reconciled: Reconciliation, name: str) -> ComponentStanding:
    (found,) = [each for each in reconciled.components if each.name == name]
    return found


def test_every_standing_of_a_claim_and_of_a_component() -> None:
    files = opkg(
        "busybox@1.36.1-r1", "dropbear@2022.83-1", "zlib@1.2.13-1", "curl@8.5.0-1", "lua@5.1-1", "nano@7-1"
    )
    named = claims("busybox@1.36.1", "dropbear@2020.81", "zlib", "curl@8.5.0-r7", "lua@5.1", "openssl@3.0.1")
    reconciled = held(files, bill(*named))
    assert [each.standing for each in reconciled.claims] == [
        Standing.CONFIRMED,
        Standing.OTHER_VERSION,
        Standing.FOUND,
        Standing.CONFIRMED,
        Standing.CONFIRMED,
        Standing.ABSENT,
    ]
    assert reconciled.claims[1].found == ("2022.83",)
    assert reconciled.claims[1].evidence[0].path[-1] == "/usr/lib/opkg/status"
    assert {each.name: each.standing for each in reconciled.components} == {
        "busybox": Declared.CLAIMED,
        "dropbear": Declared.OTHER_VERSION,
        "zlib": Declared.CLAIMED,
        "curl": Declared.CLAIMED,
        "lua": Declared.CLAIMED,
        "nano": Declared.UNDECLARED,
    }


def test_a_claim_stands_where_the_bill_states_it() -> None:
    claim = Claimed(name="busybox", version="1", place=("busybox.spdx.json", "SPDXRef-busybox"), line=7)
    stated = one(opkg("busybox@1-1"), claim).stated
    assert (stated.path, stated.line) == (("bill", "busybox.spdx.json", "SPDXRef-busybox"), 7)


@pytest.mark.parametrize(
    ("claim", "package"),
    [
        (Claimed(name="x", version="1.1.1w", cpes=("cpe:2.3:a:openssl:openssl:*",)), "libopenssl@1.1.1w-1"),
        (Claimed(name="x", version="6.6.1", cpes=("cpe:2.3:*:*:linux_kernel:*",)), "kernel@6.6.1-1-a"),
        (Claimed(name="libz1", version="1.2.13"), "zlib@1.2.13-1"),
        (Claimed(name="libssl3", version="3.0.1", source="openssl"), "libopenssl3@3.0.1-1"),
        (Claimed(name="wpa-supplicant", version="2.10"), "wpa_supplicant@2.10-1"),
        (Claimed(name="x", version="2.1", purl="pkg:generic/curl@2.1?arch=arm#src"), "curl@2.1-1"),
        (Claimed(name="wpad-mini", version="2.10"), "hostapd@2.10-1"),
    ],
)  # fmt: skip
def test_one_product_by_many_names(claim: Claimed, package: str) -> None:
    reconciled = held(opkg(package), bill(claim))
    assert reconciled.claims[0].standing is Standing.CONFIRMED
    assert reconciled.components[0].standing is Declared.CLAIMED


def test_a_package_of_one_language_is_not_one_of_another() -> None:
    npm = Claimed(name="zlib", version="1.2.13", purl="pkg:npm/zlib@1.2.13")
    reconciled = held(opkg("zlib@1.2.13-1"), bill(npm))
    assert reconciled.claims[0].standing is Standing.UNSEEN
    assert reconciled.components[0].standing is Declared.UNDECLARED


def test_one_more_version_of_a_claimed_product_is_not_declared() -> None:
    (root,) = (opkg("openssl@1.1.1w-1"),)
    inner = {f"/srv/container{path}": text for path, text in opkg("openssl@1.0.2u-1").items()}
    reconciled = held({**root, **inner}, bill(*claims("openssl@1.1.1w")))
    assert reconciled.claims[0].standing is Standing.CONFIRMED
    found = {each.version: (each.standing, each.besides) for each in reconciled.components}
    assert found == {"1.1.1w": (Declared.CLAIMED, False), "1.0.2u": (Declared.OTHER_VERSION, True)}


def test_several_bills_claim_together() -> None:
    first, second = bill(*claims("busybox@1.36.1")), bill(*claims("nano@7"))
    reconciled = held(opkg("busybox@1.36.1-1", "nano@7-1"), first, second)
    assert {each.standing for each in reconciled.components} == {Declared.CLAIMED}
    assert [each.claims for each in reconciled.bills] == [1, 1]


def test_a_state_of_a_repository_cannot_be_compared_with_a_release() -> None:
    claim = Claimed(name="nano", version="5f4dcc3b5aa765d61d8327deb882cf99aabbccdd", purl="pkg:generic/nano")
    reconciled = held(opkg("nano@7-1"), bill(claim))
    assert reconciled.claims[0].standing is Standing.FOUND
    assert reconciled.components[0].standing is Declared.CLAIMED


def file(path: str, data: bytes) -> ClaimedFile:
    return ClaimedFile(
        path, hashlib.sha1(data, usedforsecurity=False).hexdigest(), hashlib.sha256(data).hexdigest()
    )


def with_files(name: str, *files: ClaimedFile) -> Claimed:
    return Claimed(name=name, version="1.0", files=files)


def test_files_that_are_there_byte_for_byte_confirm() -> None:
    claim = with_files("vendor-tool", file("/bin/tool", PROGRAM), file("/etc/tool.conf", b"as built"))
    told = one({"/bin/tool": PROGRAM, "/etc/tool.conf": "as set"}, claim)
    assert told.standing is Standing.CONFIRMED
    assert told.because == (
        "1 of its 2 files are there byte for byte. 1 of its 2 files have other bytes than claimed."
    )
    assert told.evidence[0].path[-1] == "/bin/tool"
    assert told.evidence[0].digest == f"sha256:{hashlib.sha256(PROGRAM).hexdigest()}"


def test_a_sum_of_sha1_alone_is_enough() -> None:
    sha1 = hashlib.sha1(PROGRAM, usedforsecurity=False).hexdigest()
    told = one({"/bin/tool": PROGRAM}, with_files("tool", ClaimedFile("/bin/tool", sha1=sha1)))
    assert told.standing is Standing.CONFIRMED


def test_files_are_found_through_links() -> None:
    files: dict[str, str | bytes] = {"/usr/bin/tool": PROGRAM, "/bin": "-> usr/bin"}
    assert one(files, with_files("tool", file("/bin/tool", PROGRAM))).standing is Standing.CONFIRMED


@pytest.mark.parametrize("data", [OTHER_PROGRAM, b"no program"])
def test_a_file_with_other_bytes_is_found_and_not_confirmed(data: bytes) -> None:
    told = one({"/bin/tool": data}, with_files("tool", file("/bin/tool", PROGRAM)))
    assert told.standing is Standing.FOUND
    assert "1 of its 1 file have other bytes" in told.because or "other bytes than claimed" in told.because


def test_a_file_without_a_sum_is_only_found() -> None:
    told = one({"/bin/tool": PROGRAM}, with_files("tool", ClaimedFile("/bin/tool")))
    assert told.standing is Standing.FOUND


def test_absent_files_refute_where_the_bill_names_files_as_the_image_has_them() -> None:
    here = [with_files(f"p{number}", file(f"/bin/p{number}", PROGRAM)) for number in range(2)]
    gone = with_files("gone", file("/bin/gone", PROGRAM), file("/etc/gone", b""))
    image = {"/bin/p0": PROGRAM, "/bin/p1": PROGRAM}
    told = one(image, gone, *here)
    assert told.standing is Standing.ABSENT
    assert "None of its 2 files is in the image, /bin/gone for one." in told.because
    assert one({"/bin/other": PROGRAM}, gone, *here).standing is Standing.UNSEEN  # it speaks of other paths
    assert held(image, bill(gone, *here), whole=False).claims[0].standing is Standing.UNSEEN


def test_some_files_missing_refute_nothing() -> None:
    partly = with_files("partly", file("/bin/partly", PROGRAM), file("/usr/share/doc/partly", b"text"))
    assert one({"/bin/partly": PROGRAM}, partly).standing is Standing.CONFIRMED


def test_a_package_that_the_database_does_not_list_is_absent() -> None:
    files = opkg("busybox@1.36.1-1", "nano@7-1")
    by_purl = Claimed(name="gone", version="1", purl="pkg:opkg/gone@1")
    assert one(files, by_purl).standing is Standing.ABSENT
    of_debian = Claimed(name="gone", version="1", purl="pkg:deb/debian/gone@1")
    assert one(files, of_debian).standing is Standing.UNSEEN  # this database is of another kind
    named = claims("gone@1", "busybox@1.36.1", "nano@7")
    assert one(files, *named).standing is Standing.ABSENT
    strangers = claims("gone@1", "a@1", "b@1", "nano@7")
    assert one(files, *strangers).standing is Standing.UNSEEN  # the bill has other names than the database
    assert held(files, bill(*named), whole=False).claims[0].standing is Standing.UNSEEN


def test_what_cannot_be_seen_is_never_refuted() -> None:
    told = held({"/bin/app": PROGRAM}, bill(*claims("base-files@3", "openssl@3.0.1"))).claims
    assert [each.standing for each in told] == [Standing.UNSEEN, Standing.UNSEEN]
    assert "no rule" in told[0].because
    assert "there is a rule" in told[1].because


def test_a_part_of_a_product_in_the_same_version_is_found() -> None:
    files = opkg("util-linux@2.39-1", "x@1-1", "y@1-1")
    assert one(files, *claims("util-linux-mount-tools@2.39")).standing is Standing.FOUND
    assert one(files, *claims("util-linux-mount-tools@2.38")).standing is Standing.UNSEEN


def test_a_module_is_not_the_kernel() -> None:
    files = opkg("kernel@6.6.1-1-a", "kmod-usb@6.6.1-r1")
    listed = Claimed(name="kmod-usb", version="6.6.1-r1")
    module = Claimed(name="kernel-module-foo", version="1.0", purl="pkg:yocto/kernel-module-foo@1.0")
    reconciled = held(files, bill(listed, module))
    assert [each.standing for each in reconciled.claims] == [Standing.CONFIRMED, Standing.UNSEEN]
    assert component(reconciled, "linux").standing is Declared.UNDECLARED
    assert one(files, Claimed(name="kmod-usb", version="5.4-r1")).standing is Standing.OTHER_VERSION


NAMES = st.sampled_from(["busybox", "zlib", "libz1", "kmod-usb", "linux", "", "util-linux-x", "python3-pip"])
VERSIONS = st.sampled_from(["", "1.0", "1.0-r1", "2.0", "2018-01-01-abc", "master"])
PURLS = st.sampled_from(["", "pkg:opkg/zlib@1.0", "pkg:npm/zlib@1.0", "pkg:", "pkg:a/b/c@@#?", "no purl"])
CPES = st.sampled_from([(), ("cpe:2.3:a:zlib:zlib:1.0",), ("cpe:2.3:::::",), ("cpe",)])
PATHS = st.sampled_from(["/bin/a", "/usr/lib/opkg/status", "/nowhere", "/bin"])
CLAIMS = st.builds(
    Claimed,
    name=NAMES,
    version=VERSIONS,
    purl=PURLS,
    cpes=CPES,
    source=NAMES,
    files=st.lists(st.builds(ClaimedFile, PATHS, st.sampled_from(["", "a" * 40])), max_size=2).map(tuple),
)
PACKAGES = st.lists(
    st.sampled_from(["busybox@1.0-1", "zlib@1.0-1", "zlib@2.0-1", "kernel@6.6-1", "util-linux@1.0-1"])
)


@given(st.lists(CLAIMS, max_size=5), PACKAGES, st.booleans())
def test_every_claim_and_component_ends_in_one_standing(
    claimed: Sequence[Claimed],
    packages: Sequence[str],
    whole: bool,  # noqa: FBT001 -- drawn
) -> None:
    reconciled = held({**opkg(*packages), "/bin/a": PROGRAM}, bill(*claimed), whole=whole)
    assert len(reconciled.claims) == len(claimed)
    for each in reconciled.claims:
        assert (each.standing is Standing.OTHER_VERSION) <= bool(each.found and each.evidence)
        assert (each.standing is Standing.ABSENT) <= whole
    if not claimed:
        assert {each.standing for each in reconciled.components} <= {Declared.UNDECLARED}


def test_whatever_is_found_is_declared_by_a_bill_of_it() -> None:
    files = opkg("busybox@1.36.1-r1", "libopenssl1.1@1.1.1w-2/package/libs/openssl", "uci@2019-05-17-f1-3")
    found = held(files, bill(Claimed(name="x"))).components
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [
            {"type": "library", "name": each.name, "version": each.version, "purl": each.purl}
            for each in found
        ],
    }
    again = held(files, read_bill("own.json", json.dumps(document).encode()))
    assert {each.standing for each in again.claims} == {Standing.CONFIRMED}
    assert {each.standing for each in again.components} == {Declared.CLAIMED}
