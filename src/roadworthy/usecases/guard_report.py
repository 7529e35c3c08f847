"""What the guard saw of one unit, as evidence: is it held to its profile, and does it keep to it?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from roadworthy import __version__
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.errors import InputError
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome, Role, Severity
from roadworthy.model.subject import Alias, AliasKind, Subject, SubjectKind
from roadworthy.network.network_file import Device
from roadworthy.network.profile.wording import counted
from roadworthy.reports.blocks import Document, Heading, Table, Text
from roadworthy.usecases.guard_at_work import Guard

REPORT_TYPE: Final = "roadworthy.guard-report/v1"
HELD: Final = ("network.held-to-profile", "guard.held")
KEEPS: Final = ("network.keeps-to-profile", "guard.deviations")
MOST_TOLD: Final = 8
MOST_PLACES: Final = 50
SWITCHED: Final = "while switched off: "
AGREE: Final = "Look at what deviates, mend the profile, then `roadworthy guard agree`."
FIND_OUT: Final = (
    "Find out what causes it. If the device needs it, put it into the profile; if not, it is a break-in."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """How evidence is filed.

    Args:
        file: Files an envelope; gives its digest.
        clock: Tells the time, UTC.
        tool_digest: Gives the digest of this tool.
    """

    file: Callable[[Envelope], str]
    clock: Callable[[], datetime]
    tool_digest: Callable[[], str]


def report(guard: Guard, name: str, filing: Filing) -> Document:
    """File what the guard saw of a device, and say it.

    Raises:
        InputError: There is no such device, or network.toml does not say what it is.
    """
    device = guard.network.devices.get(name)
    if device is None:
        known = ", ".join(list(guard.network.devices)[:20])
        raise InputError(f"{name!r} is no device of this network", hint=f"Known are {known}.")
    if not (device.maker and device.model):
        hint = "Add `maker` and `model`; evidence is about a named thing."
        raise InputError(f"network.toml does not say what {name} is", hint=hint)
    said = guard.ask({"do": "status"})
    known_now = guard.recall() if said is None else said
    seen = _inner(_inner(known_now, "devices"), name)
    findings = tuple(
        findings_of(device, seen, running=said is not None, hindrance=known_now.get("hindrance"))
    )
    digest = filing.file(_envelope(device, seen, findings, filing))
    title = f"{name}: what the guard saw"
    rows = tuple((each.property, str(each.outcome), each.message) for each in findings)
    blocks = (Heading(title, 1), Table(("property", "outcome", "why"), rows), Text(f"Filed as {digest}."))
    data = {"type": REPORT_TYPE, "device": name, "seen": dict(seen), "digest": digest}
    return Document(title=title, blocks=blocks, data=data)


def findings_of(
    device: Device, seen: Mapping[str, object], *, running: bool, hindrance: object
) -> Iterator[Finding]:
    """One finding for each property.

    A device that did nothing wrong so far is not known to keep to its profile: it may not have been watched
    while it would have.
    """
    yield _held(device, seen, running=running, hindrance=hindrance)
    yield _keeps(device, seen)


def _held(device: Device, seen: Mapping[str, object], *, running: bool, hindrance: object) -> Finding:
    asked, check = HELD
    if seen.get("mode") == "learn":
        return Finding(
            property=asked,
            check=check,
            outcome=Outcome.FAIL,
            severity=Severity.MEDIUM,
            message="It is only learned from: what its profile does not allow is told, and not stopped.",
            remedy=AGREE,
            acts=(Role.OPERATOR, Role.OWNER_COMPANY, Role.OWNER_CONSUMER),
        )
    doubts = (
        (seen.get("mode") != "enforce", "The guard does not know it."),
        (not running, "No guard runs: what was loaded last may be in force, and nobody looks."),
        (not device.profile, "It has no profile: only what every device may do is allowed."),
        (bool(hindrance), f"Its network does not see all of its traffic: {hindrance}."),
    )
    doubt = next((said for holds, said in doubts if holds), "")
    stopped = sum(1 for each in _deviations(seen) if each.get("stopped") is True)
    message = (
        doubt
        or f"Its gateway stops what its profile does not allow: {counted(stopped, 'kind')} of it so far."
    )
    outcome = Outcome.UNKNOWN if doubt else Outcome.PASS
    place = Evidence(path=("guard", device.name, device.profile or "no profile"), excerpt=message)
    return Finding(property=asked, check=check, outcome=outcome, message=message, evidence=(place,))


def _keeps(device: Device, seen: Mapping[str, object]) -> Finding:
    asked, check = KEEPS
    own = [each for each in _deviations(seen) if not str(each.get("says")).startswith(SWITCHED)]
    if not device.profile:
        return Finding(property=asked, check=check, outcome=Outcome.UNKNOWN, message="It has no profile.")
    if not own:
        message = "Nothing was seen so far that its profile does not allow."
        return Finding(property=asked, check=check, outcome=Outcome.UNKNOWN, message=message)
    told = " ".join(str(each.get("says")) for each in own[:MOST_TOLD])
    more = f" And {len(own) - MOST_TOLD} more." if len(own) > MOST_TOLD else ""
    return Finding(
        property=asked,
        check=check,
        outcome=Outcome.FAIL,
        severity=Severity.HIGH,
        message=f"{counted(len(own), 'kind')} of traffic not in its profile. Missing: {told}{more}",
        remedy=FIND_OUT,
        acts=(Role.MAKER, Role.OPERATOR),
        evidence=tuple(map(_place, own[:MOST_PLACES])),
    )


def _place(deviation: Mapping[str, object]) -> Evidence:
    first, last = (_moment(deviation.get(each)) for each in ("first", "last"))
    told = f"{deviation.get('count')} times, {first} to {last}"
    return Evidence(path=("guard.jsonl", str(deviation.get("says"))), excerpt=told)


def _moment(seconds: object) -> str:
    if not isinstance(seconds, int | float):
        return "?"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _envelope(
    device: Device, seen: Mapping[str, object], findings: tuple[Finding, ...], filing: Filing
) -> Envelope:
    return Envelope(
        subject=Subject(
            kind=SubjectKind.DEVICE,
            maker=device.maker,
            model=device.model,
            unit=device.unit or device.mac,
            aliases=(Alias(kind=AliasKind.MAC, value=device.mac),),
        ),
        producer=Producer(
            tool="roadworthy guard", version=__version__, digests={"tool": filing.tool_digest()}
        ),
        as_of=filing.clock(),
        basis=Basis.OBSERVED,
        findings=findings,
        problems=(),
        body_type=REPORT_TYPE,
        body={"device": device.name, "seen": dict(seen)},
    )


def _deviations(seen: Mapping[str, object]) -> list[Mapping[str, object]]:
    found = seen.get("deviations")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _inner(within: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = within.get(key)
    return value if isinstance(value, dict) else {}
