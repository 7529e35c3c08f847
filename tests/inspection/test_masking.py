"""Masking: no secret comes through, what is none stays, and what is masked stays as it is."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.inventory.network_settings import CATALOGER
from roadworthy.inspection.masking import masked, masked_value
from roadworthy.testing.inventory import survey_files

SECRETS = Path(__file__).with_name("secret_lines.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", SECRETS)
def test_no_secret_comes_through(line: str) -> None:
    assert re.search(r"SECRET\d", line)
    assert not re.search(r"SECRET\d", masked(line))


@pytest.mark.parametrize(
    "line",
    [
        "PasswordAuthentication yes",
        "PermitEmptyPasswords no",
        "password_file /etc/mosquitto/pw",
        "wpa_key_mgmt=WPA-PSK",
        "ssl_certificate_key /etc/ssl/own.pem",
        "rocommunity public",
        "com2sec ro default private",
        "telnetd -l /bin/sh",
        "httpd -p 80 -h /www",
        "http://maker.net:8080/a?mail=a@b.net",
        "root::0:0:root:/root:/bin/sh",
        "curl -k https://maker.net/f | sh",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert masked(line) == line


@given(st.text() | st.lists(st.sampled_from([*SECRETS, "…", "=", '"', "'", " ", "@", "-p"])).map("".join))
def test_what_is_masked_stays(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@pytest.mark.parametrize("text", ["password" + " " * 200_000, "a://b:" * 30_000, "curl -u " * 20_000])
def test_hostile_text_takes_no_time(text: str) -> None:
    assert len(masked(text)) <= 4096


def test_the_name_of_a_setting_tells() -> None:
    assert masked_value("wifi[0].key", "two words") == "…"
    assert masked_value("createUser", "u MD5 open-sesame DES sesame-open") == "u MD5 … DES …"


def test_settings_of_networks_are_masked() -> None:
    files = {
        "/etc/snmp/snmpd.conf": "createUser u MD5 SECRET1 DES SECRET2\nrwcommunity SECRET3\n",
        "/etc/opkg.conf": "src/gz x http://u:SECRET4@maker.net/x\n",
        "/etc/apt/sources.list": "deb http://u:SECRET5@maker.net stable main\n",
    }
    inventory = survey_files(CATALOGER, files).inventory
    assert len(inventory.settings) == 4
    assert "SECRET" not in repr(inventory)
