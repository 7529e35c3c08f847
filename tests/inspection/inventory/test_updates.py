import pytest

from roadworthy.inspection.inventory.authorized_keys import CATALOGER as AUTHORIZED
from roadworthy.inspection.inventory.updates import CATALOGER
from roadworthy.model.key_material import KeyKind
from roadworthy.testing.inventory import survey_files


@pytest.mark.parametrize(
    ("line", "deed"),
    [
        ("wget -q -O /tmp/f http://host.example/f", "fetches"),
        ("openssl s_client -connect host:443", "fetches"),
        ("mtd -r write /tmp/f firmware", "writes"),
        ("dd if=/tmp/f of=/dev/mtdblock0", "writes"),
        ("sysupgrade -n /tmp/f", "writes"),
        ("openssl pkeyutl -verify -pubin -inkey k -sigfile s -in f", "verifies"),
        ("usign -V -m /tmp/f -p key", "verifies"),
        ("rauc install f", "verifies"),
        ("swupdate -i f -k key", "verifies"),
        ("gpgv f.sig f", "verifies"),
        ("ubiupdatevol v f", "writes"),
        ("updatefw f", "writes"),
        ("dd of=/dev/mmcblk0", "writes"),
        ("uclient-fetch f", "fetches"),
        ("md5sum -c sums", ""),
        ("openssl s_client -verify_return_error", "fetches"),
        ("# wget f", ""),
        ("echo wget", ""),
        ("dd if=/dev/zero of=/tmp/f", ""),
    ],
)
def test_what_a_line_does(line: str, deed: str) -> None:
    settings = survey_files(CATALOGER, {"/usr/sbin/up": f"#!/bin/sh\n{line}\n"}).inventory.settings
    assert [each.name for each in settings] == ([deed] if deed else [])


def test_update_programs_are_named() -> None:
    settings = survey_files(CATALOGER, {"/usr/bin/rauc": "\x7fELF", "/etc/rauc": "x"}).inventory.settings
    assert [(each.name, each.value) for each in settings] == [("mechanism", "rauc")]


def test_authorised_keys_without_the_person() -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f jane@desk"
    text = f"# {key}\n{key}\nssh-unknown AAAAC3NzaC1lZDI1NTE5AAAA\nno key\n"
    keys = survey_files(AUTHORIZED, {"/root/.ssh/authorized_keys": text}).inventory.keys
    assert {(each.kind, each.algorithm, each.bits) for each in keys} == {
        (KeyKind.PUBLIC_KEY, "ed25519", 256),
        (KeyKind.PUBLIC_KEY, "", 0),
    }
    assert "jane" not in repr(keys)
