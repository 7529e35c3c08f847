"""A shell on the console that asks nobody's name.

What it looks at

The lines of inittab that run at boot: shells started directly (`askfirst` included), logins that are told to
skip the question (`login -f root`), and `getty` with a shell in the login's place.

Why it matters

The pads of a serial port are found within minutes. A shell without login there hands out keys and password
hashes that serve against all other units.

How it can be wrong

The boot loader or the hardware may keep the console shut. A script in the shell's place may ask or not; that
is "unknown". Consoles that a script or systemd starts are not seen.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import File
from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.model.outcome import Outcome, Severity

_PLACE = re.compile(r"/[^/]+/inittab")
_ACTIONS = frozenset(("respawn", "askfirst", "once", "respawnlate", "askconsole", "askconsolelate"))
_SHELLS = frozenset(("sh", "ash", "bash", "msh", "hush", "dash", "sulogin.sh"))
_ASKING = frozenset(("login", "getty", "agetty", "mgetty", "sulogin"))
_OPEN_GETTY = re.compile(r"\s-\w{0,3}l\s{1,3}\S{0,40}/(?:ba|a|da)?sh\b|\s--autologin\b|\s-a\s+root\b")
_OPEN_LOGIN = re.compile(r"\s-f\s{0,3}root\b")
_FIELDS = 4


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each open console; unknown where no inittab says, or a script decides."""
    files = [file for kept in inspection.kept for path, file in kept.files.items() if _PLACE.fullmatch(path)]
    verdicts = [verdict for file in files for verdict in _of_file(file)]
    failures = [each for each in verdicts if each.outcome is Outcome.FAIL]
    unclear = [each for each in verdicts if each.outcome is Outcome.UNKNOWN]
    yield from bounded(failures, "consoles are open")
    yield from unclear[:1]
    if not files:
        yield Verdict(
            Outcome.UNKNOWN, "The image has no inittab; what runs on the console is decided elsewhere."
        )
    elif not verdicts:
        yield Verdict(Outcome.PASS, "inittab starts no shell that asks for no login.")


def _of_file(file: File) -> Iterator[Verdict]:
    for number, line in file.lines():
        fields = line.strip().split(":", _FIELDS - 1)
        if len(fields) == _FIELDS and fields[2] in _ACTIONS and not line.startswith("#"):
            outcome, message = _judged(fields[3].strip().lstrip("-@+!"), fields[0] or "the console")
            if outcome is not Outcome.PASS:
                yield Verdict(outcome, message, (file.evidence(line=number, excerpt=line.strip()[:120]),))


def _judged(command: str, terminal: str) -> tuple[Outcome, str]:
    name = posixpath.basename(command.split(maxsplit=1)[0]) if command else ""
    skips = (name in ("getty", "agetty") and _OPEN_GETTY.search(command)) or (
        name == "login" and _OPEN_LOGIN.search(command)
    )
    if name in _SHELLS or skips:
        return Outcome.FAIL, f"{terminal} gives a shell without asking for a login."
    if name.endswith(".sh") or (name not in _ASKING and "login" in name):
        return Outcome.UNKNOWN, f"{name} decides whether {terminal} asks for a login."
    return Outcome.PASS, ""


def _inittab(line: str) -> dict[str, str | bytes]:
    return {"/etc/inittab": f"::sysinit:/etc/init.d/rcS\n{line}\n::shutdown:/bin/umount -a\n"}


CHECK: Final = Check(
    shows="auth.console-asks-who",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=_inittab("ttyS0::respawn:/bin/sh"), outcome=Outcome.FAIL),
        Example(files=_inittab("::askfirst:-/bin/ash --login"), outcome=Outcome.FAIL),
        Example(files=_inittab("::respawn:/sbin/getty -n -l /bin/sh 115200 ttyS0"), outcome=Outcome.FAIL),
        Example(files=_inittab("ttyS0::respawn:/bin/login -f root"), outcome=Outcome.FAIL),
        Example(files=_inittab("ttyS0::respawn:/sbin/getty -L ttyS0 115200"), outcome=Outcome.PASS),
        Example(files=_inittab("#ttyS0::respawn:/bin/sh"), outcome=Outcome.PASS),
        Example(files=_inittab("::ctrlaltdel:/sbin/reboot"), outcome=Outcome.PASS),
        Example(files=_inittab("::askconsole:/usr/libexec/login.sh"), outcome=Outcome.UNKNOWN),
        Example(files={"/etc/init.d/rcS": "/bin/sh\n"}, outcome=Outcome.UNKNOWN),
    ),
)
