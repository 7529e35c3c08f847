"""The maker's declaration: a TOML file with what no evidence can show. Errors name the line."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Final

from roadworthy.codecs.toml_lines import TomlFile, read_toml
from roadworthy.model.errors import InputError
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome, Role, Severity
from roadworthy.regulation.assessment import Statement
from roadworthy.regulation.product import (
    CONDITIONS,
    FEATURES,
    FLAGS,
    MARKETS,
    ROLES,
    SIZES,
    Certificate,
    Product,
)

TEMPLATE: Final = "`roadworthy declare` prints a template with all that can be said."
CHECK: Final = "declaration"
LONG_ENOUGH: Final = "support.long-enough"
YEARS: Final = 5  # Regulation (EU) 2024/2847 Art. 13(8)
DAYS_A_YEAR: Final = 365.25
A_FEW_DAYS: Final = 0.01
KEYS: Final[Mapping[str, Collection[str]]] = {
    "product": ("maker", "model", "version", "report_at", "declared_on"),
    "company": ("role", "size", "turnover_million_eur"),
    "market": ("sold_in", "categories", "placed_on", "last_placed_on"),
    "support": ("until", "expected_use_years"),
    "is": FLAGS,
    "features": FEATURES,
    "conditions": CONDITIONS,
}
SECTIONS: Final = (*KEYS, "certificate", "answers", "requirements")
ANSWER: Final = {
    "yes": Outcome.PASS,
    "no": Outcome.FAIL,
    "unknown": Outcome.UNKNOWN,
    "does not arise": Outcome.NOT_APPLICABLE,
}
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a declaration may speak of.

    Args:
        properties: Ids of the properties.
        requirements: Ids of requirements, with their framework: ``cra:Art.31``.
        categories: Ids of the kinds of products that frameworks name.
    """

    properties: Collection[str]
    requirements: Collection[str]
    categories: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a maker declares.

    Args:
        product: The product.
        findings: The answers to properties, as findings.
        statements: The answers to requirements, by ``FRAMEWORK:REQUIREMENT``.
        declared_on: When; None: not said.
    """

    product: Product
    findings: tuple[Finding, ...]
    statements: Mapping[str, Statement]
    declared_on: date | None


def read_declaration(name: str, data: bytes, known: Known, now: date) -> Declaration:
    """The declaration in a file.

    Args:
        name: The file's name, for errors and places.
        data: TOML.
        known: What it may speak of.
        now: The moment: the end of support is held against it.

    Raises:
        InputError: It is no declaration. Names the line and the way out.
    """
    file = read_toml(name, data)
    reader = _Reader(file)
    reader.only((), file.values, SECTIONS)
    for section, keys in KEYS.items():
        reader.only((section,), reader.table(section), keys)
    product = reader.product(known.categories)
    findings = tuple(reader.findings(known.properties))
    if LONG_ENOUGH in known.properties and not any(each.property == LONG_ENOUGH for each in findings):
        findings = (*findings, *support_findings(file, product, now))
    return Declaration(
        product=product,
        findings=findings,
        statements={each.requirement: each for each in reader.statements(known.requirements)},
        declared_on=reader.day("product", "declared_on"),
    )


def support_findings(file: TomlFile, product: Product, now: date) -> Iterator[Finding]:
    """Whether support lasts long enough: from its end, from when units are sold, and from their use.

    It has to last for as long as the product can be expected to be in use, and five years at least unless
    that is shorter (Regulation (EU) 2024/2847 Art. 13(8)). It counts from when a unit is placed on the
    market: the last one, or one that is sold today.
    """
    if product.support_until is None:
        return
    start = product.placed_until or max(now, product.placed or now)
    years = (product.support_until - start).days / DAYS_A_YEAR
    least = YEARS if product.expected_use_years is None else product.expected_use_years
    long_enough = years + A_FEW_DAYS >= least
    told = f"Support ends on {product.support_until}, {years:.1f} years after {start}; {least:g} are needed."
    yield Finding(
        property=LONG_ENOUGH,
        check=CHECK,
        outcome=Outcome.PASS if long_enough else Outcome.FAIL,
        severity=Severity.INFO if long_enough else Severity.MEDIUM,
        message=told,
        remedy="" if long_enough else "Support it for longer, or end its sale earlier.",
        acts=() if long_enough else (Role.MAKER,),
        evidence=(Evidence(path=(file.name,), line=file.lines.get(("support", "until"))),),
    )


class _Reader:
    """Reads the parts of a declaration."""

    def __init__(self, file: TomlFile) -> None:
        self._file = file

    def product(self, categories: Collection[str]) -> Product:
        """The product."""
        placed, last = self.day("market", "placed_on"), self.day("market", "last_placed_on")
        if placed and last and last < placed:
            raise self._wrong(("market", "last_placed_on"), "lies before placed_on")
        return Product(
            maker=self._text("product", "maker"),
            model=self._text("product", "model"),
            version=self._text("product", "version"),
            report_at=self._text("product", "report_at"),
            role=self._one_of("company", "role", ROLES) or "manufacturer",
            size=self._one_of("company", "size", SIZES),
            turnover=self._number("company", "turnover_million_eur"),
            markets=self._some_of("market", "sold_in", MARKETS),
            categories=self._some_of("market", "categories", categories),
            flags=self._flags("is"),
            features=self._flags("features"),
            conditions=self._flags("conditions"),
            placed=placed,
            placed_until=last,
            support_until=self.day("support", "until"),
            expected_use_years=self._number("support", "expected_use_years"),
            certificates=tuple(self._certificates()),
        )

    def findings(self, properties: Collection[str]) -> Iterator[Finding]:
        """The answers to properties."""
        for name, value in self.table("answers").items():
            path = ("answers", name)
            self._known(path, name, properties, "question")
            row = value if isinstance(value, dict) else {"answer": value}
            self.only(path, row, ("answer", "because", "see"))
            word = row.get("answer")
            if not isinstance(word, str) or word not in ANSWER:
                raise self._wrong(path, f"has to be one of {', '.join(ANSWER)}")
            reason = self._reason(path, row)
            failed = ANSWER[word] is Outcome.FAIL
            yield Finding(
                property=name,
                check=CHECK,
                outcome=ANSWER[word],
                message=f"The maker answers {word}: {reason}" if reason else f"The maker answers {word}.",
                severity=Severity.MEDIUM if failed else Severity.INFO,
                remedy="Mend it, or write down what is done instead." if failed else "",
                acts=(Role.MAKER,) if failed else (),
                evidence=(
                    Evidence(path=(self._file.name,), line=self._file.lines.get(path), excerpt=reason),
                ),
            )

    def statements(self, requirements: Collection[str]) -> Iterator[Statement]:
        """The answers to requirements."""
        for name, value in self.table("requirements").items():
            path = ("requirements", name)
            self._known(path, name, requirements, "requirement")
            row = value if isinstance(value, dict) else {"met": value}
            self.only(path, row, ("met", "arises", "because", "see"))
            met, arises = row.get("met"), row.get("arises", True)
            if (met is not None and not isinstance(met, bool)) or not isinstance(arises, bool):
                raise self._wrong(path, "`met` and `arises` have to be true or false")
            reason = self._reason(path, row)
            if not reason and (met is False or not arises):
                raise self._wrong(path, "needs `because`: a reason in writing")
            place = self._file.place(*path)
            yield Statement(requirement=name, met=met, arises=arises, reason=reason, place=place)

    def _reason(self, path: Path, row: Mapping[str, object]) -> str:
        because, see = row.get("because", ""), row.get("see", "")
        if not isinstance(because, str) or not isinstance(see, str):
            raise self._wrong(path, "`because` and `see` have to be text")
        return f"{because} (see {see})" if because and see else because or (f"see {see}" if see else "")

    def _certificates(self) -> Iterator[Certificate]:
        value = self._file.values.get("certificate", [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self._wrong(("certificate",), "has to be [[certificate]]")
        for number, row in enumerate(value):
            path = ("certificate", number)
            self.only(path, row, ("kind", "level", "number", "until"))
            kind, level, name = (row.get(key, "") for key in ("kind", "level", "number"))
            if not kind or not (isinstance(kind, str) and isinstance(level, str) and isinstance(name, str)):
                raise self._wrong(path, "needs `kind`; `kind`, `level` and `number` are text")
            yield Certificate(kind=kind, level=level, number=name, until=self._day(row.get("until"), path))

    def only(self, path: Path, row: Mapping[str, object], known: Collection[str]) -> None:
        """Refuse keys that are not known, naming the nearest that is."""
        for key in row:
            self._known((*path, key), key, known, "key here")

    def _known(self, path: Path, name: str, known: Collection[str], what: str) -> None:
        if name in known:
            return
        near = get_close_matches(name, list(known), 1)
        meant = f"Did you mean {near[0]!r}? " if near else ""
        raise InputError(f"{self._file.place(*path)}: {name!r} is no {what}", hint=f"{meant}{TEMPLATE}")

    def table(self, section: str) -> Mapping[str, object]:
        """A table; empty without one."""
        value = self._file.values.get(section, {})
        if not isinstance(value, dict):
            raise self._wrong((section,), "has to be a table")
        return value

    def day(self, section: str, key: str) -> date | None:
        """A day; None without one."""
        return self._day(self.table(section).get(key), (section, key))

    def _day(self, value: object, path: Path) -> date | None:
        if value is None:
            return None
        if not isinstance(value, date) or hasattr(value, "hour"):
            raise self._wrong(path, "has to be a day, without quotes: 2027-12-11")
        return value

    def _text(self, section: str, key: str) -> str:
        value = self.table(section).get(key, "")
        if not isinstance(value, str):
            raise self._wrong((section, key), "has to be text")
        return value

    def _number(self, section: str, key: str) -> float | None:
        value = self.table(section).get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise self._wrong((section, key), "has to be a number, and not negative")
        return float(value)

    def _one_of(self, section: str, key: str, known: Collection[str]) -> str:
        value = self._text(section, key)
        if value:
            self._known((section, key), value, known, f"word for {key}")
        return value

    def _some_of(self, section: str, key: str, known: Collection[str]) -> tuple[str, ...]:
        value = self.table(section).get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong((section, key), "has to be a list of texts")
        for each in value:
            self._known((section, key), each, known, f"word for {key}")
        return tuple(value)

    def _flags(self, section: str) -> Mapping[str, bool]:
        for key, value in self.table(section).items():
            if not isinstance(value, bool):
                raise self._wrong((section, key), "has to be true or false")
        return {key: bool(value) for key, value in self.table(section).items()}

    def _wrong(self, path: Path, what: str) -> InputError:
        name = ".".join(str(each) for each in path)
        return InputError(f"{self._file.place(*path)}: {name} {what}", hint=TEMPLATE)
