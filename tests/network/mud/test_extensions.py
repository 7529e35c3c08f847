"""Extensions: read as typed values, and kept where they are not known."""

import copy
import json

import pytest
from tests.network.mud.test_checking import ACLS, MUD, WHOLE, Tree, inner, places

from roadworthy.network.mud.extensions import (
    TlsProfile,
    Transparency,
    has_tls_profile,
    tls_profiles_of,
    transparency_of,
)
from roadworthy.network.mud.file import About, MudFile
from roadworthy.network.mud.reading import read_mud
from roadworthy.network.mud.writing import write_mud


def read(whole: Tree) -> MudFile:
    return read_mud(json.dumps(whole).encode(), "m.json")


def without_prefix(value: Tree) -> Tree:
    """Identities may stand with their module or without (RFC 7951 §6.8); the reader drops it."""
    return json.loads(json.dumps(value).replace('"ietf-access-control-list:accept"', '"accept"'))


@pytest.mark.parametrize("at", [each for each in places(WHOLE) if isinstance(inner(WHOLE, each), dict)])
def test_what_is_not_known_stays(at: tuple[str | int, ...]) -> None:
    """A strange node in each object, in turn, is there after reading and writing."""
    whole = copy.deepcopy(WHOLE)
    inner(whole, at)["maker-module:colours"] = {"list": ["red", {"deep": [None]}]}
    assert json.loads(write_mud(read(whole))) == without_prefix(whole)


def test_strange_nodes_everywhere_at_once() -> None:
    whole = copy.deepcopy(WHOLE)
    for at in [each for each in places(WHOLE) if isinstance(inner(WHOLE, each), dict)]:
        inner(whole, at)["maker-module:x"] = list(map(str, at))
    written = write_mud(read(whole))
    assert json.loads(written) == without_prefix(whole)
    assert write_mud(read_mud(written, "m.json")) == written


def test_transparency_is_read() -> None:
    whole = copy.deepcopy(WHOLE)
    assert transparency_of(read(whole)) is None
    whole[MUD]["ietf-mud-transparency:transparency"] = {
        "sboms": [{"version-info": "1.0", "sbom-url": "https://x.example/1"}, {"version-info": "2.0"}, 7],
        "sbom-local-well-known": "ietf-mud-transparency:https",
        "sbom-contact-uri": "tel:+1",
        "sbom-archive-list": "https://x.example/all",
        "vuln-url": ["https://x.example/v", 7],
        "vuln-contact-uri": 7,
    }
    assert transparency_of(read(whole)) == Transparency(
        bills=(("1.0", "https://x.example/1"), ("2.0", "")),
        on_device="https",
        bill_contact="tel:+1",
        archive="https://x.example/all",
        vulnerabilities=("https://x.example/v",),
    )
    strange = About(mud_url="x", last_update="x", rest={"ietf-mud-transparency:transparency": [1]})
    assert transparency_of(MudFile(about=strange)) is None


def test_tls_profiles_are_read() -> None:
    whole = copy.deepcopy(WHOLE)
    assert not has_tls_profile(read(whole))
    whole[MUD]["ietf-mud-tls:is-tls-dtls-profile-supported"] = True
    profile = {
        "name": "web",
        "supported-tls-version": ["tls12", "tls13"],
        "supported-dtls-version": ["dtls13"],
        "cipher-suite": [4865, "x", True],
        "extension-type": [10],
        "supported-group": [29],
        "signature-algorithm": [1027],
        "signature-algorithm-cert": [1028],
        "application-protocol": ["h2"],
        "accept-list-ta-cert": ["AAAA", "AAAB"],
        "certificate-authorities": ["CN=Root"],
    }
    matches = whole[ACLS]["acl"][0]["aces"]["ace"][0]["matches"]
    matches["ietf-acl-tls:client-profiles"] = {"tls-dtls-profile": [profile, 7]}
    mud = read(whole)
    assert has_tls_profile(mud)
    assert list(tls_profiles_of(mud)) == [
        TlsProfile(
            rule="four/web",
            name="web",
            versions=("tls12", "tls13", "dtls13"),
            cipher_suites=(4865,),
            extension_types=(10,),
            groups=(29,),
            signature_algorithms=(1027,),
            certificate_signature_algorithms=(1028,),
            protocols=("h2",),
            anchors=2,
            authorities=("CN=Root",),
        )
    ]
