"""JSON documents of other makers: bounded, and read by key with the place at hand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from roadworthy.codecs.sbom.bill import MAX_TEXT, Mistake

MAX_VALUES: Final = 3_000_000
"""Small bytes make large objects: ``[[],[],…``."""
_BYTE: Final = re.compile(r" \(byte (\d+)\)")
MAKE_ANEW: Final = "Have the build write it anew; it may have been cut off on the way."
LEAVE_SOURCES: Final = "Write it without sources (in Yocto: SPDX_INCLUDE_SOURCES = 0) and give that."
NOT_THIS: Final = (
    "Compare it with the specification of its format, or tell whoever wrote the tool that made it."
)


@dataclass(frozen=True, slots=True)
class Element:
    """A JSON object and its JSON path. What is missing or of another type reads as empty."""

    values: Mapping[str, object]
    at: str

    def text(self, key: str) -> str:
        """A text, cut to a sane length."""
        value = self.values.get(key)
        return value[:MAX_TEXT] if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self.values.get(key)
        listed = value if isinstance(value, list) else [value]
        return tuple(each for each in listed if isinstance(each, str))

    def element(self, key: str) -> "Element":
        """An object."""
        value = self.values.get(key)
        return Element(value if isinstance(value, dict) else {}, f"{self.at}.{key}")

    def elements(self, key: str) -> Iterator["Element"]:
        """A list of objects.

        Raises:
            Mistake: It is there and is none: then the document says something that would be lost.
        """
        value = self.values.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise Mistake(f"{self.at}.{key}", "this has to be a list", NOT_THIS)
        for number, each in enumerate(value):
            at = f"{self.at}.{key}[{number}]"
            if not isinstance(each, dict):
                raise Mistake(at, "this has to be an object", NOT_THIS)
            yield Element(each, at)

    def needed(self, key: str) -> str:
        """A text that has to be there. Raises `Mistake` otherwise."""
        text = self.text(key)
        if not text.strip():
            raise Mistake(f"{self.at}.{key}", "a name is needed here", NOT_THIS)
        return text


def decode(data: bytes) -> Element:
    """The object that a JSON document holds.

    Raises:
        Mistake: It is no JSON (says the line), no object, too large or nested too deeply.
    """
    if sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise Mistake("", f"it holds more than the {MAX_VALUES} values that are read", LEAVE_SOURCES)
    try:
        value = msgspec.json.decode(data)
    except RecursionError as error:
        raise Mistake("", "the JSON is nested too deeply", MAKE_ANEW) from error
    except (msgspec.MsgspecError, ValueError) as error:
        found = _BYTE.search(str(error))
        line = data.count(b"\n", 0, int(found[1]) if found else len(data.rstrip())) + 1
        raise Mistake(f"line {line}", f"this is no JSON: {_BYTE.sub('', str(error))}", MAKE_ANEW) from error
    if not isinstance(value, dict):
        raise Mistake("line 1", "this JSON is no object", NOT_THIS)
    return Element(value, "$")
