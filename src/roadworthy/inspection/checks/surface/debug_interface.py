"""Developers' doors that start with the device.

What it looks at

The services that the boot files start: Android's adbd, debug servers (gdbserver, lldb-server), and netcat
that hands out a shell.

Why it matters

These doors were made to give full control without questions. Botnets look for adb on port 5555 by the
million.

How it can be wrong

adbd may listen on USB only, and may ask for a key. The boot files are read, not run; a vendor's program may
open such a door by itself.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_files import IDLE, boots
from roadworthy.inspection.checks._looking import started, told
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.service import Service

_NAMES: Final = ("adbd", "gdbserver", "lldb-server", "frida-server", "nc", "ncat", "netcat", "socat")
_RELAYS: Final = frozenset(("nc", "ncat", "netcat", "socat"))


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each door; unknown where a start is in doubt or nothing is known to start."""
    doors = [each for each in started(inspection, _NAMES) if each.name not in _RELAYS or _gives_shell(each)]
    yield from told(
        inspection,
        [replace(each, ports=each.ports if each.name not in _RELAYS else ()) for each in doors],
        "gives control of the device without a login",
        many="developers' doors are open",
        good="The boot files start no debug server.",
    )


def _gives_shell(service: Service) -> bool:
    words = service.command.replace("'", "").replace('"', "").split()
    executes = {"-e", "-c", "--exec", "--sh-exec"} & set(words) or "EXEC:" in service.command
    listens = {"-l", "-lp", "-ll", "--listen"} & set(words) or "LISTEN" in service.command
    return bool(executes and listens and "sh" in service.command)


CHECK: Final = Check(
    shows="surface.no-debug-interface",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files=boots("adbd &"), outcome=Outcome.FAIL),
        Example(files=boots("nc -l -p 4444 -e /bin/sh &"), outcome=Outcome.FAIL),
        Example(files=boots("crond", "nc -u 10.0.0.1 514 &"), outcome=Outcome.PASS),
        Example(files=IDLE | {"/usr/bin/gdbserver": "\x7fELF"}, outcome=Outcome.PASS),
        Example(files={"/sbin/adbd": "\x7fELF"}, outcome=Outcome.UNKNOWN),
    ),
)
