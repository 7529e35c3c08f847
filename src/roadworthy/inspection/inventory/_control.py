"""Stanzas of fields, as package databases write them (Debian Policy §5.1; opkg and apk are kin)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from roadworthy.inspection.cataloger import File

MAX_STANZAS = 50_000
MAX_VALUE = 1000


@dataclass(frozen=True, slots=True)
class Stanza:
    """One record.

    Args:
        line: Its first line, from 1.
        fields: Values by name, names in lower case; of a value of several lines the first one.
    """

    line: int
    fields: Mapping[str, str]

    def get(self, name: str) -> str:
        """A field's value; empty where it is missing."""
        return self.fields.get(name, "")


def stanzas(file: File) -> Iterator[Stanza]:
    """The stanzas of a file; what is no field is passed over. At most `MAX_STANZAS`."""
    fields: dict[str, str] = {}
    first = told = 0
    for number, line in file.lines():
        if not line.strip():
            if fields:
                yield Stanza(first, fields)
                told += 1
            if told >= MAX_STANZAS:
                return
            fields = {}
        elif not line[0].isspace():
            name, colon, value = line.partition(":")
            if colon:
                first = first if fields else number
                fields.setdefault(name.lower(), value.strip()[:MAX_VALUE])
    if fields:
        yield Stanza(first, fields)
