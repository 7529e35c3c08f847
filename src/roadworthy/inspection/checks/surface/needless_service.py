"""Services that hardly any device needs.

What it looks at

The services that the boot files, inetd and systemd start: the port mapper and NFS, finger, ident, the small
inetd services, print spoolers and network throughput servers.

Why it matters

Each is code that strangers can talk to, most of it old. What nobody uses is what nobody watches or mends;
several of them also multiply floods.

How it can be wrong

A device whose purpose it is (a print server, a file server) needs some of them. A firewall may keep strangers
out. The boot files are read, not run.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_files import IDLE, boots
from roadworthy.inspection.checks._looking import started, told
from roadworthy.model.outcome import Outcome, Severity

_NAMES: Final = (
    "portmap", "rpcbind", "rpc.statd", "rpc.mountd", "rpc.nfsd", "fingerd", "in.fingerd", "identd",
    "in.identd", "lpd", "iperf", "iperf3", "netserver", "echod", "chargend", "discard",
)  # fmt: skip


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each service; unknown where a start is in doubt or nothing is known to start."""
    yield from told(
        inspection,
        started(inspection, _NAMES),
        "hardly any device needs it",
        many="needless services start at boot",
        good="The boot files start none of the services that are known to be needless.",
    )


CHECK: Final = Check(
    shows="surface.no-needless-services",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=boots("rpcbind &"), outcome=Outcome.FAIL),
        Example(
            files=boots(
                "inetd", "in.fingerd", inetd_conf="finger stream tcp nowait nobody /usr/sbin/in.fingerd x\n"
            ),
            outcome=Outcome.FAIL,
        ),
        Example(files=IDLE | {"/usr/sbin/rpcbind": "\x7fELF"}, outcome=Outcome.PASS),
        Example(files={"/usr/sbin/rpcbind": "\x7fELF"}, outcome=Outcome.UNKNOWN),
    ),
)
