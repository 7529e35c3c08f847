"""A MUD file as typed values (RFC 8520 with the access lists of RFC 8519), extensions kept as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from roadworthy.codecs.plain import Json

MUD = "ietf-mud:mud"
ACLS = "ietf-access-control-list:acls"
Nodes = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a MUD file says of itself and of the device (RFC 8520 §3).

    Args:
        mud_url: Where it is published.
        last_update: When it was made, RFC 3339.
        mud_version: Always 1.
        mud_signature: Where its signature is.
        cache_validity: Hours for which it need not be fetched again; None for the default of 48.
        is_supported: Whether the maker still gives updates.
        systeminfo: What the device is, for people.
        mfg_name: Name of its maker.
        model_name: Name of its model.
        firmware_rev: Version of its firmware.
        software_rev: Version of its software.
        documentation: Where its documentation is.
        extensions: Names of the extensions in use.
        rest: Other nodes, e.g. those of RFC 9472, as they stand.
    """

    mud_url: str
    last_update: str
    mud_version: int = 1
    mud_signature: str | None = None
    cache_validity: int | None = None
    is_supported: bool = True
    systeminfo: str | None = None
    mfg_name: str | None = None
    model_name: str | None = None
    firmware_rev: str | None = None
    software_rev: str | None = None
    documentation: str | None = None
    extensions: tuple[str, ...] = ()
    rest: Nodes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One access control entry (RFC 8519 `ace`).

    Args:
        name: Unique in its list.
        matches: Fields by layer, e.g. ``{"ipv4": {"protocol": 6}, "mud": {"local-networks": [None]}}``;
            module prefixes of known nodes are gone.
        forwarding: accept, drop or reject.
        rest: Other nodes, as they stand.
    """

    name: str
    matches: Mapping[str, Json]
    forwarding: str = "accept"
    rest: Nodes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessList:
    """One access control list (RFC 8519 `acl`).

    Args:
        name: Unique in its file.
        type: What it matches on.
        entries: Its entries, in order.
        rest: Other nodes, as they stand.
        beside: Other nodes within `aces`, beside the entries, as they stand.
    """

    name: str
    type: str
    entries: tuple[Entry, ...] = ()
    rest: Nodes = field(default_factory=dict)
    beside: Nodes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Nodes of extensions around the names of the lists of a policy, as they stand.

    Args:
        policy: Within the policy, beside `access-lists`.
        lists: Within `access-lists`, beside `access-list`.
        entries: Beside each name, by that name.
    """

    policy: Nodes = field(default_factory=dict)
    lists: Nodes = field(default_factory=dict)
    entries: Mapping[str, Nodes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MudFile:
    """A whole MUD file.

    Args:
        about: What it says of itself.
        from_device: Names of the lists for what the device sends.
        to_device: Names of the lists for what is sent to it.
        lists: The access lists.
        rest: Other nodes at the top, as they stand.
        beside_from: Other nodes within `from-device-policy`.
        beside_to: Other nodes within `to-device-policy`.
        beside_lists: Other nodes within `acls`, beside the lists, as they stand.
    """

    about: About
    from_device: tuple[str, ...] = ()
    to_device: tuple[str, ...] = ()
    lists: tuple[AccessList, ...] = ()
    rest: Nodes = field(default_factory=dict)
    beside_from: Beside = field(default_factory=Beside)
    beside_to: Beside = field(default_factory=Beside)
    beside_lists: Nodes = field(default_factory=dict)
