"""Reads the file of a framework. What is unknown, missing or of another type is an error with its line."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, TypeVar

from roadworthy.codecs.toml_lines import TomlFile, read_toml
from roadworthy.model.errors import InputError
from roadworthy.regulation.formula import Formula, parse_formula
from roadworthy.regulation.framework import (
    Category,
    Clock,
    Exemption,
    Framework,
    Milestone,
    Requirement,
    Route,
    Strength,
    Sureness,
    Tier,
)

T = TypeVar("T")
FORM: Final = "See docs/reference/frameworks.md for what a framework holds."


def parse_framework(name: str, text: str) -> Framework:
    """The framework in a file's text.

    Args:
        name: Its id: the file's name without suffix.
        text: TOML.

    Raises:
        InputError: It is none. Names the line.
    """
    file = read_toml(f"{name}.toml", text.encode())
    top = _Table(file, (), file.values)
    framework = Framework(
        id=name,
        title=top.text("title"),
        jurisdiction=top.text("jurisdiction"),
        binding=top.flag("binding"),
        version=top.text("version"),
        source=top.text("source"),
        licence=top.text("licence"),
        as_of=top.day("as_of"),
        about=top.text("about"),
        applies=top.formula("applies"),
        since=top.maybe_day("since"),
        until=top.maybe_day("until"),
        milestones=tuple(_milestone(each) for each in top.tables("milestone")),
        categories=tuple(_category(each) for each in top.tables("category")),
        default_class=top.text("default_class", ""),
        routes=tuple(_route(each) for each in top.tables("route")),
        tiers=tuple(_tier(each) for each in top.tables("tier")),
        clocks=tuple(_clock(each) for each in top.tables("clock")),
        corrigenda=top.texts("corrigenda"),
        state=top.flags("state"),
        reasons=top.text("reasons", ""),
        requirements=tuple(_requirement(each) for each in top.tables("requirement")),
    )
    top.end()
    _check(file, framework)
    return framework


def _check(file: TomlFile, framework: Framework) -> None:
    seen: set[str] = set()
    tiers = {each.id for each in framework.tiers}
    for number, each in enumerate(framework.requirements):
        if each.id in seen:
            raise InputError(f"{file.place('requirement', number)}: {each.id} stands there twice", hint=FORM)
        if each.tier and each.tier not in tiers:
            raise InputError(
                f"{file.place('requirement', number)}: there is no tier {each.tier!r}", hint=FORM
            )
        seen.add(each.id)
    if not seen:
        raise InputError(f"{file.name} has no requirement", hint=FORM)


class _Table:
    """A table of the file; remembers what was asked for, so that the rest can be refused."""

    def __init__(self, file: TomlFile, path: tuple[str | int, ...], values: Mapping[str, object]) -> None:
        self._file, self._path, self._values = file, path, values
        self._asked: set[str] = set()

    def text(self, key: str, default: str | None = None) -> str:
        return self._get(key, str, default)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        return self._get(key, bool, default)

    def number(self, key: str) -> float | None:
        self._asked.add(key)
        value = self._values.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise self._wrong(key, "a number")
        return value

    def day(self, key: str) -> date:
        return self._get(key, date, None)

    def maybe_day(self, key: str) -> date | None:
        return self.day(key) if key in self._values else None

    def texts(self, key: str) -> tuple[str, ...]:
        self._asked.add(key)
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(key, "a list of texts")
        return tuple(value)

    def flags(self, key: str) -> Mapping[str, bool]:
        self._asked.add(key)
        value = self._values.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(each, bool) for each in value.values()):
            raise self._wrong(key, "a table of true and false")
        return value

    def formula(self, key: str) -> Formula:
        try:
            return parse_formula(self.text(key, ""))
        except ValueError as error:
            raise InputError(f"{self._file.place(*self._path, key)}: {key}: {error}", hint=FORM) from error

    def one_of(self, key: str, kind: Callable[[str], T], default: str | None = None) -> T:
        try:
            return kind(self.text(key, default))
        except ValueError as error:
            raise InputError(f"{self._file.place(*self._path, key)}: {error}", hint=FORM) from error

    def tables(self, key: str) -> Iterator["_Table"]:
        self._asked.add(key)
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self._wrong(key, "a list of tables")
        for number, each in enumerate(value):
            table = _Table(self._file, (*self._path, key, number), each)
            yield table
            table.end()

    def end(self) -> None:
        for key in self._values:
            if key not in self._asked:
                raise InputError(
                    f"{self._file.place(*self._path, key)}: {key!r} is not known here", hint=FORM
                )

    def _get(self, key: str, kind: type[T], default: T | None) -> T:
        self._asked.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise InputError(f"{self._file.place(*self._path)}: {key!r} is missing", hint=FORM)
        if not isinstance(value, kind):
            raise self._wrong(key, f"a {kind.__name__}")
        return value

    def _wrong(self, key: str, what: str) -> InputError:
        return InputError(f"{self._file.place(*self._path, key)}: {key!r} has to be {what}", hint=FORM)


def _milestone(table: _Table) -> Milestone:
    return Milestone(
        id=table.text("id"),
        day=table.day("day"),
        what=table.text("what"),
        source=table.text("source"),
        sureness=table.one_of("sureness", Sureness),
    )


def _category(table: _Table) -> Category:
    return Category(id=table.text("id"), title=table.text("title"), product_class=table.text("class"))


def _route(table: _Table) -> Route:
    return Route(
        id=table.text("id"),
        title=table.text("title"),
        open=table.formula("open"),
        available=table.formula("available"),
        because=table.text("because"),
        source=table.text("source"),
        sureness=table.one_of("sureness", Sureness),
    )


def _tier(table: _Table) -> Tier:
    most = table.number("most")
    return Tier(
        id=table.text("id"),
        title=table.text("title"),
        currency=table.text("currency", "EUR"),
        most=None if most is None else int(most),
        share=table.number("share"),
        source=table.text("source"),
        sureness=table.one_of("sureness", Sureness),
        exemptions=tuple(_exemption(each) for each in table.tables("exemption")),
    )


def _exemption(table: _Table) -> Exemption:
    return Exemption(
        when=table.formula("when"),
        requirements=table.texts("requirements"),
        because=table.text("because"),
        source=table.text("source"),
    )


def _clock(table: _Table) -> Clock:
    hours, months = table.number("hours"), table.number("months")
    return Clock(
        track=table.text("track"),
        step=table.text("step"),
        hours=None if hours is None else int(hours),
        months=None if months is None else int(months),
        starts=table.text("starts"),
        content=table.text("content"),
        source=table.text("source"),
    )


def _requirement(table: _Table) -> Requirement:
    return Requirement(
        id=table.text("id"),
        text=table.text("text"),
        source=table.text("source"),
        sureness=table.one_of("sureness", Sureness),
        strength=table.one_of("strength", Strength, "mandatory"),
        who=table.texts("who"),
        applies=table.formula("applies"),
        feature=table.formula("feature"),
        since=table.maybe_day("since"),
        older=table.flag("older", default=False),
        tier=table.text("tier", ""),
        justifiable=table.flag("justifiable", default=False),
        needs=table.formula("needs"),
        deemed=table.formula("deemed"),
        note=table.text("note", ""),
    )
