"""Profiles from evidence: learn one from traffic, derive one from an image, and compare the two."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Final

from roadworthy import __version__
from roadworthy.codecs import plain
from roadworthy.inspection.comparison import side_of
from roadworthy.inspection.report import BODY_TYPE as INSPECTION
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.errors import InputError
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis
from roadworthy.model.problem import Problem
from roadworthy.model.subject import Alias, AliasKind, Subject, SubjectKind
from roadworthy.network.policy import Policy
from roadworthy.network.profile.comparison import Comparison, compare
from roadworthy.network.profile.derived import Derived
from roadworthy.network.profile.deriving import DeriveOptions, derive
from roadworthy.network.profile.learned import Learned
from roadworthy.network.profile.learning import STEPS, LearnOptions, learn
from roadworthy.network.profile.sighting import LOCAL, Ground
from roadworthy.usecases._learning_seams import CompareRequest, DeriveRequest, LearnRequest, Outside, Who
from roadworthy.usecases._profile_findings import of_comparison, of_flows, of_names, of_updates

LEARNED_TYPE: Final = "roadworthy.learned-profile/v1"
COMPARED_TYPE: Final = "roadworthy.compared-profiles/v1"
NO_URL: Final = "https://mud.invalid/profile.json"  # RFC 6761 §6.4: nobody can ever publish there
MAX_CAPTURES: Final = 100_000
PROFILE_BYTES: Final = 16 * 1024 * 1024
KNOB: Final = f"Give a number from 0 to 1, or {', '.join(STEPS)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnResult:
    """What came of learning: the profile as a file, what it rests on, findings, and where they are filed."""

    learned: Learned
    profile: bytes
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    filed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveResult:
    """What came of deriving."""

    derived: Derived
    profile: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareResult:
    """What came of comparing."""

    comparison: Comparison
    findings: tuple[Finding, ...]
    filed: str = ""


def learn_profile(request: LearnRequest, *, outside: Outside) -> LearnResult:
    """Learn a profile from traffic.

    Raises:
        InputError: A capture cannot be read, the device is in none, or an option means nothing.
    """
    strictness = _knob(request.strictness)
    ground = _ground(request)
    device = _mac(request.device)
    moment = request.as_of or outside.clock()
    traffic = outside.read_traffic(request.captures, device, _addresses(request))
    who = _called(request.who)
    options = LearnOptions(
        strictness=strictness, ground=ground, captures=traffic.captures, mud_url=who.mud_url
    )
    learned = learn(traffic.flows, device=device, options=options)
    mine = [each for each in traffic.flows if each.device == device]
    findings = (*of_flows(mine, traffic.captures), of_names(learned))
    envelope = _envelope(request.who, device, "profile learn", moment, outside)
    if envelope is not None:
        body = {"learned": plain.to_plain(learned)}
        envelope = replace(envelope, problems=traffic.problems, body_type=LEARNED_TYPE, body=body)
    filed = _filed(envelope, findings, request, outside)
    profile = outside.write_profile(learned.policy, who, moment)
    return LearnResult(
        learned=learned, profile=profile, findings=findings, problems=traffic.problems, filed=filed
    )


def derive_profile(request: DeriveRequest, *, outside: Outside) -> DeriveResult:
    """Derive a profile from an image.

    Raises:
        InputError: The image or its report cannot be used, or `likely` is no share.
    """
    if not 0.0 <= request.likely <= 1.0:
        raise InputError(f"likely is a share from 0 to 1, not {request.likely}", hint="Try 0.5.")
    who = _called(request.who)
    moment = request.as_of or outside.clock()
    derived = _derived(
        request.image, DeriveOptions(likely=request.likely, mud_url=who.mud_url), request.as_of, outside
    )
    return DeriveResult(derived=derived, profile=outside.write_profile(derived.policy, who, moment))


def compare_profiles(request: CompareRequest, *, outside: Outside) -> CompareResult:
    """Compare what was learned with what an image shows, or the maker publishes.

    Raises:
        InputError: A file cannot be used, or an image is said to be published.
    """
    moment = request.as_of or outside.clock()
    seen, learned = _learned(request.learned, outside)
    other, derived = _other(request, outside)
    comparison = compare(seen, other, doubts=derived.doubts if derived else ())
    findings: tuple[Finding, ...] = ()
    if request.published:
        findings += tuple(of_comparison(comparison, learned.sufficiency if learned else None))
    if derived:
        findings += tuple(of_updates(seen, derived.update_hosts))
    device = learned.device if learned else ""
    envelope = _envelope(request.who, device, "profile compare", moment, outside)
    if envelope is not None:
        body = {"comparison": plain.to_plain(comparison)}
        envelope = replace(envelope, body_type=COMPARED_TYPE, body=body)
    filed = _filed(envelope, findings, request, outside)
    return CompareResult(comparison=comparison, findings=findings, filed=filed)


def _other(request: CompareRequest, outside: Outside) -> tuple[Policy, Derived | None]:
    profile = _profile(request.other, outside)
    if profile is not None:
        return profile, None
    if request.published:
        hint = "Leave --published away, or give the profile that the maker publishes."
        raise InputError(f"{request.other}: an image is no published profile", hint=hint)
    derived = _derived(request.other, DeriveOptions(), request.as_of, outside)
    return derived.policy, derived


def _profile(name: str, outside: Outside) -> Policy | None:
    """The meaning of a MUD file; None for an image, or the report of an inspection."""
    if not outside.is_document(name):
        return None
    data = outside.read(name, limit=plain.MAX_BYTES)
    value = plain.read(data)
    if isinstance(value, Mapping) and value.get("body_type") == INSPECTION:
        return None
    if len(data) > PROFILE_BYTES:
        raise InputError(f"{name}: {len(data)} bytes are too many for a profile", hint="Give a MUD file.")
    return outside.read_profile(data, name)


def _learned(name: str, outside: Outside) -> tuple[Policy, Learned | None]:
    """What was learned: from the report of `profile learn`, or from a profile."""
    data = outside.read(name, limit=plain.MAX_BYTES)
    value = plain.read(data)
    if isinstance(value, Mapping) and value.get("type") == LEARNED_TYPE:
        learned = plain.from_plain(Learned, value.get("learned"), "$.learned")
        return learned.policy, learned
    return outside.read_profile(data, name), None


def _derived(image: str, options: DeriveOptions, as_of: datetime | None, outside: Outside) -> Derived:
    return derive(side_of(outside.inspected(image, as_of)).body.inventory, options)


def _knob(text: str) -> float:
    """The strictness that a word or number means."""
    if text.lower() in STEPS:
        return STEPS[text.lower()]
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise InputError(f"there is no strictness {text!r}", hint=KNOB)
    return value


def _ground(request: LearnRequest) -> Ground:
    try:
        local = tuple(ip_network(each) for each in request.local) or LOCAL
    except ValueError as error:
        raise InputError(f"--local: {error}", hint="Give a network such as 192.168.8.0/24.") from error
    try:
        mine = frozenset(map(ip_address, request.my_controllers))
    except ValueError as error:
        raise InputError(f"--my-controller: {error}", hint="Give an address such as 192.168.8.5.") from error
    return Ground(local=local, my_controllers=mine)


def _addresses(request: LearnRequest) -> tuple[str, ...]:
    """The addresses that the device is said to have, as they are written elsewhere."""
    try:
        return tuple(str(ip_address(each)) for each in request.addresses)
    except ValueError as error:
        raise InputError(f"--address: {error}", hint="Give an address such as 192.168.8.20.") from error


def _mac(text: str) -> str:
    """A MAC address in lower case with colons."""
    digits = text.lower().replace("-", "").replace(":", "").replace(".", "")
    if len(digits) != 12 or any(each not in "0123456789abcdef" for each in digits):  # noqa: PLR2004 -- EUI-48
        raise InputError(f"{text!r} is no MAC address", hint="It looks like 02:11:22:33:44:55.")
    return ":".join(digits[each : each + 2] for each in range(0, 12, 2))


def _called(who: Who) -> Who:
    """With a MUD URL in any case: RFC 8520 §3.3 asks for one."""
    if who.mud_url:
        return who
    return Who(maker=who.maker, model=who.model, unit=who.unit, mud_url=NO_URL)


def _envelope(who: Who, device: str, verb: str, moment: datetime, outside: Outside) -> Envelope | None:
    """The empty envelope about a device; None where nobody said what it is."""
    if not (who.maker and who.model and (who.unit or device)):
        return None
    aliases = (Alias(kind=AliasKind.MAC, value=device),) if device else ()
    unit = who.unit or device
    subject = Subject(kind=SubjectKind.DEVICE, maker=who.maker, model=who.model, unit=unit, aliases=aliases)
    return Envelope(
        subject=subject,
        producer=Producer(
            tool=f"roadworthy {verb}", version=__version__, digests={"tool": outside.tool_digest()}
        ),
        as_of=moment,
        basis=Basis.TESTED,
        findings=(),
        problems=(),
        body_type="",
        body={},
    )


def _filed(
    envelope: Envelope | None,
    findings: tuple[Finding, ...],
    request: LearnRequest | CompareRequest,
    outside: Outside,
) -> str:
    """Where the findings are filed; nowhere where nobody said what the device is, or wants it."""
    if envelope is None or not request.keep:
        return ""
    whole = replace(envelope, findings=findings)
    return outside.file(outside.sign(whole, request.sign) if request.sign else whole)
