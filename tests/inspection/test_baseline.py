"""No false alarm: what is well made must not fail.

A root file system of good habits is built in memory; every check looks at it, and none may fail. The same
holds for release 1.1 of the example camera (tests/examples/test_camera_findings.py). A failure that is
wrong and cannot be mended yet stands in ``known_false_positives.tsv`` with reason and date; an entry that
no longer happens fails the test, too.
"""

from datetime import UTC, datetime
from pathlib import Path

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.check import Inspection
from roadworthy.inspection.judgement import judge
from roadworthy.inspection.report import Report, total
from roadworthy.model.outcome import Outcome
from roadworthy.testing.inventory import survey_roots
from roadworthy.testing.memory import memory_root

NOW = datetime(2026, 11, 21, tzinfo=UTC)
INSTALLED = discover()
CATALOGERS = {each.id: each.object for each in INSTALLED.catalogers.values()}
CHECKS = {each.id: each.object for each in INSTALLED.checks.values()}
PROPERTIES = {each.id: each.object for each in INSTALLED.properties.values()}
SIGNATURES = [each.object for each in INSTALLED.signatures.values()]
LIST = Path(__file__).with_name("known_false_positives.tsv")
ELF = b"\x7fELF" + bytes(60)
RCS = """\
#!/bin/sh
mount -a
sysctl -p
iptables -P INPUT DROP
syslogd
crond -c /etc/crontabs
watchdog -t 5 /dev/watchdog
ntpd -p 0.pool.ntp.org
lighttpd -f /etc/lighttpd/lighttpd.conf
dropbear -R -s
# telnetd is not for this device; neither are ftpd and adbd
echo "never: wget http://maker.net/x | sh"
"""
UPDATE = """\
#!/bin/sh
curl --cacert /etc/update-ca.pem -o /tmp/f.bin https://update.maker.net/f.bin || exit 1
curl --cacert /etc/update-ca.pem -o /tmp/f.sig https://update.maker.net/f.sig || exit 1
openssl pkeyutl -verify -rawin -pubin -inkey /etc/update.pub -sigfile /tmp/f.sig -in /tmp/f.bin || exit 1
dd if=/tmp/f.bin of=/dev/mtdblock1
"""
SYSCTL = """\
kernel.dmesg_restrict = 1
kernel.kptr_restrict = 2
kernel.randomize_va_space = 2
fs.protected_symlinks = 1
fs.protected_hardlinks = 1
net.ipv4.conf.all.accept_source_route = 0
"""
LIGHTTPD = """\
server.port = 443
server.username = "www"
ssl.engine = "enable"
ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2")
ssl.cipher-list = "ECDHE+AESGCM:!aNULL:!RC4"
"""
HARDENED: dict[str, str | bytes] = {
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nwww:x:33:33:www:/www:/bin/false\n",
    "/etc/shadow": "root:*:20000:0:99999:7:::\nwww:!:20000:0:99999:7:::\n",
    "/etc/inittab": "::sysinit:/etc/init.d/rcS\n::ctrlaltdel:/sbin/reboot\n#ttyS0::respawn:/bin/sh\n",
    "/etc/init.d/rcS": RCS,
    "/etc/crontabs/root": "7 3 * * * /usr/sbin/update\n",
    "/usr/sbin/update": UPDATE,
    "/etc/sysctl.conf": SYSCTL,
    "/etc/lighttpd/lighttpd.conf": LIGHTTPD,
    "/etc/hostapd.conf": "ssid=maker\nwpa=2\nwpa_key_mgmt=SAE\nrsn_pairwise=CCMP\nwpa_passphrase=\n",
    "/etc/ssh/sshd_config": "PermitRootLogin no\nPasswordAuthentication no\n",
    "/etc/agent.conf": "# password = example\npassword_file = /mnt/data/secret\nupdate_url = https://maker.net/\n",
    "/etc/config/firewall": "config zone\n option name wan\n option input DROP\n option forward REJECT\n",
    "/etc/opkg.conf": "option check_signature 1\nsrc/gz base https://packages.maker.net/\n",
    "/etc/os-release": 'NAME="Maker OS"\nVERSION_ID=3.1\nSUPPORT_END=2034-12-31\n',
    "/usr/share/doc/busybox/telnetd.txt": "telnetd -l /bin/sh gives a shell; gdbserver, tcpdump\n",
    "/usr/share/licenses/busybox/COPYING": "licence\n",
    "/bin/busybox": ELF,
    "/bin/sh": "-> busybox",
    "/usr/sbin/telnetd": "-> /bin/busybox",
    "/usr/bin/nc": "-> /bin/busybox",
    **{f"/usr/sbin/{name}": ELF for name in ("lighttpd", "dropbear", "ntpd", "crond", "syslogd", "watchdog")},
}
MODES = {"/etc/shadow": 0o600, "/bin/busybox": 0o4755, "/usr/sbin/update": 0o755}


def known(image: str) -> set[tuple[str, str]]:
    """Check and message of what is known to be wrong about an image."""
    rows = [line.split("\t") for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert all(len(row) == 5 and all(row) for row in rows), "check, image, says, reason, since"
    return {(row[0], row[2]) for row in rows if row[1] == image}


def failures(report: Report) -> set[tuple[str, str]]:
    bad = (Outcome.FAIL, Outcome.ERROR)
    return {(each.check, each.message) for each in report.findings if each.outcome in bad}


def test_a_hardened_device_fails_nowhere() -> None:
    root = memory_root(HARDENED, modes=MODES)
    surveyed = survey_roots([root], CATALOGERS, signatures=SIGNATURES, now=NOW)
    assert surveyed.problems == ()
    inspection = Inspection(now=NOW, inventory=surveyed.inventory, roots=(root,), kept=surveyed.kept)
    judged = judge(inspection, CHECKS, PROPERTIES)
    report = total(step.gained for step in judged)
    assert failures(report) == known("hardened")
    passed = {each.check for each in report.findings if each.outcome is Outcome.PASS}
    assert len(passed) >= 30, "a baseline at which hardly any check looks proves nothing"
