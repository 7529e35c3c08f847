"""JSON objects that anybody may have written: what is not there, or of another type, reads as empty."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """A JSON object, read by key."""

    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """A string; a number as text; empty otherwise."""
        value = self.values.get(key)
        if isinstance(value, bool):
            return ""
        return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""

    def number(self, key: str) -> float | None:
        """A number; None otherwise."""
        value = self.values.get(key)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def whole(self, key: str) -> int:
        """A whole number; 0 otherwise."""
        value = self.values.get(key)
        return value if isinstance(value, int) else 0

    def flag(self, key: str) -> bool | None:
        """True or false; None where it is neither."""
        value = self.values.get(key)
        return value if isinstance(value, bool) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self.values.get(key)
        return (
            tuple(each for each in value if isinstance(each, str)) if isinstance(value, list | tuple) else ()
        )

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self.values.get(key)
        whole = (each for each in value if type(each) is int) if isinstance(value, list | tuple) else ()
        return tuple(whole)

    def row(self, key: str) -> "Row":
        """An object."""
        value = self.values.get(key)
        return Row(value) if isinstance(value, Mapping) else Row()

    def rows(self, key: str) -> tuple["Row", ...]:
        """A list of objects."""
        value = self.values.get(key)
        if not isinstance(value, list | tuple):
            return ()
        return tuple(Row(each) for each in value if isinstance(each, Mapping))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Its keys with their values as text, in order."""
        return tuple((key, self.text(key)) for key in self.values)
