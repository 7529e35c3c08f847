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
    settings_of,
)
from roadworthy.network.switches.ownership import Holding
from roadworthy.network.switches.record import Act, Record, signed
from roadworthy.network.switches.records import Ledger, next_record
from roadworthy.network.switches.switch import OFF, ON, Switch
from roadworthy.usecases._switch_findings import findings_of
from roadworthy.usecases._switch_seen import Code, Seen, state_from
from roadworthy.usecases._switch_state import STATE_TYPE, State, state_data
from roadworthy.usecases.evidence import Keys

GIVE_KEY: Final = "Give the owner's private key with --key; `roadworthy evidence keygen NAME` makes one."
NETWORK_BYTES: Final = 16 * 1024 * 1024

TellGuard = Callable[[], Mapping[str, object] | None]
"""Pokes the guard to read the ledger. Gives None where none is running; else what it says: ``sequence``, the
number of the last record that it enforces; and, where it knows, ``devices``: by name what it saw of each
since its switches stand so: ``refused_names`` and ``refused_addresses`` (texts), ``frames`` and
``local_flows`` (numbers)."""


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
        code: Gives the code of the device, where the user names it; asked after switching.
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
    code: Callable[[], Code] = Code
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
        InputError: There is no such device.
        VerificationError: The ledger does not hold.
    """
    found = _device(device, outside)
    ledger = outside.book.read()
    told = outside.tell_guard()
    reading, idle_watts = _looked(found, outside)
    seen = Seen(reading=reading, idle_watts=idle_watts, told=told, when=outside.clock(), code=outside.code())
    return state_from(found, ledger, seen)


def switch(request: SwitchRequest, *, outside: Outside) -> State:
    """Switch: record it, have it enforced, read it back.

    The record comes first. If the plug does not answer then, the owner's word stands, and the state says that
    it is not in force. Each switch works while the two others fail: a mistake in the table of the plug keeps
    nobody from cutting Internet.

    Raises:
        InputError: There is no such device, the key cannot be read, or its driver of power is unknown.
        VerificationError: The key is not the owner's, or the ledger does not hold.
    """
    found = _device(request.device, outside)
    driver = _driver(found, outside) if request.switch is Switch.POWER else None
    key = _key(request.key, outside)
    if request.keep_lan is not None and request.switch is not Switch.INTERNET:
        raise InputError("only the Internet switch knows of the LAN", hint="Leave --keep-lan away.")
    now = outside.clock()
    ledger = outside.book.append(lambda before: _record(before, request, key, now), now=now)
    told = outside.tell_guard()  # before the plug is asked: it may take its time
    if request.switch is Switch.POWER:
        reading, idle_watts = _read(driver, request.on)
    else:
        reading, idle_watts = _looked(found, outside)
    seen = Seen(reading=reading, idle_watts=idle_watts, told=told, when=outside.clock(), code=outside.code())
    return replace(state_from(found, ledger, seen), changed=request.switch)


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


def _looked(device: Device, outside: Outside) -> tuple[Reading, float]:
    """What the plug says, and what its meter may show with nothing running; or what is wrong in its table."""
    try:
        return _read(_driver(device, outside), None)
    except InputError as error:
        return Reading(fault=f"{error} ({error.hint})"), IDLE_WATTS


def _read(driver: Driven | None, on: bool | None) -> tuple[Reading, float]:  # noqa: FBT001 -- None is to look
    if driver is None:
        return Reading(), IDLE_WATTS
    way, settings = driver
    try:
        reading = way.look(settings) if on is None else way.put(settings, on=on)
    except InputError as error:  # the record stands, and the two other switches with it
        reading = Reading(fault=f"{error} ({error.hint})")
    return reading, settings.idle_watts


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
    settings = settings_of(device.power, driver, where=where, folder=outside.folder)
    settings.check()
    return driver, settings


def _key(path: str, outside: Outside) -> Ed25519PrivateKey:
    if not path:
        raise InputError("a key is needed: only the owner switches", hint=GIVE_KEY)
    return outside.keys.read_private(path)


def _name(path: str, outside: Outside) -> str:
    return keyid(outside.keys.read_public(path)) if path else ""
