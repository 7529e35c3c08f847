"""CSAF 2.0 and 2.1, profile VEX (§4.5), read: product tree, status, flags, threats, remediations.

A composed product (relationship, path) reads as a product with a subcomponent. What the profile asks for and
the document lacks is among the faults; see `csaf_rules`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from roadworthy.codecs.vex._csaf_products import Defined, Tree, tree_of
from roadworthy.codecs.vex._fields import Fields
from roadworthy.codecs.vex.csaf_rules import faults
from roadworthy.model.advisory import MatchStatus
from roadworthy.model.statement import JUSTIFICATIONS, Named, Statement, StatementSet

VERSIONS: Final = ("2.0", "2.1")
STATUS: Final = {
    "known_affected": MatchStatus.AFFECTED,
    "first_affected": MatchStatus.AFFECTED,
    "last_affected": MatchStatus.AFFECTED,
    "known_not_affected": MatchStatus.NOT_AFFECTED,
    "fixed": MatchStatus.FIXED,
    "first_fixed": MatchStatus.FIXED,
    "under_investigation": MatchStatus.UNDER_INVESTIGATION,
    "unknown": MatchStatus.UNDER_INVESTIGATION,
}


def accepts(document: Fields) -> bool:
    """Whether a document is of this form."""
    head = document.values.get("document")
    return isinstance(head, dict) and "csaf_version" in head


def read(document: Fields) -> StatementSet:
    """What a document says.

    Raises:
        InputError: It is none of this form; names the JSON path.
    """
    head = document.inner("document")
    version = head.text("csaf_version")
    if version not in VERSIONS:
        head.refuse("csaf_version", f"CSAF {version[:20]!r} is not read: 2.0 and 2.1 are")
    tracking = head.inner("tracking")
    tree = tree_of(document)
    author, told = head.inner("publisher").text("name"), tracking.moment("current_release_date")
    own = tracking.text("id")
    statements = tuple(
        each
        for flaw in document.rows("vulnerabilities")
        for each in _statements(flaw, tree, author, told, own)
    )
    return StatementSet(
        form=f"CSAF {version}",
        id=own,
        author=author,
        timestamp=told,
        title=head.text("title"),
        statements=statements,
        faults=tuple(faults(document, tree)),
    )


def _statements(
    flaw: Fields, tree: Tree, author: str, told: datetime | None, own: str
) -> Iterator[Statement]:
    """One for each status, set of reasons and inner product."""
    reasons = _Reasons(flaw, tree)
    products = tree.products()
    name, aliases = _names(flaw)
    alike: dict[_Said, list[str]] = {}
    for key, listed in flaw.inner("product_status").values.items():
        status = STATUS.get(key)
        if status is None or not isinstance(listed, list):
            continue  # `recommended` is no status of a vulnerability
        for each in listed:
            known = products.get(str(each))
            said = _Said(status, known.part if known else None, *reasons.of(str(each)))
            alike.setdefault(said, []).append(str(each))
    for said, members in alike.items():
        yield Statement(
            vulnerability=name,
            aliases=aliases,
            products=tuple(dict.fromkeys(_product(each, products) for each in members)),
            subcomponents=(said.part,) if said.part else (),
            status=said.status,
            justification=said.justification,
            impact=said.impact,
            action=said.action,
            responses=said.responses,
            summary=_summary(flaw),
            author=author,
            timestamp=told,
            document=own,
            place=flaw.at,
        )


class _Said(NamedTuple):
    """What products share that one statement speaks of."""

    status: MatchStatus
    part: Named | None
    justification: str
    impact: str
    action: str
    responses: tuple[str, ...]


def _product(name: str, products: Mapping[str, Defined]) -> Named:
    known = products.get(name)
    return known.product if known else Named(id=name)


class _Reasons:
    """What is said of single products, whether by id or by group."""

    def __init__(self, flaw: Fields, tree: Tree) -> None:
        self._groups = tree.groups
        self._flags = [(each, self._members(each)) for each in flaw.rows("flags")]
        threats = (each for each in flaw.rows("threats") if each.text("category") == "impact")
        self._impacts = [(each, self._members(each)) for each in threats]
        self._actions = [(each, self._members(each)) for each in flaw.rows("remediations")]

    def _members(self, row: Fields) -> frozenset[str] | None:
        """Ids that it is about; None for all (a threat, a remediation without any)."""
        grouped = (one for group in row.texts("group_ids") for one in self._groups.get(group, ()))
        named = frozenset((*row.texts("product_ids"), *grouped))
        return named if named or "group_ids" in row.values or "product_ids" in row.values else None

    def of(self, product: str) -> tuple[str, str, str, tuple[str, ...]]:
        """Justification, impact, action, categories of the action."""
        labels = [each.text("label") for each, members in self._flags if members and product in members]
        known = [each for each in labels if each in JUSTIFICATIONS]
        impacts = [each.text("details") for each, members in self._impacts if _holds(product, members)]
        actions = [each for each, members in self._actions if _holds(product, members)]
        categories = tuple(dict.fromkeys(each.text("category") for each in actions))
        details = "\n".join(dict.fromkeys(each.text("details") for each in actions))
        return known[0] if known else "", "\n".join(dict.fromkeys(impacts)), details, categories


def _holds(product: str, members: frozenset[str] | None) -> bool:
    return members is None or product in members


def _names(flaw: Fields) -> tuple[str, tuple[str, ...]]:
    ids = [each.text("text") for each in flaw.rows("ids") if each.text("text")]
    names = list(dict.fromkeys(filter(None, (flaw.text("cve"), *ids))))
    return (names[0], tuple(names[1:])) if names else (flaw.text("title") or flaw.at, ())


def _summary(flaw: Fields) -> str:
    notes = [each for each in flaw.rows("notes") if each.text("category") in ("description", "summary")]
    return notes[0].text("text") if notes else flaw.text("title")
