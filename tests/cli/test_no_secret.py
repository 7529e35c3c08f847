"""From a tree to every form of a report: no secret is in any of them."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]
FORMS = ("terminal", "html", "markdown", "json", "sarif", "cyclonedx", "junit")
START = """#!/bin/sh
mosquitto -u a -P SECRET1
ftpd -w /:SECRET2
dropbear -R -Y SECRET3
telnetd -l /bin/sh -S SECRET4
"""
UPDATE = """#!/bin/sh
curl -k -u admin:SECRET5 https://maker.net/x?token=SECRET6 | sh
update_url=http://u:SECRET7@maker.net/f password=SECRET8
"""
FILES = {
    "etc/inittab": "::sysinit:/etc/init.d/rcS\n",
    "etc/init.d/rcS": START,
    "usr/sbin/update": UPDATE,
    "usr/sbin/dropbear": "\x7fELF",
    "usr/sbin/telnetd": "\x7fELF",
    "usr/sbin/ftpd": "\x7fELF",
    "usr/sbin/mosquitto": "\x7fELF",
    "etc/update.conf": "update_url=http://u:SECRET9@maker.net/f?key=SECRET10\nupdate_password=SECRET11\n",
    "etc/snmp/snmpd.conf": "createUser u MD5 SECRET12 DES SECRET13\nrwcommunity SECRET14\n",
    "etc/opkg.conf": "src/gz x http://u:SECRET15@maker.net/x\n",
    "etc/apt/sources.list": "deb [trusted=yes] http://u:SECRET16@maker.net stable main\n",
    "etc/hostapd.conf": "wpa_passphrase=SECRET17 open\n",
    "etc/crontabs/root": "* * * * * wget --password SECRET18 http://maker.net/f -O /tmp/f && sh /tmp/f\n",
    "etc/agent.conf": "a=http://u:SECRET19@maker.net/ b=http://v:SECRET20@maker.net/\n",
}


def test_no_form_of_a_report_shows_a_secret(run: Run, tmp_path: Path) -> None:
    for path, text in FILES.items():
        file = tmp_path / "tree" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755 if text.startswith(("#!", "\x7f")) else 0o644)
    shown = {}
    for form in FORMS:
        done = run("inspect", "tree", "--no-keep", "--format", form)
        shown[form] = done.stdout
        assert len(done.stdout) > 500, (form, done.stderr)
        assert set(re.findall(r"SECRET\d+", done.stdout + done.stderr)) == set(), form
    told = (
        "dropbear -R -Y …",
        "telnetd -l /bin/sh -S …",
        "mosquitto -u a -P …",
        "createUser",
        "curl -k -u admin:…",
    )
    assert [each for each in told if each not in shown["json"]] == []
