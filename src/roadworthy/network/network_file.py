"""network.toml: which devices are on a network, what each may do, and who is who around them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Final, TypeVar
from urllib.parse import urlsplit

from roadworthy.codecs.toml_lines import TomlFile, read_toml
from roadworthy.model.errors import InputError
from roadworthy.network.defaults import DNS_CLASS
from roadworthy.network.packet import Address
from roadworthy.network.policy import Policy
from roadworthy.network.surroundings import Networks, Others, Surroundings

MAX_DEVICES: Final = 20_000
DEVICE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
INTERFACE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,14}")
HOST_NAME: Final = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_-]{1,63}")
MAC: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_GROUP_BIT: Final = 1
_NETWORK_KEYS: Final = frozenset({"lan", "wan", "local", "address", "upstream", "state", "fail", "portal"})
_DEVICE_KEYS: Final = frozenset(
    {
        "mac", "addresses", "profile", "mode", "maker", "model", "unit", "my-controllers", "update-hosts",
        "config-hosts", "power",
    }
)  # fmt: skip
T = TypeVar("T")


class Mode(StrEnum):
    """What happens to what a profile does not allow."""

    LEARN = "learn"
    ENFORCE = "enforce"


class Fail(StrEnum):
    """What holds while the guard is down: new names open nothing, or devices are let out."""

    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One device of a network.

    Args:
        name: What the owner calls it.
        number: Its number in this network, from 1: the packet mark that an enforcer gives its packets.
        mac: Lower case with colons.
        addresses: The static ones; others are learned and bound to the MAC.
        profile: Where its profile lies; empty for none, which allows the defaults only.
        policy: What that profile means.
        surroundings: Who is who, seen from it.
        mode: Whether deviations are stopped or only told.
        maker: Who made it.
        model: Which model it is.
        unit: Which unit, e.g. its serial number.
        update_hosts: Names that bring new code.
        config_hosts: Names that bring new configuration.
        power: Settings of its power driver.
    """

    name: str
    number: int
    mac: str
    addresses: tuple[Address, ...] = ()
    profile: str = ""
    policy: Policy = field(default_factory=Policy)
    surroundings: Surroundings = field(default_factory=Surroundings)
    mode: Mode = Mode.LEARN
    maker: str = ""
    model: str = ""
    unit: str = ""
    update_hosts: tuple[str, ...] = ()
    config_hosts: tuple[str, ...] = ()
    power: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network whose devices are enforced.

    Args:
        devices: By name, in the order of the file.
        lan: Interfaces of the devices; empty for any.
        wan: Interfaces towards the Internet.
        local: The local networks.
        address: The gateway's own address, where DNS and the portal listen.
        upstream: Resolvers that the guard asks.
        state: Folder of the guard's state, relative to the file.
        fail: What holds while the guard is down.
        portal: URI of the portal (RFC 8908).
        controllers: Who serves a class.
    """

    devices: Mapping[str, Device]
    lan: tuple[str, ...] = ()
    wan: tuple[str, ...] = ()
    local: Networks = ()
    address: Address | None = None
    upstream: tuple[Address, ...] = ()
    state: str = "state/"
    fail: Fail = Fail.CLOSED
    portal: str = ""
    controllers: Mapping[str, Networks] = field(default_factory=dict)


def read_network(data: bytes, name: str, read_profile: Callable[[str], Policy]) -> Network:
    """The network that a file describes.

    Args:
        data: The bytes of network.toml.
        name: Its name, for errors.
        read_profile: Gives the policy of a profile by the path that the file names.

    Raises:
        InputError: The file has a mistake; names its line.
    """
    file = read_toml(name, data)
    _only(file, file.values, (), frozenset({"network", "controllers", "devices"}))
    devices = _table(file, file.values, ("devices",))
    if len(devices) > MAX_DEVICES:
        _refuse(file, ("devices",), f"more than {MAX_DEVICES} devices", "Split the network.")
    read = {
        each: _device(file, number, devices, each, read_profile) for number, each in enumerate(devices, 1)
    }
    _unique(file, read)
    return _network(file, read)


def _network(file: TomlFile, devices: Mapping[str, Device]) -> Network:
    table = _table(file, file.values, ("network",))
    _only(file, table, ("network",), _NETWORK_KEYS)
    local = _networks(file, table, ("network", "local"))
    classes = _table(file, file.values, ("controllers",))
    controllers = {each: _networks(file, classes, ("controllers", each)) for each in classes}
    if "address" in table and DNS_CLASS not in controllers:
        controllers[DNS_CLASS] = _networks(file, {"address": [table["address"]]}, ("network", "address"))
    address = (
        _strings(file, {"address": [table["address"]]}, ("network", "address")) if "address" in table else ()
    )
    return Network(
        devices=placed(devices, local, controllers),
        lan=_matching(file, table, ("network", "lan"), INTERFACE, "name of an interface"),
        wan=_matching(file, table, ("network", "wan"), INTERFACE, "name of an interface"),
        local=local,
        address=_address(file, ("network", "address"), address[0]) if address else None,
        upstream=_addresses(file, table, ("network", "upstream")),
        state=_text(file, table, ("network", "state"), "state/"),
        fail=_choice(file, table, ("network", "fail"), Fail, Fail.CLOSED),
        portal=_portal(file, table),
        controllers=controllers,
    )


def _device(
    file: TomlFile,
    number: int,
    devices: Mapping[str, object],
    name: str,
    read_profile: Callable[[str], Policy],
) -> Device:
    path = ("devices", name)
    if not DEVICE_NAME.fullmatch(name):
        _refuse(file, path, f"{name!r} is no name of a device", "Use a-z, 0-9, dot, dash; at most 63.")
    table = _table(file, devices, path)
    _only(file, table, path, _DEVICE_KEYS)
    mac = _text(file, table, (*path, "mac")).lower().replace("-", ":")
    if not MAC.fullmatch(mac) or int(mac[:2], 16) & _GROUP_BIT or mac == "00:00:00:00:00:00":
        _refuse(file, (*path, "mac"), f"{mac!r} is no MAC address of a device", "Write 02:11:22:33:44:55.")
    profile = _text(file, table, (*path, "profile"))
    return Device(
        name=name,
        number=number,
        mac=mac,
        addresses=_addresses(file, table, (*path, "addresses")),
        profile=profile,
        policy=read_profile(profile) if profile else Policy(),
        surroundings=Surroundings(my_controllers=_networks(file, table, (*path, "my-controllers"))),
        mode=_choice(file, table, (*path, "mode"), Mode, Mode.LEARN),
        maker=_text(file, table, (*path, "maker")),
        model=_text(file, table, (*path, "model")),
        unit=_text(file, table, (*path, "unit")),
        update_hosts=_matching(file, table, (*path, "update-hosts"), HOST_NAME, "DNS name"),
        config_hosts=_matching(file, table, (*path, "config-hosts"), HOST_NAME, "DNS name"),
        power=_table(file, table, (*path, "power")),
    )


def _known_as(url: str) -> frozenset[str]:
    """The keys under which a device is known to others: its MUD URL and the authority (RFC 8520 §6)."""
    return frozenset({authority(url), url}) if url else frozenset()


def _who_is_who(devices: Mapping[str, Device]) -> Mapping[str, tuple[tuple[str, Networks], ...]]:
    """Devices with their networks, by the authority of their MUD URL, and by the URL itself (RFC 8520 §6)."""
    found: dict[str, list[tuple[str, Networks]]] = {}
    for each in devices.values():
        if each.policy.mud_url:
            own = tuple(ip_network(address) for address in each.addresses)
            for key in _known_as(each.policy.mud_url):
                found.setdefault(key, []).append((each.name, own))
    return {key: tuple(some) for key, some in found.items()}


def authority(url: str) -> str:
    """The authority of a MUD URL, in lower case; empty if it has none."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def placed(
    devices: Mapping[str, Device], local: Networks, controllers: Mapping[str, Networks]
) -> Mapping[str, Device]:
    """Devices that know who is who around them, by the addresses of all."""
    known = _who_is_who(devices)
    flat = {key: tuple(net for _, nets in some for net in nets) for key, some in known.items()}
    makers = {key: nets for key, nets in flat.items() if "/" not in key}
    models = {key: nets for key, nets in flat.items() if "/" in key}

    def around(device: Device) -> Surroundings:
        url = device.policy.mud_url
        return Surroundings(
            local=local,
            controllers=controllers,
            my_controllers=device.surroundings.my_controllers,
            manufacturers=Others(known, makers, device.name, _known_as(url)),
            models=Others(known, models, device.name, _known_as(url)),
            authority=authority(url),
        )

    return {name: replace(each, surroundings=around(each)) for name, each in devices.items()}


def _unique(file: TomlFile, devices: Mapping[str, Device]) -> None:
    owners: dict[object, str] = {}
    for each in devices.values():
        for thing in (each.mac, *each.addresses):
            if thing in owners:
                what = f"{thing} belongs to {owners[thing]} already"
                _refuse(file, ("devices", each.name), what, "Give each device its own.")
            owners[thing] = each.name


def _portal(file: TomlFile, table: Mapping[str, object]) -> str:
    portal = _text(file, table, ("network", "portal"))
    if portal and not portal.startswith("https://"):
        _refuse(file, ("network", "portal"), "the portal is no https URI (RFC 8908 §4)", "Write https://….")
    return portal


def _table(file: TomlFile, within: Mapping[str, object], path: tuple[str, ...]) -> Mapping[str, object]:
    value = within.get(path[-1], {})
    if not isinstance(value, dict):
        _refuse(file, path, f"{path[-1]} is no table", f"Write [{'.'.join(path)}].")
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else {}


def _only(file: TomlFile, table: Mapping[str, object], path: tuple[str, ...], known: frozenset[str]) -> None:
    for key in table:
        if key not in known:
            _refuse(file, (*path, key), f"unknown key {key!r}", f"Known are {', '.join(sorted(known))}.")


def _text(file: TomlFile, table: Mapping[str, object], path: tuple[str, ...], default: str = "") -> str:
    value = table.get(path[-1], default)
    if not isinstance(value, str) or any(ord(each) < ord(" ") for each in value):
        _refuse(file, path, f"{path[-1]} is no text of one line", "Put it in quotation marks.")
    return str(value)


def _strings(file: TomlFile, table: Mapping[str, object], path: tuple[str, ...]) -> tuple[str, ...]:
    value = table.get(path[-1], [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        _refuse(file, path, f"{path[-1]} is no list of texts", 'Write ["…", "…"].')
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _matching(
    file: TomlFile, table: Mapping[str, object], path: tuple[str, ...], form: re.Pattern[str], what: str
) -> tuple[str, ...]:
    values = _strings(file, table, path)
    if form is HOST_NAME:
        values = tuple(each.lower().rstrip(".") for each in values)
    for each in values:
        if not form.fullmatch(each):
            _refuse(file, path, f"{each!r} is no {what}", "Mend it or take it out.")
    return values


def _choice(
    file: TomlFile, table: Mapping[str, object], path: tuple[str, ...], kind: Callable[[str], T], default: T
) -> T:
    value = _text(file, table, path, str(default))
    try:
        return kind(value)
    except ValueError as error:
        where = file.place(*path)
        raise InputError(f"{where}: {error}", hint=f"Leave it out for {default}.") from error


def _addresses(file: TomlFile, table: Mapping[str, object], path: tuple[str, ...]) -> tuple[Address, ...]:
    return tuple(_address(file, path, each) for each in _strings(file, table, path))


def _address(file: TomlFile, path: tuple[str, ...], text: str) -> Address:
    try:
        address = ip_address(text)
    except ValueError as error:
        where = file.place(*path)
        raise InputError(f"{where}: {text!r} is no address", hint="Mend it.") from error
    if "%" in text or address.is_multicast or address.is_unspecified:
        _refuse(file, path, f"{text!r} is no address of one host", "Mend it.")
    return address


def _networks(file: TomlFile, table: Mapping[str, object], path: tuple[str, ...]) -> Networks:
    try:
        return tuple(ip_network(each) for each in _strings(file, table, path))
    except ValueError as error:
        where = file.place(*path)
        raise InputError(f"{where}: {error}", hint="Write addresses or networks in CIDR form.") from error


def _refuse(file: TomlFile, path: tuple[str, ...], what: str, hint: str) -> None:
    raise InputError(f"{file.place(*path)}: {what}", hint=hint)
