"""Read a MUD file. What is not understood is kept; what is no MUD file is refused by the node's path."""

from typing import Final

from roadworthy.codecs import plain
from roadworthy.codecs.plain import Json
from roadworthy.model.errors import InputError
from roadworthy.network.mud.file import ACLS, MUD, About, AccessList, Beside, Entry, MudFile

MOST_BYTES: Final = 1024 * 1024
MOST_ENTRIES: Final = 20_000
HINT: Final = "See RFC 8520 for what a MUD file holds; `roadworthy profile upgrade` mends old ones."
DRAFT: Final = "ietf-access-control-list:access-lists"
"""Where drafts before RFC 8519 had the lists."""
AUGMENTED: Final = {
    "ietf-mud:mud": "mud",
    "ietf-mud:direction-initiated": "direction-initiated",
    "ietf-acldns:src-dnsname": "src-dnsname",
    "ietf-acldns:dst-dnsname": "dst-dnsname",
}
PRESENT: Final = {
    "mud-url",
    "last-update",
    "mud-version",
    "mud-signature",
    "cache-validity",
    "is-supported",
    "systeminfo",
    "mfg-name",
    "model-name",
    "firmware-rev",
    "software-rev",
    "documentation",
}
Object = dict[str, Json]


def read_mud(data: bytes, name: str) -> MudFile:
    """The MUD file that some bytes hold.

    Args:
        data: RFC 7951 JSON, at most `MOST_BYTES`.
        name: What to call it in messages.

    Raises:
        InputError: It is no MUD file; the message names the node.
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"{name}: {len(data)} bytes are more than {MOST_BYTES}", hint=HINT)
    try:
        return _file(plain.read(data))
    except InputError as error:
        raise InputError(f"{name}: {error}", hint=HINT) from error


def _file(value: Json) -> MudFile:
    top = _object(value, "/")
    if DRAFT in top:
        raise InputError(f"/{DRAFT}: lists in the form of a draft, which mean nothing by RFC 8520", hint=HINT)
    mud = _object(top.get(MUD), f"/{MUD}")
    lists = _object(top.get(ACLS, {}), f"/{ACLS}")
    acls = _list(lists.get("acl", []), f"/{ACLS}/acl")
    read = tuple(_access_list(each, f"/{ACLS}/acl[{at}]") for at, each in enumerate(acls))
    if sum(len(each.entries) for each in read) > MOST_ENTRIES:
        raise InputError(f"/{ACLS}: more than {MOST_ENTRIES} entries", hint=HINT)
    names = {policy: _named(mud, policy) for policy in ("from-device-policy", "to-device-policy")}
    for policy, wanted in names.items():
        for name in wanted:
            if name not in {each.name for each in read}:
                raise InputError(f"/{MUD}/{policy}: there is no list {name!r}", hint=HINT)
    return MudFile(
        about=_about(mud),
        from_device=names["from-device-policy"],
        to_device=names["to-device-policy"],
        lists=read,
        rest=_others(top, MUD, ACLS),
        beside_from=_beside(mud, "from-device-policy"),
        beside_to=_beside(mud, "to-device-policy"),
        beside_lists=_others(lists, "acl"),
    )


def _about(mud: Object) -> About:
    known = PRESENT | {"extensions", "from-device-policy", "to-device-policy"}
    path = f"/{MUD}/"
    text = {key: _text(mud[key], path + key) for key in _TEXTS if key in mud}
    return About(
        mud_url=_text(mud.get("mud-url"), path + "mud-url"),
        last_update=_text(mud.get("last-update"), path + "last-update"),
        mud_version=_number(mud.get("mud-version"), path + "mud-version"),
        cache_validity=(
            _number(mud["cache-validity"], path + "cache-validity") if "cache-validity" in mud else None
        ),
        is_supported=_truth(mud.get("is-supported"), path + "is-supported"),
        extensions=tuple(
            _text(each, path + "extensions") for each in _list(mud.get("extensions", []), path + "extensions")
        ),
        rest={key: each for key, each in mud.items() if key not in known},
        mud_signature=text.get("mud-signature"),
        systeminfo=text.get("systeminfo"),
        mfg_name=text.get("mfg-name"),
        model_name=text.get("model-name"),
        firmware_rev=text.get("firmware-rev"),
        software_rev=text.get("software-rev"),
        documentation=text.get("documentation"),
    )


_TEXTS: Final = PRESENT - {"mud-url", "last-update", "mud-version", "cache-validity", "is-supported"}


def _named(mud: Object, policy: str) -> tuple[str, ...]:
    path = f"/{MUD}/{policy}"
    lists = _object(_object(mud.get(policy, {}), path).get("access-lists", {}), path + "/access-lists")
    path += "/access-lists/access-list"
    return tuple(
        _text(_object(each, path).get("name"), path + "/name")
        for each in _list(lists.get("access-list", []), path)
    )


def _beside(mud: Object, policy: str) -> Beside:
    """What else stands in a policy; it was looked through before."""
    whole = _object(mud.get(policy, {}), policy)
    lists = _object(whole.get("access-lists", {}), policy)
    entries = [_object(each, policy) for each in _list(lists.get("access-list", []), policy)]
    return Beside(
        policy=_others(whole, "access-lists"),
        lists=_others(lists, "access-list"),
        entries={str(each["name"]): more for each in entries if (more := _others(each, "name"))},
    )


def _others(value: Object, *known: str) -> Object:
    return {key: each for key, each in value.items() if key not in known}


def _access_list(value: Json, path: str) -> AccessList:
    acl = _object(value, path)
    aces = _object(acl.get("aces", {}), path + "/aces")
    entries = _list(aces.get("ace", []), path + "/aces/ace")
    return AccessList(
        name=_text(acl.get("name"), path + "/name"),
        type=_text(acl.get("type", ""), path + "/type"),
        entries=tuple(_entry(each, f"{path}/aces/ace[{at}]") for at, each in enumerate(entries)),
        rest=_others(acl, "name", "type", "aces"),
        beside=_others(aces, "ace"),
    )


def _entry(value: Json, path: str) -> Entry:
    ace = _object(value, path)
    actions = _object(ace.get("actions"), path + "/actions")
    rest = _others(ace, "name", "matches", "actions")
    if more := _others(actions, "forwarding"):
        rest["actions"] = more
    matches = _object(ace.get("matches", {}), path + "/matches")
    return Entry(
        name=_text(ace.get("name"), path + "/name"),
        matches={
            AUGMENTED.get(key, key): {AUGMENTED.get(inner, inner): leaf for inner, leaf in layer.items()}
            if isinstance(layer, dict)
            else layer
            for key, layer in matches.items()
        },
        forwarding=_text(actions.get("forwarding"), path + "/actions/forwarding").split(":")[-1],
        rest=rest,
    )


def _object(value: Json, path: str) -> Object:
    if not isinstance(value, dict):
        raise InputError(f"{path}: an object is needed", hint=HINT)
    return value


def _list(value: Json, path: str) -> list[Json]:
    if not isinstance(value, list):
        raise InputError(f"{path}: a list is needed", hint=HINT)
    return value


def _text(value: Json, path: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{path}: a text is needed", hint=HINT)
    return value


def _number(value: Json, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(f"{path}: a whole number is needed", hint=HINT)
    return value


def _truth(value: Json, path: str) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{path}: true or false is needed", hint=HINT)
    return value
