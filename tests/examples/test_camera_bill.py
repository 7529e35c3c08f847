"""Bills of materials of the example camera: our own comes back whole, and what is changed in it is told."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.codecs.sbom.bill import BillOfMaterials, Claimed
from roadworthy.inspection.bill import Declared, Reconciliation, Standing
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.claimed_files import ClaimedFiles
from roadworthy.inspection.engine import held_against
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.source import BytesSource
from roadworthy.inspection.survey import Surveyed, survey

INSTALLED = discover()
CONTEXT = Context(
    now=datetime(2026, 11, 21, tzinfo=UTC),
    signatures=SignatureSet([each.object for each in INSTALLED.signatures.values()]),
)
RELEASES = ("1.0", "1.1")


class Camera:
    """One release, surveyed once."""

    def __init__(self, folder: Path, release: str) -> None:
        formats = {each.id: each.object for each in INSTALLED.formats.values()}
        catalogers = {each.id: each.object for each in INSTALLED.catalogers.values()}
        name = f"camera-{release}.bin"
        opened = open_image(name, BytesSource((folder / name).read_bytes()), formats)
        self.roots = opened.roots
        steps = survey(opened.roots, catalogers, CONTEXT, payloads=opened.payloads)
        self.surveyed: Surveyed = _result(steps)
        self.manifest = json.loads((folder / f"camera-{release}.json").read_bytes())

    def held(self, claims: Sequence[Claimed]) -> Reconciliation:
        bills = [BillOfMaterials(name="bill", form="test", claims=tuple(claims))]
        files = ClaimedFiles(bills, self.roots)
        held = held_against(bills, self.surveyed, files, CONTEXT, whole=True)
        assert held is not None
        return held

    def own(self) -> list[Claimed]:
        """What was found, as claims."""
        return [
            Claimed(name=each.name, version=each.version, purl=each.purl, cpes=each.cpes)
            for each in self.surveyed.inventory.components
        ]

    def packages(self) -> list[Claimed]:
        """What the build put in, by Debian's names of the packages."""
        return [
            Claimed(name=each["name"], version=each["version"])
            for each in self.manifest["rootfs"]["packages"]
        ]


def _result(steps: Iterator[object]) -> Surveyed:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            surveyed: Surveyed = stop.value
            return surveyed


@pytest.fixture(scope="module")
def cameras(camera: Path) -> dict[str, Camera]:
    return {release: Camera(camera, release) for release in RELEASES}


@pytest.mark.parametrize("release", RELEASES)
def test_our_own_list_comes_back_without_a_disagreement(cameras: dict[str, Camera], release: str) -> None:
    own = cameras[release].own()
    held = cameras[release].held(own)
    assert len(own) > 8
    assert {each.standing for each in held.components} == {Declared.CLAIMED}
    unsure = {each.name for each in held.claims if each.standing is not Standing.CONFIRMED}
    assert unsure == {each.name for each in own if not each.version}


@pytest.mark.parametrize("release", RELEASES)
def test_what_is_left_out_or_changed_is_told(cameras: dict[str, Camera], release: str) -> None:
    camera = cameras[release]
    own = [each for each in camera.own() if each.version]
    for number, claim in enumerate(own):
        missing = camera.held([*own[:number], *own[number + 1 :]]).components
        assert claim.name in {each.name for each in missing if each.standing is not Declared.CLAIMED}
        other = replace(claim, version="99.1", purl=f"pkg:generic/{claim.name}@99.1", cpes=())
        told = camera.held([other]).claims
        assert [each.standing for each in told] == [Standing.OTHER_VERSION]


@pytest.mark.parametrize("release", RELEASES)
def test_the_list_of_the_build_is_not_contradicted(cameras: dict[str, Camera], release: str) -> None:
    held = cameras[release].held(cameras[release].packages())
    assert [each for each in held.claims if each.standing in (Standing.OTHER_VERSION, Standing.ABSENT)] == []
    confirmed = {each.name for each in held.claims if each.standing is Standing.CONFIRMED}
    assert {"busybox-static", "libc6", "lighttpd", "openssl"} <= confirmed
    undeclared = {each.name for each in held.components if each.standing is Declared.UNDECLARED}
    assert undeclared <= {"linux", "u-boot"}  # what boots comes from no package of the root file system
