import pytest

from roadworthy.inspection.inventory.secrets import CATALOGER
from roadworthy.testing.inventory import survey_files

AMAZON = "AKIA" + "ABCDEFGH23456789"


@pytest.mark.parametrize(
    ("path", "text", "kind", "secret"),
    [
        ("/etc/hostapd.conf", "wpa_passphrase=open sesame\n", "wifi-passphrase", "open sesame"),
        ("/etc/w.conf", 'network={\n psk="open sesame"\n}\n', "wifi-passphrase", "open sesame"),
        ("/etc/config/wireless", "\toption key 'sesame-open'\n", "wifi-passphrase", "sesame-open"),
        ("/opt/agent.conf", "mqtt_password = sesame99\n", "config-password", "sesame99"),
        ("/opt/agent.yaml", 'api_key: "abcd-efgh-1234"\n', "config-password", "abcd-efgh-1234"),
        ("/etc/config/ddns", "\toption password 'sesame99'\n", "config-password", "sesame99"),
        ("/etc/acs.conf", "url=http://acs:sesame99@acs.maker.net/\n", "basic-auth", "sesame99"),
        ("/www/.htpasswd", "admin:$apr1$salt$abcdefgh\n", "basic-auth", "$apr1$salt$abcdefgh"),
        ("/etc/cloud.ini", f"id = {AMAZON}\n", "cloud-key", AMAZON),
    ],
)  # fmt: skip
def test_a_secret_is_found_and_never_shown(path: str, text: str, kind: str, secret: str) -> None:
    (found,) = survey_files(CATALOGER, {path: text}).inventory.secrets
    assert found.kind == kind
    assert found.fingerprint.startswith("sha256:" if kind == "cloud-key" else "scrypt:")
    assert "…" in found.evidence[0].excerpt
    assert secret not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "password = \n",
        "password = none\n",
        "password=$PASSWORD\n",
        "password_file = /etc/secret\n",
        "passwd: files nis\n",
        "# password = sesame99\n",
        "min_password_length = 12\n",
        "api_key = YOUR_API_KEY\n",
        "url = https://host.example/\n",
        "secret = <fill in>\n",
        "\toption secret 'SET_BY_SCRIPT'\n",
    ],
)
def test_what_is_no_secret(text: str) -> None:
    assert survey_files(CATALOGER, {"/etc/agent.conf": text}).inventory.secrets == ()


@pytest.mark.parametrize("text", ["password" + " " * 200_000, "secret=" * 30_000, "a://b:" * 30_000])
def test_hostile_lines_take_no_time(text: str) -> None:
    assert survey_files(CATALOGER, {"/etc/agent.conf": text}).problems == ()
