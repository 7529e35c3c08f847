"""CycloneDX 1.4 to 1.7 (ECMA-424), VEX and VDR: ``vulnerabilities`` with ``analysis`` and ``affects``.

A vulnerability without analysis is taken as under investigation, where no version of what it affects has a
status of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from roadworthy.codecs.plain import Json
from roadworthy.codecs.plain import write as write_json
from roadworthy.codecs.vex._fields import Fields, stamp
from roadworthy.model.advisory import MatchStatus
from roadworthy.model.statement import JUSTIFICATIONS, Named, Statement, StatementSet, neutral

VERSIONS: Final = ("1.4", "1.5", "1.6", "1.7")
WRITTEN: Final = "1.6"
MAX_DEPTH: Final = 32
STATES: Final = {
    "resolved": MatchStatus.FIXED,
    "resolved_with_pedigree": MatchStatus.FIXED,
    "exploitable": MatchStatus.AFFECTED,
    "in_triage": MatchStatus.UNDER_INVESTIGATION,
    "false_positive": MatchStatus.NOT_AFFECTED,
    "not_affected": MatchStatus.NOT_AFFECTED,
}
"""States of CycloneDX; of those that mean the same, the last is written, but for resolved."""
_STATE: Final = {
    MatchStatus.FIXED: "resolved",
    MatchStatus.AFFECTED: "exploitable",
    MatchStatus.UNDER_INVESTIGATION: "in_triage",
    MatchStatus.NOT_AFFECTED: "not_affected",
}
_RESPONSES: Final = ("can_not_fix", "will_not_fix", "update", "rollback", "workaround_available")
_HASHES: Final = {
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
    "sha1": "SHA-1",
    "md5": "MD5",
}
_ALGORITHMS: Final = {theirs: ours for ours, theirs in _HASHES.items()}


def accepts(document: Fields) -> bool:
    """Whether a document is of this form."""
    return document.values.get("bomFormat") == "CycloneDX"


def read(document: Fields) -> StatementSet:
    """What a document says.

    Raises:
        InputError: It is none of this form; names the JSON path.
    """
    version = document.text("specVersion")
    if version not in VERSIONS:
        document.refuse("specVersion", f"CycloneDX {version[:20]!r} has no VEX that is read: 1.4 to 1.7 have")
    meta = document.inner("metadata")
    told = meta.moment("timestamp")
    own = StatementSet(
        form=f"CycloneDX {version}",
        id=document.text("serialNumber"),
        author=_author(meta),
        timestamp=told,
        title=meta.inner("component").text("name"),
    )
    known = dict(_known(document, 0)) | dict(_known(meta, 0))
    subject = meta.inner("component").text("bom-ref")
    statements = tuple(
        each for flaw in document.rows("vulnerabilities") for each in _statements(flaw, known, subject, own)
    )
    faults = tuple(f"{each.place}: {what}" for each in statements for what in each.faults())
    return StatementSet(
        form=own.form,
        id=own.id,
        author=own.author,
        timestamp=told,
        title=own.title,
        statements=statements,
        faults=faults if statements else ("$.vulnerabilities: there is none",),
    )


def _author(meta: Fields) -> str:
    for key in ("supplier", "manufacturer", "manufacture"):
        if name := meta.inner(key).text("name"):
            return name
    return next((each.text("name") for each in meta.rows("authors") if each.text("name")), "")


def _known(parent: Fields, depth: int) -> Iterator[tuple[str, Named]]:
    """Every component by its ``bom-ref``, wherever it is nested."""
    if depth == MAX_DEPTH:
        parent.refuse("components", "they are nested too deeply")
    rows = [*parent.rows("components"), *parent.rows("services")]
    if isinstance(parent.values.get("component"), dict):
        rows.append(parent.inner("component"))
    for each in rows:
        if own := each.text("bom-ref"):
            yield own, _named(each, own)
        yield from _known(each, depth + 1)


def _named(row: Fields, own: str) -> Named:
    digests = (
        f"{_ALGORITHMS.get(each.text('alg'), each.text('alg').lower())}:{each.text('content').lower()}"
        for each in row.rows("hashes")
    )
    return Named(
        id=own,
        name=row.text("name"),
        version=row.text("version"),
        purls=tuple(filter(None, (row.text("purl"),))),
        cpes=tuple(filter(None, (row.text("cpe"),))),
        digests=tuple(digests),
    )


def _statements(
    flaw: Fields, known: Mapping[str, Named], subject: str, own: StatementSet
) -> Iterator[Statement]:
    """One for each status that what it affects has, the subject apart from its parts."""
    analysis = flaw.inner("analysis")
    state = analysis.text("state")
    if state and state not in STATES:
        analysis.refuse("state", f"there is no state {state[:40]!r}")
    finer = analysis.text("justification")
    if finer and not neutral(finer):
        analysis.refuse("justification", f"there is no justification {finer[:60]!r}")
    listed: dict[MatchStatus, dict[Named, None]] = {}
    for each in flaw.rows("affects"):
        for status, named in _affected(each, known, STATES.get(state)):
            listed.setdefault(status, {})[named] = None
    if not listed:
        listed[STATES.get(state, MatchStatus.UNDER_INVESTIGATION)] = {}
    for status, members in listed.items():
        whole = known.get(subject)
        parts = [each for each in members if whole is not None and each.id in known and each.id != subject]
        products = [each for each in members if each not in parts] or ([whole] if whole else [])
        dismissed = status is MatchStatus.NOT_AFFECTED
        words = analysis.text("detail") or ("it is no flaw of it" if state == "false_positive" else "")
        if dismissed and state in ("exploitable", "") and not words:
            words = "the versions are listed as unaffected"
        yield Statement(
            vulnerability=flaw.text("id") or flaw.text("bom-ref") or flaw.at,
            aliases=tuple(filter(None, (each.text("id") for each in flaw.rows("references")))),
            products=tuple(products),
            subcomponents=tuple(parts),
            status=status,
            justification=neutral(finer) if dismissed else "",
            finer=finer if dismissed else "",
            impact=words if dismissed else "",
            action=words if status is MatchStatus.AFFECTED else "",
            notes="" if dismissed or status is MatchStatus.AFFECTED else words,
            responses=analysis.texts("response"),
            summary=flaw.text("description"),
            author=own.author,
            timestamp=analysis.moment("lastUpdated")
            or flaw.moment("updated")
            or own.timestamp
            or flaw.moment("published"),
            document=own.id,
            place=flaw.at,
        )


def _affected(
    row: Fields, known: Mapping[str, Named], state: MatchStatus | None
) -> Iterator[tuple[MatchStatus, Named]]:
    own = row.needed("ref")
    named = known.get(own) or _elsewhere(own)
    told = list(row.rows("versions"))
    if not told:
        yield state or MatchStatus.UNDER_INVESTIGATION, named
    for each in told:
        version = each.text("version") or each.text("range")
        status = _status(each.text("status") or "affected", state)
        yield (
            status,
            Named(
                id=own,
                name=named.name,
                version=version,
                purls=named.purls if version == named.version else tuple(map(_bare, named.purls)),
                cpes=named.cpes,
                digests=named.digests,
            ),
        )


def _bare(purl: str) -> str:
    """Without its version: the statement names others."""
    name, mark, qualifiers = purl.partition("?")
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition('@')[0]}{mark}{qualifiers}"


def _status(version: str, state: MatchStatus | None) -> MatchStatus:
    """The status of one version: what the version says bounds what the analysis says."""
    if version == "unknown":
        return MatchStatus.UNDER_INVESTIGATION
    if version == "unaffected":
        return state if state is MatchStatus.FIXED else MatchStatus.NOT_AFFECTED
    return state or MatchStatus.AFFECTED


def _elsewhere(ref: str) -> Named:
    """A component of another document (BOM-Link: ``urn:cdx:serial/version#bom-ref``), as far as named."""
    purl = ref.rpartition("#")[2] if ref.startswith("urn:cdx:") else ref
    return Named(id=ref, purls=(purl,) if purl.startswith("pkg:") else ())


def write(document: StatementSet, *, version: str = WRITTEN) -> bytes:
    """A document that says the same. The first product of the first statement is its subject."""
    moment = document.timestamp or max(each.timestamp for each in document.statements if each.timestamp)
    subject = next((each.products[0] for each in document.statements if each.products), None)
    others = {
        named.id: named
        for each in document.statements
        for named in (*each.products, *each.subcomponents)
        if subject is None or named.id != subject.id
    }
    tool: Json = {"components": [{"type": "application", "name": "roadworthy"}]}
    old: Json = [{"name": "roadworthy"}]
    meta: dict[str, Json] = {"timestamp": stamp(moment), "tools": old if version == "1.4" else tool}
    if document.author:
        meta["supplier"] = {"name": document.author}
    if subject is not None:
        meta["component"] = _component(subject, "firmware")
    return write_json(
        {
            "$schema": f"http://cyclonedx.org/schema/bom-{version}.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": version,
            **({"serialNumber": document.id} if document.id.startswith("urn:uuid:") else {}),
            "version": 1,
            "metadata": meta,
            "components": [_component(each, "library") for each in others.values()],
            "vulnerabilities": [
                _flaw(each, number, version) for number, each in enumerate(document.statements)
            ],
        }
    )


def _component(named: Named, kind: str) -> Json:
    hashes: list[Json] = []
    for each in named.digests:
        name, _, value = each.partition(":")
        if name in _HASHES:
            hashes.append({"alg": _HASHES[name], "content": value})
    component: dict[str, Json] = {
        "type": kind,
        "bom-ref": named.id,
        "name": named.name or named.id,
        "version": "" if named.version.startswith("vers:") else named.version,
        "hashes": hashes,
        "cpe": named.cpes[0] if named.cpes else "",
        "purl": named.purls[0] if named.purls else "",
    }
    return {key: value for key, value in component.items() if value}


def _flaw(own: Statement, number: int, version: str) -> Json:
    analysis: dict[str, Json] = {"state": _STATE[own.status]}
    if own.justification:
        analysis["justification"] = own.finer or JUSTIFICATIONS[own.justification][0]
    known: list[Json] = [each for each in own.responses if each in _RESPONSES]
    if known:
        analysis["response"] = known
    if words := own.impact or own.action or own.notes:
        analysis["detail"] = words
    if own.timestamp and version != "1.4":
        analysis["lastUpdated"] = stamp(own.timestamp)
    flaw: dict[str, Json] = {
        "bom-ref": f"statement-{number + 1}",
        "id": own.vulnerability,
        "references": [{"id": each, "source": {"name": _source(each)}} for each in own.aliases],
        "description": own.summary,
        "analysis": analysis,
        "affects": list(_affects(own)),
    }
    return {key: value for key, value in flaw.items() if value}


def _source(name: str) -> str:
    return name.partition("-")[0] or name


def _affects(own: Statement) -> Iterator[Json]:
    members: Sequence[Named] = own.subcomponents or own.products
    status = "affected" if own.status.open else "unaffected"
    for each in members:
        if each.version and len(each.version) <= 1024:  # noqa: PLR2004 -- the schema's bound
            key = "range" if each.version.startswith("vers:") else "version"
            yield {"ref": each.id, "versions": [{key: each.version, "status": status}]}
        else:
            yield {"ref": each.id}
