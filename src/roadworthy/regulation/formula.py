"""Formulas: which facts a requirement needs. ``and``, ``or``, ``not`` and parentheses over names.

Three values, after Kleene: true, false, and None for unknown. What nobody knows stays unknown, unless the
other part settles it: ``false and unknown`` is false, ``true or unknown`` is true.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MAX_LENGTH: Final = 4000
MAX_DEPTH: Final = 40
Truth = bool | None
_TOKEN: Final = re.compile(r"\s*(?:(?P<name>[A-Za-z0-9_][\w.:+-]*)|(?P<mark>[()]))")
_WORDS: Final = frozenset({"and", "or", "not"})


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, read.

    Args:
        text: As it was written.
        operator: ``name``, ``not``, ``and``, ``or``, or ``always`` for an empty one.
        name: The name, for ``name``.
        parts: What it is made of otherwise.
    """

    text: str
    operator: str
    name: str = ""
    parts: tuple["Formula", ...] = ()

    def value(self, facts: Callable[[str], Truth]) -> Truth:
        """What it comes to, given what each name is."""
        if self.operator == "always":
            return True
        if self.operator == "name":
            return facts(self.name)
        values = [each.value(facts) for each in self.parts]
        if self.operator == "not":
            return None if values[0] is None else not values[0]
        decisive = self.operator == "or"
        if decisive in values:
            return decisive
        return None if None in values else not decisive

    def names(self) -> Iterator[str]:
        """Every name in it, in order, each as often as it stands there."""
        if self.operator == "name":
            yield self.name
        for each in self.parts:
            yield from each.names()


@lru_cache(maxsize=4096)
def parse_formula(text: str) -> Formula:
    """Read a formula; an empty one is always true.

    Raises:
        ValueError: It is none. Says what is wrong and where.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a formula of {len(text)} characters is too long")
    if not text.strip():
        return Formula(text, "always")
    reader = _Reader(text)
    formula = reader.either(0)
    reader.end()
    return formula


def known(facts: Mapping[str, Truth]) -> Callable[[str], Truth]:
    """Facts from a table; what is not in it is unknown."""
    return facts.get


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, int]] = []
        position = 0
        stripped = text.rstrip()
        while position < len(stripped):
            match = _TOKEN.match(stripped, position)
            if match is None:
                raise ValueError(
                    f"{stripped[position : position + 10]!r} at {position} is no part of a formula"
                )
            self._tokens.append((match["name"] or match["mark"], match.start()))
            position = match.end()
        self._next = 0

    def either(self, depth: int) -> Formula:
        return self._joined("or", self._both, depth)

    def _both(self, depth: int) -> Formula:
        return self._joined("and", self._one, depth)

    def _joined(self, word: str, inner: Callable[[int], Formula], depth: int) -> Formula:
        parts = [inner(depth)]
        while self._peek() == word:
            self._next += 1
            parts.append(inner(depth))
        return parts[0] if len(parts) == 1 else Formula(self._text, word, parts=tuple(parts))

    def _one(self, depth: int) -> Formula:
        if depth > MAX_DEPTH:
            raise ValueError("the formula is nested too deeply")
        word, at = self._take()
        if word == "not":
            return Formula(self._text, "not", parts=(self._one(depth + 1),))
        if word == "(":
            inside = self.either(depth + 1)
            closing, at = self._take()
            if closing != ")":
                raise ValueError(f"a parenthesis is missing at {at}")
            return inside
        if word in _WORDS or word == ")":
            raise ValueError(f"{word!r} at {at} stands where a name should")
        return Formula(self._text, "name", name=word)

    def _peek(self) -> str:
        return self._tokens[self._next][0] if self._next < len(self._tokens) else ""

    def _take(self) -> tuple[str, int]:
        if self._next >= len(self._tokens):
            raise ValueError("the formula ends too early")
        self._next += 1
        return self._tokens[self._next - 1]

    def end(self) -> None:
        if self._next < len(self._tokens):
            word, at = self._tokens[self._next]
            raise ValueError(f"{word!r} at {at} follows without `and` or `or`")
