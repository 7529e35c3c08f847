"""The mandatory tests of CSAF 2.0 and 2.1 (§6.1) that concern VEX documents.

Done: 6.1.1 to 6.1.6, 6.1.27.4 to 6.1.27.11 for the profile VEX, 6.1.32, 6.1.33. The JSON schema is not among
them, nor are the tests about versions, CVSS, languages and links.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from roadworthy.codecs.vex._csaf_products import Tree
from roadworthy.codecs.vex._fields import Fields
from roadworthy.model.statement import JUSTIFICATIONS

PROFILE: Final = "csaf_vex"
ADVISORIES: Final = ("csaf_security_advisory", "csaf_deprecated_security_advisory", PROFILE)
CONTRADICTING: Final = (  # §6.1.6
    ("first_affected", "known_affected", "last_affected"),
    ("known_not_affected",),
    ("first_fixed", "fixed"),
    ("under_investigation",),
    ("unknown",),
)
VEX_STATUS: Final = ("fixed", "known_affected", "known_not_affected", "under_investigation")  # §6.1.27.7
Fault = str


def faults(document: Fields, tree: Tree) -> Iterator[Fault]:
    """What is wrong in a document, a line each: test, JSON path, what."""
    yield from _of_tree(document, tree)
    for flaw in document.rows("vulnerabilities"):
        yield from _of_flaw(flaw, tree)
    category = document.inner("document").text("category")
    if category in ADVISORIES:
        yield from _of_advisory(document)
    if category == PROFILE:
        for flaw in document.rows("vulnerabilities"):
            yield from _of_vex(flaw, tree)


def _of_tree(document: Fields, tree: Tree) -> Iterator[Fault]:
    known = {name for name, _ in tree.defined}
    for name, place in (*tree.used, *_used(document)):
        if name not in known:
            yield f"6.1.1 {place}: product {name[:80]!r} is not defined"
    for name in _twice(name for name, _ in tree.defined):
        yield f"6.1.2 $.product_tree: product {name[:80]!r} is defined more than once"
    yield from _circles(tree)
    for name, place in _used_groups(document):
        if name not in tree.groups:
            yield f"6.1.4 {place}: product group {name[:80]!r} is not defined"
    for name in _twice(name for name, _ in tree.group_places):
        yield f"6.1.5 $.product_tree.product_groups: group {name[:80]!r} is defined more than once"


def _twice(names: Iterable[str]) -> Iterator[str]:
    return (name for name, count in Counter(names).items() if count > 1)


def _used(document: Fields) -> Iterator[tuple[str, str]]:
    for flaw in document.rows("vulnerabilities"):
        for key in flaw.inner("product_status").values:
            place = flaw.inner("product_status")
            yield from ((each, f"{place.at}.{key}") for each in place.texts(key))
        for key in ("flags", "threats", "remediations", "involvements", "notes", "ids"):
            for row in flaw.rows(key):
                yield from ((each, f"{row.at}.product_ids") for each in row.texts("product_ids"))
        for key in ("scores", "metrics"):
            for row in flaw.rows(key):
                yield from ((each, f"{row.at}.products") for each in row.texts("products"))
    for row in document.inner("document").rows("notes"):
        yield from ((each, f"{row.at}.product_ids") for each in row.texts("product_ids"))


def _used_groups(document: Fields) -> Iterator[tuple[str, str]]:
    for flaw in (*document.rows("vulnerabilities"), document.inner("document")):
        for key in ("flags", "threats", "remediations", "involvements", "notes", "ids"):
            for row in flaw.rows(key):
                yield from ((each, f"{row.at}.group_ids") for each in row.texts("group_ids"))


def _circles(tree: Tree) -> Iterator[Fault]:
    """§6.1.3: a product must not be defined by itself."""
    made_of: dict[str, set[str]] = {}
    for whole, part, _ in tree.composed:
        made_of.setdefault(whole, set()).add(part)
    for start, parts in made_of.items():
        seen: set[str] = set()
        waiting = [*parts]
        while waiting:
            each = waiting.pop()
            if each == start:
                yield f"6.1.3 $.product_tree: product {start[:80]!r} is defined by itself"
                break
            if each not in seen:
                seen.add(each)
                waiting.extend(made_of.get(each, ()))


def _of_flaw(flaw: Fields, tree: Tree) -> Iterator[Fault]:
    status = flaw.inner("product_status")
    groups: dict[str, set[int]] = {}
    for number, keys in enumerate(CONTRADICTING):
        for each in (one for key in keys for one in status.texts(key)):
            groups.setdefault(each, set()).add(number)
    for name, found in groups.items():
        if len(found) > 1:
            yield f"6.1.6 {status.at}: product {name[:80]!r} has statuses that contradict each other"
    yield from _of_flags(flaw, tree)


def _of_flags(flaw: Fields, tree: Tree) -> Iterator[Fault]:
    labels: dict[str, set[str]] = {}
    for flag in flaw.rows("flags"):
        if not flag.texts("product_ids") and not flag.texts("group_ids"):
            yield f"6.1.32 {flag.at}: the flag names no product"
        if flag.text("label") in JUSTIFICATIONS:
            for each in _members(flag, tree):
                labels.setdefault(each, set()).add(flag.text("label"))
    for name, found_labels in labels.items():
        if len(found_labels) > 1:
            yield f"6.1.33 {flaw.at}.flags: product {name[:80]!r} has more than one justification"


def _members(row: Fields, tree: Tree) -> frozenset[str]:
    grouped = (one for group in row.texts("group_ids") for one in tree.groups.get(group, ()))
    return frozenset((*row.texts("product_ids"), *grouped))


def _of_advisory(document: Fields) -> Iterator[Fault]:
    if "product_tree" not in document.values:
        yield "6.1.27.4 $.product_tree: this is missing"
    flaws = list(document.rows("vulnerabilities"))
    if not flaws:
        yield "6.1.27.11 $.vulnerabilities: this is missing"
    for flaw in flaws:
        if not any(flaw.rows("notes")):
            yield f"6.1.27.5 {flaw.at}.notes: this is missing"


def _of_vex(flaw: Fields, tree: Tree) -> Iterator[Fault]:
    status = flaw.inner("product_status")
    listed = {each for key in VEX_STATUS for each in status.texts(key)}
    if not listed:
        yield f"6.1.27.7 {status.at}: none of {', '.join(VEX_STATUS)} is there"
    ids = list(flaw.rows("ids"))
    named = [_members(each, tree) for each in ids]  # 2.1: an id may be one of some products only
    everywhere = flaw.text("cve") or any(
        not {"product_ids", "group_ids"} & each.values.keys() for each in ids
    )
    if not everywhere and (not ids or listed - frozenset().union(*named)):
        yield f"6.1.27.8 {flaw.at}: neither cve nor ids is there for each product"
    yield from _unexplained(flaw, status, tree)


def _unexplained(flaw: Fields, status: Fields, tree: Tree) -> Iterator[Fault]:
    impacts = (each for each in flaw.rows("threats") if each.text("category") == "impact")
    told = {one for each in (*flaw.rows("flags"), *impacts) for one in _members(each, tree)}
    for each in status.texts("known_not_affected"):
        if each not in told:
            yield f"6.1.27.9 {status.at}.known_not_affected: nothing says why {each[:80]!r} is not affected"
    acted = {one for each in flaw.rows("remediations") for one in _members(each, tree)}
    for each in status.texts("known_affected"):
        if each not in acted:
            yield f"6.1.27.10 {status.at}.known_affected: nothing says what to do about {each[:80]!r}"
