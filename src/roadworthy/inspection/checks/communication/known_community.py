"""SNMP with a community that everybody knows.

What it looks at

Communities in `snmpd.conf` and OpenWrt's `/etc/config/snmpd`: `public` and `private`. Read access is bad,
write access is worse; a source other than the device itself must be able to use it, and the server must
listen on more than the device's own address (`agentaddress`).

Why it matters

The two words are the first that anybody tries. They tell the whole configuration, with write access they
change it, and the long answers serve in floods.

How it can be wrong

The server may not start, and a firewall may keep strangers out. The vendor's own SNMP program may read
another file.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_files import IDLE
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import settings
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.setting import Setting

_KNOWN: Final = frozenset(("public", "private"))
_LOCAL: Final = frozenset(("localhost", "127.0.0.1", "127.0.0.0/8", "::1"))
_OWN_ADDRESS: Final = re.compile(  # snmpd(8), listening addresses: [TRANSPORT:]ADDRESS[:PORT]
    r"(?i)(?:[a-z]{3,10}6?:)?(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?"
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each setting; not applicable where nothing configures SNMP."""
    found = settings(inspection, "snmpd")
    inside = _inside(found)
    known = [each for each in found if _is_known(each) and each.evidence[0].path not in inside]
    yield from bounded((_failure(each) for each in known), "communities are known")
    if not found and inspection.kept and any(kept.files for kept in inspection.kept):
        yield Verdict(Outcome.NOT_APPLICABLE, "The image holds no configuration of an SNMP server.")
    elif not found:
        yield Verdict(Outcome.UNKNOWN, "No configuration could be looked at.")
    elif not known:
        yield Verdict(Outcome.PASS, "The SNMP configuration names neither public nor private to others.")


def _inside(found: Iterable[Setting]) -> set[tuple[str, ...]]:
    """The files by which the server listens to the device itself only."""
    told: dict[tuple[str, ...], bool] = {}
    for each in found:
        if each.name.rpartition(".")[2].lower() == "agentaddress":
            own = all(_OWN_ADDRESS.fullmatch(one.strip()) for one in each.value.split(","))
            told[each.evidence[0].path] = told.get(each.evidence[0].path, True) and own
    return {path for path, own in told.items() if own}


def _is_known(setting: Setting) -> bool:
    name = setting.name.rpartition(".")[2].lower()
    words = setting.value.split()
    if name.startswith("com2sec"):
        return len(words) > 2 and words[2] in _KNOWN and words[1] not in _LOCAL  # noqa: PLR2004 -- snmpd.conf(5): com2sec NAME SOURCE COMMUNITY
    plain = name in ("rocommunity", "rwcommunity", "rocommunity6", "rwcommunity6", "community")
    return plain and bool(words) and words[0] in _KNOWN and not _LOCAL & set(words[1:])


def _failure(setting: Setting) -> Verdict:
    writes = setting.name.lower().startswith("rw")
    deed = "change" if writes else "read"
    place = setting.evidence[0].path[-1]
    word = next(word for word in setting.value.split() if word in _KNOWN)
    message = f"{place} lets everybody who says `{word}` {deed} settings."
    return Verdict(Outcome.FAIL, message, setting.evidence, Severity.HIGH if writes else Severity.MEDIUM)


_FILE = "/etc/snmp/snmpd.conf"

CHECK: Final = Check(
    shows="communication.monitoring-protected",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={_FILE: "rocommunity public\n"}, outcome=Outcome.FAIL),
        Example(files={_FILE: "com2sec notConfigUser default private\n"}, outcome=Outcome.FAIL),
        Example(files={_FILE: "rocommunity public 127.0.0.1\n"}, outcome=Outcome.PASS),
        Example(files={_FILE: "agentaddress 127.0.0.1,[::1]\nrocommunity public\n"}, outcome=Outcome.PASS),
        Example(files={_FILE: "agentaddress udp:161\nrocommunity public\n"}, outcome=Outcome.FAIL),
        Example(
            files={_FILE: "agentaddress 127.0.0.1\nagentaddress udp:161\nrocommunity public\n"},
            outcome=Outcome.FAIL,
        ),
        Example(files={_FILE: "rocommunity kJh3dk2\n# rwcommunity private\n"}, outcome=Outcome.PASS),
        Example(files=IDLE, outcome=Outcome.NOT_APPLICABLE),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
