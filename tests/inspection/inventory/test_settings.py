"""The catalogers of settings: SSH, web servers, the kernel, the network."""

import pytest

from roadworthy.inspection.cataloger import Cataloger
from roadworthy.inspection.inventory.network_settings import CATALOGER as NETWORK
from roadworthy.inspection.inventory.ssh_settings import CATALOGER as SSH
from roadworthy.inspection.inventory.system_settings import CATALOGER as SYSTEM
from roadworthy.inspection.inventory.web_settings import CATALOGER as WEB
from roadworthy.testing.inventory import survey_files

LIGHTTPD = """
server.port = 443 # not 80
$SERVER["socket"] == ":80" {
 ssl.engine = "disable"
}
ssl.engine = "enable"
"""


def told(cataloger: Cataloger, path: str, text: str) -> set[tuple[str, str, str]]:
    settings = survey_files(cataloger, {path: text}).inventory.settings
    assert all(each.evidence[0].line is not None for each in settings)
    return {(each.scope, each.name, each.value) for each in settings}


@pytest.mark.parametrize(
    ("cataloger", "path", "text", "settings"),
    [
        (
            SSH,
            "/etc/ssh/sshd_config",
            "# PermitRootLogin yes\nPermitRootLogin no\npermitrootlogin yes\nMatch User x\nPermitTTY no\n",
            {("sshd", "PermitRootLogin", "no")},
        ),
        (
            SSH,
            "/etc/config/dropbear",
            "option Stray on\nconfig dropbear\n\toption PasswordAuth 'off'\n",
            {("dropbear", "PasswordAuth", "off")},
        ),
        (
            WEB,
            "/etc/lighttpd/lighttpd.conf",
            LIGHTTPD,
            {
                ("lighttpd", "server.port", "443"),
                ("lighttpd", "{ssl.engine", "disable"),
                ("lighttpd", "ssl.engine", "enable"),
            },
        ),
        (
            WEB,
            "/etc/nginx/nginx.conf",
            "user www;\nhttp {\n  # listen 8080;\n  listen 443 ssl;\n  ssl_protocols TLSv1.2;\n}\n",
            {
                ("nginx", "user", "www"),
                ("nginx", "listen", "443 ssl"),
                ("nginx", "ssl_protocols", "TLSv1.2"),
            },
        ),
        (
            WEB,
            "/etc/config/uhttpd",
            "config uhttpd main\n list listen_http 0.0.0.0:80\nconfig cert x\n option key 1\n",
            {("uhttpd", "listen_http", "0.0.0.0:80")},
        ),
        (
            SYSTEM,
            "/etc/sysctl.conf",
            "# kernel.sysrq=1\n-kernel.sysrq = 0\nnet/ipv4/ip_forward=1\n",
            {("sysctl", "kernel.sysrq", "0"), ("sysctl", "net.ipv4.ip_forward", "1")},
        ),
        (
            NETWORK,
            "/etc/config/wireless",
            "config wifi-iface 'home'\n option encryption 'psk2'\n option key 'sesame-open'\n",
            {("wireless", "wifi-iface[home].encryption", "psk2"), ("wireless", "wifi-iface[home].key", "…")},
        ),
        (
            NETWORK,
            "/etc/snmp/snmpd.conf",
            "rocommunity public\nrwcommunity s3cret 10.0.0.0/8\ncom2sec local default private\n",
            {
                ("snmpd", "rocommunity", "public"),
                ("snmpd", "rwcommunity", "… 10.0.0.0/8"),
                ("snmpd", "com2sec", "local default private"),
            },
        ),
        (
            NETWORK,
            "/etc/config/firewall",
            "config zone\n option name wan\nconfig rule\n option target ACCEPT\n",
            {("firewall", "zone[1].name", "wan")},
        ),
    ],
)
def test_settings(cataloger: Cataloger, path: str, text: str, settings: set[tuple[str, str, str]]) -> None:
    assert told(cataloger, path, text) == settings


def test_of_kernel_settings_the_last_file_counts() -> None:
    files: dict[str, str | bytes] = {
        "/etc/sysctl.conf": "kernel.sysrq=0\n",
        "/etc/sysctl.d/99-late.conf": "kernel.sysrq=1\n",
        "/etc/sysctl.d/10-early.conf": "kernel.sysrq=4\nkernel.panic=3\n",
    }
    settings = survey_files(SYSTEM, files).inventory.settings
    assert {(each.name, each.value) for each in settings} == {("kernel.sysrq", "0"), ("kernel.panic", "3")}


@pytest.mark.parametrize(
    ("cataloger", "path"),
    [(SSH, "/etc/ssh/sshd_config"), (WEB, "/etc/nginx/nginx.conf"), (SYSTEM, "/etc/sysctl.conf"),
     (NETWORK, "/etc/config/wireless")],
)  # fmt: skip
@pytest.mark.parametrize("text", ["a" + " " * 200_000 + "b", "= " * 100_000, "option " * 30_000, "\0" * 9])
def test_hostile_lines_take_no_time(cataloger: Cataloger, path: str, text: str) -> None:
    assert survey_files(cataloger, {path: text}).problems == ()
