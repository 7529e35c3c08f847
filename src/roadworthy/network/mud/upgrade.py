"""Upgrade: a MUD file in the form of an early draft, mended into RFC 8520. It allows what it did.

Only what has one plain meaning is mended, and each change is told. What stays wrong is for its author.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final

from roadworthy.codecs import plain
from roadworthy.codecs.plain import Json
from roadworthy.model.errors import InputError
from roadworthy.network.mud.file import ACLS
from roadworthy.network.mud.reading import DRAFT, MOST_BYTES, read_mud

TYPES: Final = {"ethernet-acl-type": "eth-acl-type"}
"""Types of lists as drafts called them."""
MIXED: Final = {"ipv4-acl-type": "mixed-eth-ipv4-acl-type", "ipv6-acl-type": "mixed-eth-ipv6-acl-type"}
FAMILIES: Final = {4: 32, 6: 128}
OPERATORS: Final = frozenset({"eq", "neq", "lte", "gte"})
PORTS: Final = ("source-port", "destination-port")
ONE_FILE: Final = "Give one MUD file, as JSON."


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """A file, mended.

    Args:
        data: Its bytes now; those that were given if nothing was to mend.
        changes: What was changed, each with the place.
    """

    data: bytes
    changes: tuple[str, ...]


def upgrade(data: bytes, name: str) -> Upgraded:
    """Mend a file.

    Args:
        data: The file.
        name: What to call it in errors.

    Raises:
        InputError: It is no MUD file, or holds what cannot be mended; names the node.
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"{name}: {len(data)} bytes are more than {MOST_BYTES}", hint=ONE_FILE)
    top = plain.read(data)
    if not isinstance(top, dict):
        raise InputError(f"{name}: an object is needed", hint=ONE_FILE)
    changes = list(_mend(top))
    made = plain.write(top) if changes else data
    read_mud(made, name)
    return Upgraded(data=made, changes=tuple(changes))


def _mend(top: dict[str, Json]) -> Iterator[str]:
    if DRAFT in top and ACLS not in top:
        top[ACLS] = top.pop(DRAFT)
        yield f"/{DRAFT}: is now {ACLS}, where RFC 8519 has the lists"
    lists = top.get(ACLS)
    acls = lists.get("acl") if isinstance(lists, dict) else None
    for acl in acls if isinstance(acls, list) else ():
        if isinstance(acl, dict):
            yield from _mend_list(acl)


def _mend_list(acl: dict[str, Json]) -> Iterator[str]:
    place = f"list {acl.get('name')}"
    kind = acl.get("type")
    if isinstance(kind, str) and kind in TYPES:
        acl["type"] = TYPES[kind]
        yield f"{place}: the type {kind} is called {TYPES[kind]}"
    yield from _drop_empty(place, acl)
    all_matches = [
        (f"{place}, entry {entry.get('name')}", matches)
        for entry in _entries(acl)
        if isinstance(entry, dict) and isinstance(matches := entry.get("matches"), dict)
    ]
    for where, matches in all_matches:
        yield from _mend_frame(where, matches)
        for family in FAMILIES:
            yield from _mend_networks(where, family, matches.get(f"ipv{family}"))
        for layer in ("tcp", "udp"):
            yield from _mend_ports(where, matches.get(layer))
    if isinstance(kind, str) and kind in MIXED and any("eth" in matches for _, matches in all_matches):
        acl["type"] = MIXED[kind]
        yield f"{place}: matches on frames too, so its type is {MIXED[kind]}"


def _entries(acl: dict[str, Json]) -> list[Json]:
    aces = acl.get("aces")
    entries = aces.get("ace") if isinstance(aces, dict) else None
    return entries if isinstance(entries, list) else []


def _drop_empty(place: str, acl: dict[str, Json]) -> Iterator[str]:
    """Leave out entries that no packet can match, and that the modules do not allow."""
    entries = _entries(acl)
    for each in [each for each in entries if _matches_nothing(each)]:
        entries.remove(each)
        name = each.get("name") if isinstance(each, dict) else ""
        yield f"{place}, entry {name}: left out, for an IPv6 packet has no IPv4 address, or the reverse"


def _mend_frame(where: str, matches: dict[str, Json]) -> Iterator[str]:
    frame = matches.get("eth")
    kind = frame.get("ethertype") if isinstance(frame, dict) else None
    if isinstance(frame, dict) and isinstance(kind, str) and kind.lower().startswith("0x"):
        try:
            frame["ethertype"] = int(kind, 16)
        except ValueError:
            return
        yield f"{where}: the ethertype {kind!r} is the number {frame['ethertype']}"


def _matches_nothing(entry: Json) -> bool:
    """Whether an entry names an address of the other family, so that no packet can match it."""
    matches = entry.get("matches") if isinstance(entry, dict) else None
    return any(
        key.endswith(f"-ipv{family}-network") and _version(said) not in {None, family}
        for family in FAMILIES
        for key, said in _items(matches, f"ipv{family}")
    )


def _mend_networks(where: str, family: int, layer: Json) -> Iterator[str]:
    """A network has a length (RFC 6991 `ip-prefix`); a bare address is one of its whole length."""
    if not isinstance(layer, dict):
        return
    for key, said in layer.items():
        if (
            key.endswith("-network")
            and isinstance(said, str)
            and "/" not in said
            and _version(said) == family
        ):
            layer[key] = f"{said}/{FAMILIES[family]}"
            yield f"{where}: the address {said} is the network {layer[key]}"


def _items(matches: Json, layer: str) -> Iterator[tuple[str, Json]]:
    found = matches.get(layer) if isinstance(matches, dict) else None
    if isinstance(found, dict):
        yield from found.items()


def _version(said: Json) -> int | None:
    """The family of an address or network; None where it is none."""
    try:
        return ip_network(said, strict=False).version if isinstance(said, str) else None
    except ValueError:
        return None


def _mend_ports(where: str, layer: Json) -> Iterator[str]:
    for key in PORTS:
        port = layer.get(key) if isinstance(layer, dict) else None
        if not isinstance(port, dict):
            continue
        if {"lower-port", "upper-port"} <= port.keys() and "operator" in port:
            yield f"{where}: {key} is a range, which has no operator ({port.pop('operator')})"
        elif port.get("operator") not in OPERATORS and "port" in port and "operator" in port:
            raise InputError(f"{where}: {key} has an operator that is not known", hint="See RFC 8519 §4.2.")
