"""The product tree of CSAF 2.0 and 2.1: every product id, with the names under which others know it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from roadworthy.codecs.vex._fields import Fields
from roadworthy.model.statement import Named

MAX_BRANCHES: Final = 200_000
MAX_DEPTH: Final = 40


@dataclass(frozen=True, slots=True)
class Defined:
    """One product id, where it is defined.

    Args:
        product: Its names; for one that is composed, those of the outer product.
        part: The inner product of a composed one.
        place: JSON path.
    """

    product: Named
    part: Named | None
    place: str


@dataclass(frozen=True, slots=True)
class Tree:
    """All of it.

    Args:
        defined: Every definition, in order, also of an id that is defined twice.
        groups: Ids in each product group.
        group_places: Every definition of a group.
        used: Every reference from within the tree: id, place.
        composed: Edges from a composed product to those that it is made of: id, id, place.
    """

    defined: list[tuple[str, Defined]] = field(default_factory=list)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    group_places: list[tuple[str, str]] = field(default_factory=list)
    used: list[tuple[str, str]] = field(default_factory=list)
    composed: list[tuple[str, str, str]] = field(default_factory=list)

    def products(self) -> Mapping[str, Defined]:
        """By id."""
        return dict(self.defined)


def tree_of(document: Fields) -> Tree:
    """The tree of a document. Raises `InputError` where its form is broken."""
    root = document.inner("product_tree")
    tree = Tree()
    for each in root.rows("full_product_names"):
        _define(tree, each, {})
    for branch, path in _branches(root, 0, {}):
        if "product" in branch.values:
            _define(tree, branch.inner("product"), path)
    _compose(tree, root)
    for each in root.rows("product_groups"):
        members = each.texts("product_ids")
        tree.groups[each.needed("group_id")] = members
        tree.group_places.append((each.needed("group_id"), each.at))
        tree.used.extend((one, f"{each.at}.product_ids") for one in members)
    return tree


def _branches(parent: Fields, depth: int, path: Mapping[str, str]) -> Iterator[tuple[Fields, dict[str, str]]]:
    if depth == MAX_DEPTH:
        parent.refuse("", "branches are nested too deeply")
    for branch in parent.rows("branches"):
        here = {**path, branch.text("category"): branch.text("name")}
        yield branch, here
        yield from _branches(branch, depth + 1, here)


def _define(tree: Tree, product: Fields, path: Mapping[str, str]) -> None:
    if len(tree.defined) >= MAX_BRANCHES:
        product.refuse("", f"there are more than {MAX_BRANCHES} products")
    own = product.needed("product_id")
    tree.defined.append((own, Defined(_named(own, product, path), None, product.at)))


def _named(own: str, product: Fields, path: Mapping[str, str]) -> Named:
    helper = product.inner("product_identification_helper")
    purls = (helper.text("purl"), *helper.texts("purls"))
    digests = (
        f"{each.text('algorithm').lower()}:{each.text('value').lower()}"
        for file in helper.rows("hashes")
        for each in file.rows("file_hashes")
    )
    return Named(
        id=own,
        name=product.text("name"),
        version=path.get("product_version") or path.get("product_version_range", ""),
        purls=tuple(filter(None, purls)),
        cpes=tuple(filter(None, (helper.text("cpe"),))),
        digests=tuple(digests),
    )


def _compose(tree: Tree, root: Fields) -> None:
    """Relationships (2.0), paths (2.1): the outer product, and what is in it."""
    products = tree.products()

    def named(name: str) -> Named:
        known = products.get(name)
        return known.product if known else Named(id=name)

    for each in root.rows("relationships"):
        inner, outer = each.needed("product_reference"), each.needed("relates_to_product_reference")
        own = each.inner("full_product_name")
        _composed(tree, own, named(inner), named(outer), each.at)
    for each in root.rows("product_paths"):
        names = [each.needed("beginning_product_reference")]
        names += [one.needed("next_product_reference") for one in each.rows("subpaths")]
        own = each.inner("full_product_name")
        _composed(tree, own, named(names[0]), named(names[-1]), each.at)
        for name in names[1:-1]:
            tree.used.append((name, each.at))
            tree.composed.append((own.needed("product_id"), name, each.at))


def _composed(tree: Tree, own: Fields, inner: Named, outer: Named, at: str) -> None:
    name = own.needed("product_id")
    tree.defined.append((name, Defined(outer, inner, own.at)))
    for each in (inner.id, outer.id):
        tree.used.append((each, at))
        tree.composed.append((name, each, at))
