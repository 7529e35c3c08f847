"""Kinds of values in MUD files: what the modules allow in a leaf (RFC 6991, RFC 7951, RFC 8519)."""

import base64
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, NamedTuple

from roadworthy.codecs.plain import Json
from roadworthy.network.mud.emission import ALLOWED, fault_of


class Kind(NamedTuple):
    """One kind of value: what it is in words, and whether a value is of it."""

    words: str
    fits: Callable[[Json], bool]


def number(lowest: int, highest: int) -> Kind:
    """A whole number between two bounds, both within."""

    def fits(value: Json) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest

    return Kind(f"a whole number from {lowest} to {highest}", fits)


def text(shortest: int = 0, longest: int = 100_000) -> Kind:
    """A text of a length, in characters."""
    words = "a text" if shortest == 0 else f"a text of {shortest} to {longest} characters"
    return Kind(words, lambda value: _is_text(value) and shortest <= len(str(value)) <= longest)


def one_of(names: Iterable[str], *, module: str = "") -> Kind:
    """One of some names; those of a module may stand with it before them (RFC 7951 §6.8)."""
    known = tuple(names)
    allowed = frozenset(known) | (frozenset(f"{module}:{each}" for each in known) if module else frozenset())
    shown = (
        ", ".join(known) if len(known) <= MOST_SHOWN else f"{', '.join(known[:3])} and {len(known) - 3} more"
    )
    return Kind(f"one of {shown}", lambda value: isinstance(value, str) and value in allowed)


def either(one: Kind, other: Kind) -> Kind:
    """Of one kind or another."""
    return Kind(f"{one.words}, or {other.words}", lambda value: one.fits(value) or other.fits(value))


def bits(*names: str) -> Kind:
    """Some names of flags, blanks between, each once (RFC 7951 §6.5)."""

    def fits(value: Json) -> bool:
        said = value.split() if isinstance(value, str) else ["?"]
        return len(set(said)) == len(said) and set(said) <= set(names)

    return Kind(f"flags among {' '.join(names)}", fits)


def binary(shortest: int = 0, longest: int = 1_000_000) -> Kind:
    """Bytes in Base64 (RFC 7951 §6.6)."""

    def fits(value: Json) -> bool:
        try:
            data = base64.b64decode(value, validate=True) if isinstance(value, str) else None
        except ValueError:
            return False
        return data is not None and shortest <= len(data) <= longest

    words = "bytes in Base64" if longest > 1000 else f"{shortest} to {longest} bytes in Base64"  # noqa: PLR2004
    return Kind(words, fits)


def uri(*schemes: str) -> Kind:
    """A URI (RFC 3986), absolute, of one of some schemes if any are named."""
    words = f"a URI of the scheme {' or '.join(schemes)}" if schemes else "a URI"

    def fits(value: Json) -> bool:
        if not isinstance(value, str) or not ALLOWED.issuperset(value):
            return False
        found = SCHEME.match(value)
        return found is not None and (not schemes or found[1].lower() in schemes)

    return Kind(words, fits)


def _is_text(value: Json) -> bool:
    """A text without what no YANG string holds (RFC 7950 §9.4)."""
    return isinstance(value, str) and not CONTROLS.search(value)


def _is_host(value: Json) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        return False
    try:
        ip_address(value)
    except ValueError:
        return DOMAIN.fullmatch(value) is not None
    return True


def _network(family: type[IPv4Network] | type[IPv6Network]) -> Callable[[Json], bool]:
    def fits(value: Json) -> bool:
        if not isinstance(value, str) or PREFIX.fullmatch(value) is None:
            return False
        try:
            return isinstance(ip_network(value, strict=False), family)
        except ValueError:
            return False

    return fits


def _is_time(value: Json) -> bool:
    if not isinstance(value, str) or TIME.fullmatch(value) is None:
        return False
    whole = re.sub(r"\.\d+", "", value)
    try:
        datetime.fromisoformat(whole)
    except ValueError:
        return False
    return True


MOST_SHOWN: Final = 12
LONGEST_NAME: Final = 253
SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):.")
CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LABEL: Final = r"([a-zA-Z0-9_][a-zA-Z0-9_-]{0,61})?[a-zA-Z0-9]"
DOMAIN: Final = re.compile(rf"({_LABEL}\.)*{_LABEL}\.?|\.")
PREFIX: Final = re.compile(r"[0-9A-Fa-f.:]+/(0|[1-9][0-9]{0,2})")
TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
MAC: Final = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")

EMPTY: Final = Kind("[null], which says that it is there", lambda value: value == [None])
TRUTH: Final = Kind("true or false", lambda value: isinstance(value, bool))
HOST: Final = Kind("a host name or an address", _is_host)
MUD_URL: Final = Kind(
    "an https URL with a host", lambda value: isinstance(value, str) and not fault_of(value)
)
REFERENCE: Final = Kind(
    "a URI, or a part of one",
    lambda value: isinstance(value, str) and value != "" and ALLOWED.issuperset(value),
)
IPV4_NETWORK: Final = Kind("an IPv4 network with its length, as 192.0.2.0/24", _network(IPv4Network))
IPV6_NETWORK: Final = Kind("an IPv6 network with its length, as 2001:db8::/32", _network(IPv6Network))
MAC_ADDRESS: Final = Kind(
    "a MAC address, as 02:11:22:33:44:55",
    lambda value: isinstance(value, str) and MAC.fullmatch(value) is not None,
)
MOMENT: Final = Kind("a moment, as 2026-11-27T12:00:00Z", _is_time)
