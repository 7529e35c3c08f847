"""JSON objects of VEX documents, read by key with the place at hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NoReturn

from roadworthy.codecs.plain import Json, read
from roadworthy.model.errors import InputError

MAX_TEXT: Final = 20_000
LAST_YEAR: Final = 2200
HINT: Final = "Have its author write it anew, or compare it with the specification of its form."


@dataclass(frozen=True, slots=True)
class Fields:
    """An object, and its JSON path. What is missing reads as empty; what has another type is refused."""

    values: Mapping[str, Json]
    at: str

    def text(self, key: str) -> str:
        """A text, cut to a sane length."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(key, "this has to be text")
        return value[:MAX_TEXT].strip()

    def needed(self, key: str) -> str:
        """A text that has to be there."""
        return self.text(key) or self.refuse(key, "this is missing")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.refuse(key, "this has to be a list of texts")
        texts = tuple(each[:MAX_TEXT] for each in value if isinstance(each, str))
        if len(texts) < len(value):
            self.refuse(key, "this has to be a list of texts")
        return texts

    def inner(self, key: str) -> "Fields":
        """An object."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, dict):
            self.refuse(key, "this has to be an object")
        return Fields(value or {}, f"{self.at}.{key}")

    def rows(self, key: str) -> Iterator["Fields"]:
        """A list of objects."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, list):
            self.refuse(key, "this has to be a list")
        for number, each in enumerate(value or ()):
            if not isinstance(each, dict):
                self.refuse(f"{key}[{number}]", "this has to be an object")
            yield Fields(each, f"{self.at}.{key}[{number}]")

    def moment(self, key: str) -> datetime | None:
        """A time (RFC 3339); UTC where there is no zone."""
        text = self.text(key)
        if not text:
            return None
        try:
            parsed = datetime.fromisoformat(text)
            aware = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.refuse(key, "this is no time")
        return aware if aware.year < LAST_YEAR else self.refuse(key, "this lies too far ahead")

    def refuse(self, key: str, what: str) -> NoReturn:
        """Raise `InputError` with the place."""
        raise InputError(f"{self.at}{'.' if key else ''}{key}: {what}", hint=HINT)


def decode(data: bytes) -> Fields:
    """The outermost object. Raises `InputError` where there is none."""
    value = read(data)
    if not isinstance(value, dict):
        raise InputError("this JSON is no object", hint=HINT)
    return Fields(value, "$")


def stamp(moment: datetime) -> str:
    """A time as all three forms write it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
