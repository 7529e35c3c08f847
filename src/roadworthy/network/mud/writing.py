"""Write a MUD file: one way to write each, so that equal files have equal bytes and can be signed."""

from roadworthy.codecs import plain
from roadworthy.codecs.plain import Json
from roadworthy.network.mud.file import ACLS, MUD, About, AccessList, Beside, Entry, MudFile
from roadworthy.network.mud.reading import AUGMENTED

_PREFIXED = {short: long for long, short in AUGMENTED.items()}


def write_mud(mud: MudFile) -> bytes:
    """A MUD file as bytes; the same for the same file, always."""
    return plain.write(
        {
            MUD: {
                **_about(mud.about),
                **_policy("from-device-policy", mud.from_device, mud.beside_from),
                **_policy("to-device-policy", mud.to_device, mud.beside_to),
                **mud.about.rest,
            },
            ACLS: {"acl": [_list(each) for each in mud.lists], **mud.beside_lists},
            **mud.rest,
        }
    )


def _about(about: About) -> dict[str, Json]:
    nodes: dict[str, Json] = {
        "mud-version": about.mud_version,
        "mud-url": about.mud_url,
        "last-update": about.last_update,
        "mud-signature": about.mud_signature,
        "cache-validity": about.cache_validity,
        "is-supported": about.is_supported,
        "systeminfo": about.systeminfo,
        "mfg-name": about.mfg_name,
        "model-name": about.model_name,
        "firmware-rev": about.firmware_rev,
        "software-rev": about.software_rev,
        "documentation": about.documentation,
        "extensions": list(about.extensions) or None,
    }
    return {key: each for key, each in nodes.items() if each is not None}


def _policy(node: str, names: tuple[str, ...], beside: Beside) -> dict[str, Json]:
    if not names and beside == Beside():
        return {}
    entries: list[Json] = [{"name": each, **beside.entries.get(each, {})} for each in names]
    return {node: {"access-lists": {"access-list": entries, **beside.lists}, **beside.policy}}


def _list(acl: AccessList) -> Json:
    head: dict[str, Json] = {"name": acl.name}
    if acl.type:
        head["type"] = acl.type
    return {**head, "aces": {"ace": [_entry(each) for each in acl.entries], **acl.beside}, **acl.rest}


def _entry(entry: Entry) -> Json:
    matches: dict[str, Json] = {
        _PREFIXED.get(key, key): {_PREFIXED.get(inner, inner): leaf for inner, leaf in layer.items()}
        if isinstance(layer, dict)
        else layer
        for key, layer in entry.matches.items()
    }
    more = entry.rest.get("actions")
    actions: dict[str, Json] = {"forwarding": entry.forwarding, **(more if isinstance(more, dict) else {})}
    rest = {key: each for key, each in entry.rest.items() if key != "actions"}
    return {"name": entry.name, "matches": matches, "actions": actions, **rest}
