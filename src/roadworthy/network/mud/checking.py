"""Checking MUD files against the modules: every fault, each with its place and the way out, and hints.

A fault is what makes a file invalid by the standards. A hint is what is valid and unwise, or is not checked.
"""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs import plain
from roadworthy.codecs.plain import Json
from roadworthy.model.errors import InputError
from roadworthy.network.mud.modules import (
    ACL,
    EXTENSIONS,
    FILE,
    KNOWN,
    TYPES,
    Barred,
    Block,
    Case,
    Leaf,
    Node,
)
from roadworthy.network.mud.reading import DRAFT, MOST_BYTES

MUD: Final = "ietf-mud:mud"
ACLS: Final = f"{ACL}:acls"
MOST_FAULTS: Final = 1000
LAYERS: Final = ("eth", "ipv4", "ipv6")
POLICIES: Final = ("from-device-policy", "to-device-policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing about a file.

    Args:
        place: Path of the node.
        what: What is wrong.
        remedy: The way out.
        rule: Where it is said.
    """

    place: str
    what: str
    remedy: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of checking a file.

    Args:
        faults: What makes it invalid; none for a valid file. At most `MOST_FAULTS`.
        hints: What is valid and was not checked.
    """

    faults: tuple[Remark, ...]
    hints: tuple[Remark, ...]


def check(data: bytes) -> Checked:
    """Check a MUD file. Raises nothing.

    Args:
        data: The file (RFC 7951 JSON), at most `MOST_BYTES`.
    """
    if len(data) > MOST_BYTES:
        return _unreadable(f"has {len(data)} bytes, more than {MOST_BYTES}", "Split it into fewer rules.")
    try:
        value = plain.read(data)
    except InputError as error:
        return _unreadable(str(error), error.hint)
    walk = _Walk()
    try:
        walk.block(FILE, value, "")
        if isinstance(value, dict):
            walk.whole(value)
    except RecursionError:  # deep, and just not too deep to be read
        return _unreadable("the JSON is nested too deeply", "No MUD file is.")
    return Checked(faults=tuple(walk.faults[:MOST_FAULTS]), hints=tuple(walk.hints[:MOST_FAULTS]))


def _unreadable(what: str, remedy: str) -> Checked:
    fault = Remark(place="/", what=what, remedy=remedy, rule="RFC 8259, RFC 7493")
    return Checked(faults=(fault,), hints=())


class _Walk:
    """Goes through a file, node by node."""

    def __init__(self) -> None:
        self.faults: list[Remark] = []
        self.hints: list[Remark] = []
        self._used: dict[str, str] = {}

    def block(self, block: Block, value: Json, path: str) -> None:
        """One object and what is in it."""
        if not isinstance(value, dict):
            self._fault(
                path or "/", f"is {_shown(value)}, and an object is needed", "Put it in { }.", block.rule
            )
            return
        for name, each in value.items():
            if len(self.faults) >= MOST_FAULTS:
                return
            if (node := block.nodes.get(name)) is None:
                self._unknown(block, name, path)
            else:
                self._node(node, each, f"{path}/{name}", block.rule)
        for name, node in block.nodes.items():
            if node.required and name not in value:
                self._fault(f"{path}/{name}", "is missing", _needed(node), block.rule)
        for choice in block.choices:
            self._choice(choice, value, path, block.rule)

    def _node(self, node: Node, value: Json, path: str, rule: str) -> None:
        name = path.rpartition("/")[2]
        if name in EXTENSIONS:
            self._used.setdefault(EXTENSIONS[name], path)
        if isinstance(node, Barred):
            self._fault(path, node.why, node.remedy, rule)
        elif isinstance(node, Leaf):
            self._leaf(node, value, path, rule)
        elif node.key:
            self._entries(node, value, path)
        else:
            self.block(node, value, path)

    def _leaf(self, leaf: Leaf, value: Json, path: str, rule: str) -> None:
        if not leaf.many:
            if not leaf.kind.fits(value):
                self._fault(
                    path, f"is {_shown(value)}, and not {leaf.kind.words}", f"Give {leaf.kind.words}.", rule
                )
            return
        if not isinstance(value, list):
            self._fault(path, f"is {_shown(value)}, and a list is needed", "Put it in [ ].", rule)
            return
        seen: set[str] = set()
        for at, each in enumerate(value):
            same = json.dumps(each)
            if not leaf.kind.fits(each):
                what = f"is {_shown(each)}, and not {leaf.kind.words}"
                self._fault(f"{path}[{at}]", what, f"Give {leaf.kind.words}.", rule)
            elif same in seen:
                self._fault(f"{path}[{at}]", f"says {_shown(each)} again", "Say it once.", rule)
            seen.add(same)

    def _entries(self, block: Block, value: Json, path: str) -> None:
        if not isinstance(value, list):
            self._fault(path, f"is {_shown(value)}, and a list is needed", "Put it in [ ].", block.rule)
            return
        seen: dict[str, int] = {}
        for at, each in enumerate(value):
            self.block(block, each, f"{path}[{at}]")
            key = each.get(block.key) if isinstance(each, dict) else None
            if isinstance(key, str) and seen.setdefault(key, at) != at:
                what = f"has the {block.key} of [{seen[key]}], {_shown(key)}"
                self._fault(f"{path}[{at}]/{block.key}", what, "Give each its own.", block.rule)

    def _choice(self, cases: tuple[Case, ...], value: Mapping[str, Json], path: str, rule: str) -> None:
        there = [case for case in cases if any(name in value for name in case.nodes)]
        if len(there) > 1:
            names = [name for case in there for name in case.nodes if name in value]
            what = f"has {' and '.join(names)}, of which one only may be there"
            self._fault(path, what, "Split it into several entries, or leave one out.", rule)
        for case in there:
            for name in case.required:
                if name not in value:
                    remedy = f"It goes with {' and '.join(each for each in case.nodes if each in value)}."
                    self._fault(f"{path}/{name}", "is missing", remedy, rule)

    def _unknown(self, block: Block, name: str, path: str) -> None:
        module, _, bare = name.rpartition(":")
        place = f"{path}/{name}"
        if name == DRAFT:
            remedy = "`roadworthy profile upgrade` mends it."
            self._fault(place, "has the lists in the form of a draft", remedy, "RFC 8519 §4.1")
        elif module and module not in KNOWN:
            what = f"is not checked: the module {module} is not known here"
            self._hint(place, what, "Nothing, if those who read the file know it.", "RFC 8520 §3.9")
            self._used.setdefault("", place)
        else:
            known = {each.rpartition(":")[2]: each for each in block.nodes}
            near = known.get(bare) or next(iter(difflib.get_close_matches(name, block.nodes, 1)), "")
            remedy = f"Is {near} meant?" if near else "Leave it out."
            self._fault(place, "is not known here", remedy, block.rule)

    def whole(self, top: Mapping[str, Json]) -> None:
        """What one node says of another."""
        lists = list(_lists(top))
        names = {name for _, acl in lists if isinstance(name := acl.get("name"), str)}
        mud = _object(top.get(MUD))
        for policy in POLICIES:
            for place, name in _named(mud, policy):
                if name not in names:
                    what = f"names the list {_shown(name)}, which is not there"
                    self._fault(place, what, "Put it under acls, or leave it out.", "RFC 8520 §3")
        for place, acl in lists:
            self._types(place, acl)
        self._declared(mud)

    def _types(self, place: str, acl: Mapping[str, Json]) -> None:
        """What a list matches on goes by its type (RFC 8519 §4.1), and ranges go upwards (§4.2)."""
        said = acl.get("type")
        kind = said.rpartition(":")[2] if isinstance(said, str) else ""
        allowed = TYPES.get(kind, frozenset())
        for where, ace in _entries(place, acl):
            matches = _object(ace.get("matches"))
            for layer in LAYERS:
                if layer in matches and layer not in allowed and (kind in TYPES or said is None):
                    what = f"is in a list of the type {kind or 'none'}, which has no such matches"
                    remedy = f"Give the list the type {_fitting(allowed | {layer})}."
                    self._fault(f"{where}/matches/{layer}", what, remedy, "RFC 8519 §4.1")
            for layer in ("tcp", "udp"):
                for end in ("source-port", "destination-port"):
                    ports = _object(_object(matches.get(layer)).get(end))
                    lower, upper = ports.get("lower-port"), ports.get("upper-port")
                    if isinstance(lower, int) and isinstance(upper, int) and lower > upper:
                        at = f"{where}/matches/{layer}/{end}"
                        self._fault(at, f"goes from {lower} down to {upper}", "Swap them.", "RFC 8519 §4.2")

    def _declared(self, mud: Mapping[str, Json]) -> None:
        said = mud.get("extensions")
        declared = said if isinstance(said, list) else []
        for name, place in self._used.items():
            if name and name not in declared:
                remedy = f"Add {name} to /{MUD}/extensions."
                self._fault(
                    place, f"is of the extension {name}, which is not declared", remedy, "RFC 8520 §3.9"
                )
            elif not name and not declared:
                remedy = f"Name the extension in /{MUD}/extensions."
                self._fault(place, "is of an extension, and none is declared", remedy, "RFC 8520 §3.9")

    def _fault(self, place: str, what: str, remedy: str, rule: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Remark(place=place, what=what, remedy=remedy, rule=rule))

    def _hint(self, place: str, what: str, remedy: str, rule: str) -> None:
        if len(self.hints) < MOST_FAULTS:
            self.hints.append(Remark(place=place, what=what, remedy=remedy, rule=rule))


def _needed(node: Node) -> str:
    return f"Give {node.kind.words}." if isinstance(node, Leaf) else "Put it in."


def _fitting(layers: frozenset[str]) -> str:
    """The narrowest type of list that matches on some layers."""
    fitting = [name for name, allowed in TYPES.items() if layers <= allowed]
    return min(fitting, key=lambda name: len(TYPES[name]), default="mixed-eth-ipv4-ipv6-acl-type")


def _shown(value: Json) -> str:
    """A value for a message: short."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 -- a line


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _lists(top: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for at, acl in enumerate(_list(_object(top.get(ACLS)).get("acl"))):
        if isinstance(acl, dict):
            yield f"/{ACLS}/acl[{at}]", acl


def _entries(place: str, acl: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for at, ace in enumerate(_list(_object(acl.get("aces")).get("ace"))):
        if isinstance(ace, dict):
            yield f"{place}/aces/ace[{at}]", ace


def _named(mud: Mapping[str, Json], policy: str) -> Iterator[tuple[str, str]]:
    lists = _object(_object(mud.get(policy)).get("access-lists"))
    for at, each in enumerate(_list(lists.get("access-list"))):
        name = _object(each).get("name")
        if isinstance(name, str):
            yield f"/{MUD}/{policy}/access-lists/access-list[{at}]/name", name
