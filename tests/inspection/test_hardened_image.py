"""No false alarm, with real tools: a hardened system of programs that gcc built, packed by mksquashfs.

Programs are built as hardened distributions build theirs; settings are those of good guides. The whole way is
gone, from bytes to findings: nothing may fail, and a check that cannot tell says why. What is known to fail
wrongly stands in ``known_false_positives.tsv``, as for the system in memory (test_baseline.py).
"""

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.checks.keys._example_keys import AUTHORITY, CERTIFICATE
from roadworthy.inspection.engine import Toolbox, inspect_image
from roadworthy.inspection.report import Report, total
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.source import BytesSource
from roadworthy.model.outcome import Outcome

Pack = Callable[..., bytes]
Words = tuple[str, ...]
NOW = datetime(2026, 11, 21, tzinfo=UTC)
LIST = Path(__file__).with_name("known_false_positives.tsv")
MANY = 48
HARDENED = ("-O2", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", "-fstack-protector-strong")
LINKED = ("-Wl,-z,relro,-z,now,-z,noexecstack", "-Wl,--build-id", "-s")
SOURCE = r"""
#include <stdio.h>
#include <string.h>
const char openssl[] = "error:%08lX:%s:%s:%s\0OpenSSL 3.5.4 30 Sep 2025";
int show(const char *name) {
    char line[64];
    strcpy(line, name);
    printf("%s, %s\n", line, openssl);
    return (int) strlen(line);
}
int main(int count, char **words) { return show(words[count - 1]); }
"""
KERNEL = "Linux version 6.12.40 (build@maker) (gcc (GCC) 14.2.0, GNU ld (GNU Binutils) 2.44) #1 SMP\n"
KERNEL_OPTIONS = (
    "MODULES STRICT_KERNEL_RWX STRICT_MODULE_RWX STACKPROTECTOR STACKPROTECTOR_STRONG HARDENED_USERCOPY "
    "FORTIFY_SOURCE RANDOMIZE_BASE VMAP_STACK MODULE_SIG MODULE_SIG_FORCE SECCOMP"
)
UNIT = """\
[Unit]
Description=Web server
[Service]
ExecStart=/usr/sbin/lighttpd -D -f /etc/lighttpd/lighttpd.conf
User=www
NoNewPrivileges=yes
ProtectSystem=strict
[Install]
WantedBy=multi-user.target
"""
RCS = """\
#!/bin/sh
mount -a
sysctl -p
iptables -P INPUT DROP
syslogd
ntpd -p 0.pool.ntp.org
watchdog -t 5 /dev/watchdog
dropbear -R -s
"""
UPDATE = """\
#!/bin/sh
curl --cacert /etc/ssl/update-ca.pem -o /tmp/f.bin https://update.maker.net/f.bin || exit 1
curl --cacert /etc/ssl/update-ca.pem -o /tmp/f.sig https://update.maker.net/f.sig || exit 1
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
SSH = """\
PermitRootLogin no
PasswordAuthentication no
Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com
KexAlgorithms curve25519-sha256
MACs hmac-sha2-256-etm@openssh.com
"""
LIGHTTPD = """\
server.port = 443
server.username = "www"
ssl.engine = "enable"
ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2")
ssl.cipher-list = "ECDHE+AESGCM:!aNULL:!RC4"
"""
SNMP = "agentaddress udp:127.0.0.1:161,[::1]\nrocommunity public default -V systemonly\n"
FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nwww:x:33:33:www:/www:/bin/false\n",
    "etc/shadow": "root:*:20000:0:99999:7:::\nwww:!:20000:0:99999:7:::\n",
    "etc/inittab": "::sysinit:/etc/init.d/rcS\n::ctrlaltdel:/sbin/reboot\n#ttyS0::respawn:/bin/sh\n",
    "etc/init.d/rcS": RCS,
    "etc/init.d/iperf3": "#!/bin/sh\nexit 0\n",
    "etc/systemd/system/web.service": UNIT,
    "etc/crontabs/root": "7 3 * * * /usr/sbin/update\n",
    "usr/sbin/update": UPDATE,
    "etc/sysctl.conf": SYSCTL,
    "etc/lighttpd/lighttpd.conf": LIGHTTPD,
    "etc/hostapd.conf": "ssid=maker\nwpa=2\nwpa_key_mgmt=SAE\nrsn_pairwise=CCMP\nwpa_passphrase=\n",
    "etc/ssh/sshd_config": SSH,
    "etc/snmp/snmpd.conf": SNMP,
    "etc/ssl/update-ca.pem": AUTHORITY,
    "etc/ssl/peer.crt": CERTIFICATE,
    "etc/agent.conf": "# password = example\npassword_file = /mnt/data/secret\nupdate_url = https://maker.net/\n",
    "etc/config/firewall": "config zone\n option name wan\n option input DROP\n option forward REJECT\n",
    "etc/opkg.conf": "option check_signature 1\nsrc/gz base https://packages.maker.net/\n",
    "etc/os-release": 'NAME="Maker OS"\nVERSION_ID=3.1\nSUPPORT_END=2034-12-31\n',
    "usr/share/licenses/busybox/COPYING": "GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991\n",
    "boot/config-6.12.40": "".join(f"CONFIG_{each}=y\n" for each in KERNEL_OPTIONS.split())
    + "# CONFIG_DEVMEM is not set\n# CONFIG_DEBUG_FS is not set\n# CONFIG_KGDB is not set\n",
}
PROGRAMS = ("lighttpd", "dropbear", "ntpd", "crond", "syslogd", "watchdog", "snmpd")
EXECUTABLE = ("etc/init.d/rcS", "etc/init.d/iperf3", "usr/sbin/update")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, mksquashfs: Pack) -> Report:
    return inspected(tmp_path_factory.mktemp("hardened"), mksquashfs, HARDENED, LINKED, "-pie", "-fPIE")


def inspected(root: Path, mksquashfs: Pack, built: Words, linked: Words, *program: str) -> Report:
    """The whole way with programs that are built in some way."""
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
        (root / name).chmod(0o755 if name in EXECUTABLE else 0o644)
    (root / "etc/shadow").chmod(0o600)
    build(root, (*built, *linked), (*built, *linked, *program))
    image = KERNEL.encode().ljust(4096, b"\xff") + mksquashfs(root, "-comp", "xz", "-all-root")
    installed = discover()
    toolbox = Toolbox(
        formats={each.id: each.object for each in installed.formats.values()},
        catalogers={each.id: each.object for each in installed.catalogers.values()},
        checks={each.id: each.object for each in installed.checks.values()},
        properties={each.id: each.object for each in installed.properties.values()},
    )
    context = Context(
        now=NOW, signatures=SignatureSet([each.object for each in installed.signatures.values()])
    )
    steps = inspect_image("hardened.bin", BytesSource(image), toolbox, context)
    return total(step.gained for step in steps)


def build(root: Path, library: Words, program: Words) -> None:
    """Compile the programs into the tree."""
    for name in ("bin", "usr/sbin", "usr/lib"):
        (root / name).mkdir(parents=True, exist_ok=True)
    compile_to(root / "usr/lib/libshow.so.1", "-fPIC", "-shared", *library)
    compile_to(root / "bin/busybox", *program)
    (root / "bin/sh").symlink_to("busybox")
    for name in PROGRAMS:
        shutil.copy(root / "bin/busybox", root / "usr/sbin" / name)


def compile_to(target: Path, *words: str) -> None:
    gcc = shutil.which("gcc")
    if gcc is None:
        pytest.skip("NO gcc: install gcc and libc6-dev")
    command = [gcc, "-x", "c", "-", "-o", str(target), *words]
    done = subprocess.run(command, input=SOURCE, check=False, capture_output=True, text=True)  # noqa: S603 -- our own source
    if done.returncode:
        pytest.skip(f"NO working gcc: {done.stderr[-200:]}")


def test_nothing_fails_but_what_is_known(report: Report) -> None:
    rows = [line.split("\t") for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    known = {(row[0], row[2]) for row in rows if row[1] == "hardened-image"}
    bad = (Outcome.FAIL, Outcome.ERROR)
    assert {(each.check, each.message) for each in report.findings if each.outcome in bad} == known
    assert report.problems == ()


def test_most_checks_can_tell(report: Report) -> None:
    passed = {each.check for each in report.findings if each.outcome is Outcome.PASS}
    assert {
        f"hardening.{each}" for each in ("fixed-address", "unchecked-calls", "unprotected-stack")
    } <= passed
    assert {"hardening.executable-stack", "hardening.writable-relocations"} <= passed
    assert {"kernel.end-of-life", "kernel.missing-hardening", "keys.expired-certificate"} <= passed
    assert len(passed) >= MANY, "a system at which hardly any check looks proves nothing"


def test_a_check_that_cannot_tell_says_why(report: Report) -> None:
    open_ended = (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)
    silent = [each.check for each in report.findings if each.outcome in open_ended and not each.message]
    assert silent == []


def test_the_same_system_carelessly_built_fails(tmp_path: Path, mksquashfs: Pack) -> None:
    careless = ("-O2", "-U_FORTIFY_SOURCE", "-fno-stack-protector", "-no-pie")
    report = inspected(tmp_path, mksquashfs, careless, ("-Wl,-z,norelro,-z,execstack", "-s"))
    failed = {each.check for each in report.findings if each.outcome is Outcome.FAIL}
    assert failed == {
        "hardening.executable-stack",
        "hardening.fixed-address",
        "hardening.unchecked-calls",
        "hardening.unprotected-stack",
        "hardening.writable-relocations",
    }
