"""File transfer in clear text, started at boot.

What it looks at

The services that the boot files and inetd start: FTP and TFTP servers, by the names of the usual programs.

Why it matters

FTP shows the password to everybody on the path, and TFTP asks for none. What is stored can be read and
replaced on its way.

How it can be wrong

An FTP server may be set up to insist on TLS, or to serve one interface only; its own configuration is not
read. Vendors' programs under other names are not known. The boot files are read, not run.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_files import IDLE, boots
from roadworthy.inspection.checks._looking import started, told
from roadworthy.model.outcome import Outcome, Severity

_NAMES: Final = (
    "ftpd", "in.ftpd", "vsftpd", "proftpd", "pure-ftpd", "bftpd", "stupid-ftpd", "tftpd", "in.tftpd",
    "atftpd", "tftpd-hpa", "uftpd",
)  # fmt: skip


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each server; unknown where a start is in doubt or nothing is known to start."""
    yield from told(
        inspection,
        started(inspection, _NAMES),
        "moves files in clear text",
        many="servers move files in clear text",
        good="The boot files start no FTP or TFTP server.",
    )


CHECK: Final = Check(
    shows="communication.no-cleartext-file-transfer",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=boots("vsftpd /etc/vsftpd.conf"), outcome=Outcome.FAIL),
        Example(
            files=boots(
                "inetd", "in.tftpd", inetd_conf="tftp dgram udp wait root /usr/sbin/in.tftpd in.tftpd\n"
            ),
            outcome=Outcome.FAIL,
        ),
        Example(files=IDLE | {"/usr/sbin/vsftpd": "\x7fELF"}, outcome=Outcome.PASS),
        Example(
            files=IDLE | boots("vsftpd") | {"/etc/init.d/rcS": "crond\n[ -f /tmp/x ] && vsftpd\n"},
            outcome=Outcome.UNKNOWN,
        ),
        Example(files={"/usr/sbin/vsftpd": "\x7fELF"}, outcome=Outcome.UNKNOWN),
    ),
)
