"""Switching: an owner's word goes into the ledger, then to whoever enforces it, and is read back.

What is wanted and what is seen are told apart, each with where it comes from. A switch that is recorded and
that nothing enforces is said to be just that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from roadworthy import __version__
from roadworthy.codecs.signing import keyid
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Basis
from roadworthy.model.subject import Alias, AliasKind, Subject, SubjectKind
from roadworthy.network.network_file import Device, Network
from roadworthy.network.switches.driver import (
    DRIVER,
    IDLE_WATTS,
    Reading,
    Settings,
    SwitchDriver,
    observed,
    settings_of,
)
from roadworthy.network.switches.ownership import Holding
from roadworthy.network.switches.record import Act, Record, signed
from roadworthy.network.switches.records import Ledger, next_record
from roadworthy.network.switches.switch import FAIL_STATES, OFF, ON, Intended, Observed, Switch
from roadworthy.network.switches.ways_round import UNPROVEN, Facts, ways_round
from roadworthy.usecases._switch_findings import findings_of
from roadworthy.usecases._switch_state import STATE_TYPE, Line, State, state_data
from roadworthy.usecases.evidence import Keys

GIVE_KEY: Final = "Give the owner's private key with --key; `roadworthy evidence keygen NAME` makes one."
NO_GUARD: Final = (
    "no guard is running: the switch is recorded, and nothing enforces it until `guard run` starts"
)
OLD_GUARD: Final = "the guard runs, and has not taken in the last record yet"
NO_DRIVER: Final = "no driver: [devices.{name}.power] in network.toml names none"
NETWORK_BYTES: Final = 16 * 1024 * 1024
SEQUENCE: Final = "sequence"

TellGuard = Callable[[], Mapping[str, object] | None]
"""Pokes the guard to read the ledger. Gives None where none is running; else what it says: ``sequence``, the
number of the last record that it enforces; and, where it knows, ``devices``: by name what it saw of each
since its switches stand so: ``refused_names`` and ``refused_addresses`` (texts), ``frames`` (a number)."""


class Book(Protocol):
    """Where the ledger is kept."""

    def read(self) -> Ledger:
        """The ledger, verified. Raises `InputError` or `VerificationError` where it cannot be used."""
        ...

    def append(self, make: Callable[[Ledger], Record], *, now: datetime) -> Ledger:
        """Add the record that `make` gives. Raises as `read` does, and where the record may not come in."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What switching needs from outside.

    Args:
        network: The network that the device is in.
        name: The file that describes it, for errors.
        folder: The folder of that file.
        book: Its ledger.
        keys: Reads keys.
        drivers: The power drivers that are installed, by id.
        clock: Tells the time, UTC.
        tell_guard: Pokes the guard.
        file: Files an envelope, and gives its digest; None where nothing is filed.
        tool_digest: Digest of all of Roadworthy's own files.
    """

    network: Network
    name: str
    folder: str
    book: Book
    keys: Keys
    drivers: Mapping[str, SwitchDriver]
    clock: Callable[[], datetime]
    tell_guard: TellGuard = lambda: None
    file: Callable[[Envelope], str] | None = None
    tool_digest: Callable[[], str] = str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRequest:
    """What to switch.

    Args:
        device: Its name in network.toml.
        switch: Which switch.
        on: Whether on.
        key: File of the owner's private key.
        keep_lan: For Internet off: whether the local networks stay. As it was if None.
        reason: Why, in one line.
    """

    device: str
    switch: Switch
    on: bool
    key: str
    keep_lan: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRequest:
    """What to do about who owns a device.

    Args:
        device: Its name in network.toml.
        act: What to do.
        key: File of the private key that signs.
        to: File of the public key that the device is offered to; for `Act.TRANSFER` and `Act.RECOVER`.
        recovery: File of the new recovery key's public part; for `Act.ENROL` and `Act.ACCEPT`.
        reason: Why, in one line.
    """

    device: str
    act: Act
    key: str
    to: str = ""
    recovery: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Who owns a device.

    Args:
        device: Its name.
        holding: What holds now.
        history: All its records, the oldest first.
    """

    device: str
    holding: Holding
    history: tuple[Record, ...]


def state_of(device: str, *, outside: Outside) -> State:
    """What is wanted of a device's switches, and what is seen. Nothing is changed.

    Raises:
        InputError: There is no such device, or its power table has a mistake.
        VerificationError: The ledger does not hold.
    """
    found = _device(device, outside)
    return _state(found, outside.book.read(), _looked(found, outside), outside)


def switch(request: SwitchRequest, *, outside: Outside) -> State:
    """Switch: record it, have it enforced, read it back.

    The record comes first. If the plug does not answer then, the owner's word stands, and the state says that
    it is not in force.

    Raises:
        InputError: There is no such device, its power table has a mistake, or the key cannot be read.
        VerificationError: The key is not the owner's, or the ledger does not hold.
    """
    found = _device(request.device, outside)
    driver = _driver(found, outside)
    key = _key(request.key, outside)
    if request.keep_lan is not None and request.switch is not Switch.INTERNET:
        raise InputError("only the Internet switch knows of the LAN", hint="Leave --keep-lan away.")
    now = outside.clock()
    ledger = outside.book.append(lambda before: _record(before, request, key, now), now=now)
    reading = Reading()
    if driver is not None:
        way, settings = driver
        power = request.switch is Switch.POWER
        reading = way.put(settings, on=request.on) if power else way.look(settings)
    return _state(found, ledger, (driver, reading), outside, request.switch)


def file_state(state: State, *, outside: Outside) -> str:
    """File what the switches of a unit show, as evidence that `assess` takes.

    Returns:
        The digest under which it is filed.

    Raises:
        InputError: network.toml does not say who made the device and what it is called.
    """
    device = _device(state.device, outside)
    if outside.file is None or not (device.maker and device.model):
        what = f"{outside.name}: devices.{device.name} does not say what it is"
        raise InputError(what, hint="Add `maker` and `model`; evidence is about a named thing.")
    aliases = (Alias(kind=AliasKind.MAC, value=device.mac),)
    envelope = Envelope(
        subject=Subject(
            kind=SubjectKind.DEVICE,
            maker=device.maker,
            model=device.model,
            unit=device.unit or device.mac,
            aliases=aliases,
        ),
        producer=Producer(
            tool="roadworthy switch", version=__version__, digests={"tool": outside.tool_digest()}
        ),
        as_of=state.as_of,
        basis=Basis.TESTED,
        findings=tuple(findings_of(state)),
        problems=(),
        body_type=STATE_TYPE,
        body={"state": state_data(state)},
    )
    return outside.file(envelope)


def own(request: OwnerRequest, *, outside: Outside) -> Owned:
    """Enrol, offer, accept, recover, object or give up.

    Raises:
        InputError: There is no such device, or a key cannot be read.
        VerificationError: This key may not do this now. Says why.
    """
    _device(request.device, outside)
    key = _key(request.key, outside)
    to, recovery = (_name(each, outside) for each in (request.to, request.recovery))
    now = outside.clock()

    def make(before: Ledger) -> Record:
        frame = next_record(before, request.device, request.act, now=now, reason=request.reason)
        return signed(replace(frame, to=to, recovery=recovery), key)

    return _owned(request.device, outside.book.append(make, now=now))


def history(device: str, *, outside: Outside) -> Owned:
    """Who owns a device, and all that was done.

    Raises:
        InputError: There is no such device.
        VerificationError: The ledger does not hold.
    """
    _device(device, outside)
    return _owned(device, outside.book.read())


def _owned(device: str, ledger: Ledger) -> Owned:
    return Owned(device=device, holding=ledger.holding(device), history=ledger.history(device))


def _record(before: Ledger, request: SwitchRequest, key: Ed25519PrivateKey, now: datetime) -> Record:
    frame = next_record(before, request.device, Act.SWITCH, now=now, reason=request.reason)
    keep = before.keeps_lan(request.device) if request.keep_lan is None else request.keep_lan
    changes = replace(
        frame,
        switch=request.switch.value,
        state=ON if request.on else OFF,
        keeps_lan=keep or request.switch is not Switch.INTERNET,
    )
    return signed(changes, key)


Driven = tuple[SwitchDriver, Settings]


def _looked(device: Device, outside: Outside) -> tuple[Driven | None, Reading]:
    driver = _driver(device, outside)
    return driver, driver[0].look(driver[1]) if driver else Reading()


def _facts(device: Device, power: tuple[Driven | None, Reading], told: Mapping[str, object] | None) -> Facts:
    """What is known of ways round the switches: what the plug's meter shows, and what the guard saw."""
    driver, reading = power
    devices = told.get("devices") if told else None
    own = devices.get(device.name) if isinstance(devices, Mapping) else None
    seen: Mapping[str, object] = own if isinstance(own, Mapping) else {}
    frames = seen.get("frames")
    return Facts(
        watts=reading.watts,
        idle_watts=driver[1].idle_watts if driver else IDLE_WATTS,
        frames=frames if isinstance(frames, int) else None,
        refused_names=_texts(seen.get("refused_names")),
        refused_addresses=_texts(seen.get("refused_addresses")),
        update_hosts=(*device.update_hosts, *device.config_hosts),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, (list, tuple)) else ()


def _state(
    device: Device,
    ledger: Ledger,
    power: tuple[Driven | None, Reading],
    outside: Outside,
    changed: Switch | None = None,
) -> State:
    now = outside.clock()
    told = outside.tell_guard()
    intended = ledger.intended(device.name)
    lines = []
    for each in Switch:
        record = ledger.last_switched(device.name, each)
        if each is Switch.POWER:
            seen = _power(device, power, now)
        else:
            seen = _guarded(each, intended, told, record, now)
        watts = power[1].watts if each is Switch.POWER else None
        lines.append(
            Line(
                switch=each,
                wanted=intended.on(each),
                record=record,
                seen=seen,
                fail_state=FAIL_STATES[each],
                watts=watts,
            )
        )
    facts = _facts(device, power, told)
    return State(
        device=device.name,
        holding=ledger.holding(device.name),
        lines=tuple(lines),
        as_of=now,
        ways=ways_round(intended, facts),
        refused_hosts=facts.update_hosts,
        changed=changed,
    )


def _power(device: Device, power: tuple[Driven | None, Reading], now: datetime) -> Observed:
    driver, reading = power
    if driver is None:
        return Observed(
            switch=Switch.POWER,
            evidence=NO_DRIVER.format(name=device.name),
            unproven=UNPROVEN[Switch.POWER],
        )
    return observed(reading, when=now, idle_watts=driver[1].idle_watts)


def _guarded(
    which: Switch,
    intended: Intended,
    told: Mapping[str, object] | None,
    record: Record | None,
    now: datetime,
) -> Observed:
    """What the guard says of a switch. Without one, rules that it loaded before may hold, or may not."""
    unproven = UNPROVEN[which]
    if told is None:
        evidence = NO_GUARD if record else "no guard is running"
        return Observed(switch=which, evidence=evidence, when=now, unproven=unproven)
    sequence = told.get(SEQUENCE)
    if record and not (isinstance(sequence, int) and sequence >= record.sequence):
        return Observed(switch=which, evidence=OLD_GUARD, when=now, unproven=unproven)
    evidence = f"the guard enforces the ledger up to record {sequence}"
    return Observed(switch=which, on=intended.on(which), evidence=evidence, when=now, unproven=unproven)


def _device(name: str, outside: Outside) -> Device:
    device = outside.network.devices.get(name)
    if device is None:
        known = ", ".join(outside.network.devices) or "none"
        raise InputError(f"{outside.name} has no device {name!r}", hint=f"It has: {known[:500]}.")
    return device


def _driver(device: Device, outside: Outside) -> Driven | None:
    if not device.power:
        return None
    where = f"{outside.name}: devices.{device.name}.power"
    name = device.power.get(DRIVER)
    driver = outside.drivers.get(name) if isinstance(name, str) else None
    if driver is None:
        known = ", ".join(sorted(outside.drivers))
        what = f"{where}.{DRIVER}: there is no driver {name!r}" if name else f"{where}.{DRIVER} is needed"
        raise InputError(what, hint=f"Known are {known}.")
    return driver, settings_of(device.power, driver, where=where, folder=outside.folder)


def _key(path: str, outside: Outside) -> Ed25519PrivateKey:
    if not path:
        raise InputError("a key is needed: only the owner switches", hint=GIVE_KEY)
    return outside.keys.read_private(path)


def _name(path: str, outside: Outside) -> str:
    return keyid(outside.keys.read_public(path)) if path else ""
