"""OpenVEX 0.2.0, read and written; of the 0.0.x versions whatever go-vex reads."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final
from urllib.parse import parse_qs, quote

from roadworthy.codecs.plain import Json
from roadworthy.codecs.plain import write as write_json
from roadworthy.codecs.vex._fields import Fields, stamp
from roadworthy.model.advisory import MatchStatus
from roadworthy.model.statement import JUSTIFICATIONS, Named, Statement, StatementSet

CONTEXT: Final = "https://openvex.dev/ns"
VERSION: Final = "0.2.0"
HASHES: Final = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512", "md5": "md5", "sha1": "sha1"}
_WRITTEN: Final = {ours: theirs for theirs, ours in HASHES.items()}
ASK: Final = "No action is known yet; ask the maker of the product."


def accepts(document: Fields) -> bool:
    """Whether a document is of this form."""
    return document.values.get("@context", "").__str__().startswith(CONTEXT)


def read(document: Fields) -> StatementSet:
    """What a document says.

    Raises:
        InputError: It is none of this form; names the JSON path.
    """
    version = document.text("@context").removeprefix(CONTEXT).strip("/v") or "0.0.1"
    told = document.moment("last_updated") or document.moment("timestamp")
    own = StatementSet(
        form=f"OpenVEX {version}",
        id=document.text("@id"),
        author=document.text("author"),
        timestamp=told,
    )
    statements = tuple(each for row in document.rows("statements") for each in _statements(row, own))
    faults = tuple(f"{each.place}: {what}" for each in statements for what in each.faults())
    return StatementSet(
        form=own.form,
        id=own.id,
        author=own.author,
        timestamp=told,
        statements=statements,
        faults=faults if statements else ("$.statements: there is none",),
    )


def _statements(row: Fields, own: StatementSet) -> Iterator[Statement]:
    """One for each set of subcomponents that its products have."""
    status, justification = row.needed("status"), row.text("justification")
    if status not in set(MatchStatus):
        row.refuse("status", f"there is no status {status[:40]!r}")
    if justification and justification not in JUSTIFICATIONS:
        row.refuse("justification", f"there is no justification {justification[:60]!r}")
    name, aliases, summary = _vulnerability(row)
    listed = [(each, _parts(each) or _parts(row)) for each in _rows(row, "products")]
    by_parts: dict[tuple[Named, ...], list[Named]] = {}
    for product, parts in listed:
        by_parts.setdefault(parts, []).append(_named(product))
    for parts, products in by_parts.items() or ((_parts(row), []),):
        yield Statement(
            vulnerability=name,
            aliases=aliases,
            products=tuple(products),
            subcomponents=parts,
            status=MatchStatus(status),
            justification=justification,
            impact=row.text("impact_statement"),
            action=row.text("action_statement"),
            notes=row.text("status_notes"),
            summary=summary,
            author=row.text("supplier") or own.author,
            timestamp=row.moment("last_updated") or row.moment("timestamp") or own.timestamp,
            document=own.id,
            place=row.at,
        )


def _vulnerability(row: Fields) -> tuple[str, tuple[str, ...], str]:
    if isinstance(row.values.get("vulnerability"), str):  # 0.0.x
        return row.needed("vulnerability"), (), row.text("vuln_description")
    inner = row.inner("vulnerability")
    name = inner.text("name") or inner.needed("@id").rpartition("/")[2]
    return name, inner.texts("aliases"), inner.text("description")


def _rows(row: Fields, key: str) -> Iterator[Fields]:
    """Objects; in 0.0.x only their names stood there."""
    value = row.values.get(key)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        for number, each in enumerate(value):
            yield Fields({"@id": each}, f"{row.at}.{key}[{number}]")
    else:
        yield from row.rows(key)


def _parts(row: Fields) -> tuple[Named, ...]:
    return tuple(_named(each) for each in _rows(row, "subcomponents"))


def _named(row: Fields) -> Named:
    own, known = row.text("@id"), row.inner("identifiers")
    purls = (own if own.startswith("pkg:") else "", known.text("purl"))
    cpes = (own if own.startswith("cpe:") else "", known.text("cpe23"), known.text("cpe22"))
    hashes = row.inner("hashes")
    qualifiers = parse_qs(next(filter(None, purls), "").partition("?")[2])
    return Named(
        version=qualifiers.get("vers", [""])[0],
        id=own or known.text("purl") or known.text("cpe23") or known.needed("cpe22"),
        purls=tuple(dict.fromkeys(filter(None, purls))),
        cpes=tuple(dict.fromkeys(filter(None, cpes))),
        digests=tuple(f"{HASHES.get(each, each)}:{hashes.text(each).lower()}" for each in hashes.values),
    )


def write(document: StatementSet) -> bytes:
    """A document of version 0.2.0 that says the same."""
    moment = document.timestamp or max(each.timestamp for each in document.statements if each.timestamp)
    grouped = groupby(document.statements, key=_key)
    return write_json(
        {
            "@context": f"{CONTEXT}/v{VERSION}",
            "@id": document.id,
            "author": document.author,
            "timestamp": stamp(moment),
            "version": 1,
            "tooling": "Roadworthy",
            "statements": [_written(list(group)) for _, group in grouped],
        }
    )


def _key(statement: Statement) -> tuple[object, ...]:
    """What statements share that differ in their products only: the form holds them as one."""
    own = statement
    said = (own.status, own.justification, own.impact, own.action, own.notes, own.timestamp, own.author)
    return own.vulnerability, own.aliases, said


def _written(alike: Sequence[Statement]) -> Json:
    own = alike[0]
    products: list[Json] = []
    for each in alike:
        parts: list[Json] = [_component(part) for part in each.subcomponents]
        products += [
            _component(product) | ({"subcomponents": parts} if parts else {}) for product in each.products
        ] or parts
    flaw: dict[str, Json] = {"name": own.vulnerability, "description": own.summary, "aliases": [*own.aliases]}
    statement: dict[str, Json] = {
        "vulnerability": {key: value for key, value in flaw.items() if value},
        "timestamp": stamp(own.timestamp) if own.timestamp else "",
        "products": products,
        "status": str(own.status),
        "status_notes": own.notes,
        "justification": own.justification,
        "impact_statement": own.impact if own.status is MatchStatus.NOT_AFFECTED else "",
        "action_statement": own.action or (ASK if own.status is MatchStatus.AFFECTED else ""),
    }
    return {key: value for key, value in statement.items() if value}


def _versioned(purl: str, version: str) -> str:
    """A purl with the version; a range is the qualifier ``vers`` (purl-spec)."""
    bare, mark, qualifiers = purl.partition("?")
    if not version or "@" in bare.rpartition("/")[2] or "vers=" in qualifiers:
        return purl
    if not version.startswith("vers:"):
        return f"{bare}@{quote(version, safe='')}{mark}{qualifiers}"
    return f"{bare}?{qualifiers}{'&' if qualifiers else ''}vers={quote(version, safe='')}"


def _component(named: Named) -> dict[str, Json]:
    """A component. The form has no place for a version, so it goes into the name: else it would mean all."""
    known: dict[str, Json] = {}
    own = named.id
    purl = _versioned(named.purls[0], named.version) if named.purls else ""
    if purl:
        known["purl"] = purl
        own = purl if own == named.purls[0] else own
    if named.version and not purl and not any(each.startswith("cpe:2.3:") for each in named.cpes):
        own = f"{own}@{quote(named.version, safe='.')}"
    for each in reversed(named.cpes):
        known["cpe23" if each.startswith("cpe:2.3:") else "cpe22"] = each
    hashes: dict[str, Json] = {}
    for digest in named.digests:
        kind, _, value = digest.partition(":")
        hashes[_WRITTEN.get(kind, kind)] = value
    component: dict[str, Json] = {"@id": own, "identifiers": known, "hashes": hashes}
    return {key: value for key, value in component.items() if value}
