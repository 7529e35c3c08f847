"""CSAF 2.0 and 2.1, profile VEX, written.

A component inside a product becomes a composed product: a relationship in 2.0, a path in 2.1. Each status
carries what the profile asks for: a reason for what is not affected, an action for what is affected.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from roadworthy.codecs.plain import Json
from roadworthy.codecs.plain import write as write_json
from roadworthy.codecs.vex._fields import stamp
from roadworthy.model.advisory import MatchStatus
from roadworthy.model.errors import InputError
from roadworthy.model.statement import Named, Statement, StatementSet

Version = Literal["2.0", "2.1"]
SCHEMA: Final = "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json"
NO_ADDRESS: Final = "urn:roadworthy:publisher-not-named"
NO_SUMMARY: Final = "The statement does not say what the flaw is; see its id."
ASK: Final = "No remedy is known yet."
IN_CATEGORIES: Final = ("vendor_fix", "mitigation", "workaround", "none_available", "no_fix_planned")
SYSTEMS: Final = (("GHSA-", "GitHub Security Advisories"), ("DSA-", "Debian Security Advisories"))
_CVE: Final = re.compile(r"CVE-\d{4}-\d{4,}")
_CPE: Final = re.compile(r"cpe:2\.3:[aho*-](:[^\s:]+){10}|cpe:/[aho]?(:[\w.%~-]*){0,6}", re.IGNORECASE)
_PURL: Final = re.compile(r"pkg:[A-Za-z.\-+][A-Za-z0-9.\-+]*/.+")
_HEX: Final = re.compile(r"[0-9a-f]{32,}")
_STATUS: Final = {
    MatchStatus.AFFECTED: "known_affected",
    MatchStatus.NOT_AFFECTED: "known_not_affected",
    MatchStatus.FIXED: "fixed",
    MatchStatus.UNDER_INVESTIGATION: "under_investigation",
}


@dataclass(slots=True)
class _Tree:
    """The product tree as it grows: an id for each product that is spoken of."""

    version: Version
    ids: dict[Named | tuple[Named, Named], str] = field(default_factory=dict)
    names: list[Json] = field(default_factory=list)
    composed: list[Json] = field(default_factory=list)

    def members(self, own: Statement) -> list[str]:
        """The ids of what a statement is about, defined where they are new."""
        if not own.subcomponents:
            return [self._single(each) for each in own.products]
        if not own.products:
            return [self._single(each) for each in own.subcomponents]
        return [self._inside(part, whole) for whole in own.products for part in own.subcomponents]

    def _next(self) -> str:
        return f"CSAFPID-{len(self.ids) + 1:04d}"

    def _single(self, named: Named) -> str:
        if named not in self.ids:
            self.ids[named] = self._next()
            self.names.append(self._product(named, self.ids[named]))
        return self.ids[named]

    def _inside(self, part: Named, whole: Named) -> str:
        inner, outer = self._single(part), self._single(whole)
        if (part, whole) not in self.ids:
            own = self.ids[part, whole] = self._next()
            name: Json = {"name": f"{_title(part)} in {_title(whole)}", "product_id": own}
            kind = "default_component_of"
            if self.version == "2.0":
                told: dict[str, Json] = {"product_reference": inner, "relates_to_product_reference": outer}
                self.composed.append({"category": kind, "full_product_name": name, **told})
            else:
                step: Json = {"category": kind, "next_product_reference": outer}
                begin: dict[str, Json] = {"beginning_product_reference": inner, "subpaths": [step]}
                self.composed.append({"full_product_name": name, **begin})
        return self.ids[part, whole]

    def _product(self, named: Named, own: str) -> Json:
        helper: dict[str, Json] = {}
        if cpe := next((each for each in named.cpes if _CPE.fullmatch(each)), ""):
            helper["cpe"] = cpe
        hashes: list[Json] = []
        for digest in named.digests:
            kind, _, value = digest.partition(":")
            if _HEX.fullmatch(value):
                hashes.append({"algorithm": kind, "value": value})
        if hashes:
            helper["hashes"] = [{"filename": named.name or named.id, "file_hashes": hashes}]
        purls: list[Json] = [each for each in named.purls if _PURL.fullmatch(each)]
        if purls and self.version == "2.0":
            helper["purl"] = purls[0]
        elif purls:
            helper["purls"] = purls
        product: dict[str, Json] = {"name": _title(named), "product_id": own}
        return product | ({"product_identification_helper": helper} if helper else {})

    def written(self) -> Json:
        key = "relationships" if self.version == "2.0" else "product_paths"
        written: dict[str, Json] = {"full_product_names": self.names}
        return {**written, key: self.composed} if self.composed else written


def _title(named: Named) -> str:
    name = named.name or named.id
    return f"{name} {named.version}" if named.version and named.version not in name else name


def write(document: StatementSet, *, version: Version = "2.0", namespace: str = NO_ADDRESS) -> bytes:
    """A document that says the same.

    Args:
        document: The statements.
        version: Of CSAF.
        namespace: The address that the publisher goes by, a URI (§3.1.8.5).

    Raises:
        InputError: No statement names a product.
    """
    tree = _Tree(version)
    flaws: dict[str, list[Statement]] = {}
    for each in document.statements:
        flaws.setdefault(each.vulnerability, []).append(each)
    written = (_flaw(name, said, tree) for name, said in flaws.items())
    vulnerabilities: list[Json] = [each for each in written if each["product_status"]]
    if not vulnerabilities:
        raise InputError("no statement names a product", hint="CSAF needs one in each statement.")
    return write_json(
        {
            **({"$schema": SCHEMA} if version == "2.1" else {}),
            "document": _head(document, version, namespace),
            "product_tree": tree.written(),
            "vulnerabilities": vulnerabilities,
        }
    )


def _head(document: StatementSet, version: Version, namespace: str) -> Json:
    times = [each.timestamp for each in document.statements if each.timestamp]
    moment = stamp(document.timestamp or max(times))
    engine: Json = {"date": moment, "engine": {"name": "Roadworthy"}}
    label = "WHITE" if version == "2.0" else "CLEAR"
    return {
        "category": "csaf_vex",
        "csaf_version": version,
        "distribution": {"tlp": {"label": label}},
        "publisher": {"category": "other", "name": document.author, "namespace": namespace},
        "title": document.title or f"VEX of {document.author}",
        "tracking": {
            "current_release_date": moment,
            "generator": engine,
            "id": document.id,
            "initial_release_date": moment,
            "revision_history": [{"date": moment, "number": "1", "summary": "First version."}],
            "status": "final",
            "version": "1",
        },
    }


def _flaw(name: str, said: Sequence[Statement], tree: _Tree) -> dict[str, Json]:
    flaw: dict[str, Json] = {}
    names = [name, *dict.fromkeys(each for one in said for each in one.aliases if each != name)]
    cve = next((each for each in names if _CVE.fullmatch(each)), "")
    if cve:
        flaw["cve"] = cve
    others: list[Json] = [{"system_name": _system(each), "text": each} for each in names if each != cve]
    if others:
        flaw["ids"] = others
    summary = next((each.summary for each in said if each.summary), NO_SUMMARY)
    flaw["notes"] = [{"category": "description", "text": summary}]
    status: dict[str, list[Json]] = {}
    reasons: dict[str, list[Json]] = {"flags": [], "remediations": [], "threats": []}
    taken: set[str] = set()
    for own in said:
        members: list[Json] = [each for each in tree.members(own) if each not in taken]
        taken.update(str(each) for each in members)  # the first statement counts: §6.1.6 allows one status
        if members:
            status.setdefault(_STATUS[own.status], []).extend(members)
            for key, each in _reasons(own, members):
                reasons[key].append(each)
    flaw["product_status"] = dict(sorted(status.items()))
    return flaw | {key: each for key, each in sorted(reasons.items()) if each}


def _reasons(own: Statement, members: list[Json]) -> Iterator[tuple[str, Json]]:
    if own.status is MatchStatus.NOT_AFFECTED:
        if own.justification:
            yield "flags", {"label": own.justification, "product_ids": members}
        if own.impact or not own.justification:
            details = own.impact or "The author gives no reason."
            yield "threats", {"category": "impact", "details": details, "product_ids": members}
    elif own.status is MatchStatus.AFFECTED:
        category = next((each for each in own.responses if each in IN_CATEGORIES), "")
        category = category or ("vendor_fix" if own.action else "none_available")
        details = own.action or ASK
        yield "remediations", {"category": category, "details": details, "product_ids": members}


def _system(name: str) -> str:
    return next(
        (system for start, system in SYSTEMS if name.startswith(start)), name.partition("-")[0] or name
    )
